package dev.adjoint.linalg;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;

/**
 * Eigenvalues, singular values and what follows from them, of the matrices along the last two axes; named as in
 * {@code torch.linalg}. What the engine computes itself, such as {@code solve} and {@code qr}, are methods of {@link Tensor}.
 *
 * <p>These run on the host, by ojAlgo in float64, whatever the device of a tensor is: a call computes the matrices, reads them,
 * and copies the result back. So nothing here is lazy but gradients, which are graphs of tensor operations on the device, and
 * have gradients themselves. Signs of vectors are arbitrary, as are vectors of equal values: a function whose result depends on
 * them has no gradient.
 *
 * <p>Matrices are of f32 or f64, or it is an {@link IllegalArgumentException}; elements that are not finite are an
 * {@link ArithmeticException}.
 */
public final class Linalg {
  private Linalg() {}

  /**
   * The eigenvalues and eigenvectors of symmetric matrices [..., n, n], of which only the lower triangle is read.
   *
   * @throws IllegalArgumentException if matrices are not square
   */
  public static Eigen eigh(Tensor x) {
    require("eigh", x);
    if (x.dim(-1) != x.dim(-2)) {
      throw new IllegalArgumentException("eigh: needs square matrices, not shape " + x.shape());
    }
    Tensor both = FactorRule.EIGH.of(HostFactors.eigen(x), x);
    return new Eigen(both.select(-2, 0), both.narrow(-2, 1, x.dim(-1)));
  }

  /**
   * Like {@link #eigh(Tensor)}, of matrices of which the lower ({@code "L"}) or the upper ({@code "U"}) triangle is read.
   *
   * @throws IllegalArgumentException if matrices are not square, or the triangle is neither
   */
  public static Eigen eigh(Tensor x, String uplo) {
    return switch (uplo) {
      case "L" -> eigh(x);
      case "U" -> eigh(x.transpose(-2, -1));
      default ->
          throw new IllegalArgumentException("eigh: uplo is '" + uplo + "', it must be L or U");
    };
  }

  /** The eigenvalues of symmetric matrices in ascending order, see {@link #eigh(Tensor)}. */
  public static Tensor eigvalsh(Tensor x) {
    return eigh(x).values();
  }

  /** The eigenvalues of symmetric matrices in ascending order, see {@link #eigh(Tensor, String)}. */
  public static Tensor eigvalsh(Tensor x, String uplo) {
    return eigh(x, uplo).values();
  }

  /** The reduced singular value decomposition of matrices [..., m, n]; {@code full_matrices=False} in PyTorch. */
  public static Singular svd(Tensor x) {
    require("svd", x);
    int m = x.dim(-2);
    Tensor all = FactorRule.SVD.of(HostFactors.singular(x), x);
    return new Singular(
        all.narrow(-2, 1, m),
        all.select(-2, 0),
        all.narrow(-2, 1 + m, x.dim(-1)).transpose(-2, -1));
  }

  /** The singular values of matrices in descending order. */
  public static Tensor svdvals(Tensor x) {
    return svd(x).s();
  }

  /** The pseudoinverses [..., n, m] of matrices [..., m, n], where singular values are 0 as {@link #matrixRank(Tensor)} says. */
  public static Tensor pinv(Tensor x) {
    require("pinv", x);
    return pinv(x, svd(x.detach()), precision(x));
  }

  /** The pseudoinverses of matrices, where singular values up to the largest times a number are 0. */
  public static Tensor pinv(Tensor x, double rcond) {
    return pinv(x, svd(x.detach()), rcond);
  }

  private static Tensor pinv(Tensor x, Singular f, double rcond) {
    Tensor s = f.s().detach();
    Tensor inverse = s.gt(tolerance(s, rcond)).where(s.reciprocal(), 0).unsqueeze(-2);
    Tensor v = f.vh().detach().transpose(-2, -1);
    Tensor value = product(v.mul(inverse), f.u().detach().transpose(-2, -1));
    return FactorRule.PINV.of(value, x);
  }

  /** A product that mixed precision leaves as it is. */
  private static Tensor product(Tensor a, Tensor b) {
    return Scope.autocast(DType.F32, () -> a.matmul(b));
  }

