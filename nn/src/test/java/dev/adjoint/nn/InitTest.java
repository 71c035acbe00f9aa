package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Variable;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InitTest {
  private static final int OUT = 200;
  private static final int IN = 500;
  private static final Shape SHAPE = Shape.of(OUT, IN);

  @BeforeEach
  void seed() {
    Random.seed(11);
  }

  private static void check(Init init, double mean, double deviation, double least, double most) {
    float[] values = init.create(SHAPE).toFloats();
    double sum = 0;
    double squares = 0;
    for (float v : values) {
      assertTrue(v >= least && v <= most, "value " + v);
      sum += v;
      squares += (v - mean) * (v - mean);
    }
    int n = values.length;
    assertEquals(mean, sum / n, 5 * deviation / Math.sqrt(n), "mean");
    assertEquals(deviation, Math.sqrt(squares / n), 0.01 * deviation, "deviation");
  }

  private static void uniform(Init init, double deviation) {
    check(init, 0, deviation, -Math.sqrt(3) * deviation, Math.sqrt(3) * deviation);
  }

  private static void normal(Init init, double deviation) {
    check(init, 0, deviation, -6 * deviation, 6 * deviation);
  }

  @Test
  void constants() {
    assertArrayEquals(new float[] {2.5f, 2.5f}, Init.constant(2.5).create(Shape.of(2)).toFloats());
    assertArrayEquals(
        new float[] {0, 1},
        new float[] {
          (float) Init.zeros().create(Shape.SCALAR).item(),
          (float) Init.ones().create(Shape.SCALAR).item()
        });
  }

  @Test
  void moments() {
    check(Init.uniform(-1, 3), 1, 4 / Math.sqrt(12), -1, 3);
    check(Init.normal(2, 0.5), 2, 0.5, -1, 5);
    // The deviation of the standard normal distribution cut at 2.
    check(Init.truncatedNormal(1, 3), 1, 3 * 0.8796256, -5, 7);
    uniform(Init.kaimingUniform(), Math.sqrt(2.0 / IN));
    normal(Init.kaimingNormal(Activation.TANH.gain()), 5.0 / 3 / Math.sqrt(IN));
    normal(Init.kaimingNormal(2, "fan_out"), 2 / Math.sqrt(OUT));
    uniform(Init.xavierUniform(), Math.sqrt(2.0 / (IN + OUT)));
    normal(Init.xavierNormal(2), 2 * Math.sqrt(2.0 / (IN + OUT)));
    normal(Init.lecunNormal(), 1 / Math.sqrt(IN));
    uniform(Init.lecunUniform(), 1 / Math.sqrt(IN));
    uniform(Init.fanIn(IN), 1 / Math.sqrt(3.0 * IN));
  }

  @Test
  void fansCountWindows() {
    float[] values = Init.xavierUniform().create(Shape.of(8, 4, 5, 5)).toFloats();
    double bound = Math.sqrt(6.0 / (4 * 25 + 8 * 25));
    double most = 0;
    for (float v : values) {
      most = Math.max(most, Math.abs(v));
    }
    assertTrue(most <= bound && most > 0.99 * bound, "most " + most + " of " + bound);
    assertThrows(IllegalArgumentException.class, () -> Init.kaimingNormal().create(Shape.of(3)));
    assertThrows(IllegalArgumentException.class, () -> Init.kaimingNormal(1, "fan_avg"));
  }

  @Test
  void orthogonalRowsOrColumns() {
    for (int[] dims : new int[][] {{4, 7}, {7, 4}, {5, 5}, {3, 2, 4}}) {
      double[] m =
          Scope.withDType(DType.F64, () -> Init.orthogonal(2).create(Shape.of(dims))).toDoubles();
      int rows = dims[0];
      int columns = m.length / rows;
      int count = Math.min(rows, columns);
      for (int a = 0; a < count; a++) {
        for (int b = 0; b < count; b++) {
          double dot = 0;
          for (int k = 0; k < Math.max(rows, columns); k++) {
            dot +=
                rows <= columns
                    ? m[a * columns + k] * m[b * columns + k]
                    : m[k * columns + a] * m[k * columns + b];
          }
          assertEquals(a == b ? 4 : 0, dot, 1e-12, Arrays.toString(dims));
        }
      }
    }
  }

  @Test
  void valuesFollowTheSeed() {
    float[] first = Init.normal(0, 1).create(Shape.of(10)).toFloats();
    Random.seed(11);
    assertArrayEquals(first, Init.normal(0, 1).create(Shape.of(10)).toFloats());
  }

  @Test
  void fillChangesAVariableAtOnce() {
    Variable v = Scope.withDType(DType.F64, () -> Init.zeros().parameter("v", 3));
    Init.constant(4).fill(v);
    assertArrayEquals(new double[] {4, 4, 4}, v.toDoubles());
    assertTrue(v.tracked());
    assertEquals(DType.F64, v.dtype());
  }
}
