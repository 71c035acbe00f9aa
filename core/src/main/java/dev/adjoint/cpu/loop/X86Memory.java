package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.VectorOp.KMOVW_FROM_GPR;
import static dev.adjoint.cpu.asm.VectorOp.VANDPS;
import static dev.adjoint.cpu.asm.VectorOp.VBROADCASTSD;
import static dev.adjoint.cpu.asm.VectorOp.VBROADCASTSS;
import static dev.adjoint.cpu.asm.VectorOp.VCVTPH2PS;
import static dev.adjoint.cpu.asm.VectorOp.VCVTPS2PH;
import static dev.adjoint.cpu.asm.VectorOp.VEXTRACTF128;
import static dev.adjoint.cpu.asm.VectorOp.VMASKMOVPD;
import static dev.adjoint.cpu.asm.VectorOp.VMASKMOVPS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVD_FROM_GPR;
import static dev.adjoint.cpu.asm.VectorOp.VMOVD_TO_GPR;
import static dev.adjoint.cpu.asm.VectorOp.VMOVNTPS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVQ;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVSS;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPD;
import static dev.adjoint.cpu.asm.VectorOp.VMOVUPS;
import static dev.adjoint.cpu.asm.VectorOp.VPBROADCASTD;
import static dev.adjoint.cpu.asm.VectorOp.VPBROADCASTQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVDB;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVDW;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVSXDQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXBD;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXBQ;
import static dev.adjoint.cpu.asm.VectorOp.VPMOVZXWD;
import static dev.adjoint.cpu.asm.VectorOp.VPSHUFB;
import static dev.adjoint.cpu.asm.VectorOp.VPSHUFD;
import static dev.adjoint.cpu.asm.VectorOp.VPUNPCKLDQ;
import static dev.adjoint.cpu.asm.VectorOp.VPUNPCKLWD;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.VectorOp;
import dev.adjoint.cpu.asm.X86;

/** The elements of arrays as vectors of an {@link X86Machine}: loads and stores of all lanes, of the first, and of a tail. */
abstract class X86Memory extends X86Vectors {
  /** The mask register of the tail's lanes. */
  static final int TAIL_MASK = 1;

  /** Without AVX-512, where the masks of the tail's lanes are, for elements of 4 and of 8 bytes. */
  Place tail4 = new Place(Place.POOL, 0, 0);

  Place tail8 = tail4;

  private final X86Halves halves = new X86Halves(this);

  X86Memory(boolean evex, int unit) {
    super(evex, unit);
  }

  @Override
  final void load(DType memory, int to, Place from) {
    load(memory, to, from, false);
  }

  private void load(DType memory, int to, Place from, boolean tail) {
    int narrow = width(Integer.BYTES);
    switch (memory) {
      case F32, I32 -> tailed(tail).v(VMOVUPS, narrow, to, -1, mem(from));
      case F64, I64 -> tailed(tail).v(VMOVUPD, width(Long.BYTES), to, -1, mem(from));
      case U8, I8 -> tailed(tail).v(VPMOVZXBD, narrow, to, -1, mem(from));
      case F16 -> tailed(tail).v(VCVTPH2PS, narrow, to, -1, mem(from));
      case BF16 -> tailed(tail).v(VPMOVZXWD, narrow, to, -1, mem(from));
      case BOOL -> {
        VectorOp extend = unit == Integer.BYTES ? VPMOVZXBD : VPMOVZXBQ;
        tailed(tail).v(extend, width(unit), t0, -1, mem(from));
        truth(to);
      }
    }
  }

  private X86 tailed(boolean tail) {
    return tail ? code.zero(TAIL_MASK) : code;
  }

  @Override
  final void broadcast(DType memory, int to, Place from) {
    switch (memory) {
      case F32, I32 -> code.v(VBROADCASTSS, width(Integer.BYTES), to, -1, mem(from));
      case F64, I64 -> code.v(VBROADCASTSD, width(Long.BYTES), to, -1, mem(from));
      case U8, I8, BF16 -> {
        boolean bytes = memory.bytes() == 1;
        code.g(bytes ? GeneralOp.MOVZX8 : GeneralOp.MOVZX16, X86.RAX, mem(from));
        splat(to, X86.RAX);
      }
      case F16 -> {
        code.g(GeneralOp.MOVZX16, X86.RAX, mem(from));
        code.v(VMOVD_FROM_GPR, 16, t0, -1, X86.RAX);
        code.v(VCVTPH2PS, 16, t0, -1, t0);
        code.v(VPBROADCASTD, width(Integer.BYTES), to, -1, t0);
      }
      case BOOL -> {
        code.g(GeneralOp.MOVZX8, X86.RAX, mem(from));
        code.v(VMOVD_FROM_GPR, 16, t0, -1, X86.RAX);
        code.v(unit == 4 ? VPBROADCASTD : VPBROADCASTQ, width(unit), t0, -1, t0);
        truth(to);
      }
    }
  }

