package dev.adjoint;

import static dev.adjoint.Index.all;
import static dev.adjoint.Index.at;
import static dev.adjoint.Index.ellipsis;
import static dev.adjoint.Index.from;
import static dev.adjoint.Index.newAxis;
import static dev.adjoint.Index.of;
import static dev.adjoint.Index.range;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Indices mean what they mean in PyTorch: all numbers were computed by libtorch 2.10 for the same indices. */
class SelectionMeaningTest {
  private static final Tensor X = Tensors.arange(24).reshape(2, 3, 4);
  private static final Index I = of(0, -1, 0);
  private static final Index J = of(2, 0, -1);
  private static final Index K = of(Tensors.of(new int[] {1, 3}, 2, 1));
  private static final Index ONE = of(Tensors.of(1L));
  private static final Index ROWS =
      of(Tensors.of(new boolean[] {true, false, true, false, false, true}, 2, 3));
  private static final Index COLUMNS = of(Tensors.of(true, false, true, true));

  private static void check(Shape shape, Tensor actual, long... expected) {
    assertEquals(shape, actual.shape());
    assertArrayEquals(expected, actual.toLongs());
  }

  /** Writes 100, 101, ... to the part, and expects them at these positions of the whole. */
  private static void checkWith(Tensor x, Index[] indices, long... changed) {
    Tensor part = x.get(indices);
    Tensor values = Tensors.arange(100, 100 + part.size()).reshape(part.shape());
    long[] actual = x.with(values, indices).toLongs();
    long[] expected = x.toLongs();
    for (int i = 0; i < changed.length; i += 2) {
      expected[(int) changed[i]] = changed[i + 1];
    }
    assertArrayEquals(expected, actual, () -> Arrays.toString(actual));
  }

  private static Index[] indices(Index... indices) {
    return indices;
  }

  @Test
  void tensorsAreBroadcastToOneShape() {
    check(Shape.of(3, 4), X.get(I, J), 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11);
    check(Shape.of(2, 2, 3), X.get(all(), J, K), 9, 1, 9, 11, 3, 11, 21, 13, 21, 23, 15, 23);
    check(Shape.of(3, 4), X.get(ONE, I), 12, 13, 14, 15, 20, 21, 22, 23, 12, 13, 14, 15);
  }

  @Test
  void ofPositionsApartTheAxesAreInFront() {
    check(Shape.of(3, 3), X.get(I, all(), J), 2, 6, 10, 12, 16, 20, 3, 7, 11);
    check(Shape.of(3, 1, 4), X.get(I, newAxis(), J), 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11);
    check(Shape.of(3, 2), X.get(I, from(1), at(0)), 4, 8, 16, 20, 4, 8);
    // Single positions drop their axes first.
    check(Shape.of(3, 3), X.get(at(0), all(), J), 2, 0, 3, 6, 4, 7, 10, 8, 11);
    check(Shape.of(3, 3), X.get(ONE, all(), J), 14, 12, 15, 18, 16, 19, 22, 20, 23);
    check(Shape.of(3), X.get(I, ONE, J), 6, 16, 7);
  }

  @Test
  void masksStandForPositions() {
    check(Shape.of(3, 4), X.get(ROWS), 0, 1, 2, 3, 8, 9, 10, 11, 20, 21, 22, 23);
    check(Shape.of(3), X.get(ROWS, of(0, 2, -1)), 0, 10, 23);
    check(Shape.of(3, 3), X.get(I, ellipsis(), COLUMNS), 0, 4, 8, 14, 18, 22, 3, 7, 11);
    check(Shape.of(0, 4), X.get(of(X.select(2, 0).lt(0))));
  }

  @Test
  void whatIsReadCanBeReplaced() {
    checkWith(X, indices(I, ONE, J), 6, 100, 16, 101, 7, 102);
    checkWith(X, indices(I, from(1), at(0)), 4, 104, 8, 105, 16, 102, 20, 103);
    checkWith(
        X,
        indices(I, all(), J),
        2,
        100,
        3,
        106,
        6,
        101,
        7,
        107,
        10,
        102,
        11,
        108,
        12,
        103,
        16,
        104,
        20,
        105);
    checkWith(
        X,
        indices(all(), J, K),
        1,
        101,
        3,
        104,
        9,
        102,
        11,
        105,
        13,
        107,
        15,
        110,
        21,
        108,
        23,
        111);
    checkWith(X, indices(ROWS, of(0, 2, -1)), 0, 100, 10, 101, 23, 102);
    checkWith(
        X, indices(at(-1), range(2, 0, -1), range(0, 4, 2)), 20, 100, 22, 101, 16, 102, 18, 103);
    checkWith(X, indices(range(2, 2)));
  }

  @Test
  void valuesTakeTypeAndShapeOfWhatTheyReplace() {
    Tensor rows = Tensors.zeros(2, 2).with(Tensors.of(1, 2), Index.to(2), newAxis());
    assertEquals(DType.F32, rows.dtype());
    check(Shape.of(2, 2), rows, 1, 2, 1, 2);
    check(Shape.of(3), Tensors.of(1, 2, 3).with(9, -1), 1, 2, 9);
    check(Shape.of(3), Tensors.of(1, 2, 3).with(9, of(Tensors.of(1, 2, 3).gt(1))), 1, 9, 9);
    var error =
        assertThrows(IndexOutOfBoundsException.class, () -> X.with(0, I, of(0, 3, 0)).realize());
    assertTrue(
        error.getMessage().startsWith("with: index 3 is out of range for axis 1 of size 3"),
        error.getMessage());
  }
}
