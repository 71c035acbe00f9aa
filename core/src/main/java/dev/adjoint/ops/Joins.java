package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import java.util.ArrayList;
import java.util.List;

/** Tensors put together. */
public final class Joins {
  private Joins() {}

  public static Tensor cat(String op, List<Tensor> tensors, int axis) {
    Tensor first = first(op, tensors);
    int a = first.shape().axis(axis, op);
    DType dtype = first.dtype();
    for (Tensor tensor : tensors) {
      dtype = DType.promote(dtype, tensor.dtype());
    }
    var nodes = new ArrayList<Node>(tensors.size());
    for (Tensor tensor : tensors) {
      nodes.add(Graph.cast(tensor.node(), dtype));
    }
    return new Tensor(Graph.concat(nodes, a));
  }

  public static Tensor stack(List<Tensor> tensors, int axis) {
    Tensor first = first("stack", tensors);
    var parts = new ArrayList<Tensor>(tensors.size());
    for (Tensor tensor : tensors) {
      if (!tensor.shape().equals(first.shape())) {
        throw OpError.of("stack", "shapes differ: " + first.shape() + " and " + tensor.shape());
      }
      parts.add(tensor.unsqueeze(axis));
    }
    return cat("stack", parts, axis);
  }

  public static Tensor hstack(List<Tensor> tensors) {
    List<Tensor> parts = tensors.stream().map(x -> x.rank() == 0 ? x.reshape(1) : x).toList();
    return cat("hstack", parts, first("hstack", parts).rank() == 1 ? 0 : 1);
  }

  public static Tensor vstack(List<Tensor> tensors) {
    return cat(
        "vstack", tensors.stream().map(x -> x.rank() < 2 ? x.reshape(1, -1) : x).toList(), 0);
  }

  public static List<Tensor> meshgrid(List<Tensor> vectors, String indexing) {
    if (!indexing.equals("ij") && !indexing.equals("xy")) {
      throw OpError.of("meshgrid", "indexing is '" + indexing + "', it must be ij or xy");
    }
    boolean swaps = indexing.equals("xy") && vectors.size() > 1;
    int[] dims = new int[vectors.size()];
    for (int i = 0; i < dims.length; i++) {
      Tensor vector = vectors.get(i);
      if (vector.rank() > 1) {
        throw OpError.of("meshgrid", "needs vectors, not shape " + vector.shape());
      }
      dims[axis(i, swaps)] = (int) vector.size();
    }
    Shape shape = Shape.of(dims);
    var grids = new ArrayList<Tensor>(dims.length);
    for (int i = 0; i < dims.length; i++) {
      int axis = axis(i, swaps);
      Shape along = Graph.ones(dims.length).with(axis, dims[axis]);
      grids.add(vectors.get(i).reshape(along).broadcastTo(shape));
    }
    return List.copyOf(grids);
  }

  /** The axis along which a vector varies, where the first two may be swapped. */
  private static int axis(int vector, boolean swaps) {
    return swaps && vector < 2 ? 1 - vector : vector;
  }

  public static List<Tensor> broadcast(List<Tensor> tensors) {
    Shape shape = first("broadcastTensors", tensors).shape();
    for (Tensor tensor : tensors) {
      shape = Shape.broadcast(shape, tensor.shape(), "broadcastTensors");
    }
    Shape common = shape;
    return tensors.stream().map(x -> x.broadcastTo(common)).toList();
  }

  public static Tensor cartesian(List<Tensor> vectors) {
    Tensor first = first("cartesianProd", vectors);
    for (Tensor vector : vectors) {
      if (vector.rank() != 1) {
        throw OpError.of("cartesianProd", "needs vectors, not shape " + vector.shape());
      }
    }
    return vectors.size() == 1
        ? first
        : stack(meshgrid(vectors, "ij"), -1).reshape(-1, vectors.size());
  }

  public static Tensor blocks(List<Tensor> matrices) {
    first("blockDiag", matrices);
    // A scalar counts less than a matrix, as which it is joined.
    DType dtype = Operands.promote(matrices);
    var blocks = new ArrayList<Tensor>(matrices.size());
    long columns = 0;
    for (Tensor matrix : matrices) {
      if (matrix.rank() > 2) {
        throw OpError.of("blockDiag", "needs matrices, not shape " + matrix.shape());
      }
      Tensor block = Operands.cast(matrix, dtype);
      blocks.add(block.rank() == 2 ? block : block.reshape(1, (int) block.size()));
      columns += blocks.getLast().dim(1);
    }
    int left = 0;
    int width = ShapeMath.size("blockDiag", columns);
    for (int i = 0; i < blocks.size(); i++) {
      int own = blocks.get(i).dim(1);
      blocks.set(i, blocks.get(i).pad(left, width - left - own));
      left += own;
    }
    return cat("blockDiag", blocks, 0);
  }

  private static Tensor first(String op, List<Tensor> tensors) {
    if (tensors.isEmpty()) {
      throw OpError.of(op, "needs at least one tensor");
    }
    return tensors.getFirst();
  }
}
