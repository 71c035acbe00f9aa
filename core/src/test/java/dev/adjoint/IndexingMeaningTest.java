package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Scatters and searches mean what they mean in PyTorch: all numbers were computed by libtorch 2.10 for the same arguments. */
class IndexingMeaningTest {
  private static final float NAN = Float.NaN;
  private static final Tensor X = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
  private static final Tensor INDEX = Tensors.of(new long[] {0, 1, 1, 0, 0, 1, 0, 1}, 4, 2);
  private static final Tensor SOURCE = Tensors.arange(10, 130, 10).toFloat().reshape(4, 3);
  private static final Tensor VALUES = Tensors.of(0f, 3, 4, 9, NAN, Float.POSITIVE_INFINITY, 1);
  private static final Tensor SORTED = Tensors.of(1f, 3, 3, 5);

  private static void check(Tensor actual, float... expected) {
    assertArrayEquals(expected, actual.toFloat().toFloats(), 1e-6f);
  }

  private static Tensor vector(long... values) {
    return Tensors.of(values, values.length);
  }

  private static Tensor floats(float... values) {
    return Tensors.of(values, values.length);
  }

  private static Tensor mask(int... values) {
    return Tensors.of(values, values.length).toBool();
  }

  @Test
  void ofElementsAtOnePositionTheLastStays() {
    check(X.scatter(0, INDEX, SOURCE), 100, 50, 3, 40, 110, 6);
    check(X.scatter(1, Tensors.of(new long[] {2, 0}, 2, 1), 9), 1, 2, 9, 9, 5, 6);
    int n = 100_000;
    Tensor many =
        Tensors.zeros(7).scatter(0, Tensors.arange(n).remainder(7), Tensors.arange(n).toFloat());
    check(many, 99_995, 99_996, 99_997, 99_998, 99_999, 99_993, 99_994);
  }

  @Test
  void folds() {
    check(X.scatterReduce(0, INDEX, SOURCE, "sum"), 181, 52, 3, 44, 215, 6);
    check(X.scatterReduce(0, INDEX, SOURCE, "sum", false), 180, 50, 3, 40, 210, 6);
    check(X.scatterReduce(0, INDEX, SOURCE, "prod"), 70000, 100, 3, 160, 880000, 6);
    check(X.scatterReduce(0, INDEX, SOURCE, "prod", false), 70000, 50, 3, 40, 176000, 6);
    check(X.scatterReduce(0, INDEX, SOURCE, "mean"), 45.25f, 26, 3, 22, 53.75f, 6);
    check(X.scatterReduce(0, INDEX, SOURCE, "mean", false), 60, 50, 3, 40, 70, 6);
    check(X.scatterReduce(0, INDEX, SOURCE, "amax"), 100, 50, 3, 40, 110, 6);
    check(X.scatterReduce(0, INDEX, SOURCE, "amin"), 1, 2, 3, 4, 5, 6);
    check(X.scatterReduce(0, INDEX, SOURCE, "amin", false), 10, 50, 3, 40, 20, 6);
  }

  @Test
  void foldsOfOtherTypes() {
    Tensor index = vector(0, 0, 2, 2);
    Tensor whole = Tensors.of(-7, 2, 3);
    check(whole.scatterReduce(0, index, Tensors.of(1, 2, 5, -4), "mean"), -2, 2, 1);
    check(whole.scatterReduce(0, index, Tensors.of(1, 2, 5, -4), "mean", false), 1, 2, 0);
    check(floats(1, 2, 3).scatterReduce(0, index, floats(NAN, 5, -0f, 7), "amax"), NAN, 2, 7);
    check(mask(0, 1, 0).scatterReduce(0, index, mask(0, 1, 0, 0), "amax", false), 1, 1, 0);
    Tensor bytes = Tensors.of(new byte[] {(byte) 200, 1, 2}, 3);
    Tensor more = Tensors.of(new byte[] {100, 2, 3, 4}, 4);
    check(bytes.scatterReduce(0, index, more, "sum"), 46, 1, 9);
  }

