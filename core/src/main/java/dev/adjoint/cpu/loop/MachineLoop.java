package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;

import dev.adjoint.cpu.memory.Code;
import dev.adjoint.cpu.memory.CodeMemory;
import dev.adjoint.cpu.memory.CpuFeatures;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;

/** The machine code of a loop kernel. */
public final class MachineLoop implements LoopCode {
  private final Code code;
  private final Block block;

  private MachineLoop(Block block, Code code) {
    this.block = block;
    this.code = code;
  }

  /** Whether a kernel can be machine code in this process: the processor is a known one and has all operations. */
  public static boolean isPossible(LoopShape shape) {
    return CpuFeatures.HERE.isa() != CpuFeatures.Isa.NONE && hasAll(machine(shape), shape);
  }

  /** Whether a machine has all operations of a kernel. */
  static boolean hasAll(Machine machine, LoopShape shape) {
    for (Stage stage : shape.kernel().stages()) {
      for (Instr instr : stage.body()) {
        if (instr instanceof Instr.Apply apply
            && !machine.has(apply.op(), LoopShape.operandType(stage.body(), apply))) {
          return false;
        }
      }
    }
    return true;
  }

  private static Machine machine(LoopShape shape) {
    CpuFeatures.Isa isa = CpuFeatures.HERE.isa();
    return switch (isa) {
      case NEON -> new A64Machine(shape.widest());
      case AVX2, AVX512 -> new X86Machine(isa == CpuFeatures.Isa.AVX512, shape.widest());
      case NONE -> throw new IllegalStateException("cpu: no machine code can be used");
    };
  }

  /** Writes the code of a kernel. */
  public static MachineLoop of(LoopShape shape) {
    var writer = new LoopWriter(shape, machine(shape));
    byte[] bytes = writer.write();
    Code code = CodeMemory.install(shape.kernel().name(), bytes, bytes.length);
    return new MachineLoop(writer.block, code);
  }

  @Override
  public void run(LoopArguments arguments, int row0, int rows, int col0, int cols) {
    try (Scratch scratch = Scratch.take()) {
      long address = scratch.room(block.bytes());
      block.write(ALL, address, arguments, row0, rows, col0, cols);
      if (code.call(address, 0, 0, 0, 0, 0) != 0) {
        arguments.failed()[0] = true;
      }
    }
  }
}
