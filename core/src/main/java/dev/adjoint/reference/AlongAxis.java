package dev.adjoint.reference;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.ScanOp;
import java.util.Arrays;
import java.util.Comparator;

/** Ops in which the order along an axis matters: running folds, and positions in the order of elements. */
final class AlongAxis {
  private AlongAxis() {}

  /** At each element the fold of all elements up to it, one after the other, or of those from it on. */
  static Values scan(ScanOp f, Values x, Shape shape, int axis, boolean reverse) {
    int n = Math.toIntExact(shape.size());
    double[] floats = new double[n];
    long[] integers = new long[n];
    for (int[] row : rows(shape, axis)) {
      var exponentials = new Exponentials();
      for (int i = 0; i < row.length; i++) {
        int at = row[reverse ? row.length - 1 - i : i];
        int before = i == 0 ? -1 : row[reverse ? row.length - i : i - 1];
        if (f == ScanOp.LOGSUMEXP) {
          floats[at] = exponentials.add(x.toDouble(at));
          continue;
        }
        if (x.dtype().isFloat()) {
          floats[at] = before < 0 ? x.toDouble(at) : fold(f, floats[before], x.toDouble(at));
        } else {
          long sum = before < 0 ? x.toLong(at) : fold(f, integers[before], x.toLong(at));
          integers[at] = Values.wrap(sum, x.dtype());
        }
      }
    }
    return Values.of(x.dtype(), n, i -> floats[i], i -> integers[i]);
  }

  private static double fold(ScanOp f, double sum, double x) {
    return switch (f) {
      case SUM -> ScalarFunctions.fold(ReduceOp.SUM, sum, x);
      case PROD -> ScalarFunctions.fold(ReduceOp.PROD, sum, x);
      case MAX -> ScalarFunctions.fold(ReduceOp.MAX, sum, x);
      case MIN -> ScalarFunctions.fold(ReduceOp.MIN, sum, x);
      case LOGSUMEXP -> throw undefined(f);
    };
  }

  /** A sum of exponentials, as multiples of the largest. */
  private static final class Exponentials {
    private double largest = Double.NEGATIVE_INFINITY;
    private double sum;

    /** Adds one; returns the logarithm of the sum. */
    double add(double x) {
      if (x > largest) {
        sum = sum * Math.exp(largest - x) + 1;
        largest = x;
      } else {
        // Equal infinities have no difference.
        sum += x == largest ? 1 : Math.exp(x - largest);
      }
      return largest + Math.log(sum);
    }
  }

  private static long fold(ScanOp f, long sum, long x) {
    return switch (f) {
      case SUM -> ScalarFunctions.fold(ReduceOp.SUM, sum, x);
      case PROD -> ScalarFunctions.fold(ReduceOp.PROD, sum, x);
      case MAX -> ScalarFunctions.fold(ReduceOp.MAX, sum, x);
      case MIN -> ScalarFunctions.fold(ReduceOp.MIN, sum, x);
      case LOGSUMEXP -> throw undefined(f);
    };
  }

  private static IllegalArgumentException undefined(ScanOp f) {
    return new IllegalArgumentException("reference: " + f + " has no step of its own");
  }

  /** The first positions along an axis in the order of the elements; the sort of the JDK is stable. */
  static Values argSort(Values x, Shape from, Shape to, int axis, boolean descending) {
    int n = Math.toIntExact(to.size());
    long[] positions = new long[n];
    int[][] sources = rows(from, axis);
    int[][] targets = rows(to, axis);
    for (int r = 0; r < targets.length; r++) {
      int[] row = sources[r];
      Comparator<Integer> ascending = (i, j) -> compare(x, row[i], row[j]);
      Integer[] order = new Integer[row.length];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, descending ? ascending.reversed() : ascending);
      for (int i = 0; i < targets[r].length; i++) {
        positions[targets[r][i]] = order[i];
      }
    }
    return Values.integers(DType.I32, n, i -> positions[i]);
  }

  private static int compare(Values x, int i, int j) {
    if (!x.dtype().isFloat()) {
      return Long.compare(x.toLong(i), x.toLong(j));
    }
    double a = x.toDouble(i);
    double b = x.toDouble(j);
    return a == b ? 0 : Double.compare(a, b);
  }

  /** For each row along an axis the positions of its elements. */
  private static int[][] rows(Shape shape, int axis) {
    if (shape.size() == 0) {
      return new int[0][];
    }
    long[] strides = shape.strides();
    int[] starts = Indices.positions(shape.with(axis, 1), 0, strides);
    int[][] rows = new int[starts.length][shape.dim(axis)];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < rows[r].length; i++) {
        rows[r][i] = starts[r] + Math.toIntExact(i * strides[axis]);
      }
    }
    return rows;
  }
}
