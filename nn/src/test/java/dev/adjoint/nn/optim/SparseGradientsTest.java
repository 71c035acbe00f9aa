package dev.adjoint.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Plans;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.EmbeddingBag;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Steps of tables of which a batch reads a few rows. */
class SparseGradientsTest {
  private static final int ROWS = 40;
  private static final int SIZE = 3;
  private static final int STEPS = 20;

  /** Rows of a batch, with equal ones among them; the second half of the table is never read. */
  private static int[] batch(int step) {
    return new Random(step).ints(12, 0, ROWS / 2).toArray();
  }

  private static Embedding table(DType dtype, boolean sparse) {
    double[] values = new Random(7).doubles(ROWS * SIZE, -1, 1).toArray();
    Tensor all = Tensors.of(values).reshape(ROWS, SIZE).to(dtype);
    return Embedding.fromPretrained(all, false).sparse(sparse);
  }

  private static Tensor loss(Embedding table, int step) {
    Tensor rows = table.apply(Tensors.of(batch(step)));
    Tensor target = Tensors.arange(rows.size()).remainder(7).to(rows.dtype()).div(3);
    return rows.sub(target.reshape(rows.shape())).square().mean();
  }

  private static double[] trained(
      DType dtype,
      boolean sparse,
      BiFunction<Collection<Parameter>, Double, Optimizer> make,
      UnaryOperator<Gradients> change) {
    Embedding table = table(dtype, sparse);
    Optimizer optimizer = make.apply(table.parameters(), 0.5);
    for (int step = 0; step < STEPS; step++) {
      optimizer.step(change.apply(loss(table, step).backward()));
    }
    return table.weight().toDoubles();
  }

  /** Sparse steps of a rule that leaves rows without a gradient as they are have the bits of the dense ones. */
  private static void hasTheBitsOfDenseSteps(
      BiFunction<Collection<Parameter>, Double, Optimizer> make, UnaryOperator<Gradients> change) {
    for (DType dtype : List.of(DType.F32, DType.F64, DType.F16, DType.BF16)) {
      assertArrayEquals(
          trained(dtype, false, make, change),
          trained(dtype, true, make, change),
          dtype.toString());
    }
  }

  @Test
  void gradientDescent() {
    hasTheBitsOfDenseSteps(SGD::new, gradients -> gradients);
    hasTheBitsOfDenseSteps((w, rate) -> new SGD(w, rate).maximize(true), gradients -> gradients);
  }

  @Test
  void adagrad() {
    hasTheBitsOfDenseSteps(
        (w, rate) -> new Adagrad(w, rate).decay(0.1).initial(0.2), gradients -> gradients);
  }

  @Test
  void clippedGradients() {
    hasTheBitsOfDenseSteps(SGD::new, gradients -> Clipping.byValue(gradients, 0.01));
    for (double p : new double[] {2, 1, Double.POSITIVE_INFINITY}) {
      UnaryOperator<Gradients> clip =
          p == 2
              ? gradients -> Clipping.byGlobalNorm(gradients, 0.1)
              : gradients -> Clipping.byGlobalNorm(gradients, 0.1, p);
      // The squares are added up in another order.
      assertArrayEquals(
          trained(DType.F64, false, SGD::new, clip),
          trained(DType.F64, true, SGD::new, clip),
          1e-12);
    }
  }

  @Test
  void scaledLosses() {
    double[] expected = trained(DType.F32, false, SGD::new, gradients -> gradients);
    Embedding table = table(DType.F32, true);
    var optimizer = new SGD(table.parameters(), 0.5);
    var scaler = new GradScaler();
    for (int step = 0; step < STEPS; step++) {
      assertTrue(scaler.step(optimizer, scaler.scale(loss(table, step)).backward()));
      scaler.update();
    }
    assertArrayEquals(expected, table.weight().toDoubles());
    Tensor overflow = loss(table, 1).mul(Float.POSITIVE_INFINITY);
    assertFalse(scaler.step(optimizer, overflow.backward()));
    assertArrayEquals(expected, table.weight().toDoubles());
  }

  @Test
  void accumulatedGradients() {
    Function<Boolean, double[]> run =
        sparse -> {
          Embedding table = table(DType.F64, sparse);
          var accumulation = new GradientAccumulation(new SGD(table.parameters(), 0.5), 4);
          for (int step = 0; step < STEPS; step++) {
            accumulation.add(loss(table, step).backward());
          }
          return table.weight().toDoubles();
        };
    // Rows of several batches are added up in another order.
    assertArrayEquals(run.apply(false), run.apply(true), 1e-12);
  }

