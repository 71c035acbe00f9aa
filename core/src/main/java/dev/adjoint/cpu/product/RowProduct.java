package dev.adjoint.cpu.product;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.cpu.memory.NativeMemory;
import org.jspecify.annotations.Nullable;

/** A row times a matrix whose columns have neighbours as elements, as machine code that packs nothing. */
final class RowProduct {
  private static final @Nullable RowProduct F32 = of(CpuFeatures.HERE.isa(), DType.F32);
  private static final @Nullable RowProduct F64 = of(CpuFeatures.HERE.isa(), DType.F64);

  private final int bytes;
  private final Code code;

  private RowProduct(Isa isa, int bytes) {
    this.bytes = bytes;
    byte[] written = RowProductWriter.write(isa, bytes);
    code = CodeMemory.install("matmul row", written, written.length);
  }

  /** The product for F32 or F64 with some instructions, or null without any. */
  static @Nullable RowProduct of(Isa isa, DType dtype) {
    return isa == Isa.NONE ? null : new RowProduct(isa, dtype.bytes());
  }

  /** The product for F32 or F64, or null if this process has no machine code for it. */
  static @Nullable RowProduct of(DType dtype) {
    return dtype == DType.F32 ? F32 : F64;
  }

  /**
   * Adds to a row.
   *
   * @param a the address of a row of {@code deep} neighbours
   * @param bStride the distance of columns of b
   * @param c the address of the sums
   * @param first whether sums begin with zero instead of what c holds
   */
  void run(long a, long b, long bStride, long c, int columns, int deep, boolean first) {
    if (first) {
      NativeMemory.ALL.asSlice(c, (long) columns * bytes).fill((byte) 0);
    }
    code.call(a, b, bStride, c, columns, deep);
  }
}
