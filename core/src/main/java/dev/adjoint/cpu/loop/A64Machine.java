package dev.adjoint.cpu.loop;

import static dev.adjoint.cpu.asm.A64Width.W;
import static dev.adjoint.cpu.asm.A64Width.X;
import static dev.adjoint.cpu.asm.Arrangement.B16;
import static dev.adjoint.cpu.asm.Arrangement.B8;
import static dev.adjoint.cpu.asm.Arrangement.D2;
import static dev.adjoint.cpu.asm.Arrangement.H4;
import static dev.adjoint.cpu.asm.Arrangement.H8;
import static dev.adjoint.cpu.asm.Arrangement.S2;
import static dev.adjoint.cpu.asm.Arrangement.S4;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.A64Access;
import dev.adjoint.cpu.asm.A64Address;
import dev.adjoint.cpu.asm.A64Condition;
import dev.adjoint.cpu.asm.A64Op;
import dev.adjoint.cpu.asm.A64Shift;
import dev.adjoint.cpu.asm.Arrangement;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.NeonOp;
import dev.adjoint.cpu.asm.NeonShift;
import dev.adjoint.cpu.asm.NeonUnary;
import dev.adjoint.kernel.ScalarOp;

/**
 * An AArch64 processor: vectors of 16 bytes, or of 8 for values of 4 bytes beside some of 8, and vectors as masks. It reaches
 * memory under a mask, at the end of a row and at distances element by element, in code without a loop.
 */
final class A64Machine extends A64Arithmetic {
  /**
   * A machine for a kernel.
   *
   * @param unit the bytes of the kernel's widest values, 4 or 8
   */
  A64Machine(int unit) {
    super(unit);
  }

  @Override
  int passing(DType type) {
    return vectors();
  }

  @Override
  int bytes(DType type) {
    return width(type) * lanes;
  }

  @Override
  int constant(DType type, long bits) {
    if (type == DType.BOOL) {
      return equal(unit, bits == 0 ? 0 : -1);
    }
    return equal(Math.max(Integer.BYTES, type.bytes()), bits);
  }

  @Override
  int iota() {
    return operand(pool.place(1L << Integer.SIZE, 3L << Integer.SIZE | 2));
  }

  @Override
  void copy(DType type, int to, int operand) {
    copy(to, register(operand, to, width(type)));
  }

  @Override
  void keep(DType type, Place to, int operand) {
    storeLanes(width(type), to, register(operand, T0, width(type)));
  }

  @Override
  void load(DType memory, int to, Place from) {
    int scale = packedScale(memory);
    A64Access op =
        switch (scale) {
          case 1 -> A64Access.LDR_H;
          case 2 -> A64Access.LDR_S;
          case 3 -> A64Access.LDR_D;
          default -> A64Access.LDR_Q;
        };
    boolean whole = memory.bytes() >= Integer.BYTES;
    code.mem(op, whole ? to : T0, address(from, scale));
    if (!whole) {
      unpack(memory, to);
    }
  }

  /** The logarithm of the bytes of the elements of all lanes. */
  private int packedScale(DType memory) {
    return Integer.numberOfTrailingZeros(memory.bytes() * lanes);
  }

  /** Makes elements side by side in the first temporary values. */
  private void unpack(DType memory, int to) {
    switch (memory) {
      case F32, I32, F64, I64 -> copy(to, T0);
      case F16 -> code.v(NeonUnary.FCVTL, H4, to, T0);
      case BF16 -> code.v(NeonShift.USHLL, H4, to, T0, 0);
      case U8, I8 -> {
        code.v(NeonShift.USHLL, B8, T0, T0, 0);
        code.v(NeonShift.USHLL, H4, to, T0, 0);
      }
      case BOOL -> {
        code.v(NeonShift.USHLL, B8, T0, T0, 0);
        code.v(NeonShift.USHLL, H4, T0, T0, 0);
        if (unit == Long.BYTES) {
          code.v(NeonShift.USHLL, S2, T0, T0, 0);
        }
        code.v(NeonUnary.CMGT_ZERO, lanesOf(unit), to, T0);
      }
    }
  }

