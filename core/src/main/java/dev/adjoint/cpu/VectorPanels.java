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

  private VectorPanels() {}

  static void packStrips(
      MemorySegment from, long start, long rowBytes, int rows, int strips, float[] to, int at, int stripStride) {
    int lanes = F32.length();
    for (int r = 0; r < rows; r++) {
      long source = start + r * rowBytes;
      int target = at + r * 2 * lanes;
      for (int strip = 0; strip < strips; strip++) {
        FloatVector.fromMemorySegment(F32, from, source, ORDER).intoArray(to, target);
        FloatVector.fromMemorySegment(F32, from, source + 4L * lanes, ORDER).intoArray(to, target + lanes);
        source += 8L * lanes;
        target += stripStride;
      }
    }
  }

  static void packStrips(
      MemorySegment from, long start, long rowBytes, int rows, int strips, double[] to, int at, int stripStride) {
    int lanes = F64.length();
    for (int r = 0; r < rows; r++) {
      long source = start + r * rowBytes;
      int target = at + r * 2 * lanes;
      for (int strip = 0; strip < strips; strip++) {
        DoubleVector.fromMemorySegment(F64, from, source, ORDER).intoArray(to, target);
        DoubleVector.fromMemorySegment(F64, from, source + 8L * lanes, ORDER).intoArray(to, target + lanes);
        source += 16L * lanes;
        target += stripStride;
      }
    }
  }
}
