package dev.adjoint.fft;

import dev.adjoint.ComplexTensor;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.ops.MatrixProducts;
import org.jspecify.annotations.Nullable;

/**
 * Transforms of sizes with small factors, by Stockham's algorithm: with n = f m, j = m a + b, k = c + f d and
 * {@code w = exp(-2 pi i / n)},
 *
 * <pre>X[c + f d] = sum_b v^(b d) (w^(b c) sum_a u^(a c) x[m a + b]),  u = w^m, v = w^f</pre>
 *
 * <p>The inner sum is a product with a matrix, the factor before it an elementwise map, and the outer sum is the same problem for
 * m elements, with c moved behind b, so that results come in order.
 */
final class Passes {
  private Passes() {}

  /**
   * The first results for complex numbers [outer, n, inner], or for real ones if there are no imaginary parts.
   *
   * @param count how many results there are; result n is result 0 once more
   */
  static ComplexTensor transform(Tensor real, @Nullable Tensor imag, int count) {
    int n = real.dim(1);
    int[] factors = Factors.of(n);
    if (factors == null) {
      throw OpError.of("fft", "size " + n + " has a factor above " + Factors.LARGEST);
    }
    int inner = real.dim(2);
    int left = n / factors[0];
    int done = 1;
    ComplexTensor x = pass(real, imag, factors[0], left == 1 ? count : factors[0], left, inner);
    for (int i = 1; i < factors.length; i++) {
      int f = factors[i];
      left /= f;
      done *= factors[i - 1];
      int rows = left == 1 ? Math.ceilDiv(count, done) : f;
      x = pass(x.real(), x.imag(), f, rows, left, done * inner);
    }
    Shape shape = Shape.of(real.dim(0), x.dim(2) * done, inner);
    return x.each(part -> part.reshape(shape).slice(1, 0, count));
  }

  /** A pass over [outer, f, left, done], which makes [outer, left, rows, done]: all f results, or some of them in the last. */
  private static ComplexTensor pass(
      Tensor real, @Nullable Tensor imag, int f, int rows, int left, int done) {
    Tensor a = products(real, f, rows, left, done);
    Tensor b = imag == null ? null : products(imag, f, rows, left, done);
    Tensor re = b == null ? a.get(0) : a.get(0).add(b.get(1));
    Tensor im = b == null ? a.get(1).neg() : b.get(0).sub(a.get(1));
    if (left == 1) {
      return new ComplexTensor(re, im);
    }
    Tensor turns = Tables.twiddles(real, f, left);
    Tensor c = turns.get(0);
    Tensor s = turns.get(1);
    return new ComplexTensor(re.mul(c).add(im.mul(s)), im.mul(c).sub(re.mul(s)));
  }

  /** The sums of a pass with cosines, and those with sines: [2, outer, left, rows, done]. */
  private static Tensor products(Tensor x, int f, int rows, int left, int done) {
    int outer = x.dim(0);
    if (done == 1) {
      // The transposed product has its results where the next pass wants them.
      Tensor turned = x.reshape(outer, f, left).transpose(1, 2);
      return MatrixProducts.matmul(turned, Tables.columns(x, f, rows))
          .reshape(outer, left, 2, rows, 1)
          .permute(2, 0, 1, 3, 4);
    }
    return MatrixProducts.matmul(Tables.rows(x, f, rows), x.reshape(outer, f, left * done))
        .reshape(outer, 2, rows, left, done)
        .permute(1, 0, 3, 2, 4);
  }
}
