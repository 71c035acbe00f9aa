package dev.adjoint.cpu.plain;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loads the classes on whose absence compiled vector code could rest. HotSpot throws compiled code away when a class is
 * loaded that contradicts what the code took for granted, such as that memory is never on the heap; vector code would
 * then run in the interpreter, where it is a thousand times slower.
 */
final class VectorClasses {
  private VectorClasses() {}

  /** Loads them, once; takes some milliseconds the first time. */
  static void load() {
    Loaded.touch();
  }

  private static final class Loaded {
    static {
      for (Class<?> type :
          List.of(byte.class, short.class, int.class, long.class, float.class, double.class)) {
        for (VectorShape shape : VectorShape.values()) {
          VectorSpecies<?> species = VectorSpecies.of(type, shape);
          species.zero();
          species.maskAll(true);
          species.iotaShuffle(0, 1, true);
        }
      }
      MemorySegment.ofArray(new byte[1]);
      MemorySegment.ofArray(new short[1]);
      MemorySegment.ofArray(new char[1]);
      MemorySegment.ofArray(new int[1]);
      MemorySegment.ofArray(new long[1]);
      MemorySegment.ofArray(new float[1]);
      MemorySegment.ofArray(new double[1]);
      try (Arena confined = Arena.ofConfined();
          Arena shared = Arena.ofShared()) {
        confined.allocate(1);
        shared.allocate(1);
      }
      Arena.ofAuto().allocate(1);
    }

    static void touch() {}
  }
}
