package dev.adjoint.codegen;

import java.util.LinkedHashSet;
import java.util.Set;

/** Lines of C with indentation, and the helper functions that they call. */
final class CodeText {
  private final StringBuilder lines = new StringBuilder();
  private final Set<String> helpers = new LinkedHashSet<>();
  private int depth = 1;

  /** Adds a line. */
  void line(String text) {
    lines.append("  ".repeat(depth)).append(text).append('\n');
  }

  /** Adds a line that stands before everything, such as a directive of the preprocessor. */
  void directive(String text) {
    lines.append(text).append('\n');
  }

  /** Opens a block. */
  void open(String head) {
    line(head.isEmpty() ? "{" : head + " {");
    depth++;
  }

  /** Opens a loop over {@code count} numbers that the compiler unrolls. */
  void unrolled(String index, int count) {
    directive("#pragma unroll");
    loop(index, count);
  }

  /** Opens a loop over {@code count} numbers. */
  void loop(String index, int count) {
    open("for (i32 " + index + " = 0; " + index + " < " + count + "; " + index + "++)");
  }

  /** Closes a block. */
  void close() {
    depth--;
    line("}");
  }

  /** Makes sure that the kernel has a helper function. */
  void helper(String definition) {
    helpers.add(definition);
  }

  Set<String> helpers() {
    return helpers;
  }

  @Override
  public String toString() {
    return lines.toString();
  }
}
