package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.A64;
import dev.adjoint.cpu.asm.A64Access;
import dev.adjoint.cpu.asm.A64Address;
import dev.adjoint.cpu.asm.A64Condition;
import dev.adjoint.cpu.asm.A64Op;
import dev.adjoint.cpu.asm.A64Width;
import dev.adjoint.cpu.asm.Bochs;
import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.Emulator;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.Qemu;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.cpu.memory.CpuFeatures.Isa;

/** A processor that this machine may lack, and that an emulator has. */
public enum EmulatedProcessor {
  /** x86-64 with AVX-512. */
  AVX512(Bochs.MEMORY, true) {
    @Override
    public void need() {
      Bochs.need();
    }

    @Override
    int unit(LoopShape shape) {
      return shape.widestOfLanes();
    }

    @Override
    Machine machine(int unit) {
      return new X86Machine(true, unit);
    }

    @Override
    public Emulator emulator(int bytes) {
      return new Bochs(bytes);
    }

    @Override
    byte[] copy() {
      var code = new X86();
      Label head = code.label();
      code.bind(head);
      code.gi(GeneralOp.SUB, X86.RDX, Long.BYTES);
      code.g(GeneralOp.MOV, X86.RAX, Mem.at(X86.RSI, X86.RDX, 1, 0));
      code.g(GeneralOp.MOV, Mem.at(X86.RDI, X86.RDX, 1, 0), X86.RAX);
      code.g(GeneralOp.TEST, X86.RDX, X86.RDX);
      code.jump(Condition.NOT_EQUAL, head);
      code.ret();
      return code.toBytes();
    }
  },

  /** AArch64. */
  NEON(Qemu.MEMORY, false) {
    @Override
    public void need() {
      Qemu.need();
    }

    @Override
    int unit(LoopShape shape) {
      return shape.widest();
    }

    @Override
    Machine machine(int unit) {
      return new A64Machine(unit);
    }

    @Override
    public Emulator emulator(int bytes) {
      return new Qemu(bytes);
    }

    @Override
    byte[] copy() {
      var code = new A64();
      Label head = code.label();
      code.bind(head);
      code.mem(A64Access.LDR_X, 3, A64Address.after(1, Long.BYTES));
      code.mem(A64Access.STR_X, 3, A64Address.after(0, Long.BYTES));
      code.imm(A64Op.SUBS, A64Width.X, 2, 2, Long.BYTES);
      code.b(A64Condition.NE, head);
      code.ret();
      return code.toBytes();
    }
  };

  /** Where the emulator's memory is. */
  public final long memory;

  /** Whether it rounds a tie between two numbers of f16 away from 0, as Bochs 2.7 does, and no processor. */
  public final boolean tiesAway;

  EmulatedProcessor(long memory, boolean tiesAway) {
    this.memory = memory;
    this.tiesAway = tiesAway;
  }

  /** Its instructions. */
  public Isa isa() {
    return Isa.valueOf(name());
  }

  /** Skips the test where the emulator is missing. */
  public abstract void need();

  /** The bytes of the values of a kernel that its machine must have lanes for. */
  abstract int unit(LoopShape shape);

  /** The machine for a kernel with lanes of some bytes. */
  abstract Machine machine(int unit);

  /** The emulator with some bytes of memory. */
  public abstract Emulator emulator(int bytes);

  /** Code for {@code void copy(long* to, const long* from, long bytes)}. */
  abstract byte[] copy();
}
