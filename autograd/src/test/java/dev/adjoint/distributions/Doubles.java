package dev.adjoint.distributions;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/** Tensors of f64. */
final class Doubles {
  private Doubles() {}

  static Tensor f64(double value) {
    return Scope.withDType(DType.F64, () -> Tensors.of(value));
  }

  static Tensor f64(double... values) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values));
  }
}
