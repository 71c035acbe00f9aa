package dev.adjoint.schedule;

import java.util.Arrays;

/**
 * A number as a linear function of a kernel's axes: {@code offset + sum of coefficients[a] * index[a]}. Axes behind those of the
 * kernel stand for values that the kernel computes, such as the positions of a gather; coefficients that are missing are 0.
 */
final class Affine {
  final long offset;
  final long[] coefficients;

  Affine(long offset, long[] coefficients) {
    this.offset = offset;
    this.coefficients = coefficients;
  }

  /** A number that is the same everywhere. */
  static Affine constant(long value) {
    return new Affine(value, new long[0]);
  }

  /** The coefficient along an axis. */
  long along(int axis) {
    return axis < coefficients.length ? coefficients[axis] : 0;
  }

  /** This number over so many axes. */
  Affine over(int axes) {
    return new Affine(offset, Arrays.copyOf(coefficients, axes));
  }

  /** This number times a factor, plus another number. */
  Affine timesPlus(long factor, Affine added) {
    int axes = Math.max(coefficients.length, added.coefficients.length);
    long[] sum = new long[axes];
    for (int a = 0; a < axes; a++) {
      sum[a] = along(a) * factor + added.along(a);
    }
    return new Affine(offset * factor + added.offset, sum);
  }

  /** This number plus a constant. */
  Affine plus(long added) {
    return added == 0 ? this : new Affine(offset + added, coefficients);
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Affine affine) || offset != affine.offset) {
      return false;
    }
    int axes = Math.max(coefficients.length, affine.coefficients.length);
    for (int a = 0; a < axes; a++) {
      if (along(a) != affine.along(a)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    long hash = offset;
    for (int a = 0; a < coefficients.length; a++) {
      hash += coefficients[a] * ((0x9E3779B97F4A7C15L * (2L * a + 1)) >>> 7);
    }
    return Long.hashCode(hash);
  }
}
