package dev.adjoint.cpu.plain;

import dev.adjoint.DType;

/** Scalar operations that the JVM has no single instruction for; generated code calls them. */
final class Scalars {
  private Scalars() {}

  static int bool(byte b) {
    return b != 0 ? 1 : 0;
  }

  /** The high half of an unsigned product. */
  static int mulhi(int a, int b) {
    return (int) ((Integer.toUnsignedLong(a) * Integer.toUnsignedLong(b)) >>> 32);
  }

  /** The number that the low 16 bits are as f16. */
  static float widen(int bits) {
    return DType.F16.widen((short) bits);
  }

  static int narrow(float a) {
    return Short.toUnsignedInt(DType.F16.narrow(a));
  }

  /** Whether a position is in range; if it is not where it must be, that is left in the first element of an array. */
  static int check(int value, int size, int condition, boolean[] failed) {
    return check((long) value, size, condition, failed);
  }

  static int check(long value, long size, int condition, boolean[] failed) {
    if (condition == 0) {
      return 0;
    }
    if (value >= 0 && value < size) {
      return 1;
    }
    failed[0] = true;
    return 0;
  }

  static int div(int a, int b) {
    return b == 0 ? 0 : a / b;
  }

  static long div(long a, long b) {
    return b == 0 ? 0 : a / b;
  }

  static int rem(int a, int b) {
    return b == 0 ? 0 : a % b;
  }

  static long rem(long a, long b) {
    return b == 0 ? 0 : a % b;
  }

  static float sqrt(float a) {
    return (float) Math.sqrt(a);
  }

  static double sqrt(double a) {
    return Math.sqrt(a);
  }

  static int eq(int a, int b) {
    return a == b ? 1 : 0;
  }

  static int eq(long a, long b) {
    return a == b ? 1 : 0;
  }

  static int eq(float a, float b) {
    return a == b ? 1 : 0;
  }

  static int eq(double a, double b) {
    return a == b ? 1 : 0;
  }

  static int ne(int a, int b) {
    return a != b ? 1 : 0;
  }

  static int ne(long a, long b) {
    return a != b ? 1 : 0;
  }

  static int ne(float a, float b) {
    return a != b ? 1 : 0;
  }

  static int ne(double a, double b) {
    return a != b ? 1 : 0;
  }

  static int lt(int a, int b) {
    return a < b ? 1 : 0;
  }

  static int lt(long a, long b) {
    return a < b ? 1 : 0;
  }

  static int lt(float a, float b) {
    return a < b ? 1 : 0;
  }

  static int lt(double a, double b) {
    return a < b ? 1 : 0;
  }

  static int le(int a, int b) {
    return a <= b ? 1 : 0;
  }

  static int le(long a, long b) {
    return a <= b ? 1 : 0;
  }

  static int le(float a, float b) {
    return a <= b ? 1 : 0;
  }

  static int le(double a, double b) {
    return a <= b ? 1 : 0;
  }

  static int gt(int a, int b) {
    return a > b ? 1 : 0;
  }

  static int gt(long a, long b) {
    return a > b ? 1 : 0;
  }

  static int gt(float a, float b) {
    return a > b ? 1 : 0;
  }

  static int gt(double a, double b) {
    return a > b ? 1 : 0;
  }

  static int ge(int a, int b) {
    return a >= b ? 1 : 0;
  }

  static int ge(long a, long b) {
    return a >= b ? 1 : 0;
  }

  static int ge(float a, float b) {
    return a >= b ? 1 : 0;
  }

  static int ge(double a, double b) {
    return a >= b ? 1 : 0;
  }

  static int select(int condition, int a, int b) {
    return condition != 0 ? a : b;
  }

  static long select(int condition, long a, long b) {
    return condition != 0 ? a : b;
  }

  static float select(int condition, float a, float b) {
    return condition != 0 ? a : b;
  }

  static double select(int condition, double a, double b) {
    return condition != 0 ? a : b;
  }
}
