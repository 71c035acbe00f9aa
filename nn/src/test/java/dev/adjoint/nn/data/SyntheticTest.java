package dev.adjoint.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SyntheticTest {
  @Test
  void spiralArmsLeaveTheOriginEvenly() {
    TensorDataset data = Synthetic.spiral(11, 3, 0, 0);
    assertEquals(Shape.of(33, 2), data.x().shape());
    float[] x = data.x().toFloats();
    int[] y = data.y().toInts();
    for (int k = 0; k < 33; k++) {
      assertEquals(k / 11, y[k]);
      assertEquals((k % 11) / 10.0, Math.hypot(x[2 * k], x[2 * k + 1]), 1e-6);
    }
    // The last point of the first arm is at angle 4.
    assertEquals(Math.sin(4), x[20], 1e-6);
    assertEquals(Math.cos(4), x[21], 1e-6);
  }

  @Test
  void moonsLieOnTheirCircles() {
    TensorDataset data = Synthetic.moons(9, 0, 0);
    float[] x = data.x().toFloats();
    int[] y = data.y().toInts();
    for (int k = 0; k < 18; k++) {
      double centreX = y[k] == 0 ? 0 : 1;
      double centreY = y[k] == 0 ? 0 : 0.5;
      assertEquals(1, Math.hypot(x[2 * k] - centreX, x[2 * k + 1] - centreY), 1e-6);
    }
    assertEquals(9, Arrays.stream(y).sum());
  }

  @Test
  void blobsHaveTheirCentreAndSpread() {
    TensorDataset data = Synthetic.blobs(4000, 4, 0.2, 7);
    float[] x = data.x().toFloats();
    double[] mean = new double[8];
    double spread = 0;
    for (int k = 0; k < 16_000; k++) {
      int c = k / 4000;
      mean[2 * c] += x[2 * k] / 4000.0;
      mean[2 * c + 1] += x[2 * k + 1] / 4000.0;
      spread += Math.pow(x[2 * k] - Math.cos(Math.PI * c / 2), 2) / 16_000;
    }
    assertArrayEquals(new double[] {1, 0, 0, 1, -1, 0, 0, -1}, mean, 0.02);
    assertEquals(0.04, spread, 0.002);
  }

  @Test
  void sineGoesFromMinusPiToPi() {
    TensorDataset data = Synthetic.sine(5, 0, 0);
    assertArrayEquals(
        new double[] {-Math.PI, -Math.PI / 2, 0, Math.PI / 2, Math.PI}, data.x().toDoubles(), 1e-6);
    assertArrayEquals(new double[] {0, -1, 0, 1, 0}, data.y().toDoubles(), 1e-6);
    assertEquals(Shape.of(5, 1), data.y().shape());
  }

  @Test
  void theSeedDeterminesTheNoise() {
    float[] one = Synthetic.moons(10, 0.1, 1).x().toFloats();
    assertArrayEquals(one, Synthetic.moons(10, 0.1, 1).x().toFloats());
    assertFalse(Arrays.equals(one, Synthetic.moons(10, 0.1, 2).x().toFloats()));
    assertThrows(IllegalArgumentException.class, () -> Synthetic.blobs(0, 2, 0.1, 0));
    assertThrows(IllegalArgumentException.class, () -> Synthetic.sine(-1, 0, 0));
  }
}
