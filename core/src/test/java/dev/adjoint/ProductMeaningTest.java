package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Products, norms and attention give what PyTorch gives; the numbers are those of libtorch 2.10.0. */
class ProductMeaningTest {
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  private static final Tensor QUERY = counted(8).sub(3).div(4).reshape(2, 2, 2);
  private static final Tensor KEY = counted(6).sub(2).div(2).reshape(1, 3, 2);
  private static final Tensor VALUE = Tensors.of(new float[][] {{1, 0}, {0, 10}, {-5, 2}});
  private static final Tensor X = Tensors.of(new float[][] {{3, 0, -4}, {0, 0, 0}});
  private static final Tensor Y = Tensors.of(new float[][] {{3, 0, -4}, {1, 2, 2}});
  private static final Tensor SQUARE = Tensors.of(new float[][] {{1, 2}, {-1, 3}});

  private static Tensor counted(int n) {
    return Tensors.arange(n).toFloat();
  }

  private static void assertNear(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubles(), 2e-6);
  }

  @Test
  void aCausalQuerySeesTheKeysUpToItsPlace() {
    Tensor y = QUERY.scaledDotProductAttention(KEY, VALUE, null, 0, true);
    assertEquals(Shape.of(2, 2, 2), y.shape());
    assertNear(y, 1, 0, 0.5440794, 4.559205, 1, 0, 0.22488244, 7.7511764);
  }

  @Test
  void aMaskOfBoolSaysWhichKeysAreSeen() {
    Tensor mask = Tensors.of(new boolean[][] {{true, false, true}, {false, false, false}});
    assertNear(
        QUERY.scaledDotProductAttention(KEY, VALUE, mask),
        0.12507859,
        0.29164046,
        0,
        0,
        -3.4569001,
        1.4856334,
        0,
        0);
  }

  @Test
  void aMaskOfFloatsIsAdded() {
    Tensor mask = Tensors.of(new float[][] {{0.5f, -1, -INFINITY}, {2, 0, 1}});
    assertNear(
        QUERY.scaledDotProductAttention(KEY, VALUE, mask, 0, false, 2.0, false),
        0.98201376,
        0.1798621,
        0.26558092,
        0.8965848,
        0.5,
        5,
        -4.9305267,
        2.0827897);
  }

  @Test
  void groupsOfQueriesShareAHead() {
    Tensor query = counted(16).sub(7).div(8).reshape(4, 2, 2);
    Tensor key = counted(12).sub(5).div(4).reshape(2, 3, 2);
    Tensor value = counted(6).reshape(2, 3, 1);
    assertNear(
        query.scaledDotProductAttention(key, value, null, 0, false, null, true),
        0.63665205,
        0.74159527,
        0.8538724,
        0.9705468,
        4.0881305,
        4.2030163,
        4.311946,
        4.412378);
  }

  @Test
  void droppedWeightsAreMadeUpForByTheOthers() {
    Tensor query = Tensors.zeros(1, 2000, 4);
    Tensor ones = Tensors.ones(1, 8, 4);
    Tensor y = query.scaledDotProductAttention(ones, ones, null, 0.25, false);
    assertEquals(1, y.mean().item(), 0.02);
    double largest = y.max().item();
    assertTrue(largest > 1.1 && largest < 1.34, () -> "largest " + largest);
    assertNear(query.scaledDotProductAttention(ones, ones, null, 1, false).sum(), 0);
  }

  @Test
  void scoresThatOverflowExponentialsAreNoProblem() {
    Tensor query = Tensors.of(new float[][] {{1000, 0}, {-1000, 0}});
    Tensor y = query.scaledDotProductAttention(query, Tensors.eye(2));
    assertNear(y, 1, 0, 0, 1);
  }

  @Test
  void withoutBetaTheValuesOfTheTermDoNotMatter() {
    Tensor nan = Tensors.full(Shape.of(2), Double.NaN);
    assertNear(nan.addmm(SQUARE, SQUARE, 0, 2), -2, 16, -8, 14);
    Tensor batch = SQUARE.unsqueeze(0);
    assertNear(nan.baddbmm(batch, batch, 0, 2), -2, 16, -8, 14);
  }

  @Test
  void productsOfManyKinds() {
    assertNear(SQUARE.matrixPower(5), -79, 82, -41, 3);
    assertNear(SQUARE.matrixPower(0), 1, 0, 0, 1);
    assertNear(SQUARE.matrixPower(-3), 0.104, -0.176, 0.088, -0.072);
    assertNear(SQUARE.kron(Tensors.of(1f, 10)), 1, 10, 2, 20, -1, -10, 3, 30);
    Tensor weight = counted(12).reshape(3, 2, 2);
    assertNear(
        SQUARE.bilinear(SQUARE.mul(2), weight, Tensors.of(1f, 0, -1)), 37, 108, 179, 37, 68, 99);
    assertNear(Tensors.of(1f, 2, 3).cross(Tensors.of(4f, 5, 7)), -1, 5, -3);
  }

  @Test
  void normsOfEveryOrder() {
    double[] orders = {-1, 0, 0.5, 1, 2, 3, INFINITY};
    double[] norms = {0, 2, 13.928204, 7, 5, 4.4979415, 4};
    for (int i = 0; i < orders.length; i++) {
      assertNear(X.vectorNorm(orders[i], 1), norms[i], 0);
    }
    Tensor x = X.sub(Y.mul(2));
    assertNear(x.matrixNorm(1), 8);
    assertNear(x.matrixNorm(-1), 4);
    assertNear(x.matrixNorm(INFINITY), 10);
    assertNear(x.matrixNorm(-INFINITY), 7);
  }

  @Test
  void distancesOfEveryOrder() {
    assertNear(X.cdist(Y, 0), 0, 3, 2, 3);
    assertNear(X.cdist(Y, 1), 0, 10, 7, 5);
    assertNear(X.cdist(Y, 1.5), 0, 7.454701, 5.58425, 3.5387187);
    assertNear(X.cdist(Y), 0, 6.6332498, 5, 3);
    assertNear(X.cdist(Y, INFINITY), 0, 6, 4, 2);
    assertNear(Tensors.zeros(2, 0).cdist(Tensors.zeros(1, 0), INFINITY), 0, 0);
    assertNear(X.cosineSimilarity(Y), 1, 0);
  }
}
