package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.A64Width.X;

import dev.adjoint.cpu.asm.A64;
import dev.adjoint.cpu.asm.A64Access;
import dev.adjoint.cpu.asm.A64Address;
import dev.adjoint.cpu.asm.A64Condition;
import dev.adjoint.cpu.asm.A64Frame;
import dev.adjoint.cpu.asm.A64Op;
import dev.adjoint.cpu.asm.A64Shift;
import dev.adjoint.cpu.asm.Arrangement;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.NeonOp;

/**
 * The registers of an {@link A64Machine}: what they are for, how they get to memory and back, and what general ones compute.
 *
 * <p>The general registers are those that a function may change, so none is saved. Three of them are known to no writer: one for
 * addresses and two for numbers, which instructions of x86-64 would take from memory or from within themselves.
 */
abstract class A64Registers extends Machine {
  static final int ADDRESS = 15;
  static final int NUMBER = 16;
  static final int OTHER = 17;

  /** Vector registers for operands that are in memory, and for what takes several instructions. */
  static final int T0 = 28;

  static final int T1 = 29;
  static final int T2 = 30;
  static final int T3 = 31;

  private static final int BLOCK = 0;
  private static final int LANE = 1;
  private static final int LIMIT = 2;
  private static final int FIRST_TEMPORARY = 3;
  private static final int FIRST_PARTIAL = 7;
  private static final int FIRST_POINTER = 9;
  private static final int POINTERS = 6;
  private static final int VECTORS = 27;

  final A64 code = new A64();
  final A64Pool pool = new A64Pool(code);

  A64Registers(int unit) {
    super(16 / unit, unit);
  }

  /** How a register holds values of some bytes: two of 4 bytes leave half of it. */
  final Arrangement lanesOf(int bytes) {
    if (bytes == Long.BYTES) {
      return Arrangement.D2;
    }
    return lanes == 4 ? Arrangement.S4 : Arrangement.S2;
  }

  /** The address of a place, for instructions that take {@code 1 << scale} bytes; it may be in {@link #ADDRESS}. */
  final A64Address address(Place place, int scale) {
    if (place.base() == Place.POOL) {
      code.adr(ADDRESS, pool.label(place));
      return A64Address.at(ADDRESS, 0);
    }
    int base = place.base();
    int distance = place.distance();
    if (place.scale() != 0) {
      int shift = Integer.numberOfTrailingZeros(place.scale());
      code.op(A64Op.ADD, X, ADDRESS, base, LANE, A64Shift.LSL, shift);
      base = ADDRESS;
    }
    if (isOffset(distance, scale)) {
      return A64Address.at(base, distance);
    }
    int low = distance & 0xFFF;
    if (isOffset(low, scale) && A64.isImmediate(A64Op.ADD, X, distance - low)) {
      code.imm(A64Op.ADD, X, ADDRESS, base, distance - low);
      return A64Address.at(ADDRESS, low);
    }
    code.move(NUMBER, distance);
    code.op(A64Op.ADD, X, ADDRESS, base, NUMBER);
    return A64Address.at(ADDRESS, 0);
  }

  private static boolean isOffset(int distance, int scale) {
    boolean whole = (distance & (1 << scale) - 1) == 0 && distance >= 0;
    return (whole && distance >> scale < 1 << 12) || (-256 <= distance && distance < 256);
  }

  private void memory(A64Access op, int register, Place place, int scale) {
    code.mem(op, register, address(place, scale));
  }

  /** Copies a vector register. */
  final void copy(int to, int from) {
    if (to != from) {
      code.v(NeonOp.ORR, Arrangement.B16, to, from, from);
    }
  }

  /** Loads a vector of lanes of some bytes. */
  final void loadLanes(int bytes, int to, Place from) {
    boolean half = bytes * lanes == Long.BYTES;
    A64Access op = half ? A64Access.LDR_D : A64Access.LDR_Q;
    if (from.base() == Place.POOL) {
      code.mem(op, to, pool.label(from));
    } else {
      memory(op, to, from, half ? 3 : 4);
    }
  }

  final void storeLanes(int bytes, Place to, int register) {
    boolean half = bytes * lanes == Long.BYTES;
    memory(half ? A64Access.STR_D : A64Access.STR_Q, register, to, half ? 3 : 4);
  }

  /** The register that holds an operand of lanes of some bytes, which is loaded to a given one if it is in memory. */
  final int register(int operand, int to, int bytes) {
    if (operand < MEMORY) {
      return operand;
    }
    loadLanes(bytes, to, place(operand));
    return to;
  }

  /** A constant of lanes with equal bits. */
  final int equal(int bytes, long bits) {
    long word = bytes == Integer.BYTES ? (bits & 0xFFFF_FFFFL) * 0x1_0000_0001L : bits;
    return operand(pool.place(word, word));
  }

  @Override
  final int block() {
    return BLOCK;
  }

  @Override
  final int lane() {
    return LANE;
  }

  @Override
  final int limit() {
    return LIMIT;
  }

  @Override
  final int temporary(int number) {
    return FIRST_TEMPORARY + number;
  }

