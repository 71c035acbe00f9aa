package dev.adjoint.kernel;

import dev.adjoint.DType;

/**
 * The words of {@link Philox} in instructions on 32-bit integers, so that random numbers are made where they are used.
 *
 * <p>Each value makes a whole block and keeps one of its four words: so nothing has to be brought from one lane to another.
 */
public final class PhiloxMath {
  private final BodyBuilder body;

  private PhiloxMath(BodyBuilder body) {
    this.body = body;
  }

  /**
   * Word {@code position & 3} of the block whose counter is {@code position >>> 2} after a first one, as I32. All arguments are
   * I32 values of the body.
   *
   * @param position the number of an element, unsigned
   */
  public static int word(
      BodyBuilder body, int keyLow, int keyHigh, int counterLow, int counterHigh, int position) {
    return new PhiloxMath(body).word(keyLow, keyHigh, counterLow, counterHigh, position);
  }

  private int word(int keyLow, int keyHigh, int counterLow, int counterHigh, int position) {
    int block = body.apply(ScalarOp.USHR, position, number(2));
    int a = body.apply(ScalarOp.ADD, counterLow, block);
    int b = body.apply(ScalarOp.ADD, counterHigh, carry(a, block));
    int c = number(0);
    int d = c;
    int multiplier0 = number((int) Philox.MULTIPLIER_0);
    int multiplier1 = number((int) Philox.MULTIPLIER_1);
    for (int round = 0; round < Philox.ROUNDS; round++) {
      int k0 = add(keyLow, round * Philox.WEYL_0);
      int k1 = add(keyHigh, round * Philox.WEYL_1);
      int low0 = body.apply(ScalarOp.MUL, a, multiplier0);
      int low1 = body.apply(ScalarOp.MUL, c, multiplier1);
      int high0 = body.apply(ScalarOp.MULHI, a, multiplier0);
      int high1 = body.apply(ScalarOp.MULHI, c, multiplier1);
      a = xor(xor(high1, b), k0);
      b = low1;
      c = xor(xor(high0, d), k1);
      d = low0;
    }
    int odd = isSet(position, 1);
    return body.select(isSet(position, 2), body.select(odd, d, c), body.select(odd, b, a));
  }

  /** 1 if a sum is, as an unsigned number, below one of its two addends, and else 0. */
  private int carry(int sum, int addend) {
    int sign = number(Integer.MIN_VALUE);
    int wrapped = body.apply(ScalarOp.LT, xor(sum, sign), xor(addend, sign));
    return body.cast(wrapped, DType.I32);
  }

  private int isSet(int value, int bit) {
    return body.apply(ScalarOp.NE, body.apply(ScalarOp.AND, value, number(bit)), number(0));
  }

  private int add(int value, int number) {
    return number == 0 ? value : body.apply(ScalarOp.ADD, value, number(number));
  }

  private int xor(int a, int b) {
    return body.apply(ScalarOp.XOR, a, b);
  }

  private int number(int value) {
    return body.literalBits(DType.I32, value);
  }
}
