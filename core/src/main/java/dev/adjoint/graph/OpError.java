package dev.adjoint.graph;

import dev.adjoint.Scope;
import dev.adjoint.Variable;
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
    String path = Scope.modulePath();
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

  /** The error about a position that a node found out of range when it was computed; names the call, line and module. */
  public static IndexOutOfBoundsException outOfRange(Node node, long position) {
    Origin origin = node.origin();
    boolean gathers = node.op() instanceof Op.Gather;
    int axis = node.op() instanceof Op.Gather(int a) ? a : ((Op.ScatterAdd) node.op()).axis();
    int size = (gathers ? node.input(0) : node).shape().dim(axis);
    String rule = origin.rule();
    if (rule == null) {
      String called = origin.operation();
      String op = called != null ? called : gathers ? "gather" : "scatterAdd";
      rule = op + ": index %d is out of range for axis " + axis + " of size %d";
    }
    return outOfRange(rule, position, size, origin.where());
  }

  /** A tensor as errors name it: the operation, type and shape, and the line and module that recorded it, as far as known. */
  public static String describe(Node node) {
    Variable variable = node.variable();
    if (variable != null) {
      return "a value of '" + variable.name() + "'";
    }
    String called = node.origin().operation();
    String what = called == null ? node.toString() : called + " " + node.dtype() + node.shape();
    return what + node.origin().where();
  }

  /** How to find out the line that recorded a tensor, if {@link #describe} does not know it; else empty. */
  public static String advice(Node node) {
    return node.variable() != null
            || node.origin().hasLine()
            || Origin.RECORDED == Origin.Recorded.ALL
        ? ""
        : "; ADJOINT_ORIGINS=all tells the line that recorded it";
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
