package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.Recording;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Norms of vectors and matrices, and distances. */
public final class Distances {
  /** From more points than these on, distances are found by a product, as in PyTorch. */
  private static final int FEW = 25;

  private Distances() {}

  public static Tensor vectorNorm(Tensor x, double ord, int[] axes, boolean keepDim) {
    Operands.requireFloat("vectorNorm", x);
    Reductions.axes("vectorNorm", x, axes);
    return Statistics.norm(x, ord, axes, keepDim);
  }

  public static Tensor matrixNorm(Tensor x, String ord, int[] axes, boolean keepDim) {
    if (!ord.equals("fro")) {
      throw OpError.of(
          "matrixNorm",
          "no norm \"" + ord + "\": it must be \"fro\", or \"nuc\" in Linalg of adjoint-linalg");
    }
    return Statistics.norm(x, 2, matrix(x, axes), keepDim);
  }

  public static Tensor matrixNorm(Tensor x, double ord, int[] axes, boolean keepDim) {
    int[] both = matrix(x, axes);
    boolean columns = Math.abs(ord) == 1;
    if (!columns && !Double.isInfinite(ord)) {
      throw OpError.of(
          "matrixNorm",
          "no norm of order "
              + ord
              + ": it must be 1, -1 or infinite, or \"fro\", or 2 or -2 in Linalg of adjoint-linalg");
    }
    int[] summed = {both[columns ? 0 : 1]};
    int[] other = {both[columns ? 1 : 0]};
    DType wide = x.dtype().register();
    Tensor sums = x.to(wide).abs().sum(summed, true);
    Tensor norm = ord > 0 ? sums.amax(other, true) : sums.amin(other, true);
    Tensor result = norm.to(x.dtype());
    return keepDim ? result : result.squeeze(both);
  }

  private static int[] matrix(Tensor x, int[] axes) {
    Operands.requireFloat("matrixNorm", x);
    if (axes.length != 2 || x.rank() < 2) {
      throw OpError.of(
          "matrixNorm", "needs two axes, not " + Arrays.toString(axes) + " of shape " + x.shape());
    }
    Reductions.axes("matrixNorm", x, axes);
    return Arrays.stream(axes).map(axis -> x.shape().axis(axis, "matrixNorm")).toArray();
  }

  public static Tensor cosineSimilarity(Tensor x, Tensor y, int axis, double eps) {
    Operands.Aligned both = Operands.align("cosineSimilarity", x, y, true);
    int[] axes = Reductions.axes("cosineSimilarity", both.a(), axis);
    DType dtype = both.a().dtype();
    Tensor a = unit(both.a().to(dtype.register()), axes, eps);
    Tensor b = unit(both.b().to(dtype.register()), axes, eps);
    return a.mul(b).sum(axes, false).to(dtype);
  }

  private static Tensor unit(Tensor x, int[] axes, double eps) {
    return x.div(Statistics.norm(x, 2, axes, true).clampMin(eps));
  }

  public static Tensor dist(Tensor x, Tensor y, double p) {
    Operands.Aligned both = Operands.align("dist", x, y, false);
    Operands.requireFloat("dist", both.a());
    return Statistics.norm(both.a().sub(both.b()), p, new int[0], false);
  }

  public static Tensor renorm(Tensor x, double p, int axis, double maxNorm) {
    Operands.requireFloat("renorm", x);
    int a = x.shape().axis(axis, "renorm");
    if (!(p > 0) || !(maxNorm >= 0) || x.rank() < 2) {
      throw OpError.of(
          "renorm",
          "needs p > 0, a norm of 0 or more and two axes or more, not "
              + p
              + ", "
              + maxNorm
              + " and shape "
              + x.shape());
    }
    int[] others = IntStream.range(0, x.rank()).filter(i -> i != a).toArray();
    Tensor wide = x.to(x.dtype().register());
    Tensor norm = Statistics.norm(wide, p, others, true);
    // Not quite, so that what is scaled is not scaled again, as in PyTorch.
    Tensor factor = norm.gt(maxNorm).where(norm.add(1e-7).rdiv(maxNorm), 1);
    return wide.mul(factor).to(x.dtype());
  }

  public static Tensor cdist(Tensor x, Tensor y, double p, String computeMode) {
    MatrixProducts.checkTypes("cdist", x, y);
    if (x.rank() < 2 || y.rank() < 2 || x.dim(-1) != y.dim(-1)) {
      throw OpError.of(
          "cdist", "needs [..., n, m] and [..., r, m], not " + x.shape() + " and " + y.shape());
    }
    if (!(p >= 0)) {
      throw OpError.of("cdist", "p must not be negative, it is " + p);
    }
    boolean multiplies = multiplies(computeMode, x.dim(-2), y.dim(-2));
    DType wide = x.dtype().register();
    Tensor a = x.to(wide);
    Tensor b = y.to(wide);
    if (p == 2 && multiplies && x.dim(-1) > 0) {
      return Recording.withPrecision(Precision.F32, () -> euclidean(a, b)).to(x.dtype());
    }
    Operands.Aligned both = Operands.align("cdist", a.unsqueeze(-2), b.unsqueeze(-3), true);
    Tensor differences = both.a().sub(both.b());
    return distances(differences, p).to(x.dtype());
  }

  private static boolean multiplies(String computeMode, int n, int r) {
    return switch (computeMode) {
      case "use_mm_for_euclid_dist" -> true;
      case "use_mm_for_euclid_dist_if_necessary" -> n > FEW || r > FEW;
      case "donot_use_mm_for_euclid_dist" -> false;
      default ->
          throw OpError.of(
              "cdist",
              "computeMode is '"
                  + computeMode
                  + "', it must be use_mm_for_euclid_dist_if_necessary, use_mm_for_euclid_dist or "
                  + "donot_use_mm_for_euclid_dist");
    };
  }

  /** The roots of {@code |x|^2 + |y|^2 - 2 x y}, which rounding may take below 0. */
  private static Tensor euclidean(Tensor x, Tensor y) {
    Tensor left = MatrixProducts.sum(x.square(), -1, true);
    Tensor right = MatrixProducts.sum(y.square(), -1, true).transpose(-1, -2);
    Tensor product = MatrixProducts.matmul(x, y.transpose(-1, -2));
    return Statistics.root(product.mul(-2).add(left).add(right).clampMin(0), 2);
  }

  private static Tensor distances(Tensor differences, double p) {
    if (differences.dim(-1) == 0) {
      // The largest of no differences is none, but their distance is 0.
      return differences.sum(-1);
    }
    return Double.isInfinite(p) ? largest(differences.abs()) : differences.norm(p, -1);
  }

  /** The largest values along the last axis. As in PyTorch, all that attain one have the whole gradient, not shares of it. */
  private static Tensor largest(Tensor values) {
    Tensor largest = values.detach().amax(-1, true);
    Tensor gains = values.eq(largest).where(values.sub(values.detach()), 0);
    return largest.squeeze(-1).add(gains.isFinite().where(gains, 0).sum(-1));
  }
}
