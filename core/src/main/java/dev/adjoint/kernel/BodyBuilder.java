package dev.adjoint.kernel;

import dev.adjoint.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects the instructions of one stage; an instruction that is there already is not added again. */
public final class BodyBuilder {
  private final List<Instr> instructions = new ArrayList<>();
  private final Map<Instr, Integer> indices = new HashMap<>();
  private final Map<Integer, Integer> elements = new HashMap<>();

  /** Adds an instruction unless an equal one exists; returns its index. */
  public int add(Instr instr) {
    Integer known = indices.putIfAbsent(instr, instructions.size());
    if (known != null) {
      return known;
    }
    instructions.add(instr);
    return instructions.size() - 1;
  }

  /** The type of the value at an index. */
  public DType type(int value) {
    return instructions.get(value).type();
  }

  /**
   * The element of an access at a distance, where a condition holds, and else 0.
   *
   * @param at the I32 or I64 value that is added to the place, or -1
   * @param condition the BOOL value, or -1
   */
  public int load(int access, int at, int condition, DType type) {
    mustBe("the distance of a load", at, DType.I32, DType.I64);
    mustBe("the condition of a load", condition, DType.BOOL, DType.BOOL);
    return add(new Instr.Load(access, at, condition, type));
  }

  /** Whether a position is in a range of a size of the same type; it must be where a condition, or -1, holds. */
  public int check(int value, int size, int condition) {
    mustBe("a position", value, DType.I32, DType.I64);
    mustBe("the size that bounds a position", size, type(value), type(value));
    mustBe("the condition of a check", condition, DType.BOOL, DType.BOOL);
    return add(new Instr.Check(value, size, condition));
  }

  private void mustBe(String what, int value, DType one, DType other) {
    if (value >= 0 && type(value) != one && type(value) != other) {
      throw new IllegalStateException("kernel: " + what + " is " + type(value));
    }
  }

  /** Applies an operation to one value; the result has the value's type. */
  public int apply(ScalarOp op, int a) {
    return add(new Instr.Apply(op, type(a), a, -1, -1));
  }

  /** Applies an operation to two values of one type; comparisons give bool. */
  public int apply(ScalarOp op, int a, int b) {
    if (type(a) != type(b)) {
      throw new IllegalStateException("kernel: " + op + " of " + type(a) + " and " + type(b));
    }
    return add(new Instr.Apply(op, op.isComparison() ? DType.BOOL : type(a), a, b, -1));
  }

  /** {@code a * b + c} rounded once. */
  public int fma(int a, int b, int c) {
    return add(new Instr.Apply(ScalarOp.FMA, type(a), a, b, c));
  }

  /** {@code condition ? a : b}. */
  public int select(int condition, int a, int b) {
    return add(new Instr.Apply(ScalarOp.SELECT, type(a), condition, a, b));
  }

  /** {@code condition ? a : b} for a condition that is nearly always true. */
  public int selectLikely(int condition, int a, int b) {
    return add(new Instr.Apply(ScalarOp.SELECT_LIKELY, type(a), condition, a, b));
  }

  /** A value converted to another type. */
  public int cast(int a, DType to) {
    return type(a) == to ? a : add(new Instr.Apply(ScalarOp.CAST, to, a, -1, -1));
  }

  /** The bits of a value as another type of the same width. */
  public int bitcast(int a, DType to) {
    return type(a) == to ? a : add(new Instr.Apply(ScalarOp.BITCAST, to, a, -1, -1));
  }

  /** The F32 that bits of f16 are. */
  public int widen(int bits) {
    return add(new Instr.Apply(ScalarOp.WIDEN, DType.F32, bits, -1, -1));
  }

  /** The bits of the f16 nearest to an F32. */
  public int narrow(int a) {
    return add(new Instr.Apply(ScalarOp.NARROW, DType.I32, a, -1, -1));
  }

  /** A constant, rounded to the type. */
  public int literal(DType type, double value) {
    return add(new Instr.Literal(type, type.bits(value)));
  }

  /** A constant given by its bits. */
  public int literalBits(DType type, long bits) {
    return add(new Instr.Literal(type, bits));
  }

  /** Notes that a value is what the bits of a narrow element mean; returns the value. */
  int meaning(int bits, int value) {
    elements.put(value, bits);
    return value;
  }

  /** The bits of the element, of the narrow type that holds just this value, that a value is the meaning of, or -1. */
  int elementOf(int value) {
    return elements.getOrDefault(value, -1);
  }

  /** The instructions so far. */
  public List<Instr> build() {
    return List.copyOf(instructions);
  }
}
