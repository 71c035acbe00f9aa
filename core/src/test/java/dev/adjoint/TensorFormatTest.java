package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class TensorFormatTest {
  private static void assertPrints(String expected, Tensor x) {
    assertEquals(expected, x.toString());
  }

  @Test
  void scalars() {
    assertPrints("1.5000 (f32 on cpu)", Tensors.of(1.5));
    assertPrints("7 (i32 on cpu)", Tensors.of(7));
    assertPrints("true (bool on cpu)", Tensors.of(true));
    assertPrints("0.1001 (bf16 on cpu)", Tensors.full(Shape.SCALAR, 0.1, DType.BF16));
    assertPrints("-128 (i8 on cpu)", Tensors.full(Shape.SCALAR, -128, DType.I8));
  }

  @Test
  void columnsAreAligned() {
    assertPrints("[ 1.,  2., -3.] (shape [3], f32 on cpu)", Tensors.of(1.0, 2.0, -3.0));
    assertPrints(
        """
        [[ 0.5000, 10.0000],
         [-1.0000,  0.2500]] (shape [2, 2], f32 on cpu)""",
        Tensors.of(new double[][] {{0.5, 10}, {-1, 0.25}}));
    assertPrints("[ true, false] (shape [2], bool on cpu)", Tensors.of(true, false));
    assertPrints("[ -1, 250] (shape [2], i64 on cpu)", Tensors.of(-1L, 250L));
  }

  @Test
  void planesAreSeparatedByAnEmptyLine() {
    assertPrints(
        """
        [[[0, 1],
          [2, 3]],

         [[4, 5],
          [6, 7]]] (shape [2, 2, 2], i64 on cpu)""",
        Tensors.arange(8).reshape(2, 2, 2));
  }

  @Test
  void farApartMagnitudesAreScientific() {
    assertPrints("[1.0000e-05, 2.5000e+00] (shape [2], f32 on cpu)", Tensors.of(1e-5, 2.5));
    assertPrints("[1.0000e+10, 0.0000e+00] (shape [2], f32 on cpu)", Tensors.of(1e10, 0));
  }

  @Test
  void specialValues() {
    assertPrints(
        "[ nan,  inf, -inf,   1.] (shape [4], f32 on cpu)",
        Tensors.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1));
  }

  @Test
  void emptyTensorsShowTheirShape() {
    assertPrints("[] (shape [0, 3], f32 on cpu)", Tensors.zeros(0, 3));
  }

  @Test
  void largeTensorsShowTheirEnds() {
    assertPrints(
        "[   0,    1,    2, ..., 1998, 1999, 2000] (shape [2001], i64 on cpu)",
        Tensors.arange(2001));
    assertPrints(
        """
        [[   0,    1,    2, ...,  297,  298,  299],
         [ 300,  301,  302, ...,  597,  598,  599],
         [ 600,  601,  602, ...,  897,  898,  899],
         [ 900,  901,  902, ..., 1197, 1198, 1199]] (shape [4, 300], i64 on cpu)""",
        Tensors.arange(1200).reshape(4, 300));
  }
}
