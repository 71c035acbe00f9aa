package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The parts of {@link Panels} that use the Vector API; linked only where it is usable. */
final class VectorPanels {
  private static final VectorSpecies<Float> F32 = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> F64 = DoubleVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  static final int F32_LANES = F32.length();
  static final int F64_LANES = F64.length();

  private VectorPanels() {}

  /** Copies rows of whole vectors. */
  static void copyRows(
      MemorySegment from, long start, long rowBytes, int rows, int columns, float[] to, int at, int stride) {
    for (int r = 0; r < rows; r++) {
      long source = start + r * rowBytes;
      int target = at + r * stride;
      for (int c = 0; c < columns; c += F32_LANES) {
        FloatVector.fromMemorySegment(F32, from, source + 4L * c, ORDER).intoArray(to, target + c);
      }
    }
  }

  /** Copies rows of whole vectors. */
  static void copyRows(
      MemorySegment from, long start, long rowBytes, int rows, int columns, double[] to, int at, int stride) {
    for (int r = 0; r < rows; r++) {
      long source = start + r * rowBytes;
      int target = at + r * stride;
      for (int c = 0; c < columns; c += F64_LANES) {
        DoubleVector.fromMemorySegment(F64, from, source + 8L * c, ORDER).intoArray(to, target + c);
      }
    }
  }
}
