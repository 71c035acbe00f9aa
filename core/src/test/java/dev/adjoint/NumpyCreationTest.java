package dev.adjoint;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Creation and joining against NumPy. */
final class NumpyCreationTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  void equalsNumpy(String expression, Supplier<Tensor> call) {
    NumpyValues.check(expression, call);
  }

  static Stream<Arguments> values() {
    Tensor i = NumpyValues.I;
    Tensor j = NumpyValues.J;
    Tensor b = NumpyValues.B;
    return Stream.of(
        golden("Tensors.arange(5)", () -> Tensors.arange(5)),
        golden("Tensors.arange(2, 9, 3)", () -> Tensors.arange(2, 9, 3)),
        golden("Tensors.arange(5, 0, -2)", () -> Tensors.arange(5, 0, -2)),
        golden("Tensors.arange(0, 1, 0.3)", () -> Tensors.arange(0, 1, 0.3)),
        golden("Tensors.arange(3, 1)", () -> Tensors.arange(3, 1)),
        golden("Tensors.linspace(-1, 3, 7)", () -> Tensors.linspace(-1, 3, 7)),
        golden("Tensors.linspace(2, 3, 1)", () -> Tensors.linspace(2, 3, 1)),
        golden("Tensors.logspace(0, 3, 4)", () -> Tensors.logspace(0, 3, 4)),
        golden("Tensors.logspace(0, 3, 4, 2)", () -> Tensors.logspace(0, 3, 4, 2)),
        golden("Tensors.eye(2, 3)", () -> Tensors.eye(2, 3)),
        golden("Tensors.full(Shape.of(2, 2), 7)", () -> Tensors.full(Shape.of(2, 2), 7)),
        golden(
            "Tensors.meshgrid(Tensors.arange(2), Tensors.arange(3)).get(1)",
            () -> Tensors.meshgrid(Tensors.arange(2), Tensors.arange(3)).get(1)),
        golden("Tensors.cat(1, i, j)", () -> Tensors.cat(1, i, j)),
        golden("Tensors.cat(0, i, b)", () -> Tensors.cat(0, i, b)),
        golden("Tensors.stack(0, i, j)", () -> Tensors.stack(0, i, j)),
        golden("Tensors.stack(-1, i, j)", () -> Tensors.stack(-1, i, j)),
        golden("Tensors.stack(1, i, j)", () -> Tensors.stack(1, i, j)),
        golden("Tensors.hstack(i, j)", () -> Tensors.hstack(i, j)),
        golden(
            "Tensors.hstack(Tensors.of(1, 2), Tensors.of(3))",
            () -> Tensors.hstack(Tensors.of(1, 2), Tensors.of(3))),
        golden(
            "Tensors.vstack(Tensors.of(1, 2), Tensors.of(3, 4))",
            () -> Tensors.vstack(Tensors.of(1, 2), Tensors.of(3, 4))),
        golden("Tensors.vstack(i, j)", () -> Tensors.vstack(i, j)),
        golden("Tensors.zeros(0, 3).sum(0)", () -> Tensors.zeros(0, 3).sum(0)),
        golden("Tensors.zeros(0, 3).any(0)", () -> Tensors.zeros(0, 3).any(0)),
        golden("Tensors.zeros(0, 3).all()", () -> Tensors.zeros(0, 3).all()),
        golden("Tensors.zeros(0, 3).mean(0)", () -> Tensors.zeros(0, 3).mean(0)),
        golden("Tensors.of(1, 2, 3).var()", () -> Tensors.of(1, 2, 3).var()),
        golden("Tensors.of(3.0).sum(0)", () -> Tensors.of(3.0).sum(0)),
        golden("Tensors.of(3.0).softmax(0)", () -> Tensors.of(3.0).softmax(0)),
        golden("Tensors.of(3.0).argmax(0)", () -> Tensors.of(3.0).argmax(0)));
  }

  private static Arguments golden(String expression, Supplier<Tensor> call) {
    return Arguments.of(expression, call);
  }
}
