package dev.adjoint.kernel;

import dev.adjoint.DType;
import java.util.Arrays;
import java.util.List;

/** Runs a kernel body on many elements, one instruction after the other: what {@link ScalarOp}s mean, in plain Java. */
public final class BodyInterpreter {
  private final List<Instr> body;

  public BodyInterpreter(List<Instr> body) {
    this.body = body;
  }

  /**
   * The values of one instruction, as an array of its type (bool as int[]).
   *
   * @param result the instruction
   * @param n the number of elements
   * @param inputs what {@link Instr.Load} i reads
   */
  public Object run(int result, int n, Object... inputs) {
    Object[] values = new Object[body.size()];
    for (int i = 0; i <= result; i++) {
      values[i] =
          switch (body.get(i)) {
            case Instr.Load(int access, int at, int condition, var _)
                when at < 0 && condition < 0 ->
                inputs[access];
            case Instr.Literal literal -> literal(literal.type(), literal.bits(), n);
            case Instr.Apply apply -> apply(apply, values, n);
            case Instr.Load _, Instr.Check _, Instr.Index _, Instr.Scalar _, Instr.Reduced _ ->
                throw new IllegalArgumentException("not a scalar function: " + body.get(i));
          };
    }
    return values[result];
  }

  private static Object literal(DType type, long bits, int n) {
    return switch (type.carrier()) {
      case FLOAT -> {
        float[] out = new float[n];
        Arrays.fill(out, Float.intBitsToFloat((int) bits));
        yield out;
      }
      case DOUBLE -> {
        double[] out = new double[n];
        Arrays.fill(out, Double.longBitsToDouble(bits));
        yield out;
      }
      case LONG -> {
        long[] out = new long[n];
        Arrays.fill(out, bits);
        yield out;
      }
      case INT -> {
        int[] out = new int[n];
        Arrays.fill(out, (int) bits);
        yield out;
      }
    };
  }

  private Object apply(Instr.Apply instr, Object[] values, int n) {
    Object a = values[instr.a()];
    Object b = instr.b() < 0 ? null : values[instr.b()];
    Object c = instr.c() < 0 ? null : values[instr.c()];
    DType from = body.get(instr.a()).type();
    return switch (instr.op()) {
      case CAST -> cast(a, from, instr.type(), n);
      case BITCAST -> bitcast(a, instr.type(), n);
      case SELECT, SELECT_LIKELY -> select((int[]) a, b, c, instr.type(), n);
      case EQ, NE, LT, LE, GT, GE -> compare(instr.op(), a, b, from, n);
      case NEG,
          ABS,
          SQRT,
          NOT,
          ADD,
          SUB,
          MUL,
          MULHI,
          DIV,
          REM,
          MIN,
          MAX,
          AND,
          OR,
          XOR,
          SHL,
          SHR,
          USHR,
          FMA ->
          switch (from.carrier()) {
            case FLOAT -> Lanes.f32(instr.op(), (float[]) a, (float[]) b, (float[]) c, n);
            case DOUBLE -> Lanes.f64(instr.op(), (double[]) a, (double[]) b, (double[]) c, n);
            case INT -> Lanes.i32(instr.op(), (int[]) a, (int[]) b, n, from == DType.BOOL ? 1 : ~0);
            case LONG -> Lanes.i64(instr.op(), (long[]) a, (long[]) b, n);
          };
    };
  }

  private static Object select(int[] condition, Object a, Object b, DType type, int n) {
    Object out = literal(type, 0, n);
    for (int i = 0; i < n; i++) {
      Object from = condition[i] != 0 ? a : b;
      switch (type.carrier()) {
        case INT -> ((int[]) out)[i] = ((int[]) from)[i];
        case LONG -> ((long[]) out)[i] = ((long[]) from)[i];
        case FLOAT -> ((float[]) out)[i] = ((float[]) from)[i];
        case DOUBLE -> ((double[]) out)[i] = ((double[]) from)[i];
      }
    }
    return out;
  }

  private static int[] compare(ScalarOp op, Object a, Object b, DType type, int n) {
    int[] out = new int[n];
    for (int i = 0; i < n; i++) {
      boolean truth =
          switch (type.carrier()) {
            case INT -> compare(op, ((int[]) a)[i], ((int[]) b)[i]);
            case LONG -> compare(op, Long.compare(((long[]) a)[i], ((long[]) b)[i]), 0);
            case FLOAT -> compare(op, ((float[]) a)[i], ((float[]) b)[i]);
            case DOUBLE -> compare(op, ((double[]) a)[i], ((double[]) b)[i]);
          };
      out[i] = truth ? 1 : 0;
    }
    return out;
  }

  private static boolean compare(ScalarOp op, double x, double y) {
    return switch (op) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      case GE -> x >= y;
      case NEG,
          ABS,
          SQRT,
          NOT,
          ADD,
          SUB,
          MUL,
          MULHI,
          DIV,
          REM,
          MIN,
          MAX,
          AND,
          OR,
          XOR,
          SHL,
          SHR,
          USHR,
          FMA,
          SELECT,
          SELECT_LIKELY,
          CAST,
          BITCAST ->
          throw new IllegalArgumentException("no comparison: " + op);
    };
  }

  private static Object cast(Object a, DType from, DType to, int n) {
    Object out = literal(to, 0, n);
    for (int i = 0; i < n; i++) {
      boolean isFloat = from.isFloat();
      double x = from == DType.F32 ? ((float[]) a)[i] : from == DType.F64 ? ((double[]) a)[i] : 0;
      long k = from == DType.I64 ? ((long[]) a)[i] : isFloat ? 0 : ((int[]) a)[i];
      switch (to) {
        case F32 -> ((float[]) out)[i] = isFloat ? (float) x : (float) k;
        case F64 -> ((double[]) out)[i] = isFloat ? x : k;
        case I32 -> ((int[]) out)[i] = isFloat ? (int) x : (int) k;
        case I64 -> ((long[]) out)[i] = isFloat ? (long) x : k;
        case BOOL -> ((int[]) out)[i] = (isFloat ? x != 0 : k != 0) ? 1 : 0;
        case U8, I8, F16, BF16 -> throw new IllegalArgumentException("no register is " + to);
      }
    }
    return out;
  }

  private static Object bitcast(Object a, DType to, int n) {
    Object out = literal(to, 0, n);
    for (int i = 0; i < n; i++) {
      switch (to) {
        case F32 -> ((float[]) out)[i] = Float.intBitsToFloat(((int[]) a)[i]);
        case F64 -> ((double[]) out)[i] = Double.longBitsToDouble(((long[]) a)[i]);
        case I32 -> ((int[]) out)[i] = Float.floatToRawIntBits(((float[]) a)[i]);
        case I64 -> ((long[]) out)[i] = Double.doubleToRawLongBits(((double[]) a)[i]);
        case BOOL, U8, I8, F16, BF16 -> throw new IllegalArgumentException("no bits of " + to);
      }
    }
    return out;
  }
}
