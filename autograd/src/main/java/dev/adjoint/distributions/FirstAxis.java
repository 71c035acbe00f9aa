package dev.adjoint.distributions;

import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Graph;
import java.util.Arrays;

/** A first axis before those of a tensor: of proposals, of counts that are possible, or of the points of an integral. */
final class FirstAxis {
  private FirstAxis() {}

  /** The shape of a tensor with a first axis. */
  static Shape shape(int size, Tensor x) {
    return Checks.joined(Shape.of(size), x.shape());
  }

  private static int[] alone(int size, Tensor x) {
    int[] sizes = new int[1 + x.rank()];
    Arrays.fill(sizes, 1);
    sizes[0] = size;
    return sizes;
  }

  /** The numbers (i32) from 0 on along that axis. */
  static Tensor numbers(int size, Tensor x) {
    return new Tensor(Graph.iota(size, x.device())).reshape(alone(size, x));
  }

  /** Values along that axis, in the type of the tensor and on its device. */
  static Tensor values(double[] values, Tensor x) {
    int[] sizes = alone(values.length, x);
    return Scope.on(x.device(), () -> Scope.withDType(x.dtype(), () -> Tensors.of(values, sizes)));
  }

  /** The first of the values along that axis that are accepted; 0 if there is none. */
  static Tensor firstAccepted(Tensor accepted, Tensor values) {
    int size = values.dim(0);
    Tensor turn = accepted.where(numbers(size, values.select(0, 0)), size);
    return turn.eq(turn.amin(0)).logicalAnd(accepted).where(values, 0).sum(0);
  }
}
