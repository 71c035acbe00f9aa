package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.MatrixCode;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.cpu.memory.Scratch;
import org.jspecify.annotations.Nullable;

/** Adds rows of neighbours to others, many by one call of machine code. */
final class ScatterSums {
  /** The rows of a call. */
  private static final int MOST = 256;

  /** Where the list begins, behind the number 1. */
  private static final int LIST = 16;

  private static final @Nullable ScatterSums F32 = of(CpuFeatures.HERE.isa(), DType.F32);
  private static final @Nullable ScatterSums F64 = of(CpuFeatures.HERE.isa(), DType.F64);

  private final DType dtype;
  private final int lanes;
  private final Code code;

  private ScatterSums(Isa isa, DType dtype) {
    this.dtype = dtype;
    lanes = MatrixCode.of(isa, dtype.bytes()).vector / dtype.bytes();
    byte[] written = ScatterRowsWriter.write(isa, dtype.bytes());
    code = CodeMemory.install("scatter rows", written, written.length);
  }

  private static @Nullable ScatterSums of(Isa isa, DType dtype) {
    return isa == Isa.NONE ? null : new ScatterSums(isa, dtype);
  }

  /** The code for a type, or null if there is none. */
  static @Nullable ScatterSums of(DType dtype) {
    return dtype == DType.F32 ? F32 : dtype == DType.F64 ? F64 : null;
  }

  /** Sums of rows of n elements. */
  RowPairs open(int n) {
    return new ListedRows(n);
  }

  private final class ListedRows implements RowPairs {
    private final Scratch scratch = Scratch.take();
    private final long block = scratch.room(LIST + MOST * ScatterRowsWriter.ENTRY);
    private final int n;
    private int count;

    ListedRows(int n) {
      this.n = n;
      ALL.set(JAVA_LONG, block, dtype.bits(1));
    }

    @Override
    public void combine(long target, long source) {
      long entry = block + LIST + (long) count * ScatterRowsWriter.ENTRY;
      ALL.set(JAVA_LONG, entry, target);
      ALL.set(JAVA_LONG, entry + Long.BYTES, source);
      if (++count == MOST) {
        flush();
      }
    }

    private void flush() {
      if (count > 0) {
        code.call(block + LIST, count, n / lanes, n % lanes, block, 0);
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
