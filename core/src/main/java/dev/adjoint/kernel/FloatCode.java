package dev.adjoint.kernel;

import dev.adjoint.DType;

/** Writes arithmetic of one float type into a body, and knows the layout of that type's bits. */
final class FloatCode {
  private final BodyBuilder body;
  private final DType type;
  private final DType bits;
  private final int fraction;
  private final int bias;

  FloatCode(BodyBuilder body, DType type) {
    if (!type.isFloat()) {
      throw new IllegalStateException("kernel: float arithmetic on " + type);
    }
    boolean single = type == DType.F32;
    this.body = body;
    this.type = type;
    this.bits = single ? DType.I32 : DType.I64;
    this.fraction = single ? 23 : 52;
    this.bias = single ? 127 : 1023;
  }

  /**
   * A real number to more digits than a double has: the exact sum of three doubles.
   *
   * @param high the nearest double
   * @param middle the nearest double of what is left
   * @param low what is left after that
   */
  record Constant(double high, double middle, double low) {
    /** Digit group 0, 1 or 2 of this number in a type: the nearest value, then that of what is left, and so on. */
    double part(DType type, int index) {
      if (type == DType.F64) {
        return index == 0 ? high : index == 1 ? middle : low;
      }
      float first = (float) high;
      float second = (float) (high - first);
      return index == 0 ? first : index == 1 ? second : (float) (high - first - second + middle);
    }
  }

  /** A value as the sum of two floats, which has more digits than one. */
  record Sum(int high, int low) {}

  /** The coefficients of one polynomial per type, lowest power first; a longer one for the longer type. */
  static final class Coefficients {
    private final double[] single;
    private final double[] twice;

    private Coefficients(double[] single, double[] twice) {
      this.single = single;
      this.twice = twice;
    }

    static Coefficients f32(double... values) {
      return new Coefficients(values, new double[0]);
    }

    Coefficients f64(double... values) {
      return new Coefficients(single, values);
    }
  }

  /** The number of stored fraction bits. */
  int fraction() {
    return fraction;
  }

  /** The number of bits. */
  int width() {
    return 8 * type.bytes();
  }

  /** What is added to the exponent before it is stored. */
  int bias() {
    return bias;
  }

  int number(double value) {
    return body.literal(type, value);
  }

  /** How often something is written, for F32 or for F64. */
  int count(int single, int twice) {
    return type == DType.F32 ? single : twice;
  }

  /** A number that depends on the type. */
  int number(double single, double twice) {
    return number(type == DType.F32 ? single : twice);
  }

  int part(Constant constant, int index) {
    return number(constant.part(type, index));
  }

  int minus(Constant constant, int index) {
    return number(-constant.part(type, index));
  }

  int infinity() {
    return number(Double.POSITIVE_INFINITY);
  }

  int nan() {
    return number(Double.NaN);
  }

  int add(int x, int y) {
    return body.apply(ScalarOp.ADD, x, y);
  }

  int sub(int x, int y) {
    return body.apply(ScalarOp.SUB, x, y);
  }

  int mul(int x, int y) {
    return body.apply(ScalarOp.MUL, x, y);
  }

  int div(int x, int y) {
    return body.apply(ScalarOp.DIV, x, y);
  }

  int fma(int x, int y, int z) {
    return body.fma(x, y, z);
  }

  int neg(int x) {
    return body.apply(ScalarOp.NEG, x);
  }

  int abs(int x) {
    return body.apply(ScalarOp.ABS, x);
  }

  int sqrt(int x) {
    return body.apply(ScalarOp.SQRT, x);
  }

  int min(int x, int y) {
    return body.apply(ScalarOp.MIN, x, y);
  }

  int max(int x, int y) {
    return body.apply(ScalarOp.MAX, x, y);
  }

  /** A comparison. */
  int test(ScalarOp comparison, int x, int y) {
    return body.apply(comparison, x, y);
  }

