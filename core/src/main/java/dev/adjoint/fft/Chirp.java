package dev.adjoint.fft;

import dev.adjoint.ComplexTensor;
import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/**
 * Transforms of sizes with a large prime, by Bluestein's algorithm. As {@code j k = (j^2 + k^2 - (k - j)^2) / 2}, the transform
 * is a convolution with a chirp, {@code b[j] = exp(pi i j^2 / n)}:
 *
 * <pre>X[k] = conj(b[k]) sum_j (x[j] conj(b[j])) b[k - j]</pre>
 *
 * <p>which is done by transforms of a size of small factors.
 */
final class Chirp {
  /** The largest prime of the size of the convolution. */
  private static final int LARGEST_PRIME = 7;

  private Chirp() {}

  /** The first results for [outer, n, inner], up to n + 1 of them; imaginary parts are 0 where there are none. */
  static ComplexTensor transform(Tensor real, @Nullable Tensor imag, int count) {
    int n = real.dim(1);
    int size = size(n);
    Tensor chirp = Tables.table(real, Tables.key("chirp", real, n), () -> chirp(n), 2, n + 1, 1);
    Tensor kernel =
        Tables.table(real, Tables.key("chirp kernel", real, n), () -> kernel(n, size), 2, size, 1);
    ComplexTensor b = new ComplexTensor(chirp.get(0), chirp.get(1));
    Tensor c = b.real().slice(0, 0, n);
    Tensor s = b.imag().slice(0, 0, n);
    Tensor re = imag == null ? real.mul(c) : real.mul(c).add(imag.mul(s));
    Tensor im = imag == null ? real.mul(s).neg() : imag.mul(c).sub(real.mul(s));
    int[] behind = {0, 0, 0, size - n};
    ComplexTensor spectrum = Passes.transform(re.pad(behind), im.pad(behind), size);
    // The inverse of a transform is the conjugate of the transform of the conjugate.
    ComplexTensor product = spectrum.mul(new ComplexTensor(kernel.get(0), kernel.get(1))).conj();
    ComplexTensor sums = Passes.transform(product.real(), product.imag(), count);
    return sums.mul(b.each(part -> part.slice(0, 0, count))).conj();
  }

  /** The least size that holds the convolution and has small factors. */
  private static int size(int n) {
    if (n > Integer.MAX_VALUE / 4) {
      throw OpError.of("fft", "size " + n + " with a large prime factor is too large");
    }
    int size = 2 * n;
    while (!isSmooth(size)) {
      size++;
    }
    return size;
  }

  private static boolean isSmooth(int n) {
    int rest = n;
    for (int p = 2; p <= LARGEST_PRIME; p++) {
      while (rest % p == 0) {
        rest /= p;
      }
    }
    return rest == 1;
  }

  /** The cosines of the elements 0 to n, then the sines. */
  private static double[] chirp(int n) {
    return Tables.turns(1, n + 1, (_, j) -> (long) j * j, 2L * n);
  }

  /** The transform of the chirp and of its mirror image before it, divided by the size. */
  private static double[] kernel(int n, int size) {
    double[] chirp = chirp(n);
    double[] both = new double[2 * size];
    for (int j = 0; j <= n; j++) {
      int before = (size - j) % size;
      both[j] = both[before] = chirp[j];
      both[size + j] = both[size + before] = chirp[n + 1 + j];
    }
    return Scope.on(
        Device.cpu(),
        () ->
            Scope.withDType(
                DType.F64,
                () -> {
                  Tensor x = Tensors.of(both, 2, 1, size, 1);
                  ComplexTensor kernel = Passes.transform(x.get(0), x.get(1), size);
                  return Tensors.stack(0, kernel.real(), kernel.imag()).div(size).toDoubles();
                }));
  }
}