  @Override
  final int partial(int number) {
    return FIRST_PARTIAL + number;
  }

  @Override
  final int pointers() {
    return POINTERS;
  }

  @Override
  final int pointer(int number) {
    return FIRST_POINTER + number;
  }

  @Override
  final int vectors() {
    return VECTORS;
  }

  @Override
  final int masks() {
    return 0;
  }

  @Override
  final int firstMask() {
    return 0;
  }

  @Override
  final void enter() {
    A64Frame.enter(code);
  }

  @Override
  final void leave() {
    A64Frame.leave(code);
    get(0, slot(Block.FAILED));
    code.ret();
  }

  @Override
  final int size() {
    return code.size();
  }

  @Override
  final byte[] finish() {
    pool.write();
    return code.toBytes();
  }

  @Override
  final Label label() {
    return code.label();
  }

  @Override
  final void bind(Label label) {
    code.bind(label);
  }

  @Override
  final void jump(Label label) {
    code.b(label);
  }

  @Override
  final void head(Label label) {
    code.align(16);
    code.bind(label);
  }

  @Override
  final void set(int register, long value) {
    code.move(register, value);
  }

  @Override
  final void move(int to, int from) {
    if (to != from) {
      code.mov(X, to, from);
    }
  }

  @Override
  final void get(int register, Place from) {
    memory(A64Access.LDR_X, register, from, 3);
  }

  @Override
  final void put(Place to, int register) {
    memory(A64Access.STR_X, register, to, 3);
  }

  @Override
  final void getSigned(int bytes, int register, Place from) {
    if (bytes == Integer.BYTES) {
      memory(A64Access.LDRSW, register, from, 2);
    } else {
      get(register, from);
    }
  }

  @Override
  final void getElement(int bytes, int register, int address) {
    A64Access op =
        switch (bytes) {
          case 1 -> A64Access.LDRB;
          case 2 -> A64Access.LDRH;
          case 4 -> A64Access.LDR_W;
          default -> A64Access.LDR_X;
        };
    code.mem(op, register, A64Address.at(address, 0));
  }

  @Override
  final void putElement(int bytes, int address, int register) {
    A64Access op =
        switch (bytes) {
          case 1 -> A64Access.STRB;
          case 2 -> A64Access.STRH;
          case 4 -> A64Access.STR_W;
          default -> A64Access.STR_X;
        };
    code.mem(op, register, A64Address.at(address, 0));
  }

  @Override
  final void add(int register, int other) {
    code.op(A64Op.ADD, X, register, register, other);
  }

  @Override
  final void increase(int register, long value) {
    sum(register, register, value);
  }

  /** Makes a register the sum of a register and a number. */
  final void sum(int to, int from, long value) {
    if (to != from || value != 0) {
      number(value < 0 ? A64Op.SUB : A64Op.ADD, to, from, Math.abs(value));
    }
  }

  /** An instruction with a number, which passes through a register if it must. */
  private void number(A64Op op, int to, int from, long value) {
    if (A64.isImmediate(op, X, value)) {
      code.imm(op, X, to, from, value);
    } else {
      code.move(NUMBER, value);
      code.op(op, X, to, from, NUMBER);
    }
  }

  @Override
  final void addFrom(int register, Place from) {
    get(OTHER, from);
    add(register, OTHER);
  }

  @Override
  final void addTo(Place to, int register) {
    A64Address address = address(to, 3);
    code.mem(A64Access.LDR_X, OTHER, address);
    code.op(A64Op.ADD, X, OTHER, OTHER, register);
    code.mem(A64Access.STR_X, OTHER, address);
  }

  @Override
  final void extend(int register) {
    code.bits(true, X, register, register, 0, 31);
  }

  @Override
  final void subtract(int register, int other) {
    code.op(A64Op.SUB, X, register, register, other);
  }

  @Override
  final void multiply(int register, int other) {
    code.op(A64Op.MUL, X, register, register, other);
  }

  @Override
  final void multiplyFrom(int register, Place from) {
    get(OTHER, from);
    multiply(register, OTHER);
  }

  @Override
  final void and(int register, int value) {
    number(A64Op.AND, register, register, value);
  }

  @Override
  final void shiftLeft(int register, int bits) {
    code.shift(A64Shift.LSL, X, register, register, bits);
  }

  @Override
  final void shiftRight(int register, int bits) {
    code.shift(A64Shift.LSR, X, register, register, bits);
  }

  private static A64Condition condition(Relation relation) {
    return switch (relation) {
      case EQUAL -> A64Condition.EQ;
      case NOT_EQUAL -> A64Condition.NE;
      case LESS -> A64Condition.LT;
      case AT_LEAST -> A64Condition.GE;
      case BEYOND -> A64Condition.HS;
    };
  }

  @Override
  final void branch(Relation relation, int register, int other, Label to) {
    code.cmp(X, register, other);
    code.b(condition(relation), to);
  }

  @Override
  final void branchIf(Relation relation, int register, long value, Label to) {
    number(A64Op.SUBS, A64.ZR, register, value);
    code.b(condition(relation), to);
  }
}
