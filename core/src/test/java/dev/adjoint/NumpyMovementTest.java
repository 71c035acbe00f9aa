package dev.adjoint;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Movement against NumPy. */
final class NumpyMovementTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  void equalsNumpy(String expression, Supplier<Tensor> call) {
    NumpyValues.check(expression, call);
  }

  static Stream<Arguments> values() {
    Tensor x = NumpyValues.X;
    Tensor m = NumpyValues.M;
    Tensor i = NumpyValues.I;
    Tensor b = NumpyValues.B;
    return Stream.of(
        golden("m.reshape(4, -1)", () -> m.reshape(4, -1)),
        golden("m.view(-1)", () -> m.view(-1)),
        golden("m.narrow(0, 0, 1).expand(5, -1, -1)", () -> m.narrow(0, 0, 1).expand(5, -1, -1)),
        golden("i.expand(4, -1, -1)", () -> i.expand(4, -1, -1)),
        golden("i.broadcastTo(4, 2, 3)", () -> i.broadcastTo(4, 2, 3)),
        golden("m.narrow(1, 0, 1).squeeze()", () -> m.narrow(1, 0, 1).squeeze()),
        golden("m.narrow(1, 0, 1).squeeze(1)", () -> m.narrow(1, 0, 1).squeeze(1)),
        golden("m.squeeze(1)", () -> m.squeeze(1)),
        golden("m.unsqueeze(0)", () -> m.unsqueeze(0)),
        golden("m.unsqueeze(-1)", () -> m.unsqueeze(-1)),
        golden("m.unsqueeze(-2)", () -> m.unsqueeze(-2)),
        golden("m.flatten()", () -> m.flatten()),
        golden("m.flatten(1)", () -> m.flatten(1)),
        golden("m.flatten(0, 1)", () -> m.flatten(0, 1)),
        golden("m.unflatten(2, 2, -1)", () -> m.unflatten(2, 2, -1)),
        golden("m.unflatten(0, 1, 2)", () -> m.unflatten(0, 1, 2)),
        golden("m.permute(2, 0, 1)", () -> m.permute(2, 0, 1)),
        golden("m.transpose(0, -1)", () -> m.transpose(0, -1)),
        golden("x.t()", () -> x.t()),
        golden("m.movedim(0, 2)", () -> m.movedim(0, 2)),
        golden("m.movedim(2, 0)", () -> m.movedim(2, 0)),
        golden("m.movedim(1, -1)", () -> m.movedim(1, -1)),
        golden("m.movedim(0, 1)", () -> m.movedim(0, 1)),
        golden("m.narrow(2, 1, 2)", () -> m.narrow(2, 1, 2)),
        golden("m.narrow(2, -2, 2)", () -> m.narrow(2, -2, 2)),
        golden("m.slice(2, 0, 4, 2)", () -> m.slice(2, 0, 4, 2)),
        golden("m.slice(2, -3, -1)", () -> m.slice(2, -3, -1)),
        golden("m.slice(2, 3, Integer.MIN_VALUE, -2)", () -> m.slice(2, 3, Integer.MIN_VALUE, -2)),
        golden("m.slice(2, 100, 0, -1)", () -> m.slice(2, 100, 0, -1)),
        golden("m.slice(1, -1, 0, -1)", () -> m.slice(1, -1, 0, -1)),
        golden("m.slice(1, 2, 1)", () -> m.slice(1, 2, 1)),
        golden("m.slice(1, 1, Integer.MAX_VALUE)", () -> m.slice(1, 1, Integer.MAX_VALUE)),
        golden("m.slice(2, 1, 100, 3)", () -> m.slice(2, 1, 100, 3)),
        golden("m.slice(2, -100, 3)", () -> m.slice(2, -100, 3)),
        golden("m.select(1, -1)", () -> m.select(1, -1)),
        golden("m.split(2, 1).get(1)", () -> m.split(2, 1).get(1)),
        golden("m.split(new int[] {1, 2}, 1).get(1)", () -> m.split(new int[] {1, 2}, 1).get(1)),
        golden("m.chunk(3, 2).get(1)", () -> m.chunk(3, 2).get(1)),
        golden("m.chunk(2, 1).get(0)", () -> m.chunk(2, 1).get(0)),
        golden("m.unbind(1).get(2)", () -> m.unbind(1).get(2)),
        golden("m.flip(0, 2)", () -> m.flip(0, 2)),
        golden("m.flip(-1)", () -> m.flip(-1)),
        golden("m.flip()", () -> m.flip()),
        golden("m.roll(1, 2)", () -> m.roll(1, 2)),
        golden("m.roll(-3, 1)", () -> m.roll(-3, 1)),
        golden("m.roll(5, 2)", () -> m.roll(5, 2)),
        golden("m.roll(3)", () -> m.roll(3)),
        golden(
            "m.roll(new int[] {1, 2}, new int[] {0, 2})",
            () -> m.roll(new int[] {1, 2}, new int[] {0, 2})),
        golden("m.rot90(-1, 0, 1)", () -> m.rot90(-1, 0, 1)),
        golden("m.rot90(-1, 2, 1)", () -> m.rot90(-1, 2, 1)),
        golden("m.rot90(0, 0, 1)", () -> m.rot90(0, 0, 1)),
        golden("m.rot90(0, 2, 1)", () -> m.rot90(0, 2, 1)),
        golden("m.rot90(1, 0, 1)", () -> m.rot90(1, 0, 1)),
        golden("m.rot90(1, 2, 1)", () -> m.rot90(1, 2, 1)),
        golden("m.rot90(2, 0, 1)", () -> m.rot90(2, 0, 1)),
        golden("m.rot90(2, 2, 1)", () -> m.rot90(2, 2, 1)),
        golden("m.rot90(3, 0, 1)", () -> m.rot90(3, 0, 1)),
        golden("m.rot90(3, 2, 1)", () -> m.rot90(3, 2, 1)),
        golden("m.pad(1, 2)", () -> m.pad(1, 2)),
        golden(
            "m.pad(new int[] {1, 0, 2, 1}, \"constant\", 7)",
            () -> m.pad(new int[] {1, 0, 2, 1}, "constant", 7)),
        golden("m.pad(-1, 1)", () -> m.pad(-1, 1)),
        golden("b.pad(1, 1)", () -> b.pad(1, 1)),
        golden("m.pad(0, -1, -1, -1)", () -> m.pad(0, -1, -1, -1)),
        golden("i.tile(2)", () -> i.tile(2)),
        golden("i.tile(2, 1, 2)", () -> i.tile(2, 1, 2)),
        golden("i.repeat(2, 2)", () -> i.repeat(2, 2)),
        golden("i.repeat(3, 1, 2)", () -> i.repeat(3, 1, 2)),
        golden("i.repeat(1, 1, 1)", () -> i.repeat(1, 1, 1)),
        golden("i.repeatInterleave(2, 0)", () -> i.repeatInterleave(2, 0)),
        golden("i.repeatInterleave(3)", () -> i.repeatInterleave(3)),
        golden("m.repeatInterleave(2, -1)", () -> m.repeatInterleave(2, -1)),
        golden("x.diagonal()", () -> x.diagonal()),
        golden("x.diagonal(1, 0, 1)", () -> x.diagonal(1, 0, 1)),
        golden("x.diagonal(-2, 0, 1)", () -> x.diagonal(-2, 0, 1)),
        golden("x.diagonal(3, 0, 1)", () -> x.diagonal(3, 0, 1)),
        golden("x.diagonal(9, 0, 1)", () -> x.diagonal(9, 0, 1)),
        golden("m.diagonal(0, 0, 2)", () -> m.diagonal(0, 0, 2)),
        golden("m.diagonal(1, 2, 0)", () -> m.diagonal(1, 2, 0)),
        golden("m.diagonal(-1, 1, 0)", () -> m.diagonal(-1, 1, 0)),
        golden("m.diagonal()", () -> m.diagonal()),
        golden("i.select(0, 0).diag()", () -> i.select(0, 0).diag()),
        golden("x.diag()", () -> x.diag()),
        golden("x.trace()", () -> x.trace()),
        golden("x.tril()", () -> x.tril()),
        golden("m.tril(-1)", () -> m.tril(-1)),
        golden("m.triu(1)", () -> m.triu(1)),
        golden("b.triu()", () -> b.triu()));
  }

  private static Arguments golden(String expression, Supplier<Tensor> call) {
    return Arguments.of(expression, call);
  }
}
