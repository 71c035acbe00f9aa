package dev.adjoint.cpu;

import dev.adjoint.graph.ReduceOp;
import java.util.Arrays;

/**
 * The partial results of a reduction along the lanes, as plain loops hold them: 4L partials, then the tail. See {@link
 * dev.adjoint.kernel.Kernel.Loop} for the order in which they are folded.
 */
final class Partials {
  private Partials() {}

  /** Sets all partials that n elements touch to the identity. */
  static void reset(float[] p, float identity, int lanes, int n) {
    Arrays.fill(p, n < lanes ? 4 * lanes : 0, p.length, identity);
  }

  static void reset(double[] p, double identity, int lanes, int n) {
    Arrays.fill(p, n < lanes ? 4 * lanes : 0, p.length, identity);
  }

  static void reset(int[] p, int identity, int lanes, int n) {
    Arrays.fill(p, n < lanes ? 4 * lanes : 0, p.length, identity);
  }

  static void reset(long[] p, long identity, int lanes, int n) {
    Arrays.fill(p, n < lanes ? 4 * lanes : 0, p.length, identity);
  }

  /** Folds the partials, and then the tail. Without partials their result is the identity. */
  static float finish(float[] p, float identity, ReduceOp op, int lanes, int n) {
    if (n < lanes) {
      return fold(op, identity, p[4 * lanes]);
    }
    for (int half = 2 * lanes; half > 0; half >>= 1) {
      for (int j = 0; j < half; j++) {
        p[j] = fold(op, p[j], p[j + half]);
      }
    }
    return fold(op, p[0], p[4 * lanes]);
  }

  static double finish(double[] p, double identity, ReduceOp op, int lanes, int n) {
    if (n < lanes) {
      return fold(op, identity, p[4 * lanes]);
    }
    for (int half = 2 * lanes; half > 0; half >>= 1) {
      for (int j = 0; j < half; j++) {
        p[j] = fold(op, p[j], p[j + half]);
      }
    }
    return fold(op, p[0], p[4 * lanes]);
  }

  static int finish(int[] p, int identity, ReduceOp op, int lanes, int n) {
    if (n < lanes) {
      return fold(op, identity, p[4 * lanes]);
    }
    for (int half = 2 * lanes; half > 0; half >>= 1) {
      for (int j = 0; j < half; j++) {
        p[j] = fold(op, p[j], p[j + half]);
      }
    }
    return fold(op, p[0], p[4 * lanes]);
  }

  static long finish(long[] p, long identity, ReduceOp op, int lanes, int n) {
    if (n < lanes) {
      return fold(op, identity, p[4 * lanes]);
    }
    for (int half = 2 * lanes; half > 0; half >>= 1) {
      for (int j = 0; j < half; j++) {
        p[j] = fold(op, p[j], p[j + half]);
      }
    }
    return fold(op, p[0], p[4 * lanes]);
  }

  private static float fold(ReduceOp op, float a, float b) {
    return switch (op) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  private static double fold(ReduceOp op, double a, double b) {
    return switch (op) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  private static int fold(ReduceOp op, int a, int b) {
    return switch (op) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  private static long fold(ReduceOp op, long a, long b) {
    return switch (op) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }
}
