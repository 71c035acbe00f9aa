package dev.adjoint.fft;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.schedule.BoundedCache;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The constants of transforms, computed in double precision and kept on their device: those that were not used for longest are
 * dropped when all take too many bytes.
 */
final class Tables {
  private static final long LIMIT = 64 << 20;

  private static final BoundedCache<Key, Tensor> CACHE =
      new BoundedCache<>(LIMIT, table -> table.size() * table.dtype().bytes());

  private record Key(String what, List<Integer> sizes, DType dtype, Device device) {}

  private Tables() {}

  /** The matrix of a transform of f elements, [2 rows, f]: cosines for the first results, then as many rows of sines. */
  static Tensor rows(Tensor like, int f, int rows) {
    return table(
        like,
        key("rows", like, f, rows),
        () -> turns(rows, f, (k, j) -> (long) k * j, f),
        2 * rows,
        f);
  }

  /** The same, transposed: [f, 2 rows]. */
  static Tensor columns(Tensor like, int f, int rows) {
    return table(
        like,
        key("columns", like, f, rows),
        () -> rows(like, f, rows).t().flatten().toDoubles(),
        f,
        2 * rows);
  }

  /** What the f results of a pass are turned by before the rest is transformed, [2, rest, f, 1]: cosines and sines. */
  static Tensor twiddles(Tensor like, int f, int rest) {
    return table(
        like,
        key("twiddles", like, f, rest),
        () -> turns(rest, f, (j, k) -> (long) j * k, (long) f * rest),
        2,
        rest,
        f,
        1);
  }

  /** The cosines and sines of the angles up to half a turn of which n are a full turn, [2, n / 2 + 1, 1]. */
  static Tensor halves(Tensor like, int n) {
    return table(
        like, key("halves", like, n), () -> turns(1, n / 2 + 1, (_, k) -> k, n), 2, n / 2 + 1, 1);
  }

  /** A table that is computed unless it is there: values in row-major order. */
  static Tensor table(Tensor like, Key key, Supplier<double[]> values, int... shape) {
    Tensor known = CACHE.get(key);
    if (known != null) {
      return known;
    }
    Tensor table =
        Scope.on(
            like.device(),
            () -> Scope.withDType(like.dtype(), () -> Tensors.of(values.get(), shape)));
    // It outlives a region of temporaries.
    CACHE.put(key, table.keep());
    return table;
  }

  static Key key(String what, Tensor like, int... sizes) {
    return new Key(what, IntStream.of(sizes).boxed().toList(), like.dtype(), like.device());
  }

  /** A number of steps for a row and a column. */
  interface Steps {
    long of(int row, int column);
  }

  /** The cosines, then the sines, of numbers of steps of which {@code circle} are a full turn. */
  static double[] turns(int rows, int columns, Steps steps, long circle) {
    int count = Math.multiplyExact(rows, columns);
    double[] values = new double[Math.multiplyExact(2, count)];
    for (int i = 0; i < count; i++) {
      long at = steps.of(i / columns, i % columns) % circle;
      values[i] = cosine(at, circle);
      values[count + i] = cosine(4 * at - circle, 4 * circle);
    }
    return values;
  }

  /** The cosine of {@code p / q} of a full turn; the angle is brought down to an eighth of a turn while it is exact. */
  private static double cosine(long p, long q) {
    long a = Math.floorMod(p, q);
    a = Math.min(a, q - a);
    boolean negative = 4 * a > q;
    // Now in units of half a step.
    long b = negative ? q - 2 * a : 2 * a;
    double value =
        8 * b > 2 * q
            ? Math.sin(Math.PI * (q - 2 * b) / (2.0 * q))
            : Math.cos(Math.PI * b / (double) q);
    return negative ? -value : value;
  }
}
