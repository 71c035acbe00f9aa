package dev.adjoint.autograd;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Matrices of partial derivatives: products with all unit vectors, mapped over them. */
final class Jacobians {
  /** What a rule draws is drawn once, so that all rows are those of one function. */
  private static final Vmap MAP = Vmap.overFirst().randomness(Randomness.SAME);

  private Jacobians() {}

  /** The Jacobians of a value with respect to tensors, by their rows: reverse mode. */
  static List<Tensor> byRow(Tensor y, List<Tensor> xs, int chunk) {
    List<Tensor> rows =
        MAP.chunkSize(chunk).apply(v -> Autograd.gradient(y, v.getFirst(), xs), List.of(units(y)));
    var jacobians = new ArrayList<Tensor>();
    for (int i = 0; i < xs.size(); i++) {
      jacobians.add(rows.get(i).reshape(joined(y.shape(), xs.get(i).shape())));
    }
    return jacobians;
  }

  /** The Jacobian of a function with respect to a tensor, by its columns: forward mode. */
  static Tensor byColumn(Linearization f, Tensor x, int chunk) {
    Tensor columns = MAP.chunkSize(chunk).apply(v -> f.along(List.of(v)), units(x)).movedim(0, -1);
    int[] dims = columns.shape().dims();
    Shape rows = Shape.of(Arrays.copyOf(dims, dims.length - 1));
    return columns.reshape(joined(rows, x.shape()));
  }

  /** All tensors of a shape that are 1 in one element and 0 elsewhere, along a first axis. */
  private static Tensor units(Tensor like) {
    int n = Math.toIntExact(like.size());
    Tensor unit = Tensors.eye(n).to(like.device()).to(like.dtype());
    return unit.reshape(joined(Shape.of(n), like.shape()));
  }

  private static int[] joined(Shape first, Shape second) {
    int[] dims = Arrays.copyOf(first.dims(), first.rank() + second.rank());
    System.arraycopy(second.dims(), 0, dims, first.rank(), second.rank());
    return dims;
  }
}
