package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AffineTest {
  private final Random random = new Random(1);

  /** The value of a number at an index. */
  static long at(Affine number, long... index) {
    long value = number.offset;
    for (int a = 0; a < number.coefficients.length; a++) {
      value += number.coefficients[a] * index[a];
    }
    return value;
  }

  private Affine number() {
    return new Affine(random.nextInt(-9, 10), coefficients(random.nextInt(4)));
  }

  private long[] coefficients(int axes) {
    return random.longs(axes, -9, 10).toArray();
  }

  @Test
  void sumsAndMultiplesAreThoseOfTheValues() {
    for (int i = 0; i < 1000; i++) {
      Affine a = number();
      Affine b = number();
      long factor = random.nextInt(-3, 4);
      long[] index = coefficients(3);
      assertEquals(at(a, index) * factor + at(b, index), at(a.timesPlus(factor, b), index));
      assertEquals(at(a, index) + factor, at(a.plus(factor), index));
    }
  }

  @Test
  void aConstantIsTheSameEverywhere() {
    assertEquals(7, at(Affine.constant(7), 3, 5));
    assertEquals(0, Affine.constant(7).along(4));
    Affine x = new Affine(1, new long[] {2});
    assertSame(x, x.plus(0));
  }

  @Test
  void missingCoefficientsAreZeros() {
    Affine brief = new Affine(3, new long[] {5});
    Affine wordy = new Affine(3, new long[] {5, 0, 0});
    assertEquals(brief, wordy);
    assertEquals(wordy, brief);
    assertEquals(brief.hashCode(), wordy.hashCode());
    assertEquals(Affine.constant(3), new Affine(3, new long[2]));
    assertEquals(Affine.constant(3).hashCode(), new Affine(3, new long[2]).hashCode());
  }

  @Test
  void axesAndOffsetsTellNumbersApart() {
    Affine x = new Affine(3, new long[] {5, 1});
    assertNotEquals(x, new Affine(4, new long[] {5, 1}));
    assertNotEquals(x, new Affine(3, new long[] {1, 5}));
    assertNotEquals(x, new Affine(3, new long[] {5, 1, 1}));
    assertNotEquals(x, new Affine(3, new long[] {5}));
  }
}
