package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.DType;
import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.device.DebugLevel;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;
import org.jspecify.annotations.Nullable;

/** The machine code of a loop kernel. */
public final class MachineLoop implements LoopCode {
  /** The debug level that prints code. */
  private static final int LISTING = 4;

  private final LoopShape shape;
  private final Block block;
  private final Code code;

  /** The same code, but with results that go past the caches; made when a launch first wants it. */
  private @Nullable MachineLoop streaming;

  private MachineLoop(LoopShape shape, Block block, Code code) {
    this.shape = shape;
    this.block = block;
    this.code = code;
  }

  /** Whether there is machine code for loops in this process. */
  public static boolean isPossible() {
    return CpuFeatures.HERE.isa() != CpuFeatures.Isa.NONE;
  }

  /** The operation of a kernel that machine code lacks, as in {@code REM of f32}; empty if it has all. */
  public static String missing(LoopShape shape) {
    return missing(machine(shape), shape);
  }

  /** The same for a machine. */
  static String missing(Machine machine, LoopShape shape) {
    for (Stage stage : shape.kernel().stages()) {
      for (Instr instr : stage.body()) {
        if (instr instanceof Instr.Apply apply) {
          DType type = LoopShape.operandType(stage.body(), apply);
          if (!machine.has(apply.op(), type)) {
            return apply.op() + " of " + type;
          }
        }
      }
    }
    return "";
  }

  private static Machine machine(LoopShape shape) {
    CpuFeatures.Isa isa = CpuFeatures.HERE.isa();
    return switch (isa) {
      case NEON -> new A64Machine(shape.widest());
      case AVX2, AVX512 -> new X86Machine(isa == CpuFeatures.Isa.AVX512, shape.widestOfLanes());
      case NONE -> throw new IllegalStateException("cpu: no machine code can be used");
    };
  }

  /** Writes the code of a kernel. */
  public static MachineLoop of(LoopShape shape) {
    return of(shape, false);
  }

  private static MachineLoop of(LoopShape shape, boolean streams) {
    CodeListing listing = DebugLevel.includes(LISTING) ? new CodeListing() : null;
    LoopWriter writer = writer(shape, machine(shape), streams, listing);
    byte[] bytes = writer.write();
    if (listing != null) {
      System.err.print("adjoint: code of " + shape.kernel().name() + "\n" + listing.of(bytes));
    }
    Code code = CodeMemory.install(shape.kernel().name(), bytes, bytes.length);
    return new MachineLoop(shape, writer.block, code);
  }

  /** What writes the code of a kernel for a machine. */
  static LoopWriter writer(
      LoopShape shape, Machine machine, boolean streams, @Nullable CodeListing listing) {
    RowReuse reuse = RowReuse.of(HalfAccesses.in(shape.kernel()));
    return new LoopWriter(new LoopShape(reuse.kernel), reuse.kept, machine, streams, listing);
  }

  @Override
  public synchronized LoopCode streaming() {
    if (streaming == null) {
      streaming = of(shape, true);
    }
    return streaming;
  }

  @Override
  public void run(LoopArguments arguments, int row0, int rows, int col0, int cols) {
    try (Scratch scratch = Scratch.take()) {
      long address = scratch.room(block.bytes(arguments, cols));
      block.write(ALL, address, address, arguments, row0, rows, col0, cols);
      if (code.call(address, 0, 0, 0, 0, 0) != 0) {
        arguments.failed()[0] = true;
      }
    }
  }

  /** Writes the block once, and for each part only the sizes and addresses. */
  @Override
  public Parts parts(LoopArguments arguments, int most) {
    Scratch scratch = Scratch.take();
    long address = scratch.room(block.bytes(arguments, most));
    block.write(ALL, address, address, arguments, 0, 0, 0, most);
    return new Parts() {
      @Override
      public void run(long[] bases, int rows, int cols) {
        Block.writePart(ALL, address, bases, rows, cols);
        if (code.call(address, 0, 0, 0, 0, 0) != 0) {
          arguments.failed()[0] = true;
        }
      }

      @Override
      public void close() {
        scratch.close();
      }
    };
  }
}