  @Override
  final void broadcastFirst(DType type, int to, int from) {
    boolean words = type.bytes() == Integer.BYTES;
    code.v(words ? VBROADCASTSS : VBROADCASTSD, width(type.bytes()), to, -1, from);
  }

  @Override
  final void prefetch(Place place) {
    code.g(GeneralOp.PREFETCHT0, mem(place));
  }

  @Override
  final void store(DType memory, Place to, int operand) {
    store(memory, to, operand, false);
  }

  private void store(DType memory, Place to, int operand, boolean tail) {
    switch (memory) {
      case F32, I32 -> {
        int value = register(operand, t0, width(Integer.BYTES));
        masked(tail).v(VMOVUPS, width(Integer.BYTES), mem(to), value);
      }
      case F64, I64 -> {
        int value = register(operand, t0, width(Long.BYTES));
        masked(tail).v(VMOVUPD, width(Long.BYTES), mem(to), value);
      }
      case F16 -> {
        halves.narrowable(operand);
        int w = width(Float.BYTES);
        masked(tail).v(VCVTPS2PH, w, mem(to), t0, X86Halves.NEAREST);
      }
      case U8, I8, BF16 -> {
        boolean bytes = memory.bytes() == 1;
        int value = register(operand, t0, width(Integer.BYTES));
        if (evex) {
          masked(tail).v(bytes ? VPMOVDB : VPMOVDW, width(Integer.BYTES), mem(to), value);
        } else if (bytes) {
          packBytes(value);
          storePacked(to, lanes);
        } else {
          halves.pack(value);
          storePacked(to, 2 * lanes);
        }
      }
      case BOOL -> {
        if (evex) {
          number(t0, operand);
          masked(tail).v(VPMOVDB, width(Integer.BYTES), mem(to), t0);
          return;
        }
        int mask = register(operand, t0, width(unit));
        if (unit == Integer.BYTES) {
          packBytes(mask);
        } else {
          v(VPSHUFB, 32, t0, mask, pattern(0x8080_8080_8080_0800L, 0x8080_8080_8080_8080L));
          code.v(VEXTRACTF128, 32, t1, -1, t0, 1);
          code.v(VPUNPCKLWD, 16, t0, t0, t1);
        }
        v(VANDPS, 16, t0, t0, pattern(0x0101_0101_0101_0101L, 0x0101_0101_0101_0101L));
        storePacked(to, lanes);
      }
    }
  }

  @Override
  final void stream(DType memory, Place to, int operand) {
    int width = width(memory.bytes());
    code.v(VMOVNTPS, width, mem(to), register(operand, t0, width));
  }

  @Override
  final void fence() {
    code.sfence();
  }

  private X86 masked(boolean tail) {
    return tail ? code.mask(TAIL_MASK) : code;
  }

  /** Packs the low bytes of 4 or 8 words to the beginning of the first temporary. */
  private void packBytes(int value) {
    v(
        VPSHUFB,
        width(Integer.BYTES),
        t0,
        value,
        pattern(0x8080_8080_0c08_0400L, 0x8080_8080_8080_8080L));
    if (lanes == 8) {
      code.v(VEXTRACTF128, 32, t1, -1, t0, 1);
      code.v(VPUNPCKLDQ, 16, t0, t0, t1);
    }
  }

  private void storePacked(Place to, int bytes) {
    VectorOp op =
        switch (bytes) {
          case 4 -> VMOVD;
          case 8 -> VMOVQ;
          default -> VMOVUPS;
        };
    code.v(op, 16, mem(to), t0);
  }

