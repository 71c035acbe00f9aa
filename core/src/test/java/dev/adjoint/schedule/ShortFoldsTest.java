package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short folds as maps: in which cases, where they read, and in which order they fold. */
class ShortFoldsTest {
  private static final int COLUMNS = 37;

  /** The sums over windows of 2 by n of an image that is 100 wide, each element times a number of the window. */
  private static Step sums(int n, boolean laneReduces, Instr load) {
    List<Stage> stages =
        List.of(
            new Stage.Reduce(
                List.of(
                    load,
                    new Instr.Load(1, DType.F32),
                    new Instr.Apply(ScalarOp.MUL, DType.F32, 0, 1, -1)),
                List.of(new Stage.Fold(ReduceOp.SUM, 2, DType.F32))),
            new Stage.Finish(
                List.of(new Instr.Reduced(0, DType.F32)), List.of(new Stage.Store(2, 0))));
    var image = new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS);
    var numbers = new Access(Access.Kind.READ, DType.F32, Access.Lane.BROADCAST);
    var result = new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS);
    var loop =
        new Kernel.Loop(2, 2, laneReduces, List.of(image, numbers, result), List.of(), stages);
    var where =
        new Geometry(
            new int[] {8, 64, 2, n},
            new long[] {5, 0, 0},
            new long[][] {{100, 1, 100, 1}, {0, 0, n, 1}, {64, 1, 0, 0}});
    return new Step(loop, where, new int[] {3, 4, 6}, new Step.Scalar[0]);
  }

  private static Step sums(int n) {
    return sums(n, false, new Instr.Load(0, DType.F32));
  }

  @Test
  void aMapReadsEachElementOnce() {
    Step step = ShortFolds.writtenOut(sums(2));
    var map = assertInstanceOf(Kernel.Loop.class, step.kernel());
    assertEquals("map_9x17", map.name());
    assertEquals(0, map.reduceRank());
    assertArrayEquals(new int[] {3, 4, 3, 4, 3, 4, 3, 4, 6}, step.values());
    Geometry where = step.geometry();
    assertArrayEquals(new int[] {8, 64}, where.sizes());
    assertArrayEquals(new long[] {5, 0, 6, 1, 105, 2, 106, 3, 0}, where.offsets());
    assertArrayEquals(new long[] {100, 1}, where.strides()[4]);
    assertArrayEquals(new long[] {64, 1}, where.strides()[8]);
  }

  @Test
  void longFoldsAndConditionsAreLeftAsTheyAre() {
    for (Step step :
        List.of(
            sums(9),
            sums(2, true, new Instr.Load(0, DType.F32)),
            sums(2, false, new Instr.Load(0, 0, -1, DType.F32)))) {
      assertSame(step, ShortFolds.writtenOut(step));
    }
  }

  /** The fold of {@link Kernel.Loop} for up to 16 elements: each is a partial result of its own. */
  private static double[] folded(double[][] rows, double identity, DoubleBinaryOperator f) {
    double[] results = new double[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
      double[] partials = new double[Kernel.Loop.PARTIALS];
      for (int i = 0; i < partials.length; i++) {
        partials[i] = i < rows.length ? f.applyAsDouble(identity, rows[i][c]) : identity;
      }
      for (int half = partials.length / 2; half > 0; half /= 2) {
        for (int j = 0; j < half; j++) {
          partials[j] = f.applyAsDouble(partials[j], partials[j + half]);
        }
      }
      results[c] = partials[0];
    }
    return results;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8, 9, 15, 16})
  void theOrderIsThatOfLongFolds(int n) {
    var random = new SplittableRandom(n);
    double[][] rows = new double[n][COLUMNS];
    float[] values = new float[n * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      // The last column is of nothing but -0.
      values[i] = i % COLUMNS == COLUMNS - 1 ? -0f : (float) random.nextDouble(-1, 1);
      rows[i / COLUMNS][i % COLUMNS] = values[i];
    }
    rows[n - 1][0] = Double.NaN;
    values[(n - 1) * COLUMNS] = Float.NaN;
    for (String device : List.of("interpreter", "threads:2")) {
      Scope.on(
          Device.of(device),
          () -> {
            Tensor x = Tensors.of(values, n, COLUMNS).realize();
            assertArrayEquals(folded(rows, 0, (a, b) -> (float) (a + b)), x.sum(0).toDoubles());
            assertArrayEquals(folded(rows, 1, (a, b) -> (float) (a * b)), x.prod(0).toDoubles());
            assertArrayEquals(
                folded(rows, Double.NEGATIVE_INFINITY, Math::max), x.amax(0).toDoubles());
            assertArrayEquals(
                folded(rows, Double.POSITIVE_INFINITY, Math::min), x.amin(0).toDoubles());
            return x;
          });
    }
  }
}
