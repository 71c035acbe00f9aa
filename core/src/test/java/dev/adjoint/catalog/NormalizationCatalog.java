package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.NormalizationOps}: those with weights in all types, the others in f32. */
final class NormalizationCatalog {
  private static final String STATISTICS =
      "(Variable,Variable,Tensor,Tensor,boolean,double,double)";

  private NormalizationCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(normalizations());
    rows.forEach(OpSpec::distinct);
    rows.addAll(dropouts());
    return rows;
  }

  private static List<OpSpec> normalizations() {
    return List.of(
        row(
                "batchNorm" + STATISTICS,
                x -> batchNorm(x, true),
                "[4, 3] [3] [3]",
                "[2, 2, 5] [2] [2]")
            .dtypes(OpSpec.FLOATS)
            .error(
                () -> Tensors.ones(1, 3).batchNorm(null, null, null, null, true, 0.1, 1e-5),
                "batchNorm: training needs more than one value per channel, the input is [1, 3]")
            .error(
                () -> Tensors.ones(2, 3).batchNorm(null, null, null, null, false, 0.1, 1e-5),
                "batchNorm: evaluation needs a running mean and variance")
            .error(
                () -> Tensors.ones(3).batchNorm(null, null, null, null, true, 0.1, 1e-5),
                "batchNorm: needs [n, channels, ...], not [3]")
            .error(
                () ->
                    Tensors.ones(2, 3)
                        .batchNorm(null, null, Tensors.ones(2), null, true, 0.1, 1e-5),
                "batchNorm: weight is f32[2], input f32[2, 3] needs f32[3]"),
        row("batchNorm" + STATISTICS, x -> batchNorm(x, false), "[4, 3] [3] [3]")
            .variant("in evaluation"),
        row(
                "batchNorm(Variable,Variable,Tensor,Tensor,boolean)",
                x -> x.get(0).batchNorm(null, null, x.get(1), x.get(2), true),
                "[4, 3] [3] [3]")
            .shorthand(),
        single(
                "batchNorm(Variable,Variable)",
                x -> x.batchNorm(running(x, 0.5), running(x, 2)),
                "[2, 3, 2]")
            .shorthand(),
        single("layerNorm(int[])", x -> x.layerNorm(4), "[3, 4]").shorthand(),
        row(
                "layerNorm(int[],Tensor,Tensor)",
                x -> x.get(0).layerNorm(new int[] {4}, x.get(1), x.get(2)),
                "[3, 4] [4] [4]")
            .shorthand(),
        row(
                "layerNorm(int[],Tensor,Tensor,double)",
                x -> x.get(0).layerNorm(x.get(1).shape().dims(), x.get(1), x.get(2), 1e-5),
                "[3, 4] [4] [4]",
                "[2, 3, 2] [3, 2] [3, 2]",
                "[0, 4] [4] [4]")
            .dtypes(OpSpec.FLOATS)
            .error(
                () -> Tensors.ones(2, 3).layerNorm(4),
                "layerNorm: normalises over [4], the input is [2, 3]")
            .error(() -> Tensors.of(1, 2).layerNorm(2), "layerNorm: defined for floats, not i32"),
        single("groupNorm(int)", x -> x.groupNorm(2), "[2, 4, 3]").shorthand(),
        row(
                "groupNorm(int,Tensor,Tensor)",
                x -> x.get(0).groupNorm(2, x.get(1), x.get(2)),
                "[2, 4, 3] [4] [4]")
            .shorthand(),
        row(
                "groupNorm(int,Tensor,Tensor,double)",
                x -> x.get(0).groupNorm(2, x.get(1), x.get(2), 1e-3),
                "[2, 4, 3] [4] [4]",
                "[3, 4] [4] [4]")
            .dtypes(OpSpec.FLOATS)
            .error(
                () -> Tensors.ones(2, 3).groupNorm(2),
                "groupNorm: 2 groups do not divide the channels of [n, channels, ...], which is [2, 3]"),
        single("instanceNorm()", Tensor::instanceNorm, "[2, 2, 3]").shorthand(),
        row(
                "instanceNorm" + STATISTICS,
                x -> x.get(0).instanceNorm(null, null, x.get(1), x.get(2), true, 0.1, 1e-5),
                "[2, 3, 4] [3] [3]")
            .error(
                () -> Tensors.ones(2, 3, 1).instanceNorm(),
                "instanceNorm: needs [n, channels, ...] with several values of each channel, not [2, 3, 1]"),
        single("rmsNorm(int[])", x -> x.rmsNorm(4), "[3, 4]").shorthand(),
        row("rmsNorm(int[],Tensor)", x -> x.get(0).rmsNorm(new int[] {4}, x.get(1)), "[3, 4] [4]")
            .shorthand(),
        row(
                "rmsNorm(int[],Tensor,Double)",
                x -> x.get(0).rmsNorm(x.get(1).shape().dims(), x.get(1), 1e-6),
                "[3, 4] [4]",
                "[2, 3, 2] [3, 2]")
            .dtypes(OpSpec.FLOATS)
            .error(
                () -> Tensors.ones(2, 3).rmsNorm(new int[] {3}, Tensors.ones(2), null),
                "rmsNorm: weight is f32[2], input f32[2, 3] needs f32[3]"),
        single("localResponseNorm(int)", x -> x.localResponseNorm(3), "[2, 4, 3]").shorthand(),
        single(
                "localResponseNorm(int,double,double,double)",
                x -> x.localResponseNorm(4, 0.5, 0.6, 2),
                "[2, 5, 3]")
            .error(
                () -> Tensors.ones(2, 3).localResponseNorm(2),
                "localResponseNorm: needs [n, channels, ...] of at least 3 axes"));
  }

  private static List<OpSpec> dropouts() {
    return List.of(
        single("dropout()", x -> seeded(x).dropout(), "[7, 9]").shorthand(),
        single("dropout(double)", x -> seeded(x).dropout(0.4), "[7, 9]").shorthand(),
        single("dropout(double,boolean)", x -> seeded(x).dropout(0.4, true), "[7, 9]")
            .error(
                () -> Tensors.ones(2).dropout(1.5, true),
                "dropout: the probability must be in [0, 1], it is 1.5"),
        single("alphaDropout(double,boolean)", x -> seeded(x).alphaDropout(0.4, true), "[7, 9]")
            .error(
                () -> Tensors.ones(2).alphaDropout(-1, true),
                "alphaDropout: the probability must be in [0, 1], it is -1.0"),
        single(
                "featureDropout(double,boolean)",
                x -> seeded(x).featureDropout(0.4, true),
                "[3, 5, 2]")
            .error(
                () -> Tensors.ones(2).featureDropout(0.5, true),
                "featureDropout: needs [n, channels, ...], not [2]"),
        single(
                "featureAlphaDropout(double,boolean)",
                x -> seeded(x).featureAlphaDropout(0.4, true),
                "[3, 5, 2]")
            .error(
                () -> Tensors.ones(2).featureAlphaDropout(0.5, true),
                "featureAlphaDropout: needs [n, channels, ...], not [2]"));
  }

  private static Tensor batchNorm(List<Tensor> x, boolean training) {
    Tensor input = x.get(0);
    return input.batchNorm(
        training ? null : running(input, 0.5),
        training ? null : running(input, 2),
        x.get(1),
        x.get(2),
        training,
        0.1,
        1e-5);
  }

  private static Variable running(Tensor x, double value) {
    return new Variable("running", Tensors.zeros(Shape.of(x.dim(1)), x.dtype()).add(value));
  }

  /** A tensor, after the standard generator was put to a place, so that all calls draw the same. */
  private static Tensor seeded(Tensor x) {
    Random.seed(3);
    return x;
  }

  private static OpSpec single(String covers, UnaryOperator<Tensor> f, String... shapes) {
    return of(covers, 1, x -> f.apply(x.get(0)))
        .shapes(shapes)
        .dtypes(Set.of(DType.F32))
        .tolerance(Tolerance.composed())
        .gradient(Gradient.SECOND);
  }

  private static OpSpec row(String covers, Function<List<Tensor>, Tensor> f, String... shapes) {
    return of(covers, shapes[0].split("] ").length, f)
        .shapes(shapes)
        .dtypes(Set.of(DType.F32))
        .tolerance(Tolerance.composed())
        .gradient(Gradient.SECOND);
  }
}
