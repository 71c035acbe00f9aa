package dev.adjoint.benchmarks;

import dev.adjoint.Shape;
import java.util.SplittableRandom;

/** The same numbers for both sides. */
final class Inputs {
  private Inputs() {}

  /** Uniform numbers in [-1, 1). */
  static float[] uniform(long seed, int count) {
    var random = new SplittableRandom(seed);
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  /** The number of elements of a shape. */
  static int size(int... shape) {
    return Math.toIntExact(Shape.of(shape).size());
  }

  /** Uniform class indices. */
  static long[] labels(long seed, int count, int classes) {
    return new SplittableRandom(seed).longs(count, 0, classes).toArray();
  }
}
