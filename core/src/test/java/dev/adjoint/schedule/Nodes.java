package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.UnaryOp;
import java.lang.foreign.MemorySegment;

/** Short names for the nodes of small graphs on the CPU. */
final class Nodes {
  private Nodes() {}

  /** An f32 value in memory. */
  static Node value(int... dims) {
    Shape shape = Shape.of(dims);
    return upload(new float[(int) shape.size()], shape);
  }

  private static Node upload(float[] data, Shape shape) {
    return HostValues.upload(MemorySegment.ofArray(data), shape, DType.F32, Device.cpu());
  }

  /** Positions in memory, all 0. */
  static Node positions(int... dims) {
    Shape shape = Shape.of(dims);
    var data = MemorySegment.ofArray(new int[(int) shape.size()]);
    return HostValues.upload(data, shape, DType.I32, Device.cpu());
  }

  /** An f32 number that fills a shape. */
  static Node number(float value, int... dims) {
    return Graph.full(DType.F32, Float.floatToRawIntBits(value), Shape.of(dims), Device.cpu());
  }

  /** The sum of two nodes, the second stretched to the shape of the first. */
  static Node add(Node a, Node b) {
    return Graph.binary(BinaryOp.ADD, a, Graph.broadcast(b, a.shape()));
  }

  /** The product of the elements of two nodes, the second stretched to the shape of the first. */
  static Node mul(Node a, Node b) {
    return Graph.binary(BinaryOp.MUL, a, Graph.broadcast(b, a.shape()));
  }

  /** A cheap function of each element. */
  static Node neg(Node x) {
    return Graph.unary(UnaryOp.NEG, x);
  }

  /** A function of each element that takes many instructions. */
  static Node sin(Node x) {
    return Graph.unary(UnaryOp.SIN, x);
  }

  /** A chain of costly functions. */
  static Node sins(Node x, int times) {
    Node y = x;
    for (int i = 0; i < times; i++) {
      y = sin(y);
    }
    return y;
  }

  /** The sum over axes, which keep size 1. */
  static Node sum(Node x, int... axes) {
    return Graph.reduce(ReduceOp.SUM, x, Axes.of(axes));
  }

  /** A matrix with its axes exchanged. */
  static Node transposed(Node x) {
    return Graph.permute(x, Axes.of(1, 0));
  }

  /** The values of a vector in the opposite order. */
  static Node reversed(Node x) {
    int n = x.shape().dim(0);
    return Graph.slice(x, Axes.of(n - 1), Axes.of(-1), x.shape());
  }

  /** A vector with another one added at positions, by a kernel of its own. */
  static Node scattered(Node x, Node src) {
    return Graph.scatterAdd(x, positions(src.shape().dim(0)), src, 0);
  }
}
