package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** Calls whose arguments leave room for interpretation mean what they mean in PyTorch. */
class PyTorchMeaningTest {
  @Test
  void diagonalTakesTheFirstTwoAxes() {
    Tensor x = Tensors.arange(0, 24).reshape(2, 3, 4);
    assertEquals(Shape.of(4, 2), x.diagonal().shape());
    assertArrayEquals(new int[] {0, 16, 1, 17, 2, 18, 3, 19}, x.diagonal().toInts());
  }

  @Test
  void slopesOfPreluBelongToChannels() {
    Tensor x = Tensors.ones(2, 3, 3).neg();
    float[] first = x.prelu(Tensors.of(1f, 2, 3)).select(0, 1).toFloats();
    assertArrayEquals(new float[] {-1, -1, -1, -2, -2, -2, -3, -3, -3}, first);
    assertArrayEquals(
        new float[] {-5, -5}, Tensors.of(-1f, -1).prelu(Tensors.of(new float[] {5}, 1)).toFloats());
  }

  @Test
  void aMaskMayBeLargerThanWhatItFills() {
    Tensor mask = Tensors.of(new boolean[][] {{true, false}, {false, false}});
    Tensor filled = Tensors.of(1f, 2).maskedFill(mask, 9);
    assertEquals(Shape.of(2, 2), filled.shape());
    assertArrayEquals(new float[] {9, 2, 1, 2}, filled.toFloats());
  }

  @Test
  void boolHasASquareAndASign() {
    Tensor x = Tensors.of(true, false);
    assertEquals(DType.I64, x.square().dtype());
    assertArrayEquals(new long[] {1, 0}, x.square().toLongs());
    assertEquals(DType.BOOL, x.sign().dtype());
    assertArrayEquals(new boolean[] {true, false}, x.sign().toBooleans());
  }

  @Test
  void integersHaveIntegerPowersThatWrap() {
    long[] bases = {0, 1, -1, 2, -3, 7, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE};
    long[] exponents = {0, 1, 2, 3, 17, 40, 63, 64, 1000};
    for (long exponent : exponents) {
      long[] expected = new long[bases.length];
      for (int i = 0; i < bases.length; i++) {
        expected[i] = BigInteger.valueOf(bases[i]).pow((int) exponent).longValue();
      }
      assertArrayEquals(
          expected, Tensors.of(bases).pow(Tensors.of(exponent)).toLongs(), "to " + exponent);
      assertArrayEquals(
          expected, Tensors.of(bases).pow(exponent).toLongs(), "to the number " + exponent);
    }
    Tensor small = Tensors.of(new byte[] {0, 1, 2, 3, (byte) 255}, 5);
    assertArrayEquals(
        new int[] {0, 1, 32, 243, 255}, small.pow(Tensors.of(new byte[] {5}, 1)).toInts());
  }

  @Test
  void integersToNegativePowersAreTruncated() {
    Tensor bases = Tensors.of(0, 1, -1, 2, -3);
    assertArrayEquals(new int[] {0, 1, -1, 0, 0}, bases.pow(Tensors.of(-3)).toInts());
    assertArrayEquals(new int[] {0, 1, 1, 0, 0}, bases.pow(Tensors.of(-4)).toInts());
    assertArrayEquals(new int[] {0, 1, 1, 0, 0}, bases.pow(Tensors.of(Integer.MIN_VALUE)).toInts());
    assertThrows(IllegalArgumentException.class, () -> bases.pow(-3));
  }

  @Test
  void negativePositionsCountFromTheEnd() {
    Tensor x = Tensors.of(new int[][] {{10, 11, 12}, {20, 21, 22}});
    assertArrayEquals(new int[] {22, 10, 20}, x.take(Tensors.of(-1, -6, 3)).toInts());
    assertArrayEquals(new int[] {12, 10, 22, 20}, x.get(Index.all(), Index.of(-1, 0)).toInts());
    assertThrows(RuntimeException.class, () -> x.take(Tensors.of(-7)).toInts());
  }

  @Test
  void anEmptyAxisHasEmptyProbabilitiesAndNoMass() {
    Tensor x = Tensors.zeros(2, 0);
    assertEquals(Shape.of(2, 0), x.softmax(1).shape());
    assertEquals(Shape.of(2, 0), x.logSoftmax(-1).realize().shape());
    float[] nothing = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
    assertArrayEquals(nothing, x.logsumexp(1).toFloats());
    assertEquals(Shape.of(2, 1), x.logsumexp(1, true).shape());
    assertEquals(Float.NEGATIVE_INFINITY, Tensors.zeros(0).logsumexp().item());
  }

  @Test
  void tensordotSumsOverPairsOfAxes() {
    Tensor x = Tensors.arange(24).toFloat().reshape(2, 3, 4);
    Tensor y = Tensors.arange(40).toFloat().reshape(5, 2, 4);
    assertEqual(
        Tensors.einsum("abc,dac->bd", x, y), x.tensordot(y, new int[] {2, 0}, new int[] {-1, 1}));
    Tensor z = Tensors.arange(60).toFloat().reshape(3, 4, 5);
    assertEqual(Tensors.einsum("abc,bcd->ad", x, z), x.tensordot(z, 2));
    assertEqual(Tensors.einsum("abc,def->abcdef", x, z), x.tensordot(z, 0));
    assertEqual(x.mul(x).sum(), x.tensordot(x, 3));
  }

