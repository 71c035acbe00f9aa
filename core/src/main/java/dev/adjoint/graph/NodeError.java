package dev.adjoint.graph;

import java.util.Locale;

/** What errors say about a node that is computed: what the program called, at which line and in which module. */
public final class NodeError {
  private NodeError() {}

  /**
   * The error about a position that a node found out of range when it was computed, or about a fault that it tells; names the
   * call, line and module.
   */
  public static RuntimeException outOfRange(Node node, long position) {
    Origin origin = node.origin();
    boolean gathers = node.op() instanceof Op.Gather;
    int axis = node.op() instanceof Op.Gather(int a) ? a : ((Op.Scatter) node.op()).axis();
    int size = (gathers ? node.input(0) : node).shape().dim(axis);
    String rule = origin.rule();
    if (rule != null && origin.isFault()) {
      return new ArithmeticException(String.format(Locale.ROOT, rule, position) + origin.where());
    }
    if (rule == null) {
      String called = origin.operation();
      String op =
          called != null ? called : gathers ? "gather" : ((Op.Scatter) node.op()).f().method();
      rule = op + ": index %d is out of range for axis " + axis + " of size %d";
    }
    return OpError.outOfRange(rule, position, size, origin.where());
  }

  /** A tensor as errors name it: the operation, type and shape, and the line and module that recorded it, as far as known. */
  public static String describe(Node node) {
    Cell variable = node.variable();
    if (variable != null) {
      return "a value of '" + variable.name() + "'";
    }
    String called = node.origin().operation();
    String what = called == null ? node.toString() : called + " " + node.dtype() + node.shape();
    return what + node.origin().where();
  }

  /** A node of which the pass, the operation, the line and the module that recorded it matter, as far as known. */
  public static String place(Node node) {
    Origin origin = node.origin();
    String called = origin.operation();
    String part = node.op().label(node.dtype());
    if (called == null || (called.equals(part) && !origin.isBackward())) {
      return describe(node);
    }
    String pass = origin.isBackward() ? " in the backward pass of " : " in ";
    return node + pass + called + origin.where();
  }

  /** How to find out the line that recorded a tensor, if {@link #describe} does not know it; else empty. */
  public static String advice(Node node) {
    return node.variable() != null
            || node.origin().hasLine()
            || Origin.RECORDED == Origin.Recorded.ALL
        ? ""
        : "; ADJOINT_ORIGINS=all tells the line that recorded it";
  }
}
