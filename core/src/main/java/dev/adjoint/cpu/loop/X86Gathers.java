package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.KANDW;
import static dev.adjoint.cpu.asm.VectorOp.KMOVW;
import static dev.adjoint.cpu.asm.VectorOp.KXNORW;
import static dev.adjoint.cpu.asm.VectorOp.VANDPS;
import static dev.adjoint.cpu.asm.VectorOp.VCVTPH2PS;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERDPD;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERDPS;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERQPD;
import static dev.adjoint.cpu.asm.VectorOp.VGATHERQPS;
import static dev.adjoint.cpu.asm.VectorOp.VINSERTF128;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPS;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPEQD;
import static dev.adjoint.cpu.asm.VectorOp.VPINSRD;
import static dev.adjoint.cpu.asm.VectorOp.VPINSRQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXBD;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXBQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXWD;
import static dev.adjoint.cpu.asm.VectorOp.VXORPS;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.GeneralOp;
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

  /** A mask register other than those of values: where a mask, or -1, holds, and in the tail's lanes if so. */
  private int chosen(int mask, boolean tail) {
    if (mask < 0) {
      if (tail) {
        code.v(KMOVW, 0, 6, -1, TAIL_MASK);
      } else {
        code.v(KXNORW, 0, 6, 6, 6);
      }
    } else {
      int k = maskRegister(mask, 6);
      if (tail) {
        code.v(KANDW, 0, 6, k, TAIL_MASK);
      } else if (k != 6) {
        code.v(KMOVW, 0, 6, -1, k);
      }
    }
    return 6;
  }

  /** The same as a vector in the first temporary, for elements of some bytes. */
  private void chosenLanes(int bytes, int mask, boolean tail) {
    if (mask < 0 && !tail) {
      code.v(VPCMPEQD, 32, t0, t0, t0);
    } else if (mask < 0) {
      tailMask(t0, bytes);
    } else {
      int lanesOf = maskVector(mask, bytes, t0);
      if (tail) {
        v(VANDPS, width(bytes), t0, lanesOf, operand(bytes == 4 ? tail4 : tail8));
      } else if (lanesOf != t0) {
        code.v(VMOVUPS, width(bytes), t0, -1, lanesOf);
      }
    }
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
