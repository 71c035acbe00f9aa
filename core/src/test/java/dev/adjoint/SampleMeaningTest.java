package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What samples say is what they say in PyTorch; the numbers are those of libtorch 2.10.0. */
class SampleMeaningTest {
  private static final Tensor X = Tensors.of(1f, 2, 2, 3, 3.5f, 4, 0.5f, 4, 1.75f, 2.5f);
  private static final Tensor ROWS = Tensors.of(new float[][] {{1, 2, 4, 3}, {0, -1, 2, 5}});
  private static final Tensor COUNTS = Tensors.of(1L, 2, 3, 1);
  private static final Tensor WEIGHTS = Tensors.of(0.5f, 1, 2, 0.25f);

  private static void assertNear(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubles(), 1e-6);
  }

  @Test
  void countsOfBins() {
    assertNear(X.histc(4), 2, 3, 2, 3);
    assertNear(X.histc(5, 1, 3), 1, 1, 2, 1, 1);
    assertNear(X.mul(0).add(3).histc(3), 0, 10, 0);
    assertNear(Tensors.of(1f, Float.NaN, 2, 5).histc(4, 0, 4), 0, 1, 1, 0);
    assertNear(Tensors.zeros(0).histc(2), 0, 0);
  }

  @Test
  void histogramsHaveTheEdgesOfTheirBins() {
    SampleOps.Histogram equal = X.histogram(4);
    assertNear(equal.hist(), 2, 3, 2, 3);
    assertNear(equal.binEdges(), 0.5, 1.375, 2.25, 3.125, 4);
    SampleOps.Histogram density =
        X.histogram(3, new double[] {1, 4}, Tensors.arange(1, 11).toFloat(), true);
    assertNear(density.hist(), 0.20833333, 0.3125, 0.47916666);
    assertNear(density.binEdges(), 1, 2, 3, 4);
    SampleOps.Histogram flat = X.mul(0).add(3).histogram(3);
    assertNear(flat.hist(), 0, 10, 0);
    assertNear(flat.binEdges(), 2.5, 2.8333333, 3.1666667, 3.5);
    assertNear(X.histogram(Tensors.of(1f, 2, 3.5f, 4)).hist(), 2, 4, 3);
  }

  @Test
  void theModeIsTheSmallestOfTheMostFrequentAndItsLastPlace() {
    float[][] rows = {{1, 2, 2, 3, 3}, {5, 4, 3, 2, 1}, {7, 7, 1, 1, 1}};
    ValuesAndIndices mode = Tensors.of(rows).mode();
    assertNear(mode.values(), 2, 1, 1);
    assertArrayEquals(new int[] {2, 4, 4}, mode.indices().toInts());
    ValuesAndIndices columns = Tensors.of(rows).mode(0, true);
    assertEquals(Shape.of(1, 5), columns.values().shape());
    assertNear(columns.values(), 1, 2, 1, 1, 1);
  }

  @Test
  void covariancesOfRows() {
    assertNear(ROWS.cov(), 1.6666666, 2, 2, 7);
    assertNear(ROWS.cov(0), 1.25, 1.5, 1.5, 5.25);
    assertNear(ROWS.cov(1, COUNTS, null), 1.4761904, 1.547619, 1.547619, 4.5714283);
    assertNear(ROWS.cov(1, null, WEIGHTS), 2.142857, 2.142857, 2.142857, 4.471428);
    assertNear(ROWS.cov(1, COUNTS, WEIGHTS), 1.2610441, 1.4257028, 1.4257029, 2.5);
    assertNear(ROWS.cov(0, COUNTS, WEIGHTS), 1.0253061, 1.1591836, 1.1591837, 2.0326529);
    assertEquals(Shape.SCALAR, ROWS.get(0).cov().shape());
    assertNear(Tensors.of(3f).reshape(Shape.SCALAR).cov(), Double.NaN);
    assertNear(ROWS.corrcoef(), 1, 0.58554006, 0.5855401, 1);
    assertNear(ROWS.get(0).corrcoef(), 1);
  }

  @Test
  void integralsOfSamples() {
    assertNear(ROWS.trapezoid(), 8, 3.5);
    assertNear(ROWS.trapezoid(0.5, 0), 0.25, 0.25, 1.5, 2);
    assertNear(ROWS.trapezoid(WEIGHTS), -2.375, -5.875);
    assertNear(Tensors.of(1, 2, 4).trapezoid(), 4.5);
    assertNear(Tensors.zeros(2, 0).trapezoid(), 0, 0);
  }

  @Test
  void vectorsOnDiagonals() {
    Tensor x = Tensors.of(new int[][] {{1, 2}, {3, 4}});
    int[] main = {1, 0, 0, 2, 3, 0, 0, 4};
    assertArrayEquals(main, x.diagEmbed().toInts());
    Tensor moved = x.diagEmbed(1, 0, 2);
    assertEquals(Shape.of(3, 2, 3), moved.shape());
    assertArrayEquals(
        new int[] {0, 1, 0, 0, 3, 0, 0, 0, 2, 0, 0, 4, 0, 0, 0, 0, 0, 0}, moved.toInts());
    assertArrayEquals(x.toInts(), moved.diagonal(1, 0, 2).toInts());
  }

  @Test
  void drawsHaveTheirProbabilities() {
    int n = 20_000;
    Tensor p = Tensors.of(new float[][] {{0, 1, 2, 0, 5}, {1, 0, 0, 0, 0}});
    Tensor drawn = new Random(3).multinomial(p, n, true);
    assertEquals(Shape.of(2, n), drawn.shape());
    assertEquals(DType.I64, drawn.dtype());
    assertArrayEquals(new double[] {0, 0.125, 0.25, 0, 0.625}, shares(drawn.get(0)), 0.012);
    assertArrayEquals(new double[] {1, 0, 0, 0, 0}, shares(drawn.get(1)));
    Tensor pairs = new Random(4).multinomial(p.get(0).expand(n, 5), 2, false);
    assertArrayEquals(new double[] {0, 0.125, 0.25, 0, 0.625}, shares(pairs.select(1, 0)), 0.012);
    // The second is 4 after 1 or 2: 1/8 * 5/7 + 1/4 * 5/6.
    assertEquals(0.2976, shares(pairs.select(1, 1))[4], 0.012);
    assertArrayEquals(drawn.toLongs(), new Random(3).multinomial(p, n, true).toLongs());
  }

  private static double[] shares(Tensor positions) {
    long[] all = positions.toLongs();
    double[] shares = new double[5];
    Arrays.stream(all).forEach(i -> shares[(int) i] += 1.0 / all.length);
    return Arrays.stream(shares).map(s -> Math.rint(s * 1e9) / 1e9).toArray();
  }

  @Test
  void gumbelNumbersHaveTheirMeanAndVariance() {
    Tensor x = new Random(5).gumbel(1, 2, 100_000);
    assertEquals(1 + 2 * 0.5772, x.mean().item(), 0.03);
    assertEquals(4 * Math.PI * Math.PI / 6, x.var().item(), 0.1);
    assertTrue(Double.isFinite(x.max().item()));
  }
}
