package dev.adjoint.cpu.asm;

/**
 * An assembler for x86-64. Operands are in Intel's order, the one that is written first; registers are their numbers. What no
 * instruction does is refused with an {@link IllegalArgumentException}, after which the code is of no use. Code may be placed at
 * any address that is a multiple of the largest alignment it asked for.
 */
public final class X86 {
  public static final int RAX = 0;
  public static final int RCX = 1;
  public static final int RDX = 2;
  public static final int RBX = 3;
  public static final int RSP = 4;
  public static final int RBP = 5;
  public static final int RSI = 6;
  public static final int RDI = 7;
  public static final int R8 = 8;
  public static final int R9 = 9;
  public static final int R10 = 10;
  public static final int R11 = 11;
  public static final int R12 = 12;
  public static final int R13 = 13;
  public static final int R14 = 14;
  public static final int R15 = 15;

  /** The nops that Intel recommends, of one to nine bytes, low byte first and without the zeros at the end. */
  private static final int[] NOPS = {
    0x90, 0x9066, 0x1F0F, 0x401F0F, 0x441F0F, 0x441F0F66, 0x801F0F, 0x841F0F, 0x841F0F66
  };

  private final CodeBuffer out = new CodeBuffer();
  private final VectorEncoder vectors = new VectorEncoder(out);
  private final GeneralEncoder general = new GeneralEncoder(out);

  /** A place that is not known yet. */
  public Label label() {
    return new Label();
  }

  /** Says that a label stands here. */
  public void bind(Label label) {
    out.bind(label);
  }

  /** The bytes so far. */
  public int size() {
    return out.size();
  }

  /** The code, with all labels resolved; each that is named must be bound. */
  public byte[] toBytes() {
    return out.toBytes();
  }

  /** Does nothing up to a multiple of {@code bytes}, a power of two, from the start of the code. */
  public void align(int bytes) {
    if (Integer.bitCount(bytes) != 1) {
      throw new IllegalArgumentException("no power of two: " + bytes);
    }
    int left = -out.size() & (bytes - 1);
    while (left > 0) {
      int length = Math.min(left, NOPS.length);
      long nop = NOPS[length - 1] & 0xFFFFFFFFL;
      for (int i = 0; i < length; i++) {
        out.put8((int) (i < 4 ? nop >> (8 * i) : 0));
      }
      left -= length;
    }
  }

  /** Constants in the code. */
  public void data(byte[] bytes) {
    for (byte value : bytes) {
      out.put8(value);
    }
  }

  /** A constant of 64 bits in the code. */
  public void int64(long value) {
    out.put64(value);
  }

  /** The next instruction leaves those elements alone whose bit in a mask register is zero. */
  public X86 mask(int k) {
    vectors.mask(k, false);
    return this;
  }

  /** The next instruction makes those elements zero whose bit in a mask register is zero. */
  public X86 zero(int k) {
    vectors.mask(k, true);
    return this;
  }

  /** The operand of the next instruction in memory is one element, which is repeated. */
  public X86 broadcast() {
    vectors.broadcast();
    return this;
  }

  /**
   * An instruction with registers.
   *
   * @param bytes the length of its vectors, of the longest if they differ: 16, also for scalars, 32 or 64; 0 between masks
   * @param a the first source, or -1 if there is but {@code b}
   */
  public void v(VectorOp op, int bytes, int dst, int a, int b) {
    vectors.write(op, bytes, dst, a, b, null, false, false, 0);
  }

  /** As {@link #v(VectorOp, int, int, int, int)}, with memory as the last source. */
  public void v(VectorOp op, int bytes, int dst, int a, Mem b) {
    vectors.write(op, bytes, dst, a, 0, b, false, false, 0);
  }

  /** As {@link #v(VectorOp, int, int, int, int)}, with an immediate of eight bits at the end. */
  public void v(VectorOp op, int bytes, int dst, int a, int b, int imm) {
    vectors.write(op, bytes, dst, a, b, null, false, true, imm);
  }

  /** As {@link #v(VectorOp, int, int, int, int, int)}, with memory as the last source. */
  public void v(VectorOp op, int bytes, int dst, int a, Mem b, int imm) {
    vectors.write(op, bytes, dst, a, 0, b, false, true, imm);
  }

  /** A store. */
  public void v(VectorOp op, int bytes, Mem dst, int src) {
    vectors.write(op, bytes, 0, -1, src, dst, true, false, 0);
  }

  /** A store with an immediate of eight bits, or with the vector that is the mask, at the end. */
  public void v(VectorOp op, int bytes, Mem dst, int src, int last) {
    vectors.write(op, bytes, 0, -1, src, dst, true, true, last);
  }

  /** A choice by a mask that is a vector. */
  public void blendv(VectorOp op, int bytes, int dst, int a, int b, int mask) {
    vectors.write(op, bytes, dst, a, b, null, false, true, mask);
  }

  /** A gather by a mask that is a vector, which becomes zero. */
  public void gather(VectorOp op, int bytes, int dst, Mem indexed, int mask) {
    vectors.gather(op, bytes, dst, indexed, mask);
  }

  /** A gather by {@link #mask}, which becomes zero. */
  public void gather(VectorOp op, int bytes, int dst, Mem indexed) {
    vectors.gather(op, bytes, dst, indexed, -1);
  }

