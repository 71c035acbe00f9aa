package dev.adjoint.graph;

import java.util.Locale;

/** Builds the errors of operations, which name the op, the values, the rule and the module that is running. */
public final class OpError {
  private static final String[] UNARY = names(UnaryOp.values());
  private static final String[] BINARY = names(BinaryOp.values());
  private static final String[] REDUCE = names(ReduceOp.values());

  private OpError() {}

  /** An error of an op: {@code op: message}, followed by the module path if a module is running. */
  public static IllegalArgumentException of(String op, String message) {
    return new IllegalArgumentException(op + ": " + message + inModule());
  }

  /** The path of the module that is running, in brackets. */
  static String inModule() {
    String path = Origin.modulePath();
    return path.isEmpty() ? "" : " (in " + path + ")";
  }

  /**
   * The error about a position that is out of range.
   *
   * @param rule its message, with {@code %d} for the position and then for the size of what it counts
   * @param where what is known about its place, or empty
   */
  static IndexOutOfBoundsException outOfRange(String rule, long position, long size, String where) {
    return new IndexOutOfBoundsException(String.format(Locale.ROOT, rule, position, size) + where);
  }

  /** The name of the method that records a function. */
  public static String name(UnaryOp f) {
    return UNARY[f.ordinal()];
  }

  /** The name of the method that records a function. */
  public static String name(BinaryOp f) {
    return BINARY[f.ordinal()];
  }

  /** The name of the method that records a function. */
  public static String name(ReduceOp f) {
    return REDUCE[f.ordinal()];
  }

  private static String[] names(Enum<?>[] constants) {
    String[] names = new String[constants.length];
    for (int i = 0; i < names.length; i++) {
      names[i] =
          switch (constants[i].name()) {
            case "NOT", "AND", "OR", "XOR" -> camel("BITWISE_" + constants[i].name());
            default -> camel(constants[i].name());
          };
    }
    return names;
  }

  /** {@code floorDiv} for {@code FLOOR_DIV}. */
  private static String camel(String constant) {
    var name = new StringBuilder();
    for (String word : constant.toLowerCase(Locale.ROOT).split("_")) {
      name.append(
          name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return name.toString();
  }
}
