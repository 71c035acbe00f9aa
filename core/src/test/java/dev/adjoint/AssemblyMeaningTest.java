package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is put together and taken apart is so as in PyTorch; the numbers are those of libtorch 2.10.0. */
class AssemblyMeaningTest {
  private static final Tensor X = Tensors.of(1f, 2, -3);
  private static final Tensor ROWS = Tensors.of(new float[][] {{1, 2, 3}, {4, 5, 6}});

  private static void check(Shape shape, Tensor actual, double... expected) {
    assertEquals(shape, actual.shape());
    assertArrayEquals(expected, actual.toDoubles(), 1e-5);
  }

  @Test
  void placesOfTriangles() {
    check(Shape.of(2, 6), Tensors.trilIndices(3, 4), 0, 1, 1, 2, 2, 2, 0, 0, 1, 0, 1, 2);
    check(Shape.of(2, 5), Tensors.trilIndices(2, 4, 1), 0, 0, 1, 1, 1, 0, 1, 0, 1, 2);
    check(Shape.of(2, 3), Tensors.trilIndices(4, 2, -2), 2, 3, 3, 0, 0, 1);
    check(Shape.of(2, 5), Tensors.triuIndices(3, 2, -1), 0, 0, 1, 1, 2, 0, 1, 0, 1, 1);
    check(Shape.of(2, 0), Tensors.triuIndices(2, 2, 5));
    assertEquals(DType.I64, Tensors.triuIndices(2, 2).dtype());
  }

  @Test
  void powersOfElements() {
    check(Shape.of(3, 3), X.vander(), 1, 1, 1, 4, 2, 1, 9, -3, 1);
    check(Shape.of(3, 4), X.vander(4, true), 1, 1, 1, 1, 1, 2, 4, 8, 1, -3, 9, -27);
    check(Shape.of(3, 1), X.vander(1, true), 1, 1, 1);
    assertEquals(Shape.of(3, 0), X.vander(0, true).shape());
    assertEquals(DType.I64, Tensors.of(1, 2).vander().dtype());
  }

  @Test
  void combinationsAndBlocks() {
    Tensor pairs = Tensors.cartesianProd(Tensors.of(1, 2), Tensors.of(3, 4, 5));
    check(Shape.of(6, 2), pairs, 1, 3, 1, 4, 1, 5, 2, 3, 2, 4, 2, 5);
    check(Shape.of(2), Tensors.cartesianProd(Tensors.of(1, 2)), 1, 2);
    Tensor square = Tensors.of(new int[][] {{1, 2}, {3, 4}});
    Tensor column = Tensors.of(new int[][] {{8}, {9}});
    check(
        Shape.of(5, 4),
        Tensors.blockDiag(square, Tensors.of(5), column),
        1,
        2,
        0,
        0,
        3,
        4,
        0,
        0,
        0,
        0,
        5,
        0,
        0,
        0,
        0,
        8,
        0,
        0,
        0,
        9);
  }

  @Test
  void partsOfAnAxis() {
    Tensor x = Tensors.arange(7);
    assertEquals(List.of(3, 2, 2), sizes(x.tensorSplit(3, 0)));
    assertEquals(List.of(1, 1, 1, 1, 1, 1, 1, 0, 0), sizes(x.tensorSplit(9, 0)));
    List<Tensor> parts = x.tensorSplit(new int[] {2, -2, 4, 9}, 0);
    assertEquals(List.of(2, 3, 0, 3, 0), sizes(parts));
    check(Shape.of(3), parts.get(3), 4, 5, 6);
  }

  private static List<Integer> sizes(List<Tensor> parts) {
    return parts.stream().map(part -> part.dim(0)).toList();
  }

  @Test
  void productsOfSeveralMatrices() {
    Tensor a = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    Tensor b = Tensors.of(new float[] {1, -1, 2, 0.5f}, 2, 2);
    check(Shape.SCALAR, Tensors.multiDot(X, a, b, Tensors.of(3f, 4)), -56);
    assertThrows(IllegalArgumentException.class, () -> Tensors.multiDot(a));
  }

  @Test
  void distancesAndLargestNorms() {
    Tensor y = Tensors.of(1f, 0, -2);
    check(Shape.SCALAR, ROWS.dist(y), 11.269427);
    check(Shape.SCALAR, ROWS.dist(y, 1), 23);
    check(Shape.SCALAR, ROWS.dist(y, Double.POSITIVE_INFINITY), 8);
    check(Shape.of(2, 3), ROWS.renorm(2, 0, 5), 1, 2, 3, 2.2792115, 2.8490143, 3.4188173);
    check(Shape.of(2, 3), ROWS.renorm(1, -1, 6), 1, 1.7142857, 2, 4, 4.2857141, 4);
  }

  @Test
  void windowsGoBack() {
    Tensor x = Tensors.of(new float[] {5, 6, 7, 8}, 1, 2, 2);
    Tensor places = Tensors.of(new long[] {5, 7, 13, 14}, 1, 2, 2);
    check(
        Shape.of(1, 4, 4),
        x.maxUnpool2d(places, 2),
        0,
        0,
        0,
        0,
        0,
        5,
        0,
        6,
        0,
        0,
        0,
        0,
        0,
        7,
        8,
        0);
    int[] two = {2, 2};
    Tensor larger = x.maxUnpool2d(places, two, two, new int[2], new int[] {3, 5});
    assertEquals(8, larger.get(0, 2, 4).item());
    check(
        Shape.of(1, 4),
        Tensors.of(new float[] {2, 4}, 1, 2).maxUnpool1d(Tensors.of(new long[] {3, 0}, 1, 2), 2),
        4,
        0,
        0,
        2);
    Tensor volume = x.unsqueeze(1).maxUnpool3d(places.unsqueeze(1), 2);
    assertEquals(26, volume.sum().item());
    assertEquals(7, volume.get(0, 0, 3, 1).item());
  }

  @Test
  void alphaDropoutKeepsMeanAndVariance() {
    Random.seed(3);
    Tensor ones = Tensors.ones(1000).alphaDropout(0.3, true);
    Tensor kept = ones.gt(0);
    check(Shape.SCALAR, ones.max(), 1.3150446);
    check(Shape.SCALAR, ones.min(), -1.0595483);
    assertEquals(0.7, kept.to(DType.F32).mean().item(), 0.05);
    Tensor normal = Tensors.randn(20_000).alphaDropout(0.3, true);
    assertEquals(0, normal.mean().item(), 0.03);
    assertEquals(1, normal.std().item(), 0.03);
    assertTrue(ROWS.alphaDropout(0.5, false).allEqual(ROWS));
    assertEquals(0, ROWS.alphaDropout(1, true).sum().item());
  }

  @Test
  void integersLikeATensor() {
    Tensor x = Tensors.randintLike(ROWS, -2, 2);
    assertEquals(DType.F32, x.dtype());
    assertTrue(x.ge(-2).logicalAnd(x.lt(2)).logicalAnd(x.eq(x.round())).all().itemBoolean());
  }
}
