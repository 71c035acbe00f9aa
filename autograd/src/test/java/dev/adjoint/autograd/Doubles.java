package dev.adjoint.autograd;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/** Tensors of f64, whatever the default type. */
final class Doubles {
  private Doubles() {}

  static Tensor of(double... values) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values));
  }
}
