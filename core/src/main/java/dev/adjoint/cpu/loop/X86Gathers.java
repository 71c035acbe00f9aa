package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.VANDPS;
import static dev.adjoint.cpu.asm.VectorOp.VBROADCASTSD;
import static dev.adjoint.cpu.asm.VectorOp.VBROADCASTSS;
import static dev.adjoint.cpu.asm.VectorOp.VCVTPH2PS;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERDPD;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERDPS;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERQPD;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERQPS;
import static dev.adjoint.cpu.asm.VectorOp.VINSERTF128;
import static dev.adjoint.cpu.asm.VectorOp.VMOVMSKPS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPS;
import static dev.adjoint.cpu.asm.VectorOp.VPINSRD;
import static dev.adjoint.cpu.asm.VectorOp.VPINSRQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXBD;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXBQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXWD;
import static dev.adjoint.cpu.asm.VectorOp.VXORPS;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.cpu.asm.X86;

/** Loads of an {@link X86Machine} that reach only some lanes, or elements that do not lie side by side. */
abstract class X86Gathers extends X86Strides {
  X86Gathers(boolean evex, int unit) {
    super(evex, unit);
  }

  @Override
  final void loadWhere(DType memory, int to, Place from, int mask, boolean tail) {
    if (evex) {
      int k = chosen(mask, tail);
      switch (memory) {
        case F32, I32 -> code.zero(k).v(VMOVUPS, width(4), to, -1, mem(from));
        case F64, I64 -> code.zero(k).v(VMOVUPD, width(8), to, -1, mem(from));
        case U8, I8 -> code.zero(k).v(VPMOVZXBD, width(4), to, -1, mem(from));
        case F16 -> code.zero(k).v(VCVTPH2PS, width(4), to, -1, mem(from));
        case BF16 -> code.zero(k).v(VPMOVZXWD, width(4), to, -1, mem(from));
        case BOOL -> {
          code.zero(k).v(unit == 4 ? VPMOVZXBD : VPMOVZXBQ, width(unit), t0, -1, mem(from));
          truth(to);
        }
      }
      return;
    }
    chosenLanes(memory.bytes(), mask, tail);
    code.v(maskMove(memory.bytes()), width(memory.bytes()), to, t0, mem(from));
  }

  @Override
  final boolean broadcastsWhere(DType memory) {
    return memory.bytes() >= Integer.BYTES;
  }

  @Override
  final void broadcastWhere(DType memory, int to, Place from, int mask, boolean tail) {
    int width = width(memory.bytes());
    VectorOp op = memory.bytes() == Integer.BYTES ? VBROADCASTSS : VBROADCASTSD;
    if (evex) {
      code.zero(chosen(mask, tail)).v(op, width, to, -1, mem(from));
      return;
    }
    Label none = code.label();
    chosenLanes(memory.bytes(), mask, tail);
    code.v(VMOVMSKPS, width, X86.RCX, -1, t0);
    code.v(VXORPS, width, to, to, to);
    code.g(GeneralOp.TEST32, X86.RCX, X86.RCX);
    code.jump(Condition.EQUAL, none);
    code.v(op, width, to, -1, mem(from));
    code.v(VANDPS, width, to, to, t0);
    code.bind(none);
  }

  @Override
  final boolean gathers(DType memory) {
    return memory.bytes() >= Integer.BYTES;
  }

  @Override
  final void gather(
      DType memory, int to, int address, int at, DType atType, int mask, boolean tail) {
    int bytes = memory.bytes();
    int index = register(at, evex ? to : t1, width(atType.bytes()));
    boolean wide = atType == DType.I64;
    VectorOp op =
        bytes == Integer.BYTES
            ? (wide ? VGATHERQPS : VGATHERDPS)
            : (wide ? VGATHERQPD : VGATHERDPD);
    Mem from = Mem.at(address, index, bytes, 0);
    int width = Math.max(width(bytes), width(atType.bytes()));
    if (evex) {
      code.v(VXORPS, 64, t2, t2, t2);
      code.mask(chosen(mask, tail)).gather(op, width, t2, from);
    } else {
      // Masks of narrower lanes are made by way of the third temporary.
      chosenLanes(bytes, mask, tail);
      code.v(VXORPS, 32, t2, t2, t2);
      code.gather(op, width, t2, from, t0);
    }
    code.v(VMOVUPS, width(bytes), to, -1, t2);
  }

  /** Without AVX-512, loads of single elements take less time than the instruction for all. */
  @Override
  final void gatherFrom(DType memory, int to, int address, Place at, DType atType) {
    if (evex) {
      load(atType, to, at);
      gather(memory, to, address, to, atType, -1, false);
      return;
    }
    int bytes = memory.bytes();
    boolean words = bytes == Integer.BYTES;
    int perPart = 16 / bytes;
    for (int i = 0; i < lanes; i++) {
      int part = i < perPart ? t0 : t1;
      code.g(GeneralOp.MOV32, X86.RCX, mem(at.plus(i * atType.bytes())));
      Mem from = Mem.at(address, X86.RCX, bytes, 0);
      if (i % perPart == 0) {
        code.v(words ? VMOVSS : VMOVSD, 16, part, -1, from);
      } else {
        code.v(words ? VPINSRD : VPINSRQ, 16, part, part, from, i % perPart);
      }
    }
    if (lanes == perPart) {
      code.v(VMOVUPS, 16, to, -1, t0);
    } else {
      code.v(VINSERTF128, 32, to, t0, t1, 1);
    }
  }
}
