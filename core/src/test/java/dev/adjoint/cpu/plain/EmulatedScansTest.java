package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Emulator;
import dev.adjoint.cpu.asm.MatrixCode.Fold;
import dev.adjoint.cpu.loop.EmulatedProcessor;
import dev.adjoint.kernel.Kernel;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scans of parts as code for an emulated processor, against loops. */
class EmulatedScansTest {
  private static final int BYTES = 1 << 18;
  private static final int RUN = Kernel.Scan.RUN;
  private static final Fold[] FOLDS = {Fold.ADD, Fold.MULTIPLY, Fold.LARGEST, Fold.SMALLEST};

  private final Random random = new Random(6);

  @ParameterizedTest
  @CsvSource({"NEON, F32", "NEON, F64", "AVX512, F32", "AVX512, F64"})
  void parts(EmulatedProcessor processor, DType type) {
    processor.need();
    Emulator emulator = processor.emulator(BYTES);
    ByteBuffer memory = emulator.memory();
    int bytes = type.bytes();
    int part = RUN * RUN * bytes;
    int each = ScanPartWriter.BYTES + 2 * part;
    double[][] expected = new double[2 * FOLDS.length][];
    for (int trial = 0; trial < expected.length; trial++) {
      Fold fold = FOLDS[trial / 2];
      boolean begins = trial % 2 == 0;
      int folds = trial * each;
      int from = folds + ScanPartWriter.BYTES;
      double before = number(type);
      set(memory, type, folds + ScanPartWriter.BEFORE, before);
      double[] x = new double[RUN * RUN];
      for (int i = 0; i < x.length; i++) {
        x[i] = number(type);
        set(memory, type, from + i * bytes, x[i]);
      }
      expected[trial] = scanned(type, fold, x, begins, before);
      long code = emulator.function(ScanPartWriter.write(processor.isa(), bytes, fold, begins));
      long places = processor.memory;
      emulator.call(code, places + from, places + from + part, places + folds);
    }
    emulator.run();
    for (int trial = 0; trial < expected.length; trial++) {
      int folds = trial * each;
      int to = folds + ScanPartWriter.BYTES + part;
      for (int i = 0; i < RUN * RUN; i++) {
        assertEquals(expected[trial][i], get(memory, type, to + i * bytes), "element " + i);
      }
      assertEquals(expected[trial][RUN * RUN], get(memory, type, folds + ScanPartWriter.TOTAL));
    }
  }

  /** The results of a part, and behind them its fold. */
  private static double[] scanned(
      DType type, Fold fold, double[] x, boolean begins, double before) {
    double[] results = new double[x.length + 1];
    double total = 0;
    for (int run = 0; run < RUN; run++) {
      double beforeRun = begins ? total : before;
      if (run > 0 && !begins) {
        beforeRun = folded(type, fold, before, total);
      }
      double inside = 0;
      for (int i = run * RUN; i < (run + 1) * RUN; i++) {
        inside = i == run * RUN ? x[i] : folded(type, fold, inside, x[i]);
        results[i] = inside;
        if (run > 0 || !begins) {
          results[i] = folded(type, fold, beforeRun, inside);
        }
      }
      total = run == 0 ? inside : folded(type, fold, total, inside);
    }
    results[x.length] = total;
    return results;
  }

  private static double folded(DType type, Fold fold, double a, double b) {
    double exact =
        switch (fold) {
          case ADD -> a + b;
          case MULTIPLY -> a * b;
          case LARGEST -> Math.max(a, b);
          case SMALLEST -> Math.min(a, b);
        };
    return type == DType.F32 ? (float) exact : exact;
  }

  /** A number that is not far from 1, so that products stay finite. */
  private double number(DType type) {
    double x = 1 + 0.1 * random.nextGaussian();
    return type == DType.F32 ? (float) x : x;
  }

  private static double get(ByteBuffer memory, DType type, int at) {
    return type == DType.F32 ? memory.getFloat(at) : memory.getDouble(at);
  }

  private static void set(ByteBuffer memory, DType type, int at, double value) {
    if (type == DType.F32) {
      memory.putFloat(at, (float) value);
    } else {
      memory.putDouble(at, value);
    }
  }
}
