package dev.adjoint.kernel;

/** Arithmetic on arrays, element by element; the loops are small so that they compile well. */
final class Lanes {
  private Lanes() {}

  static float[] f32(ScalarOp op, float[] a, float[] b, float[] c, int n) {
    float[] out = new float[n];
    switch (op) {
      case FMA -> {
        for (int i = 0; i < n; i++) {
          out[i] = Math.fma(a[i], b[i], c[i]);
        }
      }
      case ADD -> {
        for (int i = 0; i < n; i++) {
          out[i] = a[i] + b[i];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          out[i] = a[i] - b[i];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          out[i] = a[i] * b[i];
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i++) {
          out[i] = a[i] / b[i];
        }
      }
      case NEG, ABS, SQRT, REM, MIN, MAX -> {
        for (int i = 0; i < n; i++) {
          out[i] =
              switch (op) {
                case NEG -> -a[i];
                case ABS -> Math.abs(a[i]);
                case SQRT -> (float) Math.sqrt(a[i]);
                case REM -> a[i] % b[i];
                case MIN -> Math.min(a[i], b[i]);
                case MAX -> Math.max(a[i], b[i]);
                case NOT,
                    ADD,
                    SUB,
                    MUL,
                    MULHI,
                    DIV,
                    AND,
                    OR,
                    XOR,
                    SHL,
                    SHR,
                    USHR,
                    EQ,
                    NE,
                    LT,
                    LE,
                    GT,
                    GE,
                    FMA,
                    SELECT,
                    SELECT_LIKELY,
                    CAST,
                    BITCAST ->
                    throw new AssertionError(op);
              };
        }
      }
      case NOT,
          MULHI,
          AND,
          OR,
          XOR,
          SHL,
          SHR,
          USHR,
          EQ,
          NE,
          LT,
          LE,
          GT,
          GE,
          SELECT,
          SELECT_LIKELY,
          CAST,
          BITCAST ->
          throw new IllegalArgumentException("not for f32: " + op);
    }
    return out;
  }

  static double[] f64(ScalarOp op, double[] a, double[] b, double[] c, int n) {
    double[] out = new double[n];
    for (int i = 0; i < n; i++) {
      out[i] =
          switch (op) {
            case FMA -> Math.fma(a[i], b[i], c[i]);
            case ADD -> a[i] + b[i];
            case SUB -> a[i] - b[i];
            case MUL -> a[i] * b[i];
            case DIV -> a[i] / b[i];
            case NEG -> -a[i];
            case ABS -> Math.abs(a[i]);
            case SQRT -> Math.sqrt(a[i]);
            case REM -> a[i] % b[i];
            case MIN -> Math.min(a[i], b[i]);
            case MAX -> Math.max(a[i], b[i]);
            case NOT,
                MULHI,
                AND,
                OR,
                XOR,
                SHL,
                SHR,
                USHR,
                EQ,
                NE,
                LT,
                LE,
                GT,
                GE,
                SELECT,
                SELECT_LIKELY,
                CAST,
                BITCAST ->
                throw new IllegalArgumentException("not for f64: " + op);
          };
    }
    return out;
  }

  /** Integers, of which the mask keeps the bits of the type. */
  static int[] i32(ScalarOp op, int[] a, int[] b, int n, int mask) {
    int[] out = new int[n];
    for (int i = 0; i < n; i++) {
      int value =
          switch (op) {
            case ADD -> a[i] + b[i];
            case SUB -> a[i] - b[i];
            case MUL -> a[i] * b[i];
            case MULHI -> (int) Math.unsignedMultiplyHigh((long) a[i] << 32, b[i] & 0xFFFFFFFFL);
            case DIV -> b[i] == 0 ? 0 : a[i] / b[i];
            case REM -> b[i] == 0 ? 0 : a[i] % b[i];
            case NEG -> -a[i];
            case ABS -> Math.abs(a[i]);
            case NOT -> ~a[i];
            case MIN -> Math.min(a[i], b[i]);
            case MAX -> Math.max(a[i], b[i]);
            case AND -> a[i] & b[i];
            case OR -> a[i] | b[i];
            case XOR -> a[i] ^ b[i];
            case SHL -> a[i] << b[i];
            case SHR -> a[i] >> b[i];
            case USHR -> a[i] >>> b[i];
            case SQRT, EQ, NE, LT, LE, GT, GE, FMA, SELECT, SELECT_LIKELY, CAST, BITCAST ->
                throw new IllegalArgumentException("not for i32: " + op);
          };
      out[i] = value & mask;
    }
    return out;
  }

  static long[] i64(ScalarOp op, long[] a, long[] b, int n) {
    long[] out = new long[n];
    for (int i = 0; i < n; i++) {
      out[i] =
          switch (op) {
            case ADD -> a[i] + b[i];
            case SUB -> a[i] - b[i];
            case MUL -> a[i] * b[i];
            case DIV -> b[i] == 0 ? 0 : a[i] / b[i];
            case REM -> b[i] == 0 ? 0 : a[i] % b[i];
            case NEG -> -a[i];
            case ABS -> Math.abs(a[i]);
            case NOT -> ~a[i];
            case MIN -> Math.min(a[i], b[i]);
            case MAX -> Math.max(a[i], b[i]);
            case AND -> a[i] & b[i];
            case OR -> a[i] | b[i];
            case XOR -> a[i] ^ b[i];
            case SHL -> a[i] << b[i];
            case SHR -> a[i] >> b[i];
            case USHR -> a[i] >>> b[i];
            case SQRT, MULHI, EQ, NE, LT, LE, GT, GE, FMA, SELECT, SELECT_LIKELY, CAST, BITCAST ->
                throw new IllegalArgumentException("not for i64: " + op);
          };
    }
    return out;
  }
}
