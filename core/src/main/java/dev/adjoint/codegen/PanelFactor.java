package dev.adjoint.codegen;

/**
 * A computed operand of a {@link PanelForm}, which is copied line by line: a row at some steps over k, or a step at some columns.
 * Where the elements of all lines are in memory, from the first of a line on, is in tables, so that no number is taken apart for
 * an element.
 *
 * @param factor the operand
 * @param operand its number
 * @param ofRows whether lines are rows, else steps
 * @param most the most elements of a line
 * @param lanes elements of a vector
 */
record PanelFactor(
    CodeText text, FactorText factor, int operand, boolean ofRows, int most, int lanes) {
  /** Tells a compiler not to make vectors of elements that are no neighbours in memory: that takes longer. */
  static final String ONE_BY_ONE = "#pragma clang loop vectorize(disable)";

  private String table(int access) {
    return "t" + access;
  }

  private String near() {
    return "near" + operand;
  }

  /** Declares the tables. */
  void declare() {
    for (int access : factor.accesses()) {
      text.line("i64 " + table(access) + "[" + most + "];");
    }
    if (factor.isLoad()) {
      text.line("i32 " + near() + "[" + most / lanes + "];");
    }
  }

  /**
   * Prints the loop that fills the tables.
   *
   * @param number the number of element {@code x} of all lines
   * @param count how many there are
   */
  void tabulate(String number, Object count) {
    text.open("for (i32 x = 0; x < " + count + "; x++)");
    factor.unravel(!ofRows, number);
    for (int access : factor.accesses()) {
      text.line(table(access) + "[x] = " + factor.moved("0", access, !ofRows) + ";");
    }
    text.close();
    if (!factor.isLoad()) {
      return;
    }
    String t = table(factor.accesses().getFirst());
    text.open("for (i32 x0 = 0; x0 < " + count + "; x0 += " + lanes + ")");
    text.line("i32 near = x0 + " + lanes + " <= " + count + ";");
    text.open("for (i32 x = x0 + 1; near && x < x0 + " + lanes + "; x++)");
    text.line("near = " + t + "[x] - " + t + "[x - 1] == 1;");
    text.close();
    text.line(near() + "[x0 / " + lanes + "] = near;");
    text.close();
  }

  /**
   * Prints the loop that copies a line.
   *
   * @param number the number of the line
   * @param to where its first element goes
   * @param count its elements
   */
  void copy(String number, String to, Object count) {
    factor.unravel(ofRows, number);
    for (int access : factor.accesses()) {
      String first = factor.moved("b" + access, access, ofRows);
      text.line("const i64 c" + access + " = " + first + ";");
    }
    if (!factor.isLoad()) {
      text.directive(LaneNest.VECTORS);
      text.open("for (i32 x = 0; x < " + count + "; x++)");
      String value = factor.body(access -> "c" + access + " + " + table(access) + "[x]");
      text.line("(" + to + ")[x] = " + value + ";");
      text.close();
      return;
    }
    int access = factor.accesses().getFirst();
    String from = "a" + access + " + c" + access + " + " + table(access) + "[%s]";
    text.open("for (i32 x0 = 0; x0 < " + count + "; x0 += " + lanes + ")");
    text.line("const i32 end = x0 + " + lanes + ";");
    text.open("if (" + near() + "[x0 / " + lanes + "])");
    String loaded = "vload" + lanes + "(0, " + from.formatted("x0") + ")";
    text.line("vstore" + lanes + "(" + loaded + ", 0, " + to + " + x0);");
    text.close();
    text.open("else");
    text.directive(ONE_BY_ONE);
    text.open("for (i32 x = x0; x < end && x < " + count + "; x++)");
    text.line("(" + to + ")[x] = *(" + from.formatted("x") + ");");
    text.close();
    text.close();
    text.close();
  }
}
