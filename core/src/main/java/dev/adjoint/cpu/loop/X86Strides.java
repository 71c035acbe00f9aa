package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.KANDW;
import static dev.adjoint.cpu.asm.VectorOp.KMOVW;
import static dev.adjoint.cpu.asm.VectorOp.KMOVW_FROM_GPR;
import static dev.adjoint.cpu.asm.VectorOp.KMOVW_TO_GPR;
import static dev.adjoint.cpu.asm.VectorOp.KXNORW;
import static dev.adjoint.cpu.asm.VectorOp.VANDPS;
import static dev.adjoint.cpu.asm.VectorOp.VEXTRACTF128;
import static dev.adjoint.cpu.asm.VectorOp.VEXTRACTF32X4;
import static dev.adjoint.cpu.asm.VectorOp.VEXTRACTF64X4;
import static dev.adjoint.cpu.asm.VectorOp.VINSERTF128;
import static dev.adjoint.cpu.asm.VectorOp.VINSERTF32X4;
import static dev.adjoint.cpu.asm.VectorOp.VINSERTF64X4;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPS;
import static dev.adjoint.cpu.asm.VectorOp.VPCMPEQD;
import static dev.adjoint.cpu.asm.VectorOp.VPERMQ;
import static dev.adjoint.cpu.asm.VectorOp.VPERMT2PS;
import static dev.adjoint.cpu.asm.VectorOp.VPEXTRD;
import static dev.adjoint.cpu.asm.VectorOp.VPEXTRQ;
import static dev.adjoint.cpu.asm.VectorOp.VPINSRD;
import static dev.adjoint.cpu.asm.VectorOp.VPINSRQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXDQ;
import static dev.adjoint.cpu.asm.VectorOp.VSHUFPS;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.X86;

/** Loads and stores of an {@link X86Machine} whose elements lie a stride apart. */
abstract class X86Strides extends X86Memory {
  /** Of pairs of vectors the first and third element of one and the second and fourth of the other; quarters in that order. */
  private static final int EVEN_ODD = 0xD8;

  X86Strides(boolean evex, int unit) {
    super(evex, unit);
  }

  @Override
  final boolean stridesMemory(DType memory) {
    return memory.bytes() >= Integer.BYTES;
  }

  @Override
  final void loadStrided(DType memory, int to, int address, int stride) {
    boolean words = memory.bytes() == Integer.BYTES;
    int perPart = words ? 4 : 2;
    int parts = lanes / perPart;
    // The parts of 16 bytes, of which each is made by itself; pairs of them, and pairs of pairs,
    // are joined.
    if (words) {
      code.lea(X86.RDX, Mem.at(stride, stride, 2, 0));
    }
    for (int p = 0; p < parts; p++) {
      int part = p % 2 == 0 ? t0 : t1;
      if (words) {
        code.v(VMOVSS, 16, part, -1, Mem.at(address, 0));
        code.v(VPINSRD, 16, part, part, Mem.at(address, stride, 1, 0), 1);
        code.v(VPINSRD, 16, part, part, Mem.at(address, stride, 2, 0), 2);
        code.v(VPINSRD, 16, part, part, Mem.at(address, X86.RDX, 1, 0), 3);
      } else {
        code.v(VMOVSD, 16, part, -1, Mem.at(address, 0));
        code.v(VPINSRQ, 16, part, part, Mem.at(address, stride, 1, 0), 1);
      }
      if (p < parts - 1) {
        code.lea(address, Mem.at(address, stride, words ? 4 : 2, 0));
      }
      if (p % 2 == 1) {
        boolean last = p == 3;
        int pair = parts == 2 ? to : last ? t0 : t2;
        code.v(evex ? VINSERTF32X4 : VINSERTF128, 32, pair, t0, t1, 1);
        if (last) {
          code.v(VINSERTF64X4, 64, to, t2, t0, 1);
        }
      }
    }
    if (parts == 1) {
      code.v(VMOVUPS, 16, to, -1, t0);
    }
  }