  private static void assertEqual(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    assertArrayEquals(expected.toFloats(), actual.toFloats());
  }

  @Test
  void boundsThatAreNoNumbersLimitToNoNumber() {
    Tensor bound = Tensors.of(Float.NaN, 1);
    assertArrayEquals(new float[] {Float.NaN, 1}, Tensors.of(0f, 0).clampMin(bound).toFloats());
    assertArrayEquals(new float[] {Float.NaN, 1}, Tensors.of(2f, 2).clampMax(bound).toFloats());
  }

  @Test
  void productsOfIntegersKeepTheirType() {
    Tensor product = Tensors.of(1, 2, 3).dot(Tensors.of(4, 5, 6));
    assertEquals(DType.I32, product.dtype());
    assertEquals(32, product.item());
  }

  @Test
  void aBoolIsAddedToAProductInItsType() {
    Tensor a = Tensors.ones(2, 3).to(DType.I8);
    Tensor sum = Tensors.of(true, false, true).addmm(a, a.t().matmul(a), 3, 2);
    assertEquals(DType.I8, sum.dtype());
    assertArrayEquals(new int[] {15, 12, 15, 15, 12, 15}, sum.to(DType.I32).toInts());
  }

  @Test
  void divisorsOfTheLeastIntegerArePositive() {
    Tensor least = Tensors.of(Integer.MIN_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE);
    assertArrayEquals(new int[] {1, 1, 4}, least.gcd(Tensors.of(-1, 3, 12)).toInts());
  }

  @Test
  void numbersHaveIntegerPowers() {
    Tensor powers = Tensors.of(0L, 5, 62, 63, 64, -1).rpow(2);
    assertArrayEquals(new long[] {1, 32, 1L << 62, Long.MIN_VALUE, 0, 0}, powers.toLongs());
    assertEquals(DType.I32, Tensors.of(1, 2).rpow(2).dtype());
    assertEquals(DType.I64, Tensors.of(true, false).rpow(2).dtype());
    assertEquals(DType.F32, Tensors.of(1, 2).rpow(2.0).dtype());
  }

  @Test
  void decimalsAreRounded() {
    Tensor x = Tensors.of(1.25f, -1.35f, 2.675f, 1234.5f, 15, Float.NaN, Float.POSITIVE_INFINITY);
    float infinity = Float.POSITIVE_INFINITY;
    assertArrayEquals(
        new float[] {1.2f, -1.4f, 2.7f, 1234.5f, 15, Float.NaN, infinity}, x.round(1).toFloats());
    assertArrayEquals(
        new float[] {1.25f, -1.35f, 2.68f, 1234.5f, 15, Float.NaN, infinity},
        x.round(2).toFloats());
    assertArrayEquals(
        new float[] {0, -0f, 0, 1230, 20, Float.NaN, infinity}, x.round(-1).toFloats());
    assertArrayEquals(
        new float[] {0, -0f, 0, 1200, 0, Float.NaN, infinity}, x.round(-2).toFloats());
    assertArrayEquals(
        new float[] {1.2001953f, -1.2998047f, 2.6992188f},
        x.narrow(0, 0, 3).toHalf().round(1).toFloats());
  }

  @Test
  void foldsInAType() {
    Tensor x = Tensors.of(1.5f, 2.5f, -0.5f);
    assertEquals(3, x.sum(DType.I32).item());
    assertEquals(DType.I32, x.sum(DType.I32).dtype());
    assertEquals(0, x.prod(DType.I64).item());
    assertEquals(44, Tensors.of(200, 100).sum(DType.U8).item());
    assertEquals(DType.F64, Tensors.of(1, 2).mean(DType.F64).dtype());
    assertEquals(1, x.sum(DType.BOOL).item());
  }

  @Test
  void slicesAreRepeatedByCounts() {
    Tensor x = Tensors.arange(6).reshape(2, 3);
    Tensor columns = x.repeatInterleave(Tensors.of(2, 0, 3), 1);
    assertArrayEquals(new long[] {0, 0, 2, 2, 2, 3, 3, 5, 5, 5}, columns.toLongs());
    assertEquals(Shape.of(4, 3), x.repeatInterleave(Tensors.of(2), 0).shape());
    Tensor elements = x.repeatInterleave(Tensors.of(1L, 0, 0, 2, 0, 1));
    assertArrayEquals(new long[] {0, 3, 3, 5}, elements.toLongs());
  }

  @Test
  void diagonalsAndAxesElsewhere() {
    Tensor vector = Tensors.of(1, 2);
    assertArrayEquals(new int[] {0, 1, 0, 0, 0, 2, 0, 0, 0}, vector.diag(1).toInts());
    assertEquals(1, vector.diag(-2).get(2, 0).item());
    assertArrayEquals(new long[] {1, 5}, Tensors.arange(6).reshape(2, 3).diag(1).toLongs());
    Tensor x = Tensors.zeros(1, 2, 3, 4);
    assertEquals(Shape.of(2, 4, 3, 1), x.movedim(new int[] {0, -1}, new int[] {-1, 1}).shape());
    int[] places = {0, 1, 3};
    assertEquals(Shape.of(4, 2, 3, 1), x.movedim(new int[] {3, 1, 0}, places).shape());
  }
}
