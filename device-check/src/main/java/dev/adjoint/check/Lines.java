package dev.adjoint.check;

import java.io.PrintStream;

/** Results as lines of cells with tabs between them, by which a process tells another one. */
final class Lines implements Results {
  private static final String LEFT_OUT = "left out";
  private static final String PROBLEM = "problem";

  private final PrintStream to;

  Lines(PrintStream to) {
    this.to = to;
  }

  /** Hands the result of a line on; any other line is shown. */
  static void read(String line, Results results) {
    String[] cells = line.split("\t");
    if (cells.length == 4) {
      results.add(new Measurement(cells[0], cells[1], Double.parseDouble(cells[2]), cells[3]));
    } else if (cells.length == 2 && cells[0].equals(LEFT_OUT)) {
      results.leftOut(cells[1]);
    } else if (cells.length == 2 && cells[0].equals(PROBLEM)) {
      results.problem(cells[1]);
    } else {
      System.err.println(line);
    }
  }

  @Override
  public void add(Measurement m) {
    write(m.who(), m.what(), Double.toString(m.value()), m.unit());
  }

  @Override
  public void leftOut(String text) {
    write(LEFT_OUT, text);
  }

  @Override
  public void problem(String text) {
    write(PROBLEM, text);
  }

  private void write(String... cells) {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cells[i].replaceAll("\\s+", " ");
    }
    to.println(String.join("\t", cells));
    to.flush();
  }
}
