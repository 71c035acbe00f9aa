package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Scans and sorts mean what they mean in PyTorch and NumPy where there is room for interpretation. */
class OrderMeaningTest {
  private static final float NAN = Float.NaN;

  @Test
  void sumsOfIntegersAndBoolAreWide() {
    Tensor truths = Tensors.of(true, true, false, true).cumsum(0);
    assertEquals(DType.I64, truths.dtype());
    assertArrayEquals(new long[] {1, 2, 2, 3}, truths.toLongs());
    Tensor bytes = Tensors.of(new byte[] {100, 100, 100}, 3);
    assertArrayEquals(new long[] {100, 200, 300}, bytes.cumsum(0).toLongs());
    assertArrayEquals(new long[] {100, 10_000, 1_000_000}, bytes.cumprod(0).toLongs());
  }

  @Test
  void aScalarHasAnImaginedAxis() {
    assertEquals(3, Tensors.of(3f).reshape().cumsum(-1).item());
    assertEquals(3, Tensors.of(3f).reshape().cummax(0).values().item());
    assertEquals(0, Tensors.of(3f).reshape().cummax(0).indices().item());
    assertEquals(3, Tensors.of(3f).reshape().sort(0).values().item());
    assertEquals(3, Tensors.of(3f).reshape().median(0).values().item());
    assertEquals(Shape.of(1), Tensors.of(3f).reshape().topk(1).values().shape());
  }

  @Test
  void ofEqualExtremesTheLastIsMeant() {
    ValuesAndIndices most = Tensors.of(1f, 3, 2, 3, 0, NAN, 9, NAN, 4).cummax(0);
    assertArrayEquals(new float[] {1, 3, 3, 3, 3, NAN, NAN, NAN, NAN}, most.values().toFloats());
    assertArrayEquals(new long[] {0, 1, 1, 3, 3, 5, 5, 7, 7}, most.indices().toLongs());
    ValuesAndIndices least = Tensors.of(2, 5, 2, 1, 1).cummin(0);
    assertArrayEquals(new int[] {2, 2, 2, 1, 1}, least.values().toInts());
    assertArrayEquals(new long[] {0, 0, 2, 3, 4}, least.indices().toLongs());
  }

  @Test
  void logarithmsOfSumsTakeInfinities() {
    float minus = Float.NEGATIVE_INFINITY;
    float plus = Float.POSITIVE_INFINITY;
    assertArrayEquals(
        new float[] {minus, minus, 1, plus, plus},
        Tensors.of(minus, minus, 1, plus, 0).logcumsumexp(0).toFloats());
    assertArrayEquals(
        new float[] {1e4f, 1e4f + 0.6931472f}, Tensors.of(1e4f, 1e4f).logcumsumexp(0).toFloats());
  }