  /** Forgets the upper halves of all vector registers, which code without VEX needs to be fast. */
  public void vzeroupper() {
    vectors.noneWaits();
    out.put8(0xC5);
    out.put8(0xF8);
    out.put8(0x77);
  }

  /** An instruction without operands. */
  public void g(GeneralOp op) {
    vectors.noneWaits();
    general.write(op);
  }

  /** An instruction with one operand; a shift by CL. */
  public void g(GeneralOp op, int dst) {
    vectors.noneWaits();
    general.write(op, dst, null);
  }

  /** As {@link #g(GeneralOp, int)}, in memory. */
  public void g(GeneralOp op, Mem dst) {
    vectors.noneWaits();
    general.write(op, 0, dst);
  }

  /** An instruction with two registers. */
  public void g(GeneralOp op, int dst, int src) {
    vectors.noneWaits();
    general.load(op, dst, src, null);
  }

  /** An instruction that reads memory. */
  public void g(GeneralOp op, int dst, Mem src) {
    vectors.noneWaits();
    general.load(op, dst, 0, src);
  }

  /** An instruction that writes memory, or compares it with a register. */
  public void g(GeneralOp op, Mem dst, int src) {
    vectors.noneWaits();
    general.store(op, dst, src);
  }

  /** An instruction with three registers. */
  public void g(GeneralOp op, int dst, int src, int last) {
    vectors.noneWaits();
    general.three(op, dst, src, null, last);
  }

  /** As {@link #g(GeneralOp, int, int, int)}, with memory as the second. */
  public void g(GeneralOp op, int dst, Mem src, int last) {
    vectors.noneWaits();
    general.three(op, dst, 0, src, last);
  }

  /** An instruction with a register and a constant, whose sign is extended. */
  public void gi(GeneralOp op, int dst, int imm) {
    vectors.noneWaits();
    general.immediate(op, false, 0, dst, null, imm);
  }

  /** As {@link #gi(GeneralOp, int, int)}, in memory. */
  public void gi(GeneralOp op, Mem dst, int imm) {
    vectors.noneWaits();
    general.immediate(op, false, 0, 0, dst, imm);
  }

  /** An instruction with two registers and a constant. */
  public void gi(GeneralOp op, int dst, int src, int imm) {
    vectors.noneWaits();
    general.immediate(op, true, dst, src, null, imm);
  }

  /** As {@link #gi(GeneralOp, int, int, int)}, with memory as the second. */
  public void gi(GeneralOp op, int dst, Mem src, int imm) {
    vectors.noneWaits();
    general.immediate(op, true, dst, 0, src, imm);
  }

  /** Makes a register a constant, in the fewest bytes that leave the flags alone. */
  public void move(int reg, long imm) {
    vectors.noneWaits();
    if (imm == (imm & 0xFFFFFFFFL)) {
      general.opcode(0, 0xB8 | (reg & 7), 0, reg, null);
      out.put32((int) imm);
    } else if (imm == (int) imm) {
      general.operands(GeneralForm.W, 0xC7, 0, reg, null, 4);
      out.put32((int) imm);
    } else {
      general.opcode(GeneralForm.W, 0xB8 | (reg & 7), 0, reg, null);
      out.put64(imm);
    }
  }

  /** The address of an operand in memory. */
  public void lea(int reg, Mem mem) {
    g(GeneralOp.LEA, reg, mem);
  }

  /** Continues at a label. */
  public void jump(Label target) {
    jump(0xEB, -1, 0xE9, target);
  }

  /** Continues at a label if a condition holds. */
  public void jump(Condition condition, Label target) {
    jump(0x70 | condition.ordinal(), 0x0F, 0x80 | condition.ordinal(), target);
  }

  private void jump(int near, int escape, int far, Label target) {
    vectors.noneWaits();
    int distance = target.position - out.size() - 2;
    if (target.isBound() && Immediates.isSignedByte(distance)) {
      out.put8(near);
      out.put8(distance);
      return;
    }
    if (escape >= 0) {
      out.put8(escape);
    }
    out.put8(far);
    out.reference(target, 0, 0);
  }

  /** Calls what stands at a label. */
  public void call(Label target) {
    vectors.noneWaits();
    out.put8(0xE8);
    out.reference(target, 0, 0);
  }

  /** Returns to the caller. */
  public void ret() {
    g(GeneralOp.RET);
  }

  /** Puts a register on the stack. */
  public void push(int reg) {
    vectors.noneWaits();
    general.opcode(0, 0x50 | (reg & 7), 0, reg, null);
  }

  /** Takes a register from the stack. */
  public void pop(int reg) {
    vectors.noneWaits();
    general.opcode(0, 0x58 | (reg & 7), 0, reg, null);
  }

  /** Reads the state that the system saves, of number ECX, into EDX and EAX. */
  public void xgetbv() {
    vectors.noneWaits();
    general.operands(GeneralForm.M0F, 0x01, 2, 0, null, 0);
  }

  /** Orders stores past the caches before those that follow. */
  public void sfence() {
    vectors.noneWaits();
    general.operands(GeneralForm.M0F, 0xAE, 7, 0, null, 0);
  }
}