  @Override
  final void storeFirst(DType memory, Place to, int operand) {
    switch (memory) {
      case F32, I32 -> code.v(VMOVSS, 16, mem(to), register(operand, t0, width(4)));
      case F64, I64 -> code.v(VMOVSD, 16, mem(to), register(operand, t0, width(8)));
      case U8, I8, F16, BF16, BOOL -> {
        // The address may be in the first temporary of the general ones.
        int value = t0;
        switch (memory) {
          case BOOL -> number(t0, operand);
          case F16 -> halves.narrow(t0, operand);
          default -> value = register(operand, t0, width(Integer.BYTES));
        }
        code.v(VMOVD_TO_GPR, 16, X86.RDX, -1, value);
        code.g(memory.bytes() == 2 ? GeneralOp.MOV16 : GeneralOp.MOV8, mem(to), X86.RDX);
      }
    }
  }

  @Override
  final void beginTail() {
    if (evex) {
      code.g(GeneralOp.MOV, X86.RCX, mem(slot(Block.TAIL)));
      code.move(X86.RAX, 0xffff_ffffL);
      code.g(GeneralOp.BZHI32, X86.RAX, X86.RAX, X86.RCX);
      code.v(KMOVW_FROM_GPR, 0, TAIL_MASK, -1, X86.RAX);
      return;
    }
    tail4 = slot(Block.TAIL_4);
    tail8 = slot(Block.TAIL_8);
    long[] words = new long[lanes];
    java.util.Arrays.fill(words, 0, lanes / 2, -1);
    Place table = pool.place(words);
    code.move(X86.RAX, lanes);
    code.g(GeneralOp.SUB, X86.RAX, mem(slot(Block.TAIL)));
    code.lea(X86.RCX, mem(table));
    code.v(VMOVUPS, width(4), t0, -1, Mem.at(X86.RCX, X86.RAX, 4, 0));
    code.v(VMOVUPS, width(4), mem(tail4), t0);
    if (unit == Long.BYTES) {
      code.v(VPMOVSXDQ, width(8), t0, -1, t0);
      code.v(VMOVUPS, width(8), mem(tail8), t0);
    }
  }

  @Override
  final boolean masksMemory(DType memory) {
    return evex || (memory.bytes() >= Integer.BYTES);
  }

  /** Loads the mask of the tail for elements of some bytes, a vector. */
  final void tailMask(int to, int bytes) {
    code.v(VMOVUPS, width(bytes), to, -1, mem(bytes == 4 ? tail4 : tail8));
  }

  @Override
  final void loadTail(DType memory, int to, Place from) {
    if (evex) {
      load(memory, to, from, true);
    } else {
      tailMask(t0, memory.bytes());
      code.v(maskMove(memory.bytes()), width(memory.bytes()), to, t0, mem(from));
    }
  }

  /** The instruction that loads or stores, where a vector says so, elements of some bytes. */
  static VectorOp maskMove(int bytes) {
    return bytes == Integer.BYTES ? VMASKMOVPS : VMASKMOVPD;
  }

  @Override
  final void storeTail(DType memory, Place to, int operand) {
    if (evex) {
      store(memory, to, operand, true);
    } else {
      storeParts(memory.bytes(), to, operand);
    }
  }

  /**
   * Stores the first half of what is left, the first quarter and so on, as the bits of the tail's number of lanes say: a store
   * under a mask takes several times as long.
   */
  private void storeParts(int bytes, Place to, int operand) {
    code.lea(X86.RCX, mem(to));
    code.g(GeneralOp.MOV, X86.RAX, mem(slot(Block.TAIL)));
    v(VMOVUPS, width(bytes), t1, -1, operand);
    for (int part = lanes * bytes / 2; part >= bytes; part /= 2) {
      Label without = code.label();
      code.gi(GeneralOp.TEST32, X86.RAX, part / bytes);
      code.jump(Condition.EQUAL, without);
      code.v(part == 16 ? VMOVUPS : part == 8 ? VMOVSD : VMOVSS, 16, Mem.at(X86.RCX, 0), t1);
      if (part > bytes) {
        code.gi(GeneralOp.ADD, X86.RCX, part);
      }
      if (part == 16) {
        code.v(VEXTRACTF128, 32, t1, -1, t1, 1);
      } else if (part > bytes) {
        code.v(VPSHUFD, 16, t1, -1, t1, 0xEE);
      }
      code.bind(without);
    }
  }
}
