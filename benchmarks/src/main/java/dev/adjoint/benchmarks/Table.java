package dev.adjoint.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what was measured, for a terminal or as Markdown. */
final class Table {
  /** From where on a multiple is easier to read than a percentage. */
  private static final double MANY = 10;

  private final Machine machine;
  private final Map<String, Double> limits;
  private final List<Row> rows;

  Table(Machine machine, Map<String, Double> limits, List<Row> rows) {
    this.machine = machine;
    this.limits = limits;
    this.rows = rows;
  }

  /** Columns of text. */
  String text() {
    var text = new StringBuilder();
    text.append(heading()).append(System.lineSeparator());
    limits.forEach(
        (name, rate) -> text.append("  ").append(limit(name, rate)).append(System.lineSeparator()));
    if (!rows.isEmpty()) {
      List<List<String>> cells = cells();
      text.append(System.lineSeparator());
      int[] widths = widths(cells);
      for (List<String> line : cells) {
        var padded = new StringBuilder();
        for (int i = 0; i < line.size(); i++) {
          String space = " ".repeat(widths[i] - line.get(i).length());
          padded.append(i == 0 ? line.get(i) + space : "  " + space + line.get(i));
        }
        text.append(padded.toString().stripTrailing()).append(System.lineSeparator());
      }
    }
    return text.toString();
  }

  /** The same as Markdown. */
  String markdown() {
    var text = new StringBuilder();
    if (!rows.isEmpty()) {
      List<List<String>> cells = cells();
      text.append(markdownLine(cells.getFirst()));
      text.append("|---").append("|---:".repeat(cells.getFirst().size() - 1));
      text.append("|").append(System.lineSeparator());
      cells.stream().skip(1).forEach(line -> text.append(markdownLine(line)));
      text.append(System.lineSeparator());
    }
    text.append(heading()).append(System.lineSeparator());
    if (!limits.isEmpty()) {
      var all = new ArrayList<String>();
      limits.forEach((name, rate) -> all.add(limit(name, rate)));
      text.append("Limits: ")
          .append(String.join("; ", all))
          .append('.')
          .append(System.lineSeparator());
    }
    return text.toString();
  }

  private String heading() {
    return machine.processor()
        + ", "
        + machine.threads()
        + " threads, "
        + machine.jdk()
        + ", "
        + machine.date()
        + "; Adjoint on "
        + String.join(", ", machine.devices())
        + "; libtorch "
        + Libtorch.version()
        + " on the CPU"
        + (Libtorch.available() ? "" : " is not on the class path")
        + (machine.busy()
            ? "; measured under a load of " + Timing.digits(machine.load()) + " of other programs."
            : ".");
  }

  private static String limit(String name, double rate) {
    int unit = name.lastIndexOf(", ");
    return name.substring(0, unit) + ": " + Timing.digits(rate) + " " + name.substring(unit + 2);
  }

  private List<List<String>> cells() {
    var cells = new ArrayList<List<String>>();
    cells.add(new ArrayList<>(List.of("", "Adjoint", "libtorch", "speed-up", "rate", "of limit")));
    for (Row row : rows) {
      Timing peer = row.libtorch();
      cells.add(
          new ArrayList<>(
              List.of(
                  row.work().title() + (hasSeveralDevices() ? ", " + row.device() : ""),
                  Timing.text(row.adjoint().median()),
                  peer == null ? "-" : Timing.text(peer.median()),
                  peer == null ? "-" : Timing.digits(row.ratio()) + "x",
                  row.rate(),
                  ofLimit(row.fraction()))));
    }
    if (rows.stream().allMatch(row -> row.libtorch() == null)) {
      cells.forEach(line -> line.subList(2, 4).clear());
    }
    if (hasSeveralDevices()) {
      cells.getFirst().add(2, "of " + machine.devices().getFirst());
      for (int i = 0; i < rows.size(); i++) {
        cells.get(i + 1).add(2, ofFirst(rows.get(i)));
      }
    }
    return cells;
  }

  /** A part of the limit, or how many times faster than needed. */
  private static String ofLimit(double fraction) {
    if (Double.isNaN(fraction)) {
      return "";
    }
    return fraction < MANY
        ? String.format(Locale.ROOT, "%.0f %%", 100 * fraction)
        : Timing.digits(fraction) + "x";
  }

  private boolean hasSeveralDevices() {
    return machine.devices().size() > 1;
  }

  /** How many times longer a device takes than the first one. */
  private String ofFirst(Row row) {
    String first = machine.devices().getFirst();
    return rows.stream()
        .filter(r -> r.device().equals(first) && r.work().equals(row.work()))
        .findFirst()
        .map(r -> Timing.digits(row.adjoint().median() / r.adjoint().median()) + "x")
        .orElse("-");
  }

  private static int[] widths(List<List<String>> cells) {
    var widths = new int[cells.getFirst().size()];
    for (List<String> line : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    return widths;
  }

  private static String markdownLine(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |" + System.lineSeparator();
  }
}
