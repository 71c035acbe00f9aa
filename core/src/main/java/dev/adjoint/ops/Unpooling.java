package dev.adjoint.ops;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ScatterOp;
import org.jspecify.annotations.Nullable;

/** What pooling has found, back in its place. */
public final class Unpooling {
  private Unpooling() {}

  /** The planes, volumes or lines of values at their positions. */
  public static Tensor unpooled(
      int axes,
      Tensor x,
      Tensor indices,
      int[] kernel,
      int[] stride,
      int[] padding,
      int @Nullable [] outputSize) {
    String op = "maxUnpool" + axes + "d";
    Pooling.requirePlanes(op, axes, x);
    Convolutions.values(op, axes, "kernel size", kernel, 1);
    Convolutions.values(op, axes, "stride", stride, 1);
    Convolutions.values(op, axes, "padding", padding, 0);
    if (!indices.shape().equals(x.shape())) {
      throw OpError.of(op, "indices " + indices.shape() + " do not have the shape " + x.shape());
    }
    int[] size = outputSize == null ? new int[axes] : outputSize;
    for (int i = 0; outputSize == null && i < axes; i++) {
      long n = (x.dim(i - axes) - 1L) * stride[i] - 2L * padding[i] + kernel[i];
      size[i] = ShapeMath.size(op, n);
    }
    Convolutions.values(op, axes, "output size", size, 0);
    Shape flat = x.flatten(-axes).shape();
    int axis = flat.rank() - 1;
    Shape planes = flat.with(axis, ShapeMath.size(op, Shape.of(size).size()));
    Node empty = Graph.full(x.dtype(), 0, planes, x.device());
    Node index = Graph.reshape(indices.node(), flat);
    Node filled =
        Graph.scatter(op, ScatterOp.PUT, empty, index, Graph.reshape(x.node(), flat), axis);
    return new Tensor(filled).unflatten(axis, size);
  }
}