  @Test
  void slicesAtPositions() {
    Tensor source = Tensors.of(new float[] {7, 8, 9, 10}, 2, 2);
    check(X.indexFill(1, vector(-1, 0), 9), 9, 2, 9, 9, 5, 9);
    check(X.indexCopy(1, vector(2, 0), source), 8, 2, 7, 10, 5, 9);
    assertThrows(RuntimeException.class, () -> X.indexCopy(1, vector(-1, 0), source).realize());
    check(X.sliceScatter(source, 1, 0, 9, 2), 7, 2, 8, 9, 5, 10);
    check(X.selectScatter(floats(7, 8), 1, -1), 1, 2, 7, 4, 5, 8);
    check(X.takeAlongDim(Tensors.of(new long[] {-1, 0}, 1, 2), 1), 3, 1, 6, 4);
  }

  @Test
  void positionsOfSeveralAxes() {
    List<Tensor> places = List.of(vector(0, 1, -1), vector(-1, 0, 0));
    check(X.indexPut(places, floats(7, 8, 9)), 1, 2, 7, 9, 5, 6);
    check(X.indexPut(places, floats(7, 8, 9), true), 1, 2, 10, 21, 5, 6);
    check(X.indexPut(List.of(vector(1)), floats(7, 8, 9), true), 1, 2, 3, 11, 13, 15);
    Tensor truths = mask(1, 0, 0, 0, 1, 1).reshape(2, 3);
    check(X.indexPut(List.of(truths), floats(7, 8, 9)), 7, 2, 3, 4, 8, 9);
    check(X.indexPut(truths.where(), floats(7, 8, 9)), 7, 2, 3, 4, 8, 9);
    List<Tensor> grid = List.of(vector(0, 1).reshape(2, 1), vector(0, 2));
    check(X.indexPut(grid, floats(7, 8)), 7, 2, 8, 7, 5, 8);
    check(X.put(vector(-1, 0, 0), floats(7, 8, 9), true), 18, 2, 3, 4, 5, 13);
    var error =
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> X.indexPut(List.of(vector(0), vector(3)), floats(1)).realize());
    assertTrue(
        error.getMessage().startsWith("indexPut: index 3 is out of range for axis 1 of size 3"),
        error.getMessage());
  }

  @Test
  void masks() {
    check(X.maskedScatter(mask(1, 0, 1), floats(7, 8, 9, 10, 11)), 7, 2, 8, 9, 5, 10);
    check(X.maskedSelect(mask(1, 0, 1)), 1, 3, 4, 6);
    check(X.maskedScatter(mask(0, 0, 0), Tensors.zeros(0)), 1, 2, 3, 4, 5, 6);
    var error =
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> X.maskedScatter(mask(1, 0, 1), floats(7, 8, 9)).realize());
    assertTrue(
        error.getMessage().startsWith("maskedScatter: the mask takes element 4 of the source"),
        error.getMessage());
  }

  @Test
  void places() {
    Tensor found = Tensors.of(new float[] {0, NAN, -0f, 1, 0, 2}, 2, 3).nonzero();
    assertEquals(Shape.of(3, 2), found.shape());
    assertEquals(DType.I64, found.dtype());
    check(found, 0, 1, 1, 0, 1, 2);
    assertEquals(Shape.of(1, 0), Tensors.of(5f).reshape().argwhere().shape());
    assertEquals(Shape.of(0, 0), Tensors.of(0f).reshape().argwhere().shape());
  }

  @Test
  void placesInAnOrder() {
    check(SORTED.searchsorted(VALUES), 0, 1, 3, 4, 4, 4, 0);
    check(SORTED.searchsorted(VALUES, false, true), 0, 3, 3, 4, 4, 4, 1);
    check(VALUES.bucketize(SORTED), 0, 1, 3, 4, 4, 4, 0);
    check(VALUES.bucketize(SORTED, false, true), 0, 3, 3, 4, 4, 4, 1);
    Tensor rows = Tensors.of(new float[] {1, 3, 5, 2, 4, 6}, 2, 3);
    check(rows.searchsorted(Tensors.of(new float[] {3, 6, 3, 6}, 2, 2)), 1, 3, 1, 2);
    check(VALUES.isIn(floats(3, NAN, 9)), 0, 1, 0, 1, 0, 0, 0);
    check(VALUES.isIn(SORTED, false, true), 1, 0, 1, 1, 1, 1, 0);
    Tensor many = Tensors.cat(0, Tensors.arange(3, 60).toFloat(), floats(NAN));
    check(VALUES.isIn(many), 0, 1, 1, 1, 0, 0, 0);
  }

  @Test
  void counts() {
    check(vector(1, 3, 1).bincount(), 0, 2, 0, 1);
    check(vector(1, 3, 1).bincount(6), 0, 2, 0, 1, 0, 0);
    check(vector().bincount(2), 0, 0);
    check(vector(1, 3, 1).bincount(floats(1, 2, 4)), 0, 5, 0, 2);
    assertEquals(DType.F32, vector(1).bincount(floats(1)).dtype());
    assertEquals(DType.F64, vector(1).bincount(vector(1)).dtype());
  }

  @Test
  void repetitions() {
    UniqueElements all = Tensors.of(new int[] {3, 1, 3, 2, 1, 1}, 2, 3).uniqueAll();
    check(all.values(), 1, 2, 3);
    check(all.indices(), 1, 3, 0);
    check(all.inverse(), 2, 0, 2, 1, 0, 0);
    assertEquals(Shape.of(2, 3), all.inverse().shape());
    check(all.counts(), 3, 1, 2);
    UniqueElements rows = Tensors.of(new int[] {1, 2, 0, 9, 1, 2, 1, 0, 1, 2}, 5, 2).uniqueAll(0);
    check(rows.values(), 0, 9, 1, 0, 1, 2);
    check(rows.indices(), 1, 3, 0);
    check(rows.inverse(), 2, 0, 2, 1, 2);
    check(rows.counts(), 1, 1, 3);
    Tensor columns = Tensors.of(new float[] {2, 2, 1, 1, 2, 0, 0, 3, 4, 0, 5, 5, 7, 6, 5}, 3, 5);
    check(columns.unique(1), 1, 1, 2, 3, 4, 0, 7, 6, 5);
    check(columns.uniqueConsecutive(-1), 2, 1, 1, 2, 0, 3, 4, 0, 5, 7, 6, 5);
    UniqueElements steps = Tensors.of(new float[] {1, 1, 2, 0, 0, 0}, 2, 3).uniqueConsecutiveAll(1);
    check(steps.indices(), 0, 2);
    check(steps.inverse(), 0, 0, 1);
    check(steps.counts(), 2, 1);
    assertEquals(Shape.of(0, 3), Tensors.ones(0, 3).unique(0).shape());
    UniqueElements runs = Tensors.of(new int[] {3, 3, 1, 1, 1, 3}, 2, 3).uniqueConsecutiveAll();
    check(runs.values(), 3, 1, 3);
    check(runs.indices(), 0, 2, 5);
    check(runs.inverse(), 0, 0, 1, 1, 1, 2);
    check(runs.counts(), 2, 3, 1);
  }

  @Test
  void bags() {
    Tensor table = Tensors.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2);
    Tensor positions = vector(0, 3, 1, 1, 2);
    Tensor offsets = vector(0, 2, 2);
    check(table.embeddingBag(positions, offsets, "sum"), 8, 10, 0, 0, 11, 14);
    check(table.embeddingBag(positions, offsets), 4, 5, 0, 0, 3.6666667f, 4.6666665f);
    check(table.embeddingBag(positions, offsets, "max"), 7, 8, 0, 0, 5, 6);
    Tensor weights = floats(1, 2, 3, 4, 5);
    check(table.embeddingBag(positions, offsets, "sum", weights), 15, 18, 0, 0, 46, 58);
    check(table.embeddingBag(positions, offsets, "sum", null, true, null), 8, 10, 0, 0);
    check(table.embeddingBag(positions, offsets, "mean", null, false, 1), 4, 5, 0, 0, 5, 6);
    check(table.embeddingBag(positions, offsets, "max", null, false, -2), 7, 8, 0, 0, 3, 4);
    Tensor rows = Tensors.of(new int[] {0, 3, 3, 3}, 2, 2);
    check(table.embeddingBag(rows, null, "mean", null, false, 3), 1, 2, 0, 0);
    check(table.embeddingBag(rows, null, "max", null, false, 3), 1, 2, 0, 0);
    Tensor each = Tensors.of(new float[] {2, 1, 1, 3}, 2, 2);
    check(table.embeddingBag(rows, null, "sum", each), 9, 12, 28, 32);
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> table.embeddingBag(positions, vector(1, 2), "sum").realize());
  }
}