  /** A mask register other than those of values: where a mask, or -1, holds, and in the tail's lanes if so. */
  final int chosen(int mask, boolean tail) {
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
  final void chosenLanes(int bytes, int mask, boolean tail) {
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
  final boolean alternates(DType memory, boolean some) {
    return memory.bytes() == Integer.BYTES && (evex || !some);
  }

  /**
   * Two loads reach all elements and none behind the last: the second begins with the last one of the first, so what is wanted
   * of it stands at odd places.
   */
  @Override
  final void loadAlternate(DType memory, int to, int address, int mask, boolean tail) {
    int width = width(Integer.BYTES);
    Mem low = Mem.at(address, 0);
    Mem high = Mem.at(address, (lanes - 1) * Integer.BYTES);
    if (!evex) {
      code.v(VMOVUPS, width, t0, -1, low);
      code.v(VSHUFPS, width, to, t0, high, EVEN_ODD);
      if (width == 32) {
        code.v(VPERMQ, width, to, -1, to, EVEN_ODD);
      }
      return;
    }
    long[] words = new long[lanes / 2];
    for (int i = 0; i < lanes; i++) {
      long from = 2 * i < lanes ? 2 * i : 2 * i + 1;
      words[i / 2] |= from << (i % 2 * Integer.SIZE);
    }
    code.v(VMOVUPS, width, t1, -1, mem(pool.place(words)));
    if (!tail && mask < 0) {
      code.v(VMOVUPS, width, to, -1, low);
      code.v(VPERMT2PS, width, to, t1, high);
      return;
    }
    // Bits for the elements of the lanes; those of the second load are the upper ones.
    if (mask >= 0) {
      code.v(KMOVW_TO_GPR, 0, X86.RAX, -1, chosen(mask, tail));
      alternateBits();
    } else {
      code.g(GeneralOp.MOV, X86.RCX, mem(slot(Block.TAIL)));
      code.lea(X86.RCX, Mem.at(X86.RCX, X86.RCX, 1, -1));
      code.move(X86.RAX, 0xffff_ffffL);
      code.g(GeneralOp.BZHI32, X86.RAX, X86.RAX, X86.RCX);
    }
    code.v(KMOVW_FROM_GPR, 0, 6, -1, X86.RAX);
    shiftRight(X86.RAX, lanes - 1);
    code.v(KMOVW_FROM_GPR, 0, 7, -1, X86.RAX);
    code.zero(6).v(VMOVUPS, width, to, -1, low);
    code.zero(7).v(VMOVUPS, width, t2, -1, high);
    code.v(VPERMT2PS, width, to, t1, t2);
  }

  /** Moves each of the 16 low bits of RAX to twice its place: halves of what is left of them apart, then their halves. */
  private void alternateBits() {
    for (int step = 8; step > 0; step /= 2) {
      code.g(GeneralOp.MOV, X86.RCX, X86.RAX);
      code.gi(GeneralOp.SHL, X86.RCX, step);
      code.g(GeneralOp.OR, X86.RAX, X86.RCX);
      code.gi(GeneralOp.AND32, X86.RAX, (int) (0xffff_ffffL / ((1L << step) + 1)));
    }
  }

  @Override
  final boolean alternatesStores(DType memory) {
    return memory.bytes() == Integer.BYTES && evex;
  }

  @Override
  final void storeAlternate(DType memory, int operand, int address, boolean tail) {
    int width = width(Integer.BYTES);
    int value = register(operand, t0, width);
    code.move(X86.RAX, 0x5555_5555L);
    if (tail) {
      code.g(GeneralOp.MOV, X86.RCX, mem(slot(Block.TAIL)));
      code.g(GeneralOp.ADD, X86.RCX, X86.RCX);
      code.g(GeneralOp.BZHI32, X86.RAX, X86.RAX, X86.RCX);
    }
    for (int half = 0; half < 2; half++) {
      if (half > 0) {
        code.v(width == 64 ? VEXTRACTF64X4 : VEXTRACTF32X4, width, t0, -1, value, 1);
        shiftRight(X86.RAX, lanes);
      }
      code.v(KMOVW_FROM_GPR, 0, 6, -1, X86.RAX);
      code.v(VPMOVZXDQ, width, t1, -1, half == 0 ? value : t0);
      code.mask(6).v(VMOVUPS, width, Mem.at(address, half * width), t1);
    }
  }

  @Override
  final boolean stridesStores(DType memory) {
    return memory.bytes() >= Integer.BYTES && memory.bytes() <= unit;
  }

  @Override
  final void storeStrided(DType memory, int operand, int address, int stride) {
    int bytes = memory.bytes();
    boolean words = bytes == Integer.BYTES;
    int width = width(bytes);
    int value = register(operand, t0, width);
    if (words) {
      code.lea(X86.RAX, Mem.at(stride, stride, 2, 0));
    }
    for (int p = 0; p < width / 16; p++) {
      int part = p == 0 ? value : t1;
      if (p > 0) {
        code.v(evex ? VEXTRACTF32X4 : VEXTRACTF128, width, t1, -1, value, p);
        code.lea(address, Mem.at(address, stride, words ? 4 : 2, 0));
      }
      code.v(words ? VMOVSS : VMOVSD, 16, Mem.at(address, 0), part);
      if (words) {
        code.v(VPEXTRD, 16, Mem.at(address, stride, 1, 0), part, 1);
        code.v(VPEXTRD, 16, Mem.at(address, stride, 2, 0), part, 2);
        code.v(VPEXTRD, 16, Mem.at(address, X86.RAX, 1, 0), part, 3);
      } else {
        code.v(VPEXTRQ, 16, Mem.at(address, stride, 1, 0), part, 1);
      }
    }
  }
}
