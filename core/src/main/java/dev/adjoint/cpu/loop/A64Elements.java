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

/**
 * The elements of arrays as vectors of an {@link A64Machine}: it reaches memory under a mask, at the end of a row and at
 * distances element by element, in code without a loop.
 */
abstract class A64Elements extends A64Arithmetic {
  A64Elements(int unit) {
    super(unit);
  }

  @Override
  final void load(DType memory, int to, Place from) {
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
  final void broadcast(DType memory, int to, Place from) {
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
  final void splat(int to, int register) {
    code.dup(lanesOf(Integer.BYTES), to, register);
  }

  @Override
  final void broadcastFirst(DType type, int to, int from) {
    code.dup(lanesOf(type.bytes()), to, from, 0);
  }

  @Override
  final boolean stridesMemory(DType memory) {
    return true;
  }

  @Override
  final void loadStrided(DType memory, int to, int address, int stride) {
    for (int i = 0; i < lanes; i++) {
      code.ld1(elements(memory), T0, i, A64Address.at(address, 0));
      code.op(A64Op.ADD, X, address, address, stride);
    }
    unpack(memory, to);
  }

  @Override
  final boolean alternates(DType memory, boolean some) {
    return false;
  }

  @Override
  final void loadAlternate(DType memory, int to, int address, int mask, boolean tail) {
    throw new UnsupportedOperationException("loads have any stride");
  }

  @Override
  final boolean alternatesStores(DType memory) {
    return false;
  }

  @Override
  final void storeAlternate(DType memory, int operand, int address, boolean tail) {
    throw new UnsupportedOperationException("stores have any stride");
  }

  @Override
  final boolean stridesStores(DType memory) {
    return true;
  }

  @Override
  final void storeStrided(DType memory, int operand, int address, int stride) {
    int packed = pack(memory, operand);
    for (int i = 0; i < lanes; i++) {
      code.st1(elements(memory), packed, i, A64Address.at(address, 0));
      code.op(A64Op.ADD, X, address, address, stride);
    }
  }

  @Override
  final void prefetch(Place place) {
    code.mem(A64Access.PRFM, 0, address(place, 3));
  }

  @Override
  final void store(DType memory, Place to, int operand) {
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
  final void storeFirst(DType memory, Place to, int operand) {
    int packed = pack(memory, operand);
    switch (memory.bytes()) {
      case 1 -> code.mem(A64Access.STR_B, packed, address(to, 0));
      case 2 -> code.mem(A64Access.STR_H, packed, address(to, 1));
      case 4 -> code.mem(A64Access.STR_S, packed, address(to, 2));
      default -> code.mem(A64Access.STR_D, packed, address(to, 3));
    }
  }

  @Override
  final void beginTail() {
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
  final void tailMask(int bytes, int to) {
    loadLanes(bytes, to, slot(bytes == Integer.BYTES ? Block.TAIL_4 : Block.TAIL_8));
  }

  @Override
  final boolean masksMemory(DType memory) {
    return true;
  }

  @Override
  final void loadTail(DType memory, int to, Place from) {
    loadWhere(memory, to, from, -1, true);
  }

  @Override
  final void loadWhere(DType memory, int to, Place from, int mask, boolean tail) {
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
  final void storeTail(DType memory, Place to, int operand) {
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
  final boolean gathers(DType memory) {
    return true;
  }

  @Override
  final void gather(
      DType memory, int to, int address, int at, DType atType, int mask, boolean tail) {
    int chosen = mask < 0 ? -1 : register(mask, T1, unit);
    loadEach(memory, to, address, register(at, T2, atType.bytes()), atType, chosen, tail);
  }

  @Override
  final void gatherFrom(DType memory, int to, int address, Place at, DType atType) {
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
}
