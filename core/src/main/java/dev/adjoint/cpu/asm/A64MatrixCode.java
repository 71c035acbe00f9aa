package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.A64Width.X;

/**
 * Code for NEON. It needs no general register that belongs to the caller. A factor is one lane, which multiplies all lanes of
 * another register: so it is loaded by an instruction that needs no unit for vectors.
 */
final class A64MatrixCode extends MatrixCode {
  /** General registers for addresses and for numbers, and a vector register for single elements. */
  private static final int ADDRESS = 15;

  private static final int NUMBER = 16;
  private static final int ELEMENT = 31;

  /** The register with the address to return to. */
  private static final int LINK = 30;

  /** The first vector register of which a half belongs to the caller. */
  private static final int FIRST_KEPT = 8;

  private final A64 code = new A64();
  private final A64Real real;
  private final Arrangement lanes;
  private boolean keeps;

  /** The elements of a vector at the end of a row. */
  private int edge;

  A64MatrixCode(int bytes) {
    super(PART, bytes, 3, 2, Dot.SINGLE);
    real = bytes == Float.BYTES ? A64Real.S : A64Real.D;
    lanes = lanes(bytes);
  }

  private static Arrangement lanes(int size) {
    return size == Float.BYTES ? Arrangement.S4 : Arrangement.D2;
  }

  /** The address of what an instruction takes; it may be in {@link #ADDRESS}. */
  private A64Address address(Mem mem) {
    if (mem.index() < 0) {
      return A64Address.at(mem.base(), mem.disp());
    }
    if (mem.scale() == 1 && mem.disp() == 0) {
      return A64Address.indexed(mem.base(), mem.index(), 0);
    }
    sum(ADDRESS, mem.base(), mem.index(), mem.scale());
    return A64Address.at(ADDRESS, mem.disp());
  }

  @Override
  public void enter(int arguments, int registers, int vectors) {
    keeps = vectors > FIRST_KEPT;
    if (keeps) {
      A64Frame.enter(code);
    }
  }

  @Override
  public void leave() {
    if (keeps) {
      A64Frame.leave(code);
    }
    code.ret();
  }

  @Override
  public void call(Label target) {
    code.mem(A64Access.STR_X, LINK, A64Address.before(A64.SP, -16));
    code.bl(target);
    code.mem(A64Access.LDR_X, LINK, A64Address.after(A64.SP, 16));
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
    code.align(16);
    code.bind(label);
  }

  @Override
  public void jump(Label target) {
    code.b(target);
  }

  @Override
  public void jump(When when, Label target) {
    code.b(when.a64, target);
  }

  @Override
  public byte[] toBytes() {
    return code.toBytes();
  }

  @Override
  public void set(int to, int value) {
    code.move(to, value);
  }

  @Override
  public void move(int to, int from) {
    code.mov(X, to, from);
  }

  @Override
  public void get(int to, Mem from) {
    code.mem(A64Access.LDR_X, to, address(from));
  }

  @Override
  public void op(Op op, int to, int from) {
    code.op(op.a64, X, op.writes ? to : A64.ZR, to, from);
  }

  @Override
  public void op(Op op, Mem to, int from) {
    get(NUMBER, to);
    op(op, NUMBER, from);
    put(op, to);
  }

  @Override
  public void imm(Op op, int to, int value) {
    code.imm(op.a64, X, op.writes ? to : A64.ZR, to, value);
  }

  @Override
  public void imm(Op op, Mem to, int value) {
    get(NUMBER, to);
    imm(op, NUMBER, value);
    put(op, to);
  }

  private void put(Op op, Mem to) {
    if (op.writes) {
      code.mem(A64Access.STR_X, NUMBER, address(to));
    }
  }

  @Override
  public void multiply(int to, int from, int value) {
    code.move(NUMBER, value);
    code.op(A64Op.MUL, X, to, from, NUMBER);
  }

  @Override
  public void prefetch(Mem from) {
    // Nothing here could be measured with it.
  }

  @Override
  public void sum(int to, int base, int index, int scale) {
    int shift = Integer.numberOfTrailingZeros(scale);
    code.op(A64Op.ADD, X, to, base, index, A64Shift.LSL, shift);
  }

  @Override
  public void copy(Mem to, Mem from, int through) {
    boolean wide = bytes == Long.BYTES;
    code.mem(wide ? A64Access.LDR_X : A64Access.LDR_W, through, address(from));
    code.mem(wide ? A64Access.STR_X : A64Access.STR_W, through, address(to));
  }

  @Override
  public void load(int size, int to, Mem from) {
    A64Access op = size == 4 ? A64Access.LDR_S : size == 8 ? A64Access.LDR_D : A64Access.LDR_Q;
    code.mem(op, to, address(from));
  }

  @Override
  public void store(int size, Mem to, int from) {
    A64Access op = size == 4 ? A64Access.STR_S : size == 8 ? A64Access.STR_D : A64Access.STR_Q;
    code.mem(op, from, address(to));
  }

  @Override
  public void loadPart(int part, int to, Mem from) {
    load(PART, to, from);
  }

  @Override
  public void zip(int size, boolean upper, int to, int first, int second) {
    code.v(upper ? NeonOp.ZIP2 : NeonOp.ZIP1, lanes(size), to, first, second);
  }

  @Override
  public void edge(int elements, Mem count, int mask, int temporary, int other) {
    edge = elements;
  }

  /** The bytes of a vector that one instruction moves; what is left of an edge of three elements is one more. */
  private int size(boolean edge) {
    return edge ? Integer.highestOneBit(this.edge * bytes) : vector;
  }

  private static Mem third(Mem mem) {
    return Mem.at(mem.base(), mem.disp() + 2 * Float.BYTES);
  }

  @Override
  public void load(int to, Mem from, boolean edge) {
    load(size(edge), to, from);
    if (edge && this.edge == 3) {
      load(bytes, ELEMENT, third(from));
      code.ins(lanes, to, 2, ELEMENT, 0);
    }
  }

  @Override
  public void store(Mem to, int from, boolean edge) {
    store(size(edge), to, from);
    if (edge && this.edge == 3) {
      code.lane(lanes, ELEMENT, from, 2);
      store(bytes, third(to), ELEMENT);
    }
  }

  @Override
  public void zero(int register) {
    code.movi(Arrangement.D2, register, 0, 0);
  }

  @Override
  public void factor(int to, Mem from) {
    load(bytes, to, from);
  }

  @Override
  public void broadcast(int to, Mem from) {
    load(bytes, to, from);
    for (int size = bytes; size < PART; size *= 2) {
      zip(size, false, to, to, to);
    }
  }

  @Override
  public void fma(int sums, int factor, int register) {
    code.fmla(lanes, sums, register, factor, 0);
  }

  @Override
  public void multiplyAdd(int sums, int first, int second) {
    code.v(NeonOp.FMLA, lanes, sums, first, second);
  }

  @Override
  public void fold(Fold f, int size, int to, int other, int spare) {
    code.v(f.a64, lanes, to, to, other);
  }

  @Override
  public void fma(int sum, int factor, Mem from) {
    load(bytes, ELEMENT, from);
    code.fmadd(real, sum, factor, ELEMENT, sum);
  }
}