  @Override
  void broadcast(DType memory, int to, Place from) {
    switch (memory) {
      case F32, I32, F64, I64 -> {
        boolean words = memory.bytes() == Integer.BYTES;
        int scale = words ? 2 : 3;
        code.mem(words ? A64Access.LDR_S : A64Access.LDR_D, T0, address(from, scale));
        code.dup(lanesOf(memory.bytes()), to, T0, 0);
      }
      case F16 -> {
        code.mem(A64Access.LDRH, NUMBER, address(from, 1));
        code.dup(H4, T0, NUMBER);
        unpack(memory, to);
      }
      case BF16 -> {
        code.mem(A64Access.LDRH, NUMBER, address(from, 1));
        splat(to, NUMBER);
      }
      case U8, I8 -> {
        code.mem(A64Access.LDRB, NUMBER, address(from, 0));
        splat(to, NUMBER);
      }
      case BOOL -> {
        code.mem(A64Access.LDRB, NUMBER, address(from, 0));
        code.dup(lanesOf(unit), T0, NUMBER);
        code.v(NeonUnary.CMGT_ZERO, lanesOf(unit), to, T0);
      }
    }
  }

  @Override
  void splat(int to, int register) {
    code.dup(lanesOf(Integer.BYTES), to, register);
  }

  @Override
  void broadcastFirst(DType type, int to, int from) {
    code.dup(lanesOf(type.bytes()), to, from, 0);
  }

  @Override
  boolean stridesMemory(DType memory) {
    return true;
  }

  @Override
  void loadStrided(DType memory, int to, int address, int stride) {
    for (int i = 0; i < lanes; i++) {
      code.ld1(elements(memory), T0, i, A64Address.at(address, 0));
      code.op(A64Op.ADD, X, address, address, stride);
    }
    unpack(memory, to);
  }

  @Override
  void prefetch(Place place) {
    code.mem(A64Access.PRFM, 0, address(place, 3));
  }

  @Override
  void store(DType memory, Place to, int operand) {
    int packed = pack(memory, operand);
    int scale = packedScale(memory);
    A64Access op =
        switch (scale) {
          case 1 -> A64Access.STR_H;
          case 2 -> A64Access.STR_S;
          case 3 -> A64Access.STR_D;
          default -> A64Access.STR_Q;
        };
    code.mem(op, packed, address(to, scale));
  }

  /** The register with the elements that values are, side by side. */
  private int pack(DType memory, int operand) {
    int value = register(operand, T0, Math.max(Integer.BYTES, width(memory)));
    switch (memory) {
      case F32, I32, F64, I64 -> {
        return value;
      }
      case F16 -> halves(value);
      case BF16 -> code.v(NeonUnary.XTN, H4, T0, value);
      case U8, I8 -> {
        code.v(NeonUnary.XTN, H4, T0, value);
        code.v(NeonUnary.XTN, B8, T0, T0);
      }
      case BOOL -> {
        number(T0, value);
        code.v(NeonUnary.XTN, H4, T0, T0);
        code.v(NeonUnary.XTN, B8, T0, T0);
      }
    }
    return T0;
  }

  @Override
  void storeFirst(DType memory, Place to, int operand) {
    int packed = pack(memory, operand);
    switch (memory.bytes()) {
      case 1 -> code.mem(A64Access.STR_B, packed, address(to, 0));
      case 2 -> code.mem(A64Access.STR_H, packed, address(to, 1));
      case 4 -> code.mem(A64Access.STR_S, packed, address(to, 2));
      default -> code.mem(A64Access.STR_D, packed, address(to, 3));
    }
  }

  @Override
  void beginTail() {
    get(NUMBER, slot(Block.TAIL));
    splat(T0, NUMBER);
    int numbers = register(iota(), T1, Integer.BYTES);
    code.v(NeonOp.CMGT, lanesOf(Integer.BYTES), T0, T0, numbers);
    storeLanes(Integer.BYTES, slot(Block.TAIL_4), T0);
    if (unit == Long.BYTES) {
      mask(Integer.BYTES, T0, T0);
      storeLanes(Long.BYTES, slot(Block.TAIL_8), T0);
    }
  }

