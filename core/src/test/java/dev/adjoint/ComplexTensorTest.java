package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Complex numbers compute as in PyTorch; the numbers are those of libtorch 2.10.0. */
class ComplexTensorTest {
  private static final ComplexTensor X = complex(3, 2);
  private static final ComplexTensor Y = X.neg().add(polar(1.5 * Math.sqrt(2), Math.PI / 4));

  private static ComplexTensor complex(int... shape) {
    return ComplexTensor.viewAsComplex(MeaningNumbers.numbers(shape));
  }

  private static ComplexTensor polar(double abs, double angle) {
    return ComplexTensor.polar(Tensors.of(abs), Tensors.of(angle));
  }

  private static void assertNear(ComplexTensor actual, double... expected) {
    assertNear(actual.viewAsReal(), expected);
  }

  private static void assertNear(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubles(), 1e-6);
  }

  @Test
  void arithmetic() {
    assertNear(Y, 5.5, -1.5, 2.5, -4.5, -0.5, 3.5);
    assertNear(X.sub(Y), -9.5, 4.5, -3.5, 10.5, 2.5, -5.5);
    assertNear(X.mul(Y), -17.5, 22.5, 24.5, 19.5, 6, 8);
    assertNear(X.div(Y), -0.8153847, 0.32307693, -1.1132076, 0.39622644, -0.64, -0.48);
    assertNear(X.mul(1e30).div(Y.mul(1e30)), X.div(Y).viewAsReal().toDoubles());
    assertNear(X.conj().mul(2), -8, -6, -2, -12, 4, 4);
    assertNear(X.div(Tensors.of(2.0)), X.mul(Tensors.of(0.5)).viewAsReal().toDoubles());
    assertNear(
        X.div(4).exp(), 0.2691733, 0.2507609, 0.055090185, 0.77684987, 1.4468889, -0.79043907);
    assertNear(X.abs(), 5, 6.0827627, 2.828427);
    assertNear(X.angle(), 2.4980917, 1.735945, -0.7853982);
    assertNear(ComplexTensor.of(Tensors.of(0.0, -0.0, -1.0)).angle(), 0, Math.PI, Math.PI);
    assertNear(
        complex(3, 2, 2).matmul(complex(2, 2, 2)),
        17,
        -10,
        -25,
        2,
        10,
        6,
        34,
        24,
        -8,
        -33,
        -17,
        -42);
  }

  @Test
  void movement() {
    assertEquals(Shape.of(3), X.realize().shape());
    assertNear(X.get(Index.from(1)).reshape(2, 1), -1, 6, 2, -2);
    assertNear(X.sum(), -3, 7);
    assertNear(complex(2, 3, 2).each(part -> part.transpose(0, 1)).sum(0), -3, 7, 2, 1);
    assertEquals(DType.F64, X.each(Tensor::toDouble).dtype());
  }

  @Test
  void errorsNameBothParts() {
    Tensor x = Tensors.zeros(2, 3);
    assertError(
        "complex: the parts differ: real f32[2, 3], imaginary f64[2, 3]",
        () -> new ComplexTensor(x, x.toDouble()));
    assertError(
        "complex: the parts must be f32 or f64, not i64", () -> ComplexTensor.of(x.toLong()));
    assertError(
        "viewAsComplex: the last axis must have size 2, not [2, 3]",
        () -> ComplexTensor.viewAsComplex(x));
  }

  private static void assertError(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