  /** 100 steps of the definition, row by row: {@code torch.optim.SparseAdam}. */
  @Test
  void sparseAdam() {
    sparseAdam(DType.F64, false);
    sparseAdam(DType.F64, true);
    sparseAdam(DType.F32, false);
  }

  /** Downwards, or upwards on the negative loss. */
  private static void sparseAdam(DType dtype, boolean upwards) {
    double beta1 = 0.8;
    double beta2 = 0.95;
    double epsilon = 1e-3;
    double rate = 0.05;
    Embedding table = table(dtype, true);
    var optimizer =
        new SparseAdam(table.parameters(), rate)
            .betas(beta1, beta2)
            .epsilon(epsilon)
            .maximize(upwards);
    double[] w = table.weight().toDoubles();
    double[] m = new double[w.length];
    double[] v = new double[w.length];
    for (int t = 1; t <= 100; t++) {
      int[] rows = batch(t);
      double[] g = new double[w.length];
      boolean[] read = new boolean[ROWS];
      for (int i = 0; i < rows.length * SIZE; i++) {
        int at = rows[i / SIZE] * SIZE + i % SIZE;
        g[at] += 2 * (w[at] - i % 7 / 3.0) / (rows.length * SIZE);
        read[rows[i / SIZE]] = true;
      }
      for (int at = 0; at < w.length; at++) {
        if (read[at / SIZE]) {
          m[at] += (1 - beta1) * (g[at] - m[at]);
          v[at] += (1 - beta2) * (g[at] * g[at] - v[at]);
          double size = rate * Math.sqrt(1 - Math.pow(beta2, t)) / (1 - Math.pow(beta1, t));
          w[at] -= size * m[at] / (Math.sqrt(v[at]) + epsilon);
        }
      }
      Tensor loss = loss(table, t);
      optimizer.step((upwards ? loss.neg() : loss).backward());
    }
    double tolerance = dtype == DType.F64 ? 1e-13 : 1e-6;
    assertArrayEquals(w, table.weight().toDoubles(), tolerance);
    assertArrayEquals(m, optimizer.variables().get("0.exp_avg").toDoubles(), tolerance);
    assertArrayEquals(v, optimizer.variables().get("0.exp_avg_sq").toDoubles(), tolerance);
    assertEquals(100, optimizer.steps());
  }

  @Test
  void theStateOfSparseAdamCanBeSaved() {
    Embedding table = table(DType.F64, true);
    var optimizer = new SparseAdam(table.parameters(), 0.1);
    optimizer.step(loss(table, 1).backward());
    Embedding other = Embedding.fromPretrained(table.weight(), false).sparse(true);
    var again = new SparseAdam(other.parameters(), 0.3);
    again.load(optimizer.state());
    optimizer.step(loss(table, 2).backward());
    again.step(loss(other, 2).backward());
    assertArrayEquals(table.weight().toDoubles(), other.weight().toDoubles());
  }

  @Test
  void bagsAndPadding() {
    for (String mode : List.of("sum", "mean", "max")) {
      double[][] results = new double[2][];
      for (int sparse = 0; sparse < 2; sparse++) {
        dev.adjoint.Random.seed(3);
        var bags = new EmbeddingBag(ROWS, SIZE, mode, false, 2).sparse(sparse == 1);
        var optimizer = new SGD(bags.parameters(), 0.5);
        for (int step = 0; step < 5; step++) {
          Tensor rows = Tensors.of(batch(step));
          optimizer.step(bags.apply(rows, Tensors.of(0, 3, 3, 7)).square().sum().backward());
        }
        results[sparse] = bags.weight().toDoubles();
      }
      assertArrayEquals(results[0], results[1], mode);
    }
    var padded = new Embedding(ROWS, SIZE, 1).sparse(true);
    assertEquals("Embedding(40 -> 3, padding 1, sparse)", padded.label());
    new SGD(padded.parameters(), 0.1)
        .step(padded.apply(Tensors.of(1, 2, 1)).add(1).square().sum().backward());
    assertArrayEquals(new float[SIZE], padded.weight().select(0, 1).toFloats());
  }

