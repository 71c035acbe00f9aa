package dev.adjoint.fft;

import dev.adjoint.schedule.BoundedCache;
import org.jspecify.annotations.Nullable;

/** How the size of a transform is cut: each factor is a pass over all elements, a product with a small matrix. */
final class Factors {
  /** The largest factor; a size with a larger prime goes by {@link Chirp}. */
  static final int LARGEST = 128;

  /** What a pass costs beside its product, counted in rows of the matrix. */
  private static final int PASS = 48;

  /** The factors of sizes, as looking for them takes up to a tenth of a millisecond. */
  private static final BoundedCache<Integer, int[]> KNOWN =
      new BoundedCache<>(1 << 16, factors -> 64);

  private static final int[] NONE = {};

  private Factors() {}

  /** The cheapest factors of a size, from the largest to the smallest; null if a prime is too large. */
  static int @Nullable [] of(int n) {
    int[] factors = KNOWN.get(n);
    if (factors == null) {
      int[] cheapest = cheapest(n, LARGEST, Double.POSITIVE_INFINITY);
      factors = cheapest == null ? NONE : cheapest;
      KNOWN.put(n, factors);
    }
    return factors.length == 0 ? null : factors;
  }

  /** The cheapest factors of a size that are not above one number and together cost less than another; null if there are none. */
  private static int @Nullable [] cheapest(int n, int largest, double limit) {
    int[] best = null;
    double cost = limit;
    if (n <= largest && n + PASS < cost) {
      best = new int[] {n};
      cost = n + PASS;
    }
    for (int f = Math.min(largest, n / 2); f > 1; f--) {
      double left = cost - f - PASS;
      int[] others = n % f == 0 && least(n / f) < left ? cheapest(n / f, f, left) : null;
      if (others != null) {
        best = new int[others.length + 1];
        best[0] = f;
        System.arraycopy(others, 0, best, 1, others.length);
        cost = 0;
        for (int factor : best) {
          cost += factor + PASS;
        }
      }
    }
    return best;
  }

  /** What no factors of a size can cost less than. */
  private static double least(int n) {
    double least = n + PASS;
    for (int passes = 2; passes * PASS < least; passes++) {
      least = Math.min(least, passes * (Math.pow(n, 1.0 / passes) + PASS));
    }
    return least;
  }
}