  /** Loads the mask of the tail for lanes of some bytes. */
  private void tailMask(int bytes, int to) {
    loadLanes(bytes, to, slot(bytes == Integer.BYTES ? Block.TAIL_4 : Block.TAIL_8));
  }

  @Override
  boolean masksMemory(DType memory) {
    return true;
  }

  @Override
  void loadTail(DType memory, int to, Place from) {
    loadWhere(memory, to, from, -1, true);
  }

  @Override
  void loadWhere(DType memory, int to, Place from, int mask, boolean tail) {
    int chosen = mask < 0 ? -1 : register(mask, T1, unit);
    start(from);
    loadEach(memory, to, ADDRESS, -1, DType.I64, chosen, tail);
  }

  /** Puts the address of a place into {@link #ADDRESS}, which operands in memory may need before. */
  private void start(Place place) {
    A64Address address = address(place, 4);
    sum(ADDRESS, address.base(), address.value());
  }

  @Override
  void storeTail(DType memory, Place to, int operand) {
    int packed = pack(memory, operand);
    start(to);
    Arrangement t = elements(memory);
    Label end = code.label();
    get(NUMBER, slot(Block.TAIL));
    for (int i = 0; i < lanes; i++) {
      endOfTail(i, end);
      code.st1(t, packed, i, A64Address.after(ADDRESS, memory.bytes()));
    }
    code.bind(end);
  }

  /** Elements of memory as lanes of a whole register. */
  private static Arrangement elements(DType memory) {
    return switch (memory.bytes()) {
      case 1 -> B16;
      case 2 -> H8;
      case 4 -> S4;
      default -> D2;
    };
  }

  /** Jumps to the end if a lane is not in the tail, whose number of lanes is in {@link #NUMBER}; the first lane is. */
  private void endOfTail(int lane, Label end) {
    if (lane > 0) {
      code.cmpImm(X, NUMBER, lane);
      code.b(A64Condition.LE, end);
    }
  }

  @Override
  boolean gathers(DType memory) {
    return true;
  }

  @Override
  void gather(DType memory, int to, int address, int at, DType atType, int mask, boolean tail) {
    int chosen = mask < 0 ? -1 : register(mask, T1, unit);
    loadEach(memory, to, address, register(at, T2, atType.bytes()), atType, chosen, tail);
  }

  @Override
  void gatherFrom(DType memory, int to, int address, Place at, DType atType) {
    Arrangement t = elements(memory);
    boolean words = atType == DType.I32;
    start(at);
    code.movi(B16, T0, 0, 0);
    for (int i = 0; i < lanes; i++) {
      A64Address number = A64Address.at(ADDRESS, i * atType.bytes());
      code.mem(words ? A64Access.LDR_W : A64Access.LDR_X, OTHER, number);
      code.op(A64Op.ADD, X, OTHER, address, OTHER, A64Shift.LSL, t.size);
      code.ld1(t, T0, i, A64Address.at(OTHER, 0));
    }
    unpack(memory, to);
  }

  /**
   * Loads element by element; where not, there is 0.
   *
   * @param at a vector register with distances in elements, or -1 for neighbours
   * @param mask a vector register with a mask, or -1
   */
  private void loadEach(
      DType memory, int to, int address, int at, DType atType, int mask, boolean tail) {
    Arrangement t = elements(memory);
    Label end = code.label();
    code.movi(B16, T0, 0, 0);
    if (tail) {
      code.mem(A64Access.LDR_X, NUMBER, A64Address.at(block(), Block.TAIL));
    }
    for (int i = 0; i < lanes; i++) {
      Label next = code.label();
      if (tail) {
        endOfTail(i, end);
      }
      if (mask >= 0) {
        code.umov(lanesOf(unit), OTHER, mask, i);
        code.cbz(W, OTHER, next);
      }
      if (at < 0) {
        code.imm(A64Op.ADD, X, OTHER, address, (long) i * memory.bytes());
      } else {
        if (atType == DType.I32) {
          code.smov(X, lanesOf(Integer.BYTES), OTHER, at, i);
        } else {
          code.umov(D2, OTHER, at, i);
        }
        code.op(A64Op.ADD, X, OTHER, address, OTHER, A64Shift.LSL, t.size);
      }
      code.ld1(t, T0, i, A64Address.at(OTHER, 0));
      code.bind(next);
    }
    code.bind(end);
    unpack(memory, to);
  }

