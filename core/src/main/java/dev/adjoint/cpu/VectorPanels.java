package dev.adjoint.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

  static void loadRows(
      MemorySegment from, long start, long rowBytes, int rows, int columns, float[] to, int at, int ld) {
    int lanes = F32.length();
    int whole = F32.loopBound(columns);
    for (int r = 0; r < rows; r++) {
      long source = start + r * rowBytes;
      int target = at + r * ld;
      for (int c = 0; c < whole; c += lanes) {
        FloatVector.fromMemorySegment(F32, from, source + ((long) c << 2), ORDER).intoArray(to, target + c);
      }
      for (int c = whole; c < columns; c++) {
        to[target + c] = from.get(ValueLayout.JAVA_FLOAT, source + ((long) c << 2));
      }
    }
  }

  static void storeRows(
      float[] from, int at, int ld, int rows, int columns, MemorySegment to, long start, long rowBytes) {
    int lanes = F32.length();
    int whole = F32.loopBound(columns);
    for (int r = 0; r < rows; r++) {
      int source = at + r * ld;
      long target = start + r * rowBytes;
      for (int c = 0; c < whole; c += lanes) {
        FloatVector.fromArray(F32, from, source + c).intoMemorySegment(to, target + ((long) c << 2), ORDER);
      }
      for (int c = whole; c < columns; c++) {
        to.set(ValueLayout.JAVA_FLOAT, target + ((long) c << 2), from[source + c]);
      }
    }
  }

  static void loadRows(
      MemorySegment from, long start, long rowBytes, int rows, int columns, double[] to, int at, int ld) {
    int lanes = F64.length();
    int whole = F64.loopBound(columns);
    for (int r = 0; r < rows; r++) {
      long source = start + r * rowBytes;
      int target = at + r * ld;
      for (int c = 0; c < whole; c += lanes) {
        DoubleVector.fromMemorySegment(F64, from, source + ((long) c << 3), ORDER).intoArray(to, target + c);
      }
      for (int c = whole; c < columns; c++) {
        to[target + c] = from.get(ValueLayout.JAVA_DOUBLE, source + ((long) c << 3));
      }
    }
  }

  static void storeRows(
      double[] from, int at, int ld, int rows, int columns, MemorySegment to, long start, long rowBytes) {
    int lanes = F64.length();
    int whole = F64.loopBound(columns);
    for (int r = 0; r < rows; r++) {
      int source = at + r * ld;
      long target = start + r * rowBytes;
      for (int c = 0; c < whole; c += lanes) {
        DoubleVector.fromArray(F64, from, source + c).intoMemorySegment(to, target + ((long) c << 3), ORDER);
      }
      for (int c = whole; c < columns; c++) {
        to.set(ValueLayout.JAVA_DOUBLE, target + ((long) c << 3), from[source + c]);
      }
    }
  }
}
