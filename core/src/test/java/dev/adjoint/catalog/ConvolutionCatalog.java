package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Rows of {@link dev.adjoint.ConvolutionOps}: two in all types, the others, which make the same kinds of kernels, in f32. */
final class ConvolutionCatalog {
  /** As many products as the samples sum, or more. */
  private static final int DEPTH = 40;

  private ConvolutionCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(shorthands());
    rows.addAll(full());
    rows.forEach(row -> row.tolerance(Tolerance.sum(DEPTH)).gradient(Gradient.SECOND));
    return rows;
  }

  private static List<OpSpec> shorthands() {
    String line = "[2, 3, 7] [4, 3, 3] [4]";
    String plane = "[2, 2, 4, 5] [3, 2, 3, 2] [3]";
    String space = "[1, 2, 3, 3, 4] [2, 2, 2, 1, 2] [2]";
    List<OpSpec> rows =
        List.of(
            of("conv1d(Tensor)", 2, x -> x.get(0).conv1d(x.get(1))).shapes("[2, 3, 7] [4, 3, 3]"),
            row("conv1d", ",int", x -> x.get(0).conv1d(x.get(1), x.get(2), 2), line),
            row("conv1d", ",int,int", x -> x.get(0).conv1d(x.get(1), x.get(2), 2, 1), line),
            row("conv1d", ",int,String", x -> x.get(0).conv1d(x.get(1), x.get(2), 1, "same"), line),
            of("conv2d(Tensor)", 2, x -> x.get(0).conv2d(x.get(1)))
                .shapes("[2, 2, 4, 5] [3, 2, 3, 2]"),
            row("conv2d", ",int", x -> x.get(0).conv2d(x.get(1), x.get(2), 2), plane),
            row("conv2d", ",int,int", x -> x.get(0).conv2d(x.get(1), x.get(2), 2, 1), plane),
            row(
                "conv2d",
                ",int,String",
                x -> x.get(0).conv2d(x.get(1), x.get(2), 1, "same"),
                plane),
            of("conv3d(Tensor)", 2, x -> x.get(0).conv3d(x.get(1)))
                .shapes("[1, 2, 3, 3, 4] [2, 2, 2, 1, 2]"),
            row("conv3d", ",int", x -> x.get(0).conv3d(x.get(1), x.get(2), 2), space),
            row("conv3d", ",int,int", x -> x.get(0).conv3d(x.get(1), x.get(2), 2, 1), space),
            row(
                "conv3d",
                ",int,String",
                x -> x.get(0).conv3d(x.get(1), x.get(2), 1, "same"),
                space));
    rows.forEach(row -> row.dtypes(Set.of(DType.F32)).shorthand());
    return rows;
  }

  private static List<OpSpec> full() {
    return List.of(
        row("conv1d", "", x -> x.get(0).conv1d(x.get(1), x.get(2)), "[2, 3, 7] [4, 3, 3] [4]"),
        row(
                "conv1d",
                ",int,int,int,int",
                x -> x.get(0).conv1d(x.get(1), x.get(2), 2, 3, 2, 2),
                "[2, 4, 9] [6, 2, 3] [6]")
            .dtypes(OpSpec.FLOATS),
        row(
            "conv1d",
            ",int,String,int,int",
            x -> x.get(0).conv1d(x.get(1), x.get(2), 1, "same", 3, 1),
            "[2, 2, 5] [3, 2, 4] [3]"),
        row(
            "conv2d",
            "",
            x -> x.get(0).conv2d(x.get(1), x.get(2)),
            "[2, 2, 4, 5] [3, 2, 3, 2] [3]"),
        row(
                "conv2d",
                ",int,int,int,int",
                x -> x.get(0).conv2d(x.get(1), x.get(2), 2, 1, 2, 3),
                "[1, 3, 6, 5] [6, 1, 2, 2] [6]")
            .error(
                () -> Tensors.ones(2, 4, 9, 9).conv2d(Tensors.ones(8, 3, 3, 3), null),
                "conv2d: weight [8, 3, 3, 3] wants 3 channels per group, input [2, 4, 9, 9] has 4 / 1")
            .error(
                () -> Tensors.ones(2, 6, 9, 9).conv2d(Tensors.ones(8, 2, 3, 3), null, 1, 0, 1, 3),
                "conv2d: 3 groups do not divide the 8 filters of weight [8, 2, 3, 3]")
            .error(
                () -> Tensors.ones(9, 9).conv2d(Tensors.ones(8, 3, 3, 3), null),
                "conv2d: needs an input of 4 axes, or one less, and a weight of 4, not [9, 9]")
            .error(
                () -> Tensors.ones(1, 3, 9, 2).conv2d(Tensors.ones(8, 3, 3, 3), null, 1, 1, 2, 1),
                "conv2d: the kernel of weight [8, 3, 3, 3] spans 5 elements, an axis of input"
                    + " [1, 3, 9, 2] has 2 and padding 1")
            .error(
                () -> Tensors.ones(1, 3, 9, 9).conv2d(Tensors.ones(8, 3, 3, 3), null, 1, -1, 1, 1),
                "conv2d: padding [-1, -1]: needs a number for each of 2 axes, none below 0")
            .error(
                () -> Tensors.ones(1, 3, 9, 9).conv2d(Tensors.ones(8, 3, 3, 3), Tensors.ones(3)),
                "conv2d: bias [3] does not fit the 8 filters of weight [8, 3, 3, 3]")
            .error(
                () -> Tensors.ones(1, 3, 9, 9).conv2d(Tensors.ones(8, 3, 3, 3).toDouble(), null),
                "conv2d: input is f32, weight is f64")
            .error(
                () ->
                    Tensors.of(new int[9], 1, 1, 9)
                        .conv2d(Tensors.of(new int[1], 1, 1, 1, 1), null),
                "conv2d: defined for floats, not i32"),
        row(
                "conv2d",
                ",int[],int[],int[],int",
                x ->
                    x.get(0)
                        .conv2d(
                            x.get(1),
                            x.get(2),
                            new int[] {3, 1},
                            new int[] {0, 2},
                            new int[] {1, 2},
                            2),
                "[1, 4, 6, 3] [2, 2, 2, 3] [2]")
            .dtypes(OpSpec.FLOATS)
            .error(
                () ->
                    Tensors.ones(1, 3, 9, 9)
                        .conv2d(
                            Tensors.ones(8, 3, 3, 3),
                            null,
                            new int[] {1, 1, 1},
                            new int[2],
                            new int[] {1, 1},
                            1),
                "conv2d: stride [1, 1, 1]: needs a number for each of 2 axes, none below 1"),
        row(
                "conv2d",
                ",int,String,int,int",
                x -> x.get(0).conv2d(x.get(1), x.get(2), 2, "valid", 1, 1),
                "[1, 2, 4, 5] [2, 2, 3, 2] [2]")
            .shorthand()
            .error(
                () ->
                    Tensors.ones(1, 3, 9, 9)
                        .conv2d(Tensors.ones(8, 3, 3, 3), null, 1, "full", 1, 1),
                "conv2d: padding \"full\" is neither \"valid\" nor \"same\"")
            .error(
                () ->
                    Tensors.ones(1, 3, 9, 9)
                        .conv2d(Tensors.ones(8, 3, 3, 3), null, 2, "same", 1, 1),
                "conv2d: padding \"same\" needs stride 1, not [2, 2]"),
        row(
            "conv2d",
            ",int[],String,int[],int",
            x -> x.get(0).conv2d(x.get(1), x.get(2), new int[] {1, 1}, "same", new int[] {3, 1}, 1),
            "[1, 2, 3, 4] [2, 2, 2, 3] [2]"),
        row(
            "conv3d",
            "",
            x -> x.get(0).conv3d(x.get(1), x.get(2)),
            "[1, 2, 3, 3, 4] [2, 2, 2, 1, 2] [2]"),
        row(
            "conv3d",
            ",int,int,int,int",
            x -> x.get(0).conv3d(x.get(1), x.get(2), 2, 1, 1, 2),
            "[1, 2, 3, 4, 3] [2, 1, 2, 2, 2] [2]"),
        row(
            "conv3d",
            ",int[],int[],int[],int",
            x ->
                x.get(0)
                    .conv3d(
                        x.get(1),
                        x.get(2),
                        new int[] {1, 2, 1},
                        new int[] {1, 0, 0},
                        new int[] {1, 1, 2},
                        1),
            "[1, 1, 2, 3, 4] [2, 1, 2, 2, 2] [2]"),
        row(
                "conv3d",
                ",int,String,int,int",
                x -> x.get(0).conv3d(x.get(1), x.get(2), 1, "same", 1, 1),
                "[1, 1, 2, 3, 4] [2, 1, 2, 2, 2] [2]")
            .shorthand(),
        row(
                "conv3d",
                ",int[],String,int[],int",
                x ->
                    x.get(0)
                        .conv3d(
                            x.get(1),
                            x.get(2),
                            new int[] {1, 1, 2},
                            "valid",
                            new int[] {1, 2, 1},
                            1),
                "[1, 1, 2, 3, 4] [2, 1, 2, 2, 2] [2]")
            .shorthand());
  }

  private static OpSpec row(
      String name, String parameters, Function<List<Tensor>, Tensor> f, String shapes) {
    return of(name + "(Tensor,Tensor" + parameters + ")", 3, f)
        .shapes(shapes)
        .dtypes(Set.of(DType.F32));
  }
}
