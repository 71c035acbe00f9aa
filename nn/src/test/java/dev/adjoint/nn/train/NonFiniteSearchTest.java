package dev.adjoint.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.Gradients;
import dev.adjoint.Random;
import dev.adjoint.SparseGradient;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.optim.SGD;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Checked gradients of tables of which a batch reads a few rows. */
class NonFiniteSearchTest {
  private static final int ROWS = 1000;
  private static final Tensor READ = Tensors.of(new int[] {3, 5, 3, 7}, 2, 2);

  private static Embedding table() {
    Random.seed(5);
    return new Embedding(ROWS, 2).sparse(true);
  }

  private static Batch batch() {
    return new Batch(List.of(READ));
  }

  @Test
  void gradientsOfSparseTablesStayRows() {
    Embedding table = table();
    Tensor x = READ.select(0, 0);
    Tensor loss = table.apply(x).square().sum().add(table.apply(READ).sum());
    Gradients found =
        new NonFiniteSearch(table).requireFinite(batch(), loss, loss.backward(), 1, 0);
    Tensor whole = Objects.requireNonNull(found.find(table.weight()));
    SparseGradient rows = Objects.requireNonNull(found.sparse(table.weight()));
    assertEquals(6, rows.values().dim(0));
    assertNotNull(rows.values().node().storage());
    assertNull(whole.node().storage());
  }

  @Test
  void checkedStepsHaveTheBitsOfOthers() {
    var data = new TensorDataset(READ, Tensors.ones(2, 2, 2));
    float[][] trained = new float[2][];
    for (int i = 0; i < 2; i++) {
      Embedding table = table();
      new Trainer(table, new SGD(table.parameters(), 0.1), (y, t) -> y.sub(t).square().sum())
          .verbose(false)
          .checkGradients(i == 1)
          .fit(new DataLoader(data, 1), 3);
      trained[i] = table.weight().toFloats();
    }
    assertArrayEquals(trained[0], trained[1]);
  }

  @Test
  void aRowWithoutAFiniteGradientIsFound() {
    Embedding table = table();
    Tensor zero = table.apply(READ).mul(0);
    Tensor loss = zero.sqrt().sum();
    Gradients gradients = loss.backward();
    var e =
        assertThrows(
            NonFiniteException.class,
            () -> new NonFiniteSearch(table).requireFinite(batch(), loss, gradients, 1, 0));
    assertEquals("gradient of weight", e.where());
  }
}