  int select(int condition, int ifTrue, int ifFalse) {
    return body.select(condition, ifTrue, ifFalse);
  }

  int selectLikely(int condition, int ifTrue, int ifFalse) {
    return body.selectLikely(condition, ifTrue, ifFalse);
  }

  /** x, but at most a limit; NaN stays. */
  int atMost(int x, int limit) {
    return select(test(ScalarOp.GT, x, limit), limit, x);
  }

  /** x, but at least a limit; NaN stays. */
  int atLeast(int x, int limit) {
    return select(test(ScalarOp.LT, x, limit), limit, x);
  }

  /** A polynomial by Horner's rule. */
  int polynomial(int x, Coefficients coefficients) {
    return polynomial(x, of(coefficients), 0);
  }

  /** The polynomial of all coefficients from one on. */
  private int polynomial(int x, double[] c, int first) {
    int sum = number(c[c.length - 1]);
    for (int i = c.length - 2; i >= first; i--) {
      sum = fma(sum, x, number(c[i]));
    }
    return sum;
  }

  /** A polynomial by Horner's rule with what some of the last steps, at least one, round off. */
  Sum longPolynomial(int x, Coefficients coefficients, int steps) {
    double[] c = of(coefficients);
    int high = polynomial(x, c, steps);
    int low = -1;
    for (int i = steps - 1; i >= 0; i--) {
      int sum = fma(high, x, number(c[i]));
      int error = fma(high, x, sub(number(c[i]), sum));
      low = low < 0 ? error : fma(low, x, error);
      high = sum;
    }
    return new Sum(high, low);
  }

  private double[] of(Coefficients coefficients) {
    return type == DType.F32 ? coefficients.single : coefficients.twice;
  }

  /** {@code 1.5 * 2^fraction + offset}: adding it rounds to an integer, which is then in the low bits. */
  int magic(int offset) {
    return number((type == DType.F32 ? 0x1.8p23 : 0x1.8p52) + offset);
  }

  /** The bits of {@code magic(0)}: adding a small integer to them and subtracting the number again makes it a float. */
  int magicBits() {
    return bitsOf(type == DType.F32 ? 0x1.8p23 : 0x1.8p52);
  }

  int toBits(int x) {
    return body.bitcast(x, bits);
  }

  int fromBits(int x) {
    return body.bitcast(x, type);
  }

  /** A constant of the integer type that is as wide as the float type. */
  int integer(long value) {
    return body.literalBits(bits, type == DType.F32 ? (int) value : value);
  }

  /** The raw bits of a number of this type, as a constant. */
  int bitsOf(double value) {
    return integer(type.bits(value));
  }

  /** Combines or shifts values of the integer type. */
  int onBits(ScalarOp op, int x, int y) {
    return body.apply(op, x, y);
  }

  /** All bits of an integer flipped. */
  int not(int x) {
    return body.apply(ScalarOp.NOT, x);
  }

  /** The sign bit of x in place, as an integer. */
  int signBit(int x) {
    return onBits(
        ScalarOp.AND, toBits(x), integer(type == DType.F32 ? Integer.MIN_VALUE : Long.MIN_VALUE));
  }

  /** A value with its sign flipped if a sign bit is set. */
  int flip(int x, int signBit) {
    return fromBits(onBits(ScalarOp.XOR, toBits(x), signBit));
  }

  /** A value that is not negative, with a sign bit. */
  int signed(int x, int signBit) {
    return fromBits(onBits(ScalarOp.OR, toBits(x), signBit));
  }

  /** Bit 1 of an integer, moved to the place of the sign. */
  int bitOneAsSign(int x) {
    int bit = onBits(ScalarOp.AND, x, integer(2));
    return onBits(ScalarOp.SHL, bit, integer(type == DType.F32 ? 30 : 62));
  }

  /** An integer shifted to the place of the exponent. */
  int toExponent(int x) {
    return onBits(ScalarOp.SHL, x, integer(fraction));
  }
}
