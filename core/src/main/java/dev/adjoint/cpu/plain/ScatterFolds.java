package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.asm.MatrixCode.Fold;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.graph.ScatterOp;
import org.jspecify.annotations.Nullable;

/** Folds rows of neighbours with others, many by one call of machine code. */
final class ScatterFolds {
  /** The rows of a call. */
  private static final int MOST = 256;

  private final int lanes;
  private final Code code;

  private ScatterFolds(int lanes, Code code) {
    this.lanes = lanes;
    this.code = code;
  }

  /** The code of a fold for a type, or null if there is none. */
  static @Nullable ScatterFolds of(ScatterOp f, DType dtype) {
    Isa isa = CpuFeatures.HERE.isa();
    Fold fold = ScatterWriter.fold(f);
    if (isa == Isa.NONE || fold == null || (dtype != DType.F32 && dtype != DType.F64)) {
      return null;
    }
    byte[] written = ScatterRowsWriter.write(isa, dtype.bytes(), fold);
    int lanes = MatrixCode.of(isa, dtype.bytes()).vector / dtype.bytes();
    return new ScatterFolds(lanes, CodeMemory.install("scatter rows", written, written.length));
  }

  /** Folds of rows of n elements. */
  RowPairs open(int n) {
    return new ListedRows(n);
  }

  private final class ListedRows implements RowPairs {
    private final Scratch scratch = Scratch.take();
    private final long block =
        scratch.room((MOST + ScatterRowsWriter.AHEAD) * ScatterRowsWriter.ENTRY);
    private final int n;
    private int count;

    ListedRows(int n) {
      this.n = n;
    }

    @Override
    public void combine(long target, long source) {
      long entry = block + (long) count * ScatterRowsWriter.ENTRY;
      ALL.set(JAVA_LONG, entry, target);
      ALL.set(JAVA_LONG, entry + Long.BYTES, source);
      if (++count == MOST) {
        flush();
      }
    }

    private void flush() {
      if (count > 0) {
        code.call(block, count, n / lanes, n % lanes, 0, 0);
        count = 0;
      }
    }

    @Override
    public void close() {
      flush();
      scratch.close();
    }
  }
}
