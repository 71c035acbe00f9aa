package dev.adjoint.reference;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.ScatterOp;
import java.util.Arrays;

/** Ops that fold several elements into one, in row-major order. */
final class Folds {
  private Folds() {}

  /** The fold of the elements along axes. */
  static Values reduce(ReduceOp f, Axes axes, Values x, Shape from, Shape to) {
    long[] strides = to.strides();
    for (int axis : axes.toArray()) {
      strides[axis] = 0;
    }
    int[] target = Indices.positions(from, 0, strides);
    int n = Math.toIntExact(to.size());
    DType dtype = x.dtype();
    double[] floats = new double[dtype.isFloat() ? n : 0];
    long[] integers = new long[dtype.isFloat() ? 0 : n];
    Arrays.fill(floats, dtype.value(f.identity(dtype)));
    Arrays.fill(integers, f.identity(dtype));
    for (int i = 0; i < target.length; i++) {
      int t = target[i];
      if (dtype.isFloat()) {
        floats[t] = ScalarFunctions.fold(f, floats[t], x.toDouble(i));
      } else {
        integers[t] = Values.wrap(ScalarFunctions.fold(f, integers[t], x.toLong(i)), dtype);
      }
    }
    return Values.of(dtype, n, i -> floats[i], i -> integers[i]);
  }

  /** A copy of x with elements combined with those at positions, one after the other. */
  static Values scatter(ScatterOp f, Values to, int[] positions, Values from) {
    DType dtype = to.dtype();
    double[] floats = dtype.isFloat() ? to.toDoubles() : new double[0];
    long[] integers = dtype.isFloat() ? new long[0] : to.toLongs();
    for (int i = 0; i < positions.length; i++) {
      if (dtype.isFloat()) {
        double old = floats[positions[i]];
        double x = from.toDouble(i);
        floats[positions[i]] =
            switch (f) {
              case ADD -> old + x;
              case MUL -> old * x;
              case MAX -> Math.max(old, x);
              case MIN -> Math.min(old, x);
              case PUT -> x;
            };
      } else {
        long old = integers[positions[i]];
        long x = from.toLong(i);
        integers[positions[i]] =
            switch (f) {
              case ADD -> old + x;
              case MUL -> old * x;
              case MAX -> Math.max(old, x);
              case MIN -> Math.min(old, x);
              case PUT -> x;
            };
      }
    }
    return Values.of(dtype, to.size(), i -> floats[i], i -> integers[i]);
  }

  /** The batched product of [..., m, k] and [..., k, n]. */
  static Values matmul(DType dtype, Values a, Values b, Shape left, Shape out) {
    int m = out.dim(-2);
    int n = out.dim(-1);
    int k = left.dim(-1);
    return Values.of(
        dtype,
        Math.toIntExact(out.size()),
        i -> {
          double sum = 0;
          for (int j = 0; j < k; j++) {
            sum += a.toDouble(i / n * k + j) * b.toDouble((i / n / m * k + j) * n + i % n);
          }
          return sum;
        },
        i -> {
          long sum = 0;
          for (int j = 0; j < k; j++) {
            sum += a.toLong(i / n * k + j) * b.toLong((i / n / m * k + j) * n + i % n);
          }
          return sum;
        });
  }
}
