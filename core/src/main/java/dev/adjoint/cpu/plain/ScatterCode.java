package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.kernel.Kernel;
import org.jspecify.annotations.Nullable;

/** Scatters of single elements along a line of neighbours, as machine code. */
final class ScatterCode {
  private static final @Nullable ScatterCode ADD_F32 = of(CpuFeatures.HERE.isa(), DType.F32, true);
  private static final @Nullable ScatterCode ADD_F64 = of(CpuFeatures.HERE.isa(), DType.F64, true);
  private static final @Nullable ScatterCode PUT_4 = of(CpuFeatures.HERE.isa(), DType.F32, false);
  private static final @Nullable ScatterCode PUT_8 = of(CpuFeatures.HERE.isa(), DType.F64, false);

  private final DType dtype;
  private final Code code;

  private ScatterCode(Isa isa, DType dtype, boolean adds) {
    this.dtype = dtype;
    byte[] written = ScatterWriter.write(isa, dtype.bytes(), adds);
    code = CodeMemory.install("scatter " + dtype.bytes(), written, written.length);
  }

  private static @Nullable ScatterCode of(Isa isa, DType dtype, boolean adds) {
    return isa == Isa.NONE ? null : new ScatterCode(isa, dtype, adds);
  }

  /** The code for a kernel, or null if there is none. */
  static @Nullable ScatterCode of(Kernel.Scatter kernel) {
    if (kernel.index() != DType.I64) {
      return null;
    }
    int bytes = kernel.dtype().bytes();
    return switch (kernel.f()) {
      case ADD ->
          kernel.dtype() == DType.F32 ? ADD_F32 : kernel.dtype() == DType.F64 ? ADD_F64 : null;
      case PUT -> bytes == 4 ? PUT_4 : bytes == 8 ? PUT_8 : null;
      case MUL, MAX, MIN -> null;
    };
  }

  /**
   * Runs over some elements, one at least, up to the first whose position is out of range; how many are done.
   *
   * @param to the address of the line
   * @param size the elements of the line
   * @param positions the address of the first position
   * @param positionStep the bytes to the next
   * @param from the address of the first element
   * @param fromStep the bytes to the next
   */
  int run(
      long to, long size, long positions, long positionStep, long from, long fromStep, int count) {
    try (Scratch scratch = Scratch.take()) {
      long block = scratch.room(ScatterWriter.BYTES);
      ALL.set(JAVA_LONG, block + ScatterWriter.TO, to);
      ALL.set(JAVA_LONG, block + ScatterWriter.SIZE, size);
      ALL.set(JAVA_LONG, block + ScatterWriter.POSITIONS, positions);
      ALL.set(JAVA_LONG, block + ScatterWriter.POSITION_STEP, positionStep);
      ALL.set(JAVA_LONG, block + ScatterWriter.FROM, from);
      ALL.set(JAVA_LONG, block + ScatterWriter.FROM_STEP, fromStep);
      ALL.set(JAVA_LONG, block + ScatterWriter.COUNT, count);
      ALL.set(JAVA_LONG, block + ScatterWriter.ONE, dtype.bits(1));
      code.call(block, 0, 0, 0, 0, 0);
      return count - (int) ALL.get(JAVA_LONG, block + ScatterWriter.COUNT);
    }
  }
}