  /**
   * The least squares solutions of {@code A X = B} for matrices A [..., m, n] of any rank and B [..., m, k]; of all, the one of
   * least length. Gradients flow through solution and residuals.
   *
   * @throws IllegalArgumentException if shapes or types do not fit
   */
  public static LeastSquares lstsq(Tensor a, Tensor b) {
    require("lstsq", a);
    return lstsq(a, b, precision(a));
  }

  /** Like {@link #lstsq(Tensor, Tensor)}, where singular values up to the largest times a number are 0. */
  public static LeastSquares lstsq(Tensor a, Tensor b, double rcond) {
    require("lstsq", a);
    require("lstsq", b);
    if (a.dim(-2) != b.dim(-2)) {
      throw new IllegalArgumentException(
          "lstsq: matrices " + a.shape() + " do not fit right sides " + b.shape());
    }
    Singular factors = svd(a);
    Tensor x = product(pinv(a, factors, rcond), b);
    Tensor s = factors.s();
    return new LeastSquares(
        x, product(a, x).sub(b).square().sum(-2), rank(s, tolerance(s, rcond)), s);
  }

  /** How many singular values are above the largest times the larger size times the distance of 1 to the next number (i64). */
  public static Tensor matrixRank(Tensor x) {
    Tensor s = svdvals(x.detach());
    return rank(s, tolerance(s, precision(x)));
  }

  /** How many singular values are above a tolerance (i64). */
  public static Tensor matrixRank(Tensor x, double tolerance) {
    Tensor s = svdvals(x.detach());
    return s.gt(tolerance).sum(-1);
  }

  /** The condition number of matrices in the 2-norm: the largest singular value over the smallest. */
  public static Tensor cond(Tensor x) {
    return cond(x, 2);
  }

  /**
   * The condition number of matrices in a norm of {@link #matrixNorm(Tensor, double)}: that of x times that of its inverse.
   *
   * @throws IllegalArgumentException if there is no such norm, or matrices are not square and the norm is not 2 or -2
   */
  public static Tensor cond(Tensor x, double ord) {
    if (Math.abs(ord) == 2) {
      Tensor s = svdvals(x);
      Tensor largest = s.select(-1, 0);
      Tensor smallest = s.select(-1, -1);
      return ord > 0 ? largest.div(smallest) : smallest.div(largest);
    }
    return x.matrixNorm(ord).mul(x.inv().matrixNorm(ord));
  }

  /**
   * The condition number of square matrices in a norm of {@link #matrixNorm(Tensor, String)}.
   *
   * @throws IllegalArgumentException if there is no such norm, or matrices are not square
   */
  public static Tensor cond(Tensor x, String ord) {
    return matrixNorm(x, ord).mul(matrixNorm(x.inv(), ord));
  }

  /**
   * The norms of matrices: the largest singular value for 2, the smallest for -2, and those of {@link Tensor#matrixNorm(double)}.
   *
   * @throws IllegalArgumentException if there is no such norm
   */
  public static Tensor matrixNorm(Tensor x, double ord) {
    return Math.abs(ord) == 2 ? svdvals(x).select(-1, ord > 0 ? 0 : -1) : x.matrixNorm(ord);
  }

  /**
   * The norms of matrices: {@code "nuc"}, the sum of singular values, and those of {@link Tensor#matrixNorm(String)}.
   *
   * @throws IllegalArgumentException if there is no such norm
   */
  public static Tensor matrixNorm(Tensor x, String ord) {
    return ord.equals("nuc") ? svdvals(x).sum(-1) : x.matrixNorm(ord);
  }

  private static void require(String op, Tensor x) {
    if (x.dtype() != DType.F32 && x.dtype() != DType.F64) {
      throw new IllegalArgumentException(
          op + ": defined for f32 and f64, not " + x.dtype() + ": call toFloat()");
    }
    if (x.rank() < 2) {
      throw new IllegalArgumentException(op + ": needs matrices, not shape " + x.shape());
    }
  }

  /** What a singular value must be above so as not to count as 0, with an axis of size 1 at the end. */
  private static Tensor tolerance(Tensor s, double relative) {
    return s.narrow(-1, 0, Math.min(1, s.dim(-1))).sum(-1, true).mul(relative);
  }

  /** The larger size of a matrix times the distance of 1 to the next number. */
  private static double precision(Tensor x) {
    return Math.max(x.dim(-2), x.dim(-1)) * x.dtype().epsilon();
  }

  private static Tensor rank(Tensor s, Tensor tolerance) {
    return s.gt(tolerance).sum(-1);
  }
}
