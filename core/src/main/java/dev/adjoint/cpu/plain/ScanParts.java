package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.MatrixCode.Fold;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.graph.ScanOp;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Scans of parts of neighbouring floats, as machine code. */
final class ScanParts {
  /** All that were asked for: kernels of one fold and type share their code, however many there are. */
  private static final Map<Key, ScanParts> KNOWN = new ConcurrentHashMap<>();

  private final int bytes;
  private final Code first;
  private final Code others;

  private record Key(Fold fold, DType dtype) {}

  private ScanParts(Key key) {
    bytes = key.dtype.bytes();
    first = code(key, true);
    others = code(key, false);
  }

  /** The code for a scan, or null if there is none. */
  static @Nullable ScanParts of(ScanOp f, DType dtype) {
    Fold fold = fold(f);
    return CpuFeatures.HERE.isa() == Isa.NONE
            || fold == null
            || (dtype != DType.F32 && dtype != DType.F64)
        ? null
        : KNOWN.computeIfAbsent(new Key(fold, dtype), ScanParts::new);
  }

  private static Code code(Key key, boolean begins) {
    byte[] written =
        ScanPartWriter.write(CpuFeatures.HERE.isa(), key.dtype.bytes(), key.fold, begins);
    return CodeMemory.install("scan " + key.dtype, written, written.length);
  }

  /** How floats are folded, or null if one instruction cannot. */
  private static @Nullable Fold fold(ScanOp f) {
    return switch (f) {
      case SUM -> Fold.ADD;
      case PROD -> Fold.MULTIPLY;
      case MAX -> Fold.LARGEST;
      case MIN -> Fold.SMALLEST;
      case LOGSUMEXP -> null;
    };
  }

  /** Scans the first part of a row; returns the bits of its fold, as does the other. */
  long first(long from, long to, long folds) {
    return run(first, from, to, folds);
  }

  /**
   * Scans another part.
   *
   * @param from the address of the first element
   * @param to the address of its result
   * @param folds the address of {@link ScanPartWriter#BYTES} bytes
   * @param before the bits of the fold of all before the part
   */
  long next(long from, long to, long folds, long before) {
    ALL.set(JAVA_LONG, folds + ScanPartWriter.BEFORE, before);
    return run(others, from, to, folds);
  }

  private long run(Code code, long from, long to, long folds) {
    code.call(from, to, folds, 0, 0, 0);
    long total = folds + ScanPartWriter.TOTAL;
    return bytes == Integer.BYTES ? ALL.get(JAVA_INT, total) : ALL.get(JAVA_LONG, total);
  }
}
