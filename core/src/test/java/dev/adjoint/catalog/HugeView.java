package dev.adjoint.catalog;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;

/**
 * A random view of a few numbers, stretched to sizes beyond any memory and cut down to a few elements again, beside a function
 * that says which number lies at an index.
 */
final class HugeView {
  private static final int[] SIZES = {
    0, 1, 2, 3, 16, 255, 4096, 65_536, 1 << 20, 46_341, 1 << 30, Integer.MAX_VALUE
  };
  private static final int FEW = 3;
  private static final int LONGEST_SUM = 5000;
  private static final long LARGEST_JOINED = 1 << 18;

  private final Random random;
  private final List<String> steps = new ArrayList<>();
  private final double[] numbers;
  private Tensor tensor;
  private ToIntFunction<long[]> source;
  private double scale = 1;

  HugeView(long seed, Device device) {
    random = new Random(seed);
    numbers = random.ints(1 + random.nextInt(12), -9, 10).asDoubleStream().toArray();
    tensor =
        Scope.on(
            device, () -> Scope.withDType(DType.F64, () -> Tensors.of(numbers, numbers.length)));
    source = index -> (int) index[0];
    for (int i = 0; i < 2 + random.nextInt(6); i++) {
      step();
    }
    cut();
    if (random.nextInt(3) == 0 && tensor.rank() > 0) {
      stretchAndSum();
    }
  }

  /** The few elements, as a device has to compute them. */
  Tensor result() {
    return tensor.mul(2);
  }

  /** The same elements, looked up one by one. */
  double[] expected() {
    double[] expected = new double[Math.toIntExact(tensor.size())];
    Arrays.setAll(
        expected, k -> 2 * scale * numbers[source.applyAsInt(index(k, tensor.shape().dims()))]);
    return expected;
  }

  private static long[] index(long element, int[] dims) {
    long[] index = new long[dims.length];
    long rest = element;
    for (int d = dims.length - 1; d >= 0; d--) {
      index[d] = rest % dims[d];
      rest /= dims[d];
    }
    return index;
  }

  private void step() {
    int rank = tensor.rank();
    try {
      switch (random.nextInt(6)) {
        case 0, 1 -> stretch(random.nextInt(rank + 1), SIZES[random.nextInt(SIZES.length)]);
        case 2 -> permute(rank);
        case 3 -> slice(random.nextInt(rank));
        case 4 -> merge(rank);
        default -> divide(random.nextInt(rank));
      }
    } catch (IllegalArgumentException e) {
      // Sizes that nothing can count must be refused at the call, and refusing must leave the view
      // as it was.
      steps.add(e.getMessage());
    }
  }

  private void stretch(int axis, int size) {
    if (size == 0 && random.nextInt(3) > 0) {
      return;
    }
    int[] dims = tensor.unsqueeze(axis).shape().dims();
    dims[axis] = size;
    tensor = tensor.unsqueeze(axis).expand(dims);
    ToIntFunction<long[]> inner = source;
    source = index -> inner.applyAsInt(without(index, axis));
    steps.add("stretch " + axis + " to " + size);
  }

  private static long[] without(long[] index, int axis) {
    long[] fewer = new long[index.length - 1];
    for (int d = 0; d < fewer.length; d++) {
      fewer[d] = index[d < axis ? d : d + 1];
    }
    return fewer;
  }

  private void permute(int rank) {
    var axes = new ArrayList<Integer>();
    for (int d = 0; d < rank; d++) {
      axes.add(random.nextInt(d + 1), d);
    }
    int[] order = axes.stream().mapToInt(Integer::intValue).toArray();
    tensor = tensor.permute(order);
    ToIntFunction<long[]> inner = source;
    source =
        index -> {
          long[] below = new long[index.length];
          for (int d = 0; d < below.length; d++) {
            below[order[d]] = index[d];
          }
          return inner.applyAsInt(below);
        };
    steps.add("permute " + axes);
  }

