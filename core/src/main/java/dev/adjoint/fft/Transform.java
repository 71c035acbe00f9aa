package dev.adjoint.fft;

import dev.adjoint.ComplexTensor;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Graph;
import org.jspecify.annotations.Nullable;

/** Sums {@code X[k] = sum_j x[j] w^(j k)} with {@code w = exp(-2 pi i / n)}, along the middle axis of [outer, n, inner]. */
final class Transform {
  private Transform() {}

  /** The transform of complex numbers, or of real ones if there are no imaginary parts. */
  static ComplexTensor complex(Tensor real, @Nullable Tensor imag) {
    return first(real.dim(1), real, imag);
  }

  /** The first results; result n is result 0 once more. */
  private static ComplexTensor first(int count, Tensor real, @Nullable Tensor imag) {
    boolean fits = Factors.of(real.dim(1)) != null;
    return fits ? Passes.transform(real, imag, count) : Chirp.transform(real, imag, count);
  }

  /**
   * The {@code n / 2 + 1} first results for real numbers, of which the others are conjugates.
   *
   * <p>A few are one product. Otherwise an even number of them is transformed as half as many complex numbers
   * {@code z[j] = x[2 j] + i x[2 j + 1]}:
   *
   * <pre>X[k] = ((Z[k] + Z*[m - k]) - i w^k (Z[k] - Z*[m - k])) / 2,  m = n / 2, Z[m] = Z[0]</pre>
   */
  static ComplexTensor ofReal(Tensor x) {
    int n = x.dim(1);
    int m = n / 2;
    int[] factors = Factors.of(n);
    if (n % 2 == 1 || (factors != null && factors.length == 1)) {
      return first(m + 1, x, null);
    }
    Tensor pairs = x.reshape(x.dim(0), m, 2, x.dim(2));
    ComplexTensor a = first(m + 1, pairs.select(2, 0), pairs.select(2, 1));
    ComplexTensor b = a.each(part -> part.flip(1)).conj();
    ComplexTensor odd = a.sub(b);
    Tensor turns = Tables.halves(x, n);
    return a.add(b)
        .add(odd.mul(new ComplexTensor(turns.get(1).neg(), turns.get(0).neg())))
        .mul(0.5);
  }

  /**
   * The n real results for numbers of which the first {@code n / 2 + 1} are given and the others are conjugates. An even number
   * of results is found as half as many complex ones, {@code x[2 j] + i x[2 j + 1]}, of
   *
   * <pre>Z[k] = (X[k] + X*[m - k]) + i w^k (X[k] - X*[m - k]),  m = n / 2</pre>
   */
  static Tensor toReal(ComplexTensor x, int n) {
    int m = n / 2;
    if (n % 2 == 1) {
      ComplexTensor all = joined(x, x.each(part -> part.slice(1, 1, m + 1).flip(1)).conj());
      return complex(all.real(), all.imag()).real();
    }
    // X[0] and X[m] count as real.
    Tensor within = new Tensor(Graph.iota(m, x.device())).gt(0).reshape(m, 1);
    ComplexTensor low = x.each(part -> part.slice(1, 0, m));
    ComplexTensor high = x.each(part -> part.slice(1, 1, m + 1).flip(1));
    ComplexTensor a = new ComplexTensor(low.real(), within.where(low.imag(), 0));
    ComplexTensor b = new ComplexTensor(high.real(), within.where(high.imag().neg(), 0));
    Tensor turns = Tables.halves(x.real(), n).slice(1, 0, m);
    ComplexTensor odd = a.sub(b).mul(new ComplexTensor(turns.get(1), turns.get(0)));
    ComplexTensor z = a.add(b).add(odd);
    ComplexTensor pairs = complex(z.real(), z.imag());
    int[] dims = {x.dim(0), n, x.dim(2)};
    return Tensors.stack(2, pairs.real(), pairs.imag()).reshape(Shape.of(dims));
  }

  /** All results for real numbers. */
  static ComplexTensor allOfReal(Tensor x) {
    int n = x.dim(1);
    if (n % 2 == 1) {
      return complex(x, null);
    }
    ComplexTensor half = ofReal(x);
    return joined(half, half.each(part -> part.slice(1, 1, n / 2).flip(1)).conj());
  }

  private static ComplexTensor joined(ComplexTensor a, ComplexTensor b) {
    return new ComplexTensor(
        Tensors.cat(1, a.real(), b.real()), Tensors.cat(1, a.imag(), b.imag()));
  }
}
