package dev.adjoint.cpu.asm;

import java.util.Arrays;

/** Code for AVX2 or AVX-512. */
final class X86MatrixCode extends MatrixCode {
  private static final int[] GENERAL = {
    X86.RDI, X86.RSI, X86.RDX, X86.RCX, X86.R8, X86.R9, X86.RAX, X86.R10, X86.R11, X86.RBX, X86.RBP,
    X86.R12, X86.R13, X86.R14, X86.R15
  };

  /** The mask register of the elements of an edge. */
  private static final int EDGE = 1;

  /** The mask register of elements that are no NaN. */
  private static final int NUMBERS = 2;

  // What is asked of two floats: whether one is NaN, and whether none is.
  private static final int UNORDERED = 3;
  private static final int ORDERED = 7;

  private final X86 code = new X86();
  private final X86Frame frame = new X86Frame(code);
  private final boolean evex;
  private final boolean f32;

  /** A vector of ones and one of zeros, if there are edges without mask registers. */
  private final Label ones = code.label();

  private boolean hasOnes;

  /** The vector with the mask of the elements of an edge, without mask registers. */
  private int mask;

  X86MatrixCode(boolean evex, int bytes, Dot dot) {
    super(evex ? 64 : 32, bytes, 1, 3, dot);
    this.evex = evex;
    f32 = bytes == Float.BYTES;
  }

  private static Mem mem(Mem mem) {
    int base = GENERAL[mem.base()];
    int index = mem.index();
    return Mem.at(base, index < 0 ? index : GENERAL[index], mem.scale(), mem.disp());
  }

  @Override
  public void enter(int arguments, int registers, int vectors) {
    int written = 0;
    for (int r = 0; r < registers; r++) {
      written |= 1 << GENERAL[r];
    }
    frame.enter(written, vectors - 1, Arrays.copyOf(GENERAL, arguments));
  }

  @Override
  public void leave() {
    frame.leave();
  }

  @Override
  public void call(Label target) {
    code.call(target);
  }

  @Override
  public void ret() {
    code.ret();
  }

  @Override
  public Label label() {
    return code.label();
  }

  @Override
  public void bind(Label label) {
    code.bind(label);
  }

  @Override
  public void head(Label label) {
    code.align(32);
    code.bind(label);
  }

  @Override
  public void jump(Label target) {
    code.jump(target);
  }

  @Override
  public void jump(When when, Label target) {
    code.jump(when.x86, target);
  }

  @Override
  public byte[] toBytes() {
    if (hasOnes) {
      code.align(vector);
      code.bind(ones);
      for (int i = 0; i < 2 * vector / Long.BYTES; i++) {
        code.int64(i < vector / Long.BYTES ? -1 : 0);
      }
    }
    return code.toBytes();
  }

  @Override
  public void set(int to, int value) {
    code.move(GENERAL[to], value);
  }

  @Override
  public void move(int to, int from) {
    code.g(GeneralOp.MOV, GENERAL[to], GENERAL[from]);
  }

  @Override
  public void get(int to, Mem from) {
    code.g(GeneralOp.MOV, GENERAL[to], mem(from));
  }

  @Override
  public void op(Op op, int to, int from) {
    code.g(op.x86, GENERAL[to], GENERAL[from]);
  }

  @Override
  public void op(Op op, Mem to, int from) {
    code.g(op.x86, mem(to), GENERAL[from]);
  }

  @Override
  public void imm(Op op, int to, int value) {
    code.gi(op.x86, GENERAL[to], value);
  }

  @Override
  public void imm(Op op, Mem to, int value) {
    code.gi(op.x86, mem(to), value);
  }

  @Override
  public void multiply(int to, int from, int value) {
    code.gi(GeneralOp.IMUL, GENERAL[to], GENERAL[from], value);
  }

  @Override
  public void prefetch(Mem from) {
    code.g(GeneralOp.PREFETCHT0, mem(from));
  }

  @Override
  public void sum(int to, int base, int index, int scale) {
    code.lea(GENERAL[to], Mem.at(GENERAL[base], GENERAL[index], scale, 0));
  }

  @Override
  public void copy(Mem to, Mem from, int through) {
    GeneralOp move = f32 ? GeneralOp.MOV32 : GeneralOp.MOV;
    code.g(move, GENERAL[through], mem(from));
    code.g(move, mem(to), GENERAL[through]);
  }

  private static VectorOp move(int size) {
    return size == 4 ? VectorOp.VMOVSS : size == 8 ? VectorOp.VMOVSD : VectorOp.VMOVUPS;
  }

  @Override
  public void load(int size, int to, Mem from) {
    code.v(move(size), Math.max(size, PART), to, -1, mem(from));
  }

  @Override
  public void store(int size, Mem to, int from) {
    code.v(move(size), Math.max(size, PART), mem(to), from);
  }

  @Override
  public void loadPart(int part, int to, Mem from) {
    if (part == 0) {
      load(PART, to, from);
    } else {
      code.v(VectorOp.VINSERTF128, vector, to, to, mem(from), part);
    }
  }