  private void slice(int axis) {
    int n = tensor.dim(axis);
    if (n == 0) {
      return;
    }
    int start = random.nextInt(n);
    boolean down = random.nextBoolean();
    int step = 1 + random.nextInt(random.nextBoolean() ? 3 : Math.max(1, n / 2));
    cutAxis(axis, start, down ? -step : step, down ? start / step + 1 : (n - 1 - start) / step + 1);
  }

  private void cutAxis(int axis, int start, int step, int count) {
    int keep = Math.max(1, count);
    long stop = start + (long) step * keep;
    // Before the first element there is no index: Python's rule takes -1 for the last one.
    int end = stop < 0 ? Integer.MIN_VALUE : (int) Math.min(stop, Integer.MAX_VALUE);
    tensor = tensor.slice(axis, start, end, step);
    ToIntFunction<long[]> inner = source;
    source =
        index -> {
          long[] below = index.clone();
          below[axis] = start + step * index[axis];
          return inner.applyAsInt(below);
        };
    steps.add("slice " + axis + " from " + start + " by " + step + ", " + count);
  }

  private void merge(int rank) {
    // What is stretched or cut has no one stride when its axes are joined, so it is computed as a
    // whole, and must be small.
    if (rank < 2 || tensor.size() > LARGEST_JOINED) {
      return;
    }
    int axis = random.nextInt(rank - 1);
    long inside = tensor.dim(axis + 1);
    tensor = tensor.flatten(axis, axis + 1);
    ToIntFunction<long[]> inner = source;
    source =
        index -> {
          long[] below = new long[index.length + 1];
          System.arraycopy(index, 0, below, 0, axis);
          below[axis] = index[axis] / inside;
          below[axis + 1] = index[axis] % inside;
          System.arraycopy(index, axis + 1, below, axis + 2, index.length - axis - 1);
          return inner.applyAsInt(below);
        };
    steps.add("flatten " + axis);
  }

  private void divide(int axis) {
    int n = tensor.dim(axis);
    int[] divisors =
        Arrays.stream(new int[] {2, 3, 5, 16, 256, 32_768}).filter(d -> n % d == 0).toArray();
    if (divisors.length == 0 || n == 0) {
      return;
    }
    int inside = divisors[random.nextInt(divisors.length)];
    tensor = tensor.unflatten(axis, n / inside, inside);
    ToIntFunction<long[]> inner = source;
    source =
        index -> {
          long[] below = new long[index.length - 1];
          System.arraycopy(index, 0, below, 0, axis);
          below[axis] = index[axis] * inside + index[axis + 1];
          System.arraycopy(index, axis + 2, below, axis + 1, index.length - axis - 2);
          return inner.applyAsInt(below);
        };
    steps.add("unflatten " + axis + " by " + inside);
  }

  /** Leaves a few elements of every axis, anywhere in it. */
  private void cut() {
    for (int axis = 0; axis < tensor.rank(); axis++) {
      int n = tensor.dim(axis);
      if (n > FEW) {
        int step = 1 + random.nextInt(n / FEW);
        int count = 1 + random.nextInt(FEW);
        cutAxis(axis, random.nextInt(n - step * (count - 1)), step, count);
      }
    }
  }

  private void stretchAndSum() {
    int axis = random.nextInt(tensor.rank() + 1);
    int size = 1 + random.nextInt(LONGEST_SUM);
    stretch(axis, size);
    ToIntFunction<long[]> inner = source;
    tensor = tensor.sum(axis);
    source =
        index -> {
          long[] below = new long[index.length + 1];
          System.arraycopy(index, 0, below, 0, axis);
          System.arraycopy(index, axis, below, axis + 1, index.length - axis);
          return inner.applyAsInt(below);
        };
    scale = size;
    steps.add("sum");
  }

  @Override
  public String toString() {
    return numbers.length + " numbers, " + String.join(", ", steps) + " -> " + tensor.shape();
  }
}
