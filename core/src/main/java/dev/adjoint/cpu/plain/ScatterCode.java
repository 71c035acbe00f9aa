package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.kernel.Kernel;
import org.jspecify.annotations.Nullable;

/** Scatters of single elements along lines of neighbours, as machine code. */
final class ScatterCode {
  private final Code code;

  private ScatterCode(Code code) {
    this.code = code;
  }

  /** The code for a kernel, or null if there is none. */
  static @Nullable ScatterCode of(Kernel.Scatter kernel) {
    Isa isa = CpuFeatures.HERE.isa();
    int bytes = kernel.dtype().bytes();
    boolean fits =
        kernel.f() == ScatterOp.PUT
            ? bytes == 4 || bytes == 8
            : kernel.dtype() == DType.F32 || kernel.dtype() == DType.F64;
    if (isa == Isa.NONE || kernel.index() != DType.I64 || !fits) {
      return null;
    }
    byte[] written = ScatterWriter.write(isa, bytes, ScatterWriter.fold(kernel.f()));
    return new ScatterCode(CodeMemory.install("scatter " + bytes, written, written.length));
  }

  /**
   * Scatters along lines of one size.
   *
   * @param size the elements of a line
   * @param positionStep the bytes from a position to the next
   * @param fromStep those from an element to the next
   */
  Lines open(long size, long positionStep, long fromStep) {
    Scratch scratch = Scratch.take();
    long block = scratch.room(ScatterWriter.BYTES);
    ALL.set(JAVA_LONG, block + ScatterWriter.SIZE, size);
    ALL.set(JAVA_LONG, block + ScatterWriter.POSITION_STEP, positionStep);
    ALL.set(JAVA_LONG, block + ScatterWriter.FROM_STEP, fromStep);
    return new Lines(code, scratch, block);
  }

  /** What runs over lines, until it is closed. */
  record Lines(Code code, Scratch scratch, long block) implements AutoCloseable {
    /**
     * Runs over some elements, one at least, up to the first whose position is out of range; how many are done.
     *
     * @param to the address of the line
     * @param positions the address of the first position
     * @param from the address of the first element
     */
    int run(long to, long positions, long from, int count) {
      ALL.set(JAVA_LONG, block + ScatterWriter.TO, to);
      ALL.set(JAVA_LONG, block + ScatterWriter.POSITIONS, positions);
      ALL.set(JAVA_LONG, block + ScatterWriter.FROM, from);
      ALL.set(JAVA_LONG, block + ScatterWriter.COUNT, count);
      code.call(block, 0, 0, 0, 0, 0);
      return count - (int) ALL.get(JAVA_LONG, block + ScatterWriter.COUNT);
    }

    @Override
    public void close() {
      scratch.close();
    }
  }
}