  @Override
  public void zip(int size, boolean upper, int to, int first, int second) {
    VectorOp op =
        size == Float.BYTES
            ? upper ? VectorOp.VUNPCKHPS : VectorOp.VUNPCKLPS
            : upper ? VectorOp.VUNPCKHPD : VectorOp.VUNPCKLPD;
    code.v(op, vector, to, first, second);
  }

  @Override
  public void edge(int elements, Mem count, int mask, int temporary, int other) {
    int bits = GENERAL[temporary];
    get(other, count);
    if (evex) {
      code.move(bits, -1);
      code.g(GeneralOp.BZHI, bits, bits, GENERAL[other]);
      code.v(VectorOp.KMOVW_FROM_GPR, 0, EDGE, -1, bits);
    } else {
      // From somewhere between ones and zeros on, they are a mask.
      this.mask = mask;
      hasOnes = true;
      code.lea(bits, Mem.of(ones, vector));
      multiply(other, other, bytes);
      op(Op.SUBTRACT, temporary, other);
      load(mask, Mem.at(temporary, 0), false);
    }
  }

  @Override
  public void load(int to, Mem from, boolean edge) {
    VectorOp move = f32 ? VectorOp.VMOVUPS : VectorOp.VMOVUPD;
    if (!edge) {
      code.v(move, vector, to, -1, mem(from));
    } else if (evex) {
      code.zero(EDGE).v(move, vector, to, -1, mem(from));
    } else {
      code.v(f32 ? VectorOp.VMASKMOVPS : VectorOp.VMASKMOVPD, vector, to, mask, mem(from));
    }
  }

  @Override
  public void store(Mem to, int from, boolean edge) {
    VectorOp move = f32 ? VectorOp.VMOVUPS : VectorOp.VMOVUPD;
    if (!edge) {
      code.v(move, vector, mem(to), from);
    } else if (evex) {
      code.mask(EDGE).v(move, vector, mem(to), from);
    } else {
      code.v(f32 ? VectorOp.VMASKMOVPS : VectorOp.VMASKMOVPD, vector, mem(to), from, mask);
    }
  }

  @Override
  public void zero(int register) {
    code.v(f32 ? VectorOp.VXORPS : VectorOp.VXORPD, vector, register, register, register);
  }

  @Override
  public void factor(int to, Mem from) {
    broadcast(to, from);
  }

  @Override
  public void broadcast(int to, Mem from) {
    code.v(f32 ? VectorOp.VBROADCASTSS : VectorOp.VBROADCASTSD, vector, to, -1, mem(from));
  }

  @Override
  public void fma(int sums, int factor, int register) {
    switch (dot) {
      case SINGLE -> {
        VectorOp op = f32 ? VectorOp.VFMADD231PS : VectorOp.VFMADD231PD;
        code.v(op, vector, sums, factor, register);
      }
      case BF16 -> code.v(VectorOp.VDPBF16PS, vector, sums, factor, register);
      // The bytes of the last operand have a sign, and those before do not.
      case I8_I8, U8_I8 -> code.v(VectorOp.VPDPBUSD, vector, sums, factor, register);
      case I8_U8, U8_U8 -> code.v(VectorOp.VPDPBUSD, vector, sums, register, factor);
    }
  }

  @Override
  public void subtract(int sums, int register) {
    code.v(VectorOp.VPSUBD, vector, sums, sums, register);
  }

  @Override
  public void multiplyAdd(int sums, int first, int second) {
    fma(sums, first, second);
  }

  @Override
  public void fold(Fold f, int size, int to, int other, int spare) {
    int width = Math.max(size, PART);
    VectorOp op = f32 ? f.f32 : f.f64;
    if (f == Fold.ADD || f == Fold.MULTIPLY) {
      code.v(op, width, to, to, other);
      return;
    }
    // Of two zeros, and where one is NaN, an extreme is the second operand.
    VectorOp join = f == Fold.LARGEST ? VectorOp.VANDPS : VectorOp.VORPS;
    code.v(op, width, spare, to, other);
    if (width == 64) {
      code.v(f32 ? VectorOp.VCMPPS_K : VectorOp.VCMPPD_K, width, NUMBERS, to, other, ORDERED);
      code.v(op, width, spare + 1, other, to);
      code.v(f32 ? VectorOp.VADDPS : VectorOp.VADDPD, width, to, to, other);
      code.v(join, width, spare, spare, spare + 1);
      code.mask(NUMBERS).v(f32 ? VectorOp.VBLENDMPS : VectorOp.VBLENDMPD, width, to, to, spare);
    } else {
      code.v(f32 ? VectorOp.VCMPPS : VectorOp.VCMPPD, width, spare + 1, to, other, UNORDERED);
      code.v(op, width, to, other, to);
      code.v(join, width, to, to, spare);
      code.v(VectorOp.VORPS, width, to, to, spare + 1);
    }
  }

  @Override
  public void fma(int sum, int factor, Mem from) {
    VectorOp op = f32 ? VectorOp.VFMADD231SS : VectorOp.VFMADD231SD;
    code.v(op, PART, sum, factor, mem(from));
  }
}