  @Test
  void sortingIsStableAndNanIsAboveAll() {
    ValuesAndIndices up = Tensors.of(2f, NAN, -0f, 0f, 2, Float.POSITIVE_INFINITY).sort();
    assertArrayEquals(new long[] {2, 3, 0, 4, 5, 1}, up.indices().toLongs());
    Tensor down = Tensors.of(2f, NAN, -0f, 0f, 2, Float.POSITIVE_INFINITY).argsort(0, true);
    assertArrayEquals(new long[] {1, 5, 0, 4, 2, 3}, down.toLongs());
    assertArrayEquals(
        new boolean[] {false, true, true},
        Tensors.of(true, false, true).sort().values().toBooleans());
    long[] wide = {Long.MAX_VALUE, -1, Long.MIN_VALUE, 0};
    assertArrayEquals(
        new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE},
        Tensors.of(wide).sort().values().toLongs());
  }

  @Test
  void partsOfTheOrder() {
    Tensor x = Tensors.of(new float[] {3, 1, 2, 5, 9, 7}, 2, 3);
    assertArrayEquals(new float[] {3, 2, 9, 7}, x.topk(2).values().toFloats());
    assertArrayEquals(new long[] {0, 2, 1, 2}, x.topk(2).indices().toLongs());
    assertArrayEquals(new float[] {1, 2, 5, 7}, x.topk(2, 1, false).values().toFloats());
    assertArrayEquals(new float[] {2, 7}, x.kthvalue(2).values().toFloats());
    assertArrayEquals(new long[] {2, 2}, x.kthvalue(2).indices().toLongs());
    assertEquals(Shape.of(2, 1), x.kthvalue(2, 1, true).values().shape());
    assertEquals(Shape.of(2, 0), x.topk(0).values().shape());
    assertArrayEquals(new float[] {3, 1, 2, 5, 9, 7}, x.msort().toFloats());
  }

  @Test
  void ofEqualElementsTheFirstIsTheExtreme() {
    Tensor x = Tensors.of(new float[] {1, 3, 3, 2, NAN, NAN, 0, 0, -1}, 3, 3);
    ValuesAndIndices most = x.max(1);
    assertArrayEquals(new float[] {3, NAN, 0}, most.values().toFloats());
    assertArrayEquals(new long[] {1, 1, 0}, most.indices().toLongs());
    ValuesAndIndices least = x.min(0, true);
    assertEquals(Shape.of(1, 3), least.indices().shape());
    assertArrayEquals(new float[] {0, NAN, NAN}, least.values().toFloats());
    assertArrayEquals(new long[] {2, 1, 1}, least.indices().toLongs());
    assertEquals(0, Tensors.of(5f).max(-1).indices().item());
    assertEquals(1, Tensors.of(false, true, true).max(0).indices().item());
  }

  @Test
  void mediansAreElements() {
    Tensor x = Tensors.of(new float[] {4, 1, 3, 2, 1, NAN, 0, NAN}, 2, 4);
    assertArrayEquals(new float[] {2, NAN}, x.median(1).values().toFloats());
    assertArrayEquals(new long[] {3, 1}, x.median(1).indices().toLongs());
    assertArrayEquals(new float[] {2, 0}, x.nanmedian(1).values().toFloats());
    assertArrayEquals(new long[] {3, 2}, x.nanmedian(1).indices().toLongs());
  }

  @Test
  void mediansAndQuantiles() {
    assertEquals(2, Tensors.of(4f, 1, 3, 2).median().item());
    assertEquals(Double.NaN, Tensors.of(4f, NAN, 3, 2).median().item());
    assertEquals(3, Tensors.of(4f, NAN, 3, 2).nanmedian().item());
    assertEquals(Double.NaN, Tensors.of(NAN, NAN).nanmedian().item());
    assertEquals(2.5, Tensors.of(4f, 1, 3, 2).quantile(0.5).item());
    assertEquals(4, Tensors.of(4f, 1, 3, 2).quantile(1).item());
    assertEquals(Double.NaN, Tensors.of(4f, 1, NAN, 2).quantile(0).item());
  }

  @Test
  void quantilesBetweenElements() {
    Tensor x = Tensors.of(new double[] {4, 1, 3, 2, NAN, 5, 7, NAN}, 2, 4).toDouble();
    Tensor q = Tensors.of(new double[] {0, 0.5, 0.9}).toDouble();
    assertArrayEquals(
        new double[] {1, NAN, 2.5, NAN, 3.7, NAN}, x.quantile(q, 1).toDoubles(), 1e-6);
    assertArrayEquals(new double[] {1, 5, 2.5, 6, 3.7, 6.8}, x.nanquantile(q, 1).toDoubles(), 1e-6);
    assertEquals(Shape.of(3, 2, 1), x.quantile(q, 1, true).shape());
    assertEquals(Shape.of(3, 2), x.quantile(q, 1).shape());
    assertEquals(Shape.of(2), x.quantile(q.get(1), 1).shape());
    assertEquals(Shape.of(1, 4), x.nanquantile(q.get(1), 0, true).shape());
    Tensor five = Tensors.of(1f, 2, 3, 4, 9);
    float[][] expected = {{1, 2, 4}, {2, 3, 9}, {1, 3, 4}, {1.5f, 2.5f, 6.5f}};
    String[] ways = {"lower", "higher", "nearest", "midpoint"};
    float[] shares = {0.1f, 0.375f, 0.85f};
    for (int i = 0; i < ways.length; i++) {
      assertArrayEquals(
          expected[i], five.quantile(Tensors.of(shares), 0, false, ways[i]).toFloats());
      for (int k = 0; k < shares.length; k++) {
        assertEquals(expected[i][k], five.quantile(shares[k], 0, false, ways[i]).item());
        assertEquals(expected[i][k], five.nanquantile(shares[k], 0, false, ways[i]).item());
      }
    }
    Tensor infinite = Tensors.of(1f, 2, Float.POSITIVE_INFINITY);
    assertEquals(
        Double.POSITIVE_INFINITY, infinite.quantile(Tensors.of(new float[] {1})).get(0).item());
    assertEquals(Double.POSITIVE_INFINITY, infinite.quantile(1).item());
    Tensor bad = five.quantile(Tensors.of(0.5f, 2));
    String message = assertThrows(ArithmeticException.class, bad::toFloats).getMessage();
    assertTrue(message.contains("quantile: q has an element that is not from 0 to 1"), message);
  }

  @Test
  void distinctElements() {
    assertArrayEquals(new int[] {-1, 2, 3}, Tensors.of(3, 2, 3, -1, 2).unique().toInts());
    assertArrayEquals(
        new float[] {0, 1, NAN, NAN}, Tensors.of(NAN, 1f, -0f, 0, NAN, 1).unique().toFloats(), 0);
    assertArrayEquals(new boolean[] {true}, Tensors.of(true, true).unique().toBooleans());
  }

  @Test
  void differences() {
    assertArrayEquals(new int[] {2, -1}, Tensors.of(1, 3, 2).diff().toInts());
    assertArrayEquals(new int[] {-3}, Tensors.of(1, 3, 2).diff(2, 0).toInts());
    assertArrayEquals(
        new boolean[] {true, false}, Tensors.of(true, false, false).diff().toBooleans());
    Tensor x = Tensors.of(1, 3, 2);
    assertArrayEquals(
        new int[] {1, 2, -1, 4},
        x.diff(1, 0, Tensors.of(new int[] {0}), Tensors.of(new int[] {6})).toInts());
    assertArrayEquals(new int[] {1, 3, 2}, x.diff(0, 0, x, x).toInts());
  }
}
