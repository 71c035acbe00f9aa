package dev.adjoint.catalog;

import dev.adjoint.DType;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** The values that one operand of an op may have. */
public final class Domain {
  private static final double DISTANCE = 0.05;

  private final double min;
  private final double max;
  private final double[] kinks;
  private final @Nullable DType fixed;

  private Domain(double min, double max, double[] kinks, @Nullable DType fixed) {
    this.min = min;
    this.max = max;
    this.kinks = kinks;
    this.fixed = fixed;
  }

  /** Numbers of the type under test, from min to max. */
  public static Domain of(double min, double max) {
    return new Domain(min, max, new double[0], null);
  }

  /** Positions (i64) from 0 to n, exclusive. */
  public static Domain positions(int n) {
    return new Domain(0, n - 1, new double[0], DType.I64);
  }

  /** Truth values. */
  public static Domain truth() {
    return new Domain(0, 1, new double[0], DType.BOOL);
  }

  /** This domain without the surroundings of points where the op has no derivative. */
  public Domain awayFrom(double... points) {
    return new Domain(min, max, points, fixed);
  }

  /** This domain with a type that does not depend on the type under test. */
  public Domain as(DType dtype) {
    return new Domain(min, max, kinks, dtype);
  }

  /** The type of the operand. */
  DType dtype(DType underTest) {
    return Objects.requireNonNullElse(fixed, underTest);
  }

  /** Whether the operand is of the type under test, so that any value of the type will do. */
  boolean isFree() {
    return fixed == null;
  }

  /** The end of the positions that values may be, or 0 if they are no integers of a fixed type. */
  int end() {
    return fixed != null && fixed.isInteger() ? (int) max + 1 : 0;
  }

  /** The ends of this domain and its kinks, as values of a type. */
  double[] edges(DType dtype) {
    return DoubleStream.concat(DoubleStream.of(min, max), Arrays.stream(kinks))
        .map(x -> dtype.isFloat() ? dtype.value(dtype.bits(x)) : integer(x, dtype))
        .toArray();
  }

  private static double integer(double x, DType dtype) {
    return dtype == DType.BOOL ? x == 0 ? 0 : 1 : Math.rint(dtype.isSigned() ? x : Math.abs(x));
  }

  /** Values of a type in this domain; distinct random floats, integers with repetitions. */
  double[] values(int n, DType dtype, Random random) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      do {
        values[i] = value(dtype, random);
      } while (dtype.isFloat() && isNearKink(values[i]));
    }
    return values;
  }

  private double value(DType dtype, Random random) {
    double x = min + (max - min) * random.nextDouble();
    if (dtype == DType.BOOL) {
      return random.nextInt(2);
    } else if (dtype.isFloat()) {
      return dtype.value(dtype.bits(x));
    }
    return integer(x, dtype);
  }

  private boolean isNearKink(double x) {
    return Arrays.stream(kinks).anyMatch(kink -> Math.abs(x - kink) < DISTANCE);
  }
}
