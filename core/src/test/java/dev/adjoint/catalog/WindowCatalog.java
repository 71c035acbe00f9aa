package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.WindowOps}: views are tried in all types, sums in those of floats. */
final class WindowCatalog {
  private WindowCatalog() {}

  static List<OpSpec> rows() {
    return List.of(
        row("slidingWindow(int[])", x -> x.slidingWindow(2, 1, 3), "[3, 2, 4]")
            .dtypes(Set.of(DType.F32, DType.BOOL))
            .error(
                () -> Tensors.ones(2, 3).slidingWindow(2),
                "slidingWindow: sizes [2] along axes [0, 1] of shape [2, 3]: needs different axes"),
        row(
                "slidingWindow(int[],int[])",
                x -> x.slidingWindow(ints(3, 2), ints(-1, 0)),
                "[3, 2, 4]")
            .error(
                () -> Tensors.ones(2, 3).slidingWindow(ints(2, 2), ints(0, -2)),
                "slidingWindow: sizes [2, 2] along axes [0, -2] of shape [2, 3]: needs different axes"),
        row("asStrided(int[],int[])", x -> x.asStrided(ints(2, 2), ints(1, 2)), "[2, 3]")
            .shorthand(),
        row(
                "asStrided(int[],int[],int)",
                x -> x.asStrided(ints(2, 3, 4), ints(5, 0, 2), 3),
                "[3, 5]")
            .dtypes(OpSpec.ALL)
            .error(
                () -> Tensors.ones(2, 3).asStrided(ints(3, 2), ints(2, 1), 1),
                "asStrided: sizes [3, 2], strides [2, 1] and offset 1 reach element 6, and shape [2, 3] has 6")
            .error(
                () -> Tensors.ones(2, 3).asStrided(ints(3), ints(2, 1)),
                "asStrided: sizes [3], strides [2, 1] and offset 0: needs as many of both"),
        row("unfold(int)", x -> x.unfold(2), "[2, 3, 4]").shorthand(),
        row("unfold(int,int,int,int)", x -> x.unfold(2, 1, 1, 2), "[2, 3, 4]").shorthand(),
        row(
                "unfold(int[],int[],int[],int[])",
                x -> x.unfold(ints(2, 3), ints(2, 1), ints(1, 0), ints(1, 2)),
                "[2, 2, 3, 5]")
            .dtypes(Set.of(DType.F32, DType.I64, DType.BOOL))
            .error(
                () -> Tensors.ones(1, 1, 2, 2).unfold(3, 1, 0, 1),
                "unfold: a window spans 3 elements, axis 2 of shape [1, 1, 2, 2] has 2 and padding 0"),
        row("fold(int[],int)", x -> x.fold(ints(3, 3), 2), "[4, 4]")
            .tolerance(Tolerance.sum(4))
            .shorthand(),
        row("fold(int[],int,int,int,int)", x -> x.fold(ints(3, 4), 2, 1, 1, 2), "[4, 6]")
            .shorthand(),
        row(
                "fold(int[],int[],int[],int[],int[])",
                x -> x.fold(ints(3, 5), ints(2, 3), ints(2, 1), ints(1, 0), ints(1, 2)),
                "[2, 12, 6]")
            .tolerance(Tolerance.sum(6))
            .dtypes(OpSpec.FLOATS)
            .error(
                () -> Tensors.ones(1, 4, 7).fold(ints(4, 4), 2, 1, 0, 2),
                "fold: images of size [4, 4] have 4 windows, the input [1, 4, 7] has 7")
            .error(
                () -> Tensors.ones(1, 6, 4).fold(ints(4, 4), 2, 1, 0, 2),
                "fold: needs [n, channels * 4, windows] for kernel size [2, 2], not [1, 6, 4]"),
        row("pixelShuffle(int)", x -> x.pixelShuffle(2), "[2, 8, 2, 3]", "[4, 1, 2]")
            .dtypes(Set.of(DType.F32, DType.U8))
            .error(
                () -> Tensors.ones(6, 2, 2).pixelShuffle(2),
                "pixelShuffle: needs [..., channels * r * r, height, width] for r = 2, not [6, 2, 2]"),
        row("pixelUnshuffle(int)", x -> x.pixelUnshuffle(2), "[2, 2, 4, 6]", "[1, 2, 4]")
            .error(
                () -> Tensors.ones(6, 2, 3).pixelUnshuffle(2),
                "pixelUnshuffle: needs [..., channels, height * r, width * r] for r = 2, not [6, 2, 3]"),
        row("channelShuffle(int)", x -> x.channelShuffle(2), "[2, 4, 3]", "[1, 6, 2, 2]")
            .error(
                () -> Tensors.ones(1, 5, 2).channelShuffle(2),
                "channelShuffle: 2 groups do not divide the channels of [n, channels, ...], which is [1, 5, 2]"));
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f, String... shapes) {
    return of(covers, 1, x -> f.apply(x.get(0)))
        .shapes(shapes)
        .dtypes(Set.of(DType.F32))
        .gradient(Gradient.SECOND);
  }

  private static int[] ints(int... values) {
    return values;
  }
}
