package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Condition;
import dev.adjoint.cpu.asm.GeneralOp;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.Mem;
import dev.adjoint.cpu.asm.X86;
import dev.adjoint.cpu.asm.X86Frame;

/** The general registers of an {@link X86Machine}: what they are for, what they compute, and how places become addresses. */
abstract class X86Registers extends Machine {
  private static final int[] TEMPORARIES = {X86.RAX, X86.RCX, X86.RDX, X86.R11};
  private static final int[] PARTIALS = {X86.R10, X86.R9};
  private static final int[] POINTERS = {X86.RBX, X86.RBP, X86.R12, X86.R13, X86.R14, X86.R15};

  /** All general registers but the stack pointer are written. */
  private static final int GENERAL = 0xFFFF & ~(1 << X86.RSP);

  final X86 code = new X86();
  final X86Pool pool = new X86Pool(code);
  final boolean evex;

  private final X86Frame frame = new X86Frame(code);

  X86Registers(boolean evex, int unit) {
    super((evex ? 64 : 32) / unit, unit);
    this.evex = evex;
  }

  /** The length of vectors of elements of some bytes. */
  final int width(int bytes) {
    return Math.clamp(lanes * bytes, 16, evex ? 64 : 32);
  }

  /** Whether elements of some bytes are too wide for a register to hold those of all lanes. */
  final boolean isCut(int bytes) {
    return bytes > unit;
  }

  /** An address for the assembler. */
  final Mem mem(Place place) {
    if (place.base() == Place.POOL) {
      return Mem.of(pool.label, place.distance());
    }
    return place.scale() == 0
        ? Mem.at(place.base(), place.distance())
        : Mem.at(place.base(), X86.RSI, place.scale(), place.distance());
  }

  @Override
  final int block() {
    return X86.RDI;
  }

  @Override
  final int lane() {
    return X86.RSI;
  }

  @Override
  final int limit() {
    return X86.R8;
  }

  @Override
  final int temporary(int number) {
    return TEMPORARIES[number];
  }

  @Override
  final int partial(int number) {
    return PARTIALS[number];
  }

  @Override
  final int pointers() {
    return POINTERS.length;
  }

  @Override
  final int pointer(int number) {
    return POINTERS[number];
  }

  @Override
  final void enter() {
    frame.enter(GENERAL, evex ? 31 : 15, X86.RDI);
  }

  @Override
  final void leave() {
    code.g(GeneralOp.MOV, X86.RAX, mem(slot(Block.FAILED)));
    frame.leave();
  }

  @Override
  final int size() {
    return code.size();
  }

  @Override
  final byte[] finish() {
    pool.write(code);
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
    code.jump(label);
  }

  @Override
  final void head(Label label) {
    code.align(32);
    code.bind(label);
  }

  @Override
  final void set(int register, long value) {
    code.move(register, value);
  }

  @Override
  final void move(int to, int from) {
    if (to != from) {
      code.g(GeneralOp.MOV, to, from);
    }
  }

  @Override
  final void get(int register, Place from) {
    code.g(GeneralOp.MOV, register, mem(from));
  }

  @Override
  final void put(Place to, int register) {
    code.g(GeneralOp.MOV, mem(to), register);
  }

  @Override
  final void getSigned(int bytes, int register, Place from) {
    code.g(bytes == Integer.BYTES ? GeneralOp.MOVSXD : GeneralOp.MOV, register, mem(from));
  }

  @Override
  final void getElement(int bytes, int register, int address) {
    GeneralOp op =
        switch (bytes) {
          case 1 -> GeneralOp.MOVZX8;
          case 2 -> GeneralOp.MOVZX16;
          case 4 -> GeneralOp.MOV32;
          default -> GeneralOp.MOV;
        };
    code.g(op, register, Mem.at(address, 0));
  }

  @Override
  final void putElement(int bytes, int address, int register) {
    GeneralOp op =
        switch (bytes) {
          case 1 -> GeneralOp.MOV8;
          case 2 -> GeneralOp.MOV16;
          case 4 -> GeneralOp.MOV32;
          default -> GeneralOp.MOV;
        };
    code.g(op, Mem.at(address, 0), register);
  }

  @Override
  final void add(int register, int other) {
    code.g(GeneralOp.ADD, register, other);
  }

  @Override
  final void increase(int register, long value) {
    if (value != 0) {
      code.gi(GeneralOp.ADD, register, Math.toIntExact(value));
    }
  }

  @Override
  final void addFrom(int register, Place from) {
    code.g(GeneralOp.ADD, register, mem(from));
  }

  @Override
  final void addTo(Place to, int register) {
    code.g(GeneralOp.ADD, mem(to), register);
  }

  @Override
  final void extend(int register) {
    code.g(GeneralOp.MOVSXD, register, register);
  }

  @Override
  final void subtract(int register, int other) {
    code.g(GeneralOp.SUB, register, other);
  }

  @Override
  final void multiply(int register, int other) {
    code.g(GeneralOp.IMUL, register, other);
  }

  @Override
  final void multiplyFrom(int register, Place from) {
    code.g(GeneralOp.IMUL, register, mem(from));
  }

  @Override
  final void and(int register, int value) {
    code.gi(GeneralOp.AND, register, value);
  }

  @Override
  final void shiftLeft(int register, int bits) {
    code.gi(GeneralOp.SHL, register, bits);
  }

  @Override
  final void shiftRight(int register, int bits) {
    code.gi(GeneralOp.SHR, register, bits);
  }

  private static Condition condition(Relation relation) {
    return switch (relation) {
      case EQUAL -> Condition.EQUAL;
      case NOT_EQUAL -> Condition.NOT_EQUAL;
      case LESS -> Condition.LESS;
      case AT_LEAST -> Condition.GREATER_OR_EQUAL;
      case BEYOND -> Condition.ABOVE_OR_EQUAL;
    };
  }

  @Override
  final void branch(Relation relation, int register, int other, Label to) {
    code.g(GeneralOp.CMP, register, other);
    code.jump(condition(relation), to);
  }

  @Override
  final void branchIf(Relation relation, int register, long value, Label to) {
    code.gi(GeneralOp.CMP, register, Math.toIntExact(value));
    code.jump(condition(relation), to);
  }
}
