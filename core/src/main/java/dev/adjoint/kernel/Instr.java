package dev.adjoint.kernel;

import dev.adjoint.DType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One instruction of a kernel body, in static single assignment form: operands are indices of earlier instructions of the
 * same body.
 *
 * <p>Values in registers are F32, F64, I32, I64 or BOOL. {@linkplain DType#isNarrow Narrow} types exist only in memory: a load
 * gives their bits as an I32 with zeros above, a store keeps the low bits of an I32. What the bits mean is computed in the body.
 */
public sealed interface Instr {
  /** The type of the value. */
  DType type();

  /** The earlier values that this one is computed from. */
  default List<Integer> operands() {
    return List.of();
  }

  /**
   * The element of a memory operand at the current index, or at a distance from there that the body computes.
   *
   * @param at the I32 or I64 value that is added to the place of the access, in elements, and may be negative; -1 for none
   * @param condition the BOOL value that must hold: where it does not, nothing is read, and the value is 0; -1 for none. Where it
   *     holds, the element must be there: devices do not look
   */
  record Load(int access, int at, int condition, DType type) implements Instr {
    /** The element at the current index. */
    public Load(int access, DType type) {
      this(access, -1, -1, type);
    }

    /** Whether the body decides where, or whether, to read. */
    public boolean isComputed() {
      return at >= 0 || condition >= 0;
    }

    @Override
    public List<Integer> operands() {
      return present(at, condition);
    }
  }

  /**
   * Whether a position may be used: {@code condition && 0 <= value && value < size}, as BOOL.
   *
   * <p>This is also an effect: where the condition holds and the position is out of range, the launch fails. It still runs to its
   * end, as loads under this value read nothing there, and then throws a {@link dev.adjoint.device.PositionException}. So it is
   * done for every point that its stage visits, whether anything needs the value or not.
   *
   * @param value an I32 or I64 value
   * @param size a value of the same type, not below 0
   * @param condition the BOOL value under which the position is used; -1 if it always is
   */
  record Check(int value, int size, int condition) implements Instr {
    @Override
    public DType type() {
      return DType.BOOL;
    }

    @Override
    public List<Integer> operands() {
      return present(value, size, condition);
    }
  }

  /** The affine value of an {@link Access.Kind#INDEX} operand at the current index, as I32. */
  record Index(int access) implements Instr {
    @Override
    public DType type() {
      return DType.I32;
    }
  }

  /** A run-time scalar argument; the launch passes its raw bits. */
  record Scalar(int argument, DType type) implements Instr {}

  /** A compile-time constant: raw bits of the type (float bits, double bits, two's complement; bool 0 or 1). */
  record Literal(DType type, long bits) implements Instr {}

  /** The result of an earlier reduction of this kernel at the current parallel index. */
  record Reduced(int slot, DType type) implements Instr {}

  /** A scalar operation; operands beyond its arity are -1. */
  record Apply(ScalarOp op, DType type, int a, int b, int c) implements Instr {
    @Override
    public List<Integer> operands() {
      return switch (op.arity()) {
        case 1 -> List.of(a);
        case 2 -> List.of(a, b);
        default -> List.of(a, b, c);
      };
    }
  }

  private static List<Integer> present(int... values) {
    return IntStream.of(values).filter(v -> v >= 0).boxed().toList();
  }
}
