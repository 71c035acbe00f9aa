package dev.adjoint.nn.data;

import dev.adjoint.Tensors;
import java.util.Random;

/** Small made-up data sets; the arguments determine every sample. */
public final class Synthetic {
  private Synthetic() {}

  /**
   * Points [n, 2] on the arms of a spiral around the origin, one arm per class; targets [n] are the classes (i32).
   *
   * @param perClass the number of points of each arm
   * @param noise the standard deviation of the angle, in radians
   */
  public static TensorDataset spiral(int perClass, int classes, double noise, long seed) {
    return labelled(
        perClass,
        classes,
        seed,
        (random, c, i, point) -> {
          double radius = (double) i / Math.max(1, perClass - 1);
          double angle = 2 * Math.PI * c / classes + 4 * radius + noise * random.nextGaussian();
          point[0] = radius * StrictMath.sin(angle);
          point[1] = radius * StrictMath.cos(angle);
        });
  }

  /**
   * Points [n, 2] on two half circles that reach into each other; targets [n] are the classes 0 and 1 (i32).
   *
   * @param perClass the number of points of each half circle
   * @param noise the standard deviation of both coordinates; the radius is 1
   */
  public static TensorDataset moons(int perClass, double noise, long seed) {
    return labelled(
        perClass,
        2,
        seed,
        (random, c, i, point) -> {
          double angle = Math.PI * i / Math.max(1, perClass - 1);
          double x = StrictMath.cos(angle);
          double y = StrictMath.sin(angle);
          point[0] = (c == 0 ? x : 1 - x) + noise * random.nextGaussian();
          point[1] = (c == 0 ? y : 0.5 - y) + noise * random.nextGaussian();
        });
  }

  /**
   * Points [n, 2] in round clouds whose centres lie evenly on the unit circle; targets [n] are the classes (i32).
   *
   * @param perClass the number of points of each cloud
   * @param spread the standard deviation of both coordinates around the centre
   */
  public static TensorDataset blobs(int perClass, int classes, double spread, long seed) {
    return labelled(
        perClass,
        classes,
        seed,
        (random, c, i, point) -> {
          double angle = 2 * Math.PI * c / classes;
          point[0] = StrictMath.cos(angle) + spread * random.nextGaussian();
          point[1] = StrictMath.sin(angle) + spread * random.nextGaussian();
        });
  }

  /**
   * Inputs [n, 1] evenly from -pi to pi and targets [n, 1], their sine with noise.
   *
   * @param noise the standard deviation of the targets
   */
  public static TensorDataset sine(int n, double noise, long seed) {
    requirePositive(n, "samples");
    var random = new Random(seed);
    float[] x = new float[n];
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      double angle = Math.PI * (2.0 * i / Math.max(1, n - 1) - 1);
      x[i] = (float) angle;
      y[i] = (float) (StrictMath.sin(angle) + noise * random.nextGaussian());
    }
    return new TensorDataset(Tensors.of(x, n, 1), Tensors.of(y, n, 1));
  }

  /** Sets the coordinates of point i of class c. */
  private interface Placement {
    void place(Random random, int c, int i, double[] point);
  }

  private static TensorDataset labelled(int perClass, int classes, long seed, Placement placement) {
    requirePositive(perClass, "points per class");
    requirePositive(classes, "classes");
    var random = new Random(seed);
    int n = Math.multiplyExact(perClass, classes);
    float[] x = new float[2 * n];
    int[] y = new int[n];
    double[] point = new double[2];
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < perClass; i++) {
        int k = c * perClass + i;
        placement.place(random, c, i, point);
        x[2 * k] = (float) point[0];
        x[2 * k + 1] = (float) point[1];
        y[k] = c;
      }
    }
    return new TensorDataset(Tensors.of(x, n, 2), Tensors.of(y));
  }

  private static void requirePositive(int n, String what) {
    if (n <= 0) {
      throw new IllegalArgumentException(
          "synthetic data: the number of " + what + " must be positive, not " + n);
    }
  }
}
