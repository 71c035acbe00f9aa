package dev.adjoint;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Indexing against NumPy. */
final class NumpyIndexingTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  void equalsNumpy(String expression, Supplier<Tensor> call) {
    NumpyValues.check(expression, call);
  }

  static Stream<Arguments> values() {
    Tensor x = NumpyValues.X;
    Tensor y = NumpyValues.Y;
    Tensor m = NumpyValues.M;
    return Stream.of(
        golden(
            "m.gather(2, Tensors.of(new int[][] {{0, 2, 1}, {3, 3, 0}}).unsqueeze(0))",
            () -> m.gather(2, Tensors.of(new int[][] {{0, 2, 1}, {3, 3, 0}}).unsqueeze(0))),
        golden(
            "m.indexSelect(1, Tensors.of(2, 0, 2))", () -> m.indexSelect(1, Tensors.of(2, 0, 2))),
        golden(
            "m.take(Tensors.of(new int[][] {{0, 5}, {23, 1}}))",
            () -> m.take(Tensors.of(new int[][] {{0, 5}, {23, 1}}))),
        golden(
            "m.takeAlongDim(Tensors.of(new long[][][] {{{1}, {0}, {2}}}), 2)",
            () -> m.takeAlongDim(Tensors.of(new long[][][] {{{1}, {0}, {2}}}), 2)),
        golden("m.takeAlongDim(m.argmax(1, true), 1)", () -> m.takeAlongDim(m.argmax(1, true), 1)),
        golden(
            "Tensors.zeros(3, 4).indexAdd(0, Tensors.of(2, 0, 2), Tensors.arange(12.0).reshape(3, 4))",
            () ->
                Tensors.zeros(3, 4)
                    .indexAdd(0, Tensors.of(2, 0, 2), Tensors.arange(12.0).reshape(3, 4))),
        golden(
            "x.scatterAdd(0, Tensors.of(new int[][] {{0, 0, 2, 1}, {2, 1, 1, 1}}), m.select(1, 0))",
            () ->
                x.scatterAdd(
                    0, Tensors.of(new int[][] {{0, 0, 2, 1}, {2, 1, 1, 1}}), m.select(1, 0))),
        golden(
            "y.scatterAdd(1, Tensors.of(new int[][] {{0, 0}, {2, 1}}), x.slice(0, 1, 3).slice(1, 0, 2))",
            () ->
                y.scatterAdd(
                    1, Tensors.of(new int[][] {{0, 0}, {2, 1}}), x.slice(0, 1, 3).slice(1, 0, 2))),
        golden(
            "m.select(0, 0).embedding(Tensors.of(new int[][] {{2, 0}, {1, 1}}))",
            () -> m.select(0, 0).embedding(Tensors.of(new int[][] {{2, 0}, {1, 1}}))),
        golden("Tensors.of(0, 2, 1).oneHot(3)", () -> Tensors.of(0, 2, 1).oneHot(3)),
        golden(
            "Tensors.of(new int[][] {{0, 2}}).oneHot(4)",
            () -> Tensors.of(new int[][] {{0, 2}}).oneHot(4)),
        golden("m.get(1, 2)", () -> m.get(1, 2)),
        golden(
            "m.get(Index.at(-1), Index.range(0, 2))", () -> m.get(Index.at(-1), Index.range(0, 2))),
        golden(
            "m.get(Index.ellipsis(), Index.range(3, 0, -2))",
            () -> m.get(Index.ellipsis(), Index.range(3, 0, -2))),
        golden(
            "m.get(Index.all(), Index.newAxis(), Index.at(1))",
            () -> m.get(Index.all(), Index.newAxis(), Index.at(1))),
        golden("m.get(Index.all(), Index.of(2, 0))", () -> m.get(Index.all(), Index.of(2, 0))),
        golden(
            "m.get(Index.at(0), Index.of(Tensors.of(new int[][] {{2, 0}, {1, 1}})), Index.from(2))",
            () ->
                m.get(
                    Index.at(0),
                    Index.of(Tensors.of(new int[][] {{2, 0}, {1, 1}})),
                    Index.from(2))),
        golden(
            "m.get(Index.of(Tensors.of(1)), Index.to(2))",
            () -> m.get(Index.of(Tensors.of(1)), Index.to(2))));
  }

  private static Arguments golden(String expression, Supplier<Tensor> call) {
    return Arguments.of(expression, call);
  }
}
