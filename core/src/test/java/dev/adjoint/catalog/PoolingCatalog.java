package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.FLOATS;
import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Rows of {@link dev.adjoint.MaxPoolingOps}, {@link dev.adjoint.AveragePoolingOps} and {@link dev.adjoint.AdaptivePoolingOps}: a
 * few in all types, the others, which make the same kinds of kernels, in f32.
 */
final class PoolingCatalog {
  private static final String FIVE = "(int,int,int,int,boolean)";
  private static final String ARRAYS = "(int[],int[],int[],int[],boolean)";

  private PoolingCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    rows.addAll(largest());
    rows.addAll(positions());
    rows.addAll(means());
    rows.addAll(adaptive());
    rows.addAll(unpooled());
    return rows;
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f, String... shapes) {
    return of(covers, 1, x -> f.apply(x.get(0)))
        .shapes(shapes)
        .dtypes(Set.of(DType.F32))
        .gradient(Gradient.SECOND);
  }

  private static OpSpec mean(String covers, UnaryOperator<Tensor> f, String... shapes) {
    return row(covers, f, shapes).tolerance(Tolerance.sum(30));
  }

  private static int[] ints(int... values) {
    return values;
  }

  private static List<OpSpec> largest() {
    return List.of(
        row("maxPool1d(int)", x -> x.maxPool1d(3), "[2, 2, 7]").shorthand(),
        row("maxPool1d(int,int,int)", x -> x.maxPool1d(3, 2, 1), "[2, 2, 7]").shorthand(),
        row("maxPool1d(int,int)", x -> x.maxPool1d(2, 1), "[2, 3]").shorthand(),
        row("maxPool1d" + FIVE, x -> x.maxPool1d(3, 2, 1, 2, true), "[2, 3, 8]", "[1, 5]")
            .error(
                () -> Tensors.ones(2, 3).maxPool1d(4, 1),
                "maxPool1d: a window spans 4 elements, axis 1 of shape [2, 3] has 3 and padding 0"),
        row("maxPool2d(int)", x -> x.maxPool2d(2), "[1, 2, 4, 5]", "[0, 2, 4, 4]").shorthand(),
        row("maxPool2d(int,int,int)", x -> x.maxPool2d(3, 2, 1), "[1, 2, 4, 5]").shorthand(),
        row("maxPool2d(int,int)", x -> x.maxPool2d(3, 2), "[2, 3, 5]").shorthand(),
        row("maxPool2d" + FIVE, x -> x.maxPool2d(3, 2, 1, 1, true), "[2, 2, 6, 5]", "[1, 2, 2]")
            .dtypes(NUMBERS)
            .error(
                () -> Tensors.ones(1, 3, 9, 9).maxPool2d(3, 2, 2, 1, false),
                "maxPool2d: padding [2, 2]: must be at most half of the kernel size [3, 3]")
            .error(
                () -> Tensors.ones(9, 9).maxPool2d(3),
                "maxPool2d: needs an input of 4 axes, or one less, not [9, 9]")
            .error(
                () -> Tensors.ones(1, 9, 9).toBool().maxPool2d(3),
                "maxPool2d: not defined for bool: call .to(...)"),
        row(
                "maxPool2d" + ARRAYS,
                x -> x.maxPool2d(ints(2, 3), ints(1, 2), ints(1, 0), ints(2, 1), false),
                "[1, 2, 4, 5]")
            .error(
                () ->
                    Tensors.ones(1, 9, 9)
                        .maxPool2d(ints(2), ints(1, 1), ints(0, 0), ints(1, 1), false),
                "maxPool2d: kernel size [2]: needs a number for each of 2 axes, none below 1")
            .error(
                () ->
                    Tensors.ones(1, 9, 9)
                        .maxPool2d(ints(2, 2), ints(0, 1), ints(0, 0), ints(1, 1), false),
                "maxPool2d: stride [0, 1]: needs a number for each of 2 axes, none below 1"),
        row("maxPool3d(int)", x -> x.maxPool3d(2), "[1, 1, 2, 4, 3]").shorthand(),
        row("maxPool3d(int,int,int)", x -> x.maxPool3d(3, 2, 1), "[1, 1, 3, 4, 3]").shorthand(),
        row("maxPool3d(int,int)", x -> x.maxPool3d(2, 1), "[1, 2, 3, 3]").shorthand(),
        row("maxPool3d" + FIVE, x -> x.maxPool3d(2, 2, 1, 1, false), "[1, 2, 3, 2, 4]"),
        row(
            "maxPool3d" + ARRAYS,
            x -> x.maxPool3d(ints(1, 2, 2), ints(1, 2, 1), ints(0, 1, 1), ints(1, 1, 2), true),
            "[1, 1, 2, 3, 5]"));
  }

  private static List<OpSpec> positions() {
    var rows =
        List.of(
            row(
                "maxPool1dWithIndices" + FIVE,
                x -> x.maxPool1dWithIndices(3, 2, 1, 2, true).indices(),
                "[2, 3, 8]"),
            row(
                    "maxPool2dWithIndices" + FIVE,
                    x -> x.maxPool2dWithIndices(3, 2, 1, 1, true).indices(),
                    "[2, 2, 6, 5]",
                    "[1, 2, 2]")
                .dtypes(NUMBERS),
            row(
                "maxPool2dWithIndices" + ARRAYS,
                x ->
                    x.maxPool2dWithIndices(ints(2, 3), ints(1, 2), ints(1, 0), ints(2, 1), false)
                        .indices(),
                "[1, 2, 4, 5]"),
            row(
                "maxPool3dWithIndices" + FIVE,
                x -> x.maxPool3dWithIndices(2, 2, 1, 1, false).indices(),
                "[1, 2, 3, 2, 4]"),
            row(
                "maxPool3dWithIndices" + ARRAYS,
                x ->
                    x.maxPool3dWithIndices(
                            ints(1, 2, 2), ints(1, 2, 1), ints(0, 1, 1), ints(1, 1, 2), true)
                        .indices(),
                "[1, 1, 2, 3, 5]"));
    rows.forEach(row -> row.gradient(Gradient.NONE));
    return rows;
  }

  private static List<OpSpec> means() {
    return List.of(
        mean("avgPool1d(int)", x -> x.avgPool1d(3), "[2, 2, 7]").shorthand(),
        mean("avgPool1d(int,int,int)", x -> x.avgPool1d(3, 2, 1), "[2, 2, 7]").shorthand(),
        mean("avgPool1d(int,int)", x -> x.avgPool1d(2, 1), "[2, 3]").shorthand(),
        mean(
            "avgPool1d(int,int,int,boolean,boolean)",
            x -> x.avgPool1d(3, 2, 1, true, false),
            "[2, 3, 8]"),
        mean("avgPool2d(int)", x -> x.avgPool2d(2), "[1, 2, 4, 5]", "[0, 2, 4, 4]").shorthand(),
        mean("avgPool2d(int,int,int)", x -> x.avgPool2d(3, 2, 1), "[1, 2, 4, 5]").shorthand(),
        mean("avgPool2d(int,int)", x -> x.avgPool2d(3, 2), "[2, 3, 5]").shorthand(),
        mean(
                "avgPool2d(int,int,int,boolean,boolean)",
                x -> x.avgPool2d(3, 2, 1, true, true),
                "[2, 2, 6, 5]",
                "[1, 2, 2]")
            .dtypes(FLOATS)
            .error(
                () -> Tensors.of(new int[9], 1, 3, 3).avgPool2d(3),
                "avgPool2d: defined for floats, not i32")
            .error(
                () -> Tensors.ones(1, 0, 3).avgPool2d(1),
                "avgPool2d: a window spans 1 elements, axis 1 of shape [1, 0, 3] has 0"),
        mean(
                "avgPool2d(int[],int[],int[],boolean,boolean,Integer)",
                x -> x.avgPool2d(ints(2, 3), ints(1, 2), ints(1, 0), false, true, 5),
                "[1, 2, 4, 5]")
            .error(
                () ->
                    Tensors.ones(1, 3, 3)
                        .avgPool2d(ints(2, 2), ints(1, 1), ints(0, 0), false, true, 0),
                "avgPool2d: the divisor must not be 0"),
        mean("avgPool3d(int)", x -> x.avgPool3d(2), "[1, 1, 2, 4, 3]").shorthand(),
        mean("avgPool3d(int,int,int)", x -> x.avgPool3d(3, 2, 1), "[1, 1, 3, 4, 3]").shorthand(),
        mean("avgPool3d(int,int)", x -> x.avgPool3d(2, 1), "[1, 2, 3, 3]").shorthand(),
        mean(
            "avgPool3d(int,int,int,boolean,boolean)",
            x -> x.avgPool3d(2, 2, 1, false, false),
            "[1, 2, 3, 2, 4]"),
        mean(
            "avgPool3d(int[],int[],int[],boolean,boolean,Integer)",
            x -> x.avgPool3d(ints(1, 2, 3), ints(1, 2, 1), ints(0, 1, 1), true, false, null),
            "[1, 1, 2, 3, 4]"));
  }

  private static List<OpSpec> adaptive() {
    return List.of(
        mean("adaptiveAvgPool1d(int)", x -> x.adaptiveAvgPool1d(3), "[2, 2, 8]", "[2, 2]"),
        mean(
                "adaptiveAvgPool2d(int[])",
                x -> x.adaptiveAvgPool2d(2, 3),
                "[1, 2, 4, 5]",
                "[2, 3, 6]",
                "[0, 1, 4, 5]")
            .dtypes(FLOATS)
            .error(
                () -> Tensors.ones(1, 3, 3).adaptiveAvgPool2d(0),
                "adaptiveAvgPool2d: output size [0, 0]: needs a number for each of 2 axes, none below 1")
            .error(
                () -> Tensors.ones(1, 3, 0).adaptiveAvgPool2d(1),
                "adaptiveAvgPool2d: axis 2 of shape [1, 3, 0] has no elements"),
        mean("adaptiveAvgPool3d(int[])", x -> x.adaptiveAvgPool3d(2), "[1, 2, 3, 4]"),
        row("adaptiveMaxPool1d(int)", x -> x.adaptiveMaxPool1d(3), "[2, 2, 8]", "[2, 2]"),
        row("adaptiveMaxPool2d(int[])", x -> x.adaptiveMaxPool2d(2, 3), "[1, 2, 4, 5]", "[2, 3, 6]")
            .dtypes(NUMBERS),
        row("adaptiveMaxPool3d(int[])", x -> x.adaptiveMaxPool3d(2), "[1, 2, 3, 4]"),
        row(
                "adaptiveMaxPool1dWithIndices(int)",
                x -> x.adaptiveMaxPool1dWithIndices(3).indices(),
                "[2, 2, 8]")
            .gradient(Gradient.NONE),
        row(
                "adaptiveMaxPool2dWithIndices(int[])",
                x -> x.adaptiveMaxPool2dWithIndices(3).indices(),
                "[1, 2, 4, 5]")
            .gradient(Gradient.NONE),
        row(
                "adaptiveMaxPool3dWithIndices(int[])",
                x -> x.adaptiveMaxPool3dWithIndices(2, 2, 3).indices(),
                "[1, 2, 3, 4]")
            .gradient(Gradient.NONE));
  }

  private static List<OpSpec> unpooled() {
    List<OpSpec> rows =
        List.of(
            of("maxUnpool1d(Tensor,int)", 2, x -> x.get(0).maxUnpool1d(x.get(1), 4))
                .fixedSizes()
                .shapes("[2, 3, 4] [2, 3, 4]"),
            of(
                    "maxUnpool1d(Tensor,int,int,int,Integer)",
                    2,
                    x -> x.get(0).maxUnpool1d(x.get(1), 3, 2, 1, 16))
                .fixedSizes()
                .shapes("[3, 8] [3, 8]")
                .error(
                    () ->
                        Tensors.ones(1, 2)
                            .maxUnpool1d(Tensors.of(new long[2], 1, 2), 2, 0, 0, null),
                    "maxUnpool1d: stride [0]: needs a number for each of 1 axes, none below 1"),
            of("maxUnpool2d(Tensor,int)", 2, x -> x.get(0).maxUnpool2d(x.get(1), 2))
                .fixedSizes()
                .shapes("[2, 3, 2, 2] [2, 3, 2, 2]")
                .error(
                    () -> Tensors.ones(1, 2, 2).maxUnpool2d(Tensors.of(new long[1], 1, 1, 1), 2),
                    "maxUnpool2d: indices [1, 1, 1] do not have the shape [1, 2, 2]"),
            of(
                    "maxUnpool2d(Tensor,int[],int[],int[],int[])",
                    2,
                    x -> x.get(0).maxUnpool2d(x.get(1), ints(3, 2), ints(2, 1), ints(1, 0), null))
                .fixedSizes()
                .shapes("[3, 3, 4] [3, 3, 4]"),
            of("maxUnpool3d(Tensor,int)", 2, x -> x.get(0).maxUnpool3d(x.get(1), 2))
                .fixedSizes()
                .shapes("[2, 1, 1, 2] [2, 1, 1, 2]"),
            of(
                    "maxUnpool3d(Tensor,int[],int[],int[],int[])",
                    2,
                    x ->
                        x.get(0)
                            .maxUnpool3d(
                                x.get(1), ints(1, 3, 2), ints(1, 2, 1), ints(0, 1, 0), null))
                .fixedSizes()
                .shapes("[1, 1, 2, 2, 3] [1, 1, 2, 2, 3]"));
    rows.forEach(
        row ->
            row.domain(1, Domain.positions(16))
                .dtypes(Set.of(DType.F32, DType.I32))
                .gradient(Gradient.SECOND));
    return rows;
  }
}