  /** One step reads and writes a few rows of the table and of the state, and takes memory for these alone. */
  @Test
  void aStepTakesNoMemoryForTheTable() {
    var rows = Tensors.of(3, 99_999, 3, 50_000);
    for (var make :
        List.<Function<Collection<Parameter>, Optimizer>>of(
            w -> new SGD(w, 0.1), w -> new Adagrad(w, 0.1), w -> new SparseAdam(w, 0.1))) {
      var table = new Embedding(100_000, 8).sparse(true);
      Optimizer optimizer = make.apply(table.parameters());
      for (int step = 0; step < 3; step++) {
        optimizer.step(table.apply(rows).square().sum().backward());
        assertTrue(Plans.last().peakBytes() < 10_000, Plans.last().toString());
      }
    }
  }

  @Test
  void aGradientCanBeReadBeforeTheStep() {
    double[] expected = trained(DType.F32, true, SGD::new, gradients -> gradients);
    UnaryOperator<Gradients> read =
        gradients -> {
          assertEquals(1, gradients.byLeaf().size());
          gradients.byLeaf().values().forEach(Tensor::realize);
          return gradients;
        };
    assertArrayEquals(expected, trained(DType.F32, true, SGD::new, read));
  }

  @Test
  void anEmptyBatchChangesNothing() {
    Embedding table = table(DType.F32, true);
    double[] before = table.weight().toDoubles();
    var optimizer = new SparseAdam(table.parameters(), 0.1);
    Tensor none = table.apply(Tensors.zeros(Shape.of(0), DType.I32));
    optimizer.step(none.sum().backward());
    assertArrayEquals(before, table.weight().toDoubles());
    assertEquals(1, optimizer.steps());
  }

  @Test
  void aRowThatIsNotThereChangesNothing() {
    Embedding table = table(DType.F32, true);
    var optimizer = new SparseAdam(table.parameters(), 0.1);
    optimizer.step(loss(table, 0).backward());
    double[] after = table.weight().toDoubles();
    double[] moments = optimizer.variables().get("0.exp_avg").toDoubles();
    Tensor rows = Tensors.of(1, ROWS, 2).add(1).sub(1);
    Gradients gradients = table.apply(rows).square().sum().backward();
    var error = assertThrows(IndexOutOfBoundsException.class, () -> optimizer.step(gradients));
    assertTrue(
        error.getMessage().startsWith("embedding: index 40 is out of range for a table of 40 rows"),
        error.getMessage());
    assertArrayEquals(after, table.weight().toDoubles());
    assertArrayEquals(moments, optimizer.variables().get("0.exp_avg").toDoubles());
    assertEquals(1, optimizer.steps());
  }

  private static void refused(String message, Optimizer optimizer, Embedding table) {
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> optimizer.step(loss(table, 0).backward()));
    assertEquals(message, error.getMessage());
  }

  @Test
  void otherRulesRefuse() {
    Embedding table = table(DType.F32, true);
    String use =
        " does not take: use SparseAdam, Adagrad or SGD without momentum, or sparse(false) of the Embedding";
    String which = "step: parameter weight is sparse, which ";
    List<Parameter> w = table.parameters();
    refused(which + "Adam" + use, new Adam(w, 0.1), table);
    refused(which + "AdamW" + use, new AdamW(w, 0.1), table);
    refused(which + "SGD with momentum" + use, new SGD(w, 0.1).momentum(0.9), table);
    var closure =
        assertThrows(
            IllegalArgumentException.class, () -> new LBFGS(w, 1).step(() -> loss(table, 0)));
    assertEquals(which + "LBFGS" + use, closure.getMessage());
    refused(
        "step: parameter weight is sparse, but weight decay 0.1 and l1 0.0 change all rows: they must be 0 in its group",
        new SGD(w, 0.1).weightDecay(0.1),
        table);
    Embedding dense = table(DType.F32, false);
    refused(
        "sparseAdam: parameter weight is not sparse: use Adam, or sparse(true) of an Embedding",
        new SparseAdam(dense.parameters(), 0.1),
        dense);
    Gradients tied = loss(table, 0).add(table.weight().square().sum()).backward();
    var error = assertThrows(IllegalArgumentException.class, () -> new SGD(w, 0.1).step(tied));
    assertEquals(
        "step: parameter weight is sparse, but its gradient is no sum of look-ups of rows: if it "
            + "is used in any other way, it needs sparse(false)",
        error.getMessage());
  }
}
