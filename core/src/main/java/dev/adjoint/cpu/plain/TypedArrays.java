package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import java.util.Arrays;

/** Arrays of Java's types that registers of a kernel are kept in. */
final class TypedArrays {
  private TypedArrays() {}

  /** An array of a type of register. */
  static Object array(DType type, int length) {
    return switch (type.carrier()) {
      case INT -> new int[length];
      case LONG -> new long[length];
      case FLOAT -> new float[length];
      case DOUBLE -> new double[length];
    };
  }

  /** Fills the first elements with the bits of a value. */
  static void fill(DType type, Object array, long bits, int n) {
    switch (type.carrier()) {
      case INT -> Arrays.fill((int[]) array, 0, n, (int) bits);
      case LONG -> Arrays.fill((long[]) array, 0, n, bits);
      case FLOAT -> Arrays.fill((float[]) array, 0, n, Float.intBitsToFloat((int) bits));
      case DOUBLE -> Arrays.fill((double[]) array, 0, n, Double.longBitsToDouble(bits));
    }
  }
}
