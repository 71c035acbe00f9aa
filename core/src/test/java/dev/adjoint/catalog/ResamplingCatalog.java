package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.ResamplingOps}: one each in all types, the others in f32. */
final class ResamplingCatalog {
  private static final String SIZE = "interpolate(int[],String,boolean)";
  private static final String SAMPLE = "gridSample(Tensor,String,String,boolean)";

  private ResamplingCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    rows.addAll(sizes());
    rows.addAll(grids());
    return rows;
  }

  private static OpSpec row(String covers, UnaryOperator<Tensor> f, String... shapes) {
    return of(covers, 1, x -> f.apply(x.get(0)))
        .shapes(shapes)
        .dtypes(Set.of(DType.F32))
        .tolerance(Tolerance.composed())
        .gradient(Gradient.SECOND);
  }

  private static int[] ints(int... values) {
    return values;
  }

  private static List<OpSpec> sizes() {
    return List.of(
        row("interpolate(int[])", x -> x.interpolate(6), "[1, 2, 3, 2]").shorthand(),
        row("interpolate(int[],String)", x -> x.interpolate(ints(2, 3), "area"), "[1, 2, 4, 5]")
            .shorthand(),
        row("interpolate(double[])", x -> x.interpolate(1.5), "[1, 2, 3, 2]").shorthand(),
        row(
                "interpolate(double[],String)",
                x -> x.interpolate(new double[] {1.5}, "linear"),
                "[1, 2, 3]")
            .shorthand(),
        row(SIZE, x -> x.interpolate(ints(5, 2), "nearest", false), "[1, 2, 3, 4]", "[0, 1, 3, 4]")
            .variant("nearest")
            .dtypes(OpSpec.ALL)
            .tolerance(Tolerance.exact())
            .error(
                () -> Tensors.ones(1, 1, 2).interpolate(ints(4), "nearest", true),
                "interpolate: mode \"nearest\" cannot align corners")
            .error(
                () -> Tensors.ones(1, 1, 2).interpolate(ints(4), "lanczos", false),
                "interpolate: there is no mode \"lanczos\"")
            .error(
                () -> Tensors.ones(1, 1, 2).interpolate(ints(4), "bilinear", false),
                "interpolate: mode \"bilinear\" does not fit the axes of [n, channels, ...], which is [1, 1, 2]")
            .error(
                () -> Tensors.ones(1, 1, 2).interpolate(ints(4, 4), "linear", false),
                "interpolate: size [4, 4]: needs a number for each of 1 axes, none below 1")
            .error(
                () -> Tensors.ones(1, 1, 0).interpolate(ints(4), "linear", false),
                "interpolate: axis 2 of shape [1, 1, 0] has no elements"),
        row(SIZE, x -> x.interpolate(ints(5), "nearest-exact", false), "[2, 1, 3]")
            .variant("nearest-exact"),
        row(SIZE, x -> x.interpolate(ints(5), "linear", true), "[2, 1, 3]")
            .variant("linear")
            .withoutSpecials(),
        row(SIZE, x -> x.interpolate(ints(5, 2), "bilinear", false), "[1, 2, 3, 4]", "[1, 1, 1, 2]")
            .variant("bilinear")
            .withoutSpecials()
            .dtypes(OpSpec.FLOATS),
        row(SIZE, x -> x.interpolate(ints(5, 2), "bicubic", false), "[1, 2, 3, 4]")
            .variant("bicubic")
            .withoutSpecials(),
        row(SIZE, x -> x.interpolate(ints(2, 1, 3), "trilinear", false), "[1, 2, 2, 3, 2]")
            .variant("trilinear")
            .withoutSpecials(),
        row(SIZE, x -> x.interpolate(ints(2, 3), "area", false), "[1, 2, 4, 5]")
            .variant("area")
            .shorthand(),
        row(
                "interpolate(double[],String,boolean)",
                x -> x.interpolate(new double[] {1.7, 0.6}, "bilinear", false),
                "[1, 2, 3, 4]")
            .withoutSpecials()
            .error(
                () -> Tensors.ones(1, 1, 2).interpolate(new double[] {0.4}, "nearest", false),
                "interpolate: factors [0.4]: needs one for each axis"));
  }

  /** A row for images and grids, whose positions keep away from the kinks at 0 and 1 of 4 and 3 elements. */
  private static OpSpec grid(String covers, BinaryOperator<Tensor> f, String... shapes) {
    return of(covers, 2, x -> f.apply(x.get(0), x.get(1)))
        .shapes(shapes)
        .dtypes(Set.of(DType.F32))
        .domain(
            1,
            Domain.of(-1.4, 1.4)
                .awayFrom(-1.25, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25))
        .tolerance(Tolerance.composed())
        .withoutSpecials()
        .gradient(Gradient.SECOND);
  }

  private static List<OpSpec> grids() {
    return List.of(
        grid("gridSample(Tensor)", Tensor::gridSample, "[1, 2, 4, 2] [1, 2, 3, 2]").shorthand(),
        grid(
                "gridSample(Tensor,String)",
                (x, g) -> x.gridSample(g, "bilinear"),
                "[1, 2, 4, 2] [1, 2, 3, 2]")
            .shorthand(),
        grid(
                SAMPLE,
                (x, g) -> x.gridSample(g, "bilinear", "zeros", false),
                "[2, 2, 4, 2] [2, 2, 3, 2]")
            .variant("bilinear")
            .dtypes(OpSpec.FLOATS)
            .error(
                () -> Tensors.ones(1, 1, 2, 2).gridSample(Tensors.ones(1, 2, 2)),
                "gridSample: needs [n, channels, height, width] and a grid")
            .error(
                () ->
                    Tensors.ones(1, 1, 2, 2)
                        .gridSample(Tensors.ones(1, 2, 2, 2), "cubic", "zeros", false),
                "gridSample: there is no mode \"cubic\"")
            .error(
                () ->
                    Tensors.ones(1, 1, 2, 2)
                        .gridSample(Tensors.ones(1, 2, 2, 2), "nearest", "wrap", false),
                "gridSample: there is no padding \"wrap\""),
        grid(
                SAMPLE,
                (x, g) -> x.gridSample(g, "nearest", "border", false),
                "[1, 2, 4, 2] [1, 2, 3, 2]")
            .variant("nearest"),
        grid(
                SAMPLE,
                (x, g) -> x.gridSample(g, "bilinear", "reflection", true),
                "[1, 2, 4, 2] [1, 2, 3, 2]")
            .variant("reflected"),
        grid(
                SAMPLE,
                (x, g) -> x.gridSample(g, "bicubic", "zeros", false),
                "[1, 2, 4, 2] [1, 2, 3, 2]")
            .variant("bicubic"),
        grid(
                SAMPLE,
                (x, g) -> x.gridSample(g, "nearest", "reflection", false),
                "[1, 2, 2, 4, 2] [1, 1, 2, 3, 3]")
            .variant("with a depth")
            .error(
                () ->
                    Tensors.ones(1, 1, 2, 2, 2)
                        .gridSample(Tensors.ones(1, 2, 2, 2, 3), "bicubic", "zeros", false),
                "gridSample: mode \"bicubic\" reads images without a depth, not [1, 1, 2, 2, 2]"),
        row("affineGrid(int[])", x -> x.affineGrid(2, 1, 3, 4), "[2, 2, 3]").shorthand(),
        row("affineGrid(int[],boolean)", x -> x.affineGrid(ints(1, 2, 2, 3, 1), true), "[1, 3, 4]")
            .error(
                () -> Tensors.ones(1, 2, 3).affineGrid(1, 1, 2, 2, 2),
                "affineGrid: maps [1, 2, 3] do not fit images [1, 1, 2, 2, 2]"));
  }
}
