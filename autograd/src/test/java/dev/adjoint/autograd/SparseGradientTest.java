package dev.adjoint.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Plans;
import dev.adjoint.Shape;
import dev.adjoint.SparseGradient;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Gradients of tables by the rows that were read, against the dense ones. */
class SparseGradientTest {
  private static final int ROWS = 6;
  private static final int SIZE = 3;
  private final Parameter table = new Parameter("table", Tensors.arange(18f).reshape(ROWS, SIZE));
  private final Tensor index = Tensors.of(4, 1, 4, 0, 1, 4);

  private static Tensor weights(int... shape) {
    return Tensors.arange((float) Shape.of(shape).size()).add(1).reshape(shape);
  }

  /** The sparse gradient of a loss that reads rows of the table, which must be the dense one. */
  private SparseGradient check(UnaryOperator<Tensor> read) {
    Tensor rows = read.apply(table);
    Gradients gradients = rows.mul(weights(rows.shape().dims())).sum().backward();
    SparseGradient sparse = Objects.requireNonNull(gradients.sparse(table));
    float[] dense = gradients.of(table).toFloats();
    assertArrayEquals(dense, sparse.toDense().toFloats());
    assertArrayEquals(dense, sparse.coalesce().toDense().toFloats());
    assertArrayEquals(
        dense, Objects.requireNonNull(SparseGradient.of(sparse.toDense())).toDense().toFloats());
    return sparse;
  }

  @Test
  void rowsThatAreLookedUp() {
    SparseGradient sparse = check(x -> x.embedding(index));
    assertArrayEquals(new int[] {4, 1, 4, 0, 1, 4}, sparse.indices().toInts());
    assertEquals(Shape.of(6, SIZE), sparse.values().shape());
    assertEquals(Shape.of(ROWS, SIZE), sparse.shape());
    check(x -> x.embedding(index.reshape(2, 3)));
    check(x -> x.embedding(index.to(DType.I64), 4));
    check(x -> x.indexSelect(0, index));
    check(x -> x.embedding(Tensors.of(2)));
  }

  @Test
  void bags() {
    for (String mode : new String[] {"sum", "mean", "max"}) {
      check(x -> x.embeddingBag(index.reshape(3, 2), mode));
      check(x -> x.embeddingBag(index, Tensors.of(0, 0, 2), mode));
      check(x -> x.embeddingBag(index, Tensors.of(0, 4), mode, null, false, 1));
    }
  }

  @Test
  void severalLookUpsAddUp() {
    SparseGradient sparse =
        check(
            x ->
                Tensors.cat(List.of(x.embedding(index), x.embedding(Tensors.of(5L, 4).mul(1))), 0));
    assertEquals(8, sparse.indices().dim(0));
    assertEquals(DType.I64, sparse.indices().dtype());
  }

  @Test
  void narrowFloats() {
    for (DType dtype : new DType[] {DType.F16, DType.BF16, DType.F64}) {
      var narrow = new Parameter("narrow", table.to(dtype).div(7));
      Gradients gradients =
          narrow.embedding(index).mul(weights(6, SIZE).to(dtype).div(3)).sum().backward();
      SparseGradient sparse = Objects.requireNonNull(gradients.sparse(narrow));
      assertEquals(dtype, sparse.values().dtype());
      double[] dense = gradients.of(narrow).toDoubles();
      assertArrayEquals(dense, sparse.coalesce().toDense().toDoubles());
    }
  }

  @Test
  void theLastOfEqualRowsHasTheSum() {
    SparseGradient sparse = new SparseGradient(index, weights(6, 1), Shape.of(ROWS, 1)).coalesce();
    assertArrayEquals(new int[] {0, 1, 1, 4, 4, 4}, sparse.indices().toInts());
    assertArrayEquals(new float[] {4, 0, 7, 0, 0, 10}, sparse.values().toFloats());
    assertEquals("sparse gradient of 6 slices of f32[6, 1]", sparse.toString());
    var none =
        new SparseGradient(
            Tensors.zeros(Shape.of(0), DType.I32), Tensors.zeros(0, 2), Shape.of(4, 2));
    assertArrayEquals(new float[8], none.coalesce().toDense().toFloats());
  }

  @Test
  void otherUsesGiveNone() {
    Tensor x = table.embedding(index);
    assertNull(x.sum().add(table.sum()).backward().sparse(table));
    assertNull(table.mul(2).sum().backward().sparse(table));
    assertNull(
        table
            .gather(1, Tensors.zeros(Shape.of(ROWS, 2), DType.I64))
            .sum()
            .backward()
            .sparse(table));
    // Positions of each element are no rows, also where their number is that of the rows.
    Tensor across = Tensors.of(0, 1, 2).reshape(1, 3).broadcastTo(3, 3);
    assertNull(table.gather(0, across).sum().backward().sparse(table));
    assertNull(table.embedding(index).sum().backward().sparse(new Parameter(Tensors.ones(2))));
    assertNull(SparseGradient.of(Tensors.of(3f)));
  }

  @Test
  void gradientsOfSparseParametersStaySparse() {
    table.sparse(true);
    Gradients first = table.embedding(index).mul(weights(6, SIZE)).sum().backward();
    Gradients second = table.embedding(Tensors.of(5, 4)).square().sum().backward();
    float[] expected = first.of(table).add(second.of(table)).mul(3).toFloats();
    Gradients sum = first.plus(second).map(gradient -> gradient.mul(3)).coalesce();
    assertEquals(8, Objects.requireNonNull(sum.sparse(table)).indices().dim(0));
    assertEquals(2, sum.parts().size());
    assertArrayEquals(expected, sum.of(table).toFloats());
    table.sparse(false);
    assertEquals(1, sum.parts().size());
  }

  @Test
  void aSumOfSparseGradientsTakesNoTable() {
    var large = new Parameter("large", Tensors.zeros(100_000, SIZE)).sparse(true);
    Gradients sum = new Gradients(Map.of());
    for (int i = 0; i < 3; i++) {
      sum = sum.plus(large.embedding(index).add(1).square().sum().backward());
      assertTrue(Plans.last().peakBytes() < 100_000);
    }
    assertEquals(18, Objects.requireNonNull(sum.sparse(large)).indices().dim(0));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Shape shape = Shape.of(ROWS, SIZE);
    assertThrows(
        IllegalArgumentException.class,
        () -> new SparseGradient(index, Tensors.ones(5, SIZE), shape));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SparseGradient(index.to(DType.F32), Tensors.ones(6, SIZE), shape));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new SparseGradient(index, Tensors.ones(6, SIZE), shape)
                .plus(new SparseGradient(index, Tensors.ones(6, SIZE), Shape.of(7, SIZE))));
  }
}