  @Override
  void maskOf(int to, Place numbers) {
    loadLanes(unit, T0, numbers);
    code.v(NeonUnary.CMGT_ZERO, lanesOf(unit), to, T0);
  }

  @Override
  void keepMask(Place to, int mask) {
    keep(DType.BOOL, to, mask);
  }

  @Override
  void first(DType type, int register, int operand) {
    if (operand >= MEMORY) {
      getSigned(type.bytes(), register, place(operand));
    } else if (type == DType.I32) {
      code.smov(X, S4, register, operand, 0);
    } else {
      code.umov(D2, register, operand, 0);
    }
  }

  @Override
  void ofTail(DType type, int to, int inside, int outside) {
    int bytes = type.bytes();
    tailMask(bytes, T0);
    choose(to, T0, register(inside, T1, bytes), register(outside, T2, bytes));
  }

  /** Makes the first temporary a mask of the lanes in which positions are in range. */
  private void inRange(DType type, int value, int size) {
    int bytes = type.bytes();
    Arrangement t = lanesOf(bytes);
    int number = register(value, T0, bytes);
    int bound = register(size, T1, bytes);
    code.v(NeonOp.CMGT, t, T1, bound, number);
    code.v(NeonUnary.CMGE_ZERO, t, T0, number);
    code.v(NeonOp.AND, B16, T0, T0, T1);
    mask(bytes, T0, T0);
  }

  @Override
  void branchUnlessInRange(DType type, int value, int size, boolean tail, Label to) {
    inRange(type, value, size);
    if (tail) {
      tailMask(unit, T1);
      code.v(NeonOp.BIC, B16, T1, T1, T0);
    } else {
      code.v(NeonUnary.NOT, B16, T1, T0);
    }
    code.v(NeonUnary.UMAXV, S4, T1, T1);
    code.umov(S4, NUMBER, T1, 0);
    code.cbnz(W, NUMBER, to);
  }

  @Override
  void check(DType type, int to, int value, int size, int mask, boolean tail) {
    inRange(type, value, size);
    if (mask < 0) {
      code.v(NeonUnary.NOT, B16, T1, T0);
      copy(to, T0);
    } else {
      int where = register(mask, T2, unit);
      code.v(NeonOp.BIC, B16, T1, where, T0);
      code.v(NeonOp.AND, B16, to, where, T0);
    }
    if (tail) {
      tailMask(unit, T0);
      code.v(NeonOp.AND, B16, T1, T1, T0);
    }
    code.v(NeonUnary.UMAXV, S4, T1, T1);
    code.umov(S4, NUMBER, T1, 0);
    A64Address failed = A64Address.at(block(), Block.FAILED);
    code.mem(A64Access.LDR_X, OTHER, failed);
    code.op(A64Op.ORR, X, OTHER, OTHER, NUMBER);
    code.mem(A64Access.STR_X, OTHER, failed);
  }

  @Override
  void branchIfAll(int mask, Label to) {
    code.v(NeonUnary.UMINV, S4, T0, register(mask, T0, unit));
    code.umov(S4, NUMBER, T0, 0);
    code.cbnz(W, NUMBER, to);
  }

  @Override
  void foldLanes(ScalarOp op, DType type, int register, int other) {
    if (bytes(type) == 16 && type.bytes() == Integer.BYTES) {
      code.ext(B16, other, register, register, 8);
      apply(op, type, type, register, register, other, -1);
    }
    code.dup(lanesOf(type.bytes()), other, register, 1);
    apply(op, type, type, register, register, other, -1);
  }
}
