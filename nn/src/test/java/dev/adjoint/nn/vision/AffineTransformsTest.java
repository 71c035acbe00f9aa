package dev.adjoint.nn.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Devices;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Affine maps against products of their matrices, and images that are read pixel by pixel. */
class AffineTransformsTest {
  private static Tensor images(DType dtype, int... shape) {
    return new Random(5).uniform(Shape.of(shape), dtype, Devices.current()).realize();
  }

  /** {@code R(angle) S(scale) SHy(shearY) SHx(shearX)} of torchvision's documentation, in degrees. */
  private static double[][] matrix(double angle, double scale, double shearX, double shearY) {
    double a = Math.toRadians(angle);
    double[][] rotation = {{Math.cos(a), -Math.sin(a)}, {Math.sin(a), Math.cos(a)}};
    double[][] y = {{1, 0}, {-Math.tan(Math.toRadians(shearY)), 1}};
    double[][] x = {{1, -Math.tan(Math.toRadians(shearX))}, {0, 1}};
    double[][] all = product(rotation, product(y, x));
    for (double[] row : all) {
      row[0] *= scale;
      row[1] *= scale;
    }
    return all;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[2][2];
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
      }
    }
    return c;
  }

  /** The bilinear value of an image at the place that the map takes to a pixel. */
  private static double read(
      double[] image, int height, int width, double[][] m, double cx, double cy, int i, int j) {
    double right = j + 0.5 - cx;
    double down = i + 0.5 - cy;
    double det = m[0][0] * m[1][1] - m[0][1] * m[1][0];
    double x = (m[1][1] * right - m[0][1] * down) / det + cx - 0.5;
    double y = (m[0][0] * down - m[1][0] * right) / det + cy - 0.5;
    double sum = 0;
    for (int r = 0; r < height; r++) {
      for (int c = 0; c < width; c++) {
        sum +=
            Math.max(0, 1 - Math.abs(x - c))
                * Math.max(0, 1 - Math.abs(y - r))
                * image[r * width + c];
      }
    }
    return sum;
  }

  @Test
  void mapsAreProductsOfTheirMatrices() {
    int height = 7;
    int width = 10;
    Tensor x = images(DType.F64, 1, 1, height, width);
    double[] image = x.toDoubles();
    double[][] m = matrix(30, 0.8, 12, -7);
    double[][] centers = {{width / 2.0, height / 2.0}, {2, 3.5}};
    for (double[] center : centers) {
      var affine =
          new RandomAffine(30, 30).scale(0.8, 0.8).shear(12, 12, -7, -7).interpolation("bilinear");
      double[] y = affine.center(center[0], center[1]).apply(x).toDoubles();
      for (int k = 0; k < y.length; k++) {
        double expected = read(image, height, width, m, center[0], center[1], k / width, k % width);
        // Maps are computed in f32.
        assertThat(y[k]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void rotationsTurnCounterClockwise() {
    Tensor x = images(DType.F32, 2, 3, 6, 6);
    Tensor quarter = new RandomRotation(90, 90).apply(x);
    // Counter-clockwise: the last column becomes the first row.
    assertThat(quarter.allEqual(x.transpose(2, 3).flip(2))).isTrue();
    assertThat(new RandomRotation(180, 180).apply(x).allEqual(x.flip(2, 3))).isTrue();
    assertThat(new RandomRotation(0).apply(x).allEqual(x)).isTrue();
    assertThat(new RandomAffine(90, 90).apply(x).allEqual(x.transpose(2, 3).flip(3))).isTrue();
  }

  @Test
  void whatIsOutsideIsFilled() {
    Tensor x = Tensors.full(Shape.of(1, 1, 8, 8), 0.25, DType.F32);
    Tensor turned = new RandomRotation(45, 45).fill(3).apply(x);
    assertThat(turned.get(0, 0, 0, 0).item()).isEqualTo(3);
    assertThat(turned.get(0, 0, 4, 4).item()).isEqualTo(0.25);
    assertThat(new RandomRotation(45, 45).apply(x).get(0, 0, 0, 0).item()).isZero();
    Tensor bytes = Tensors.full(Shape.of(1, 1, 8, 8), 7, DType.U8);
    Tensor filled = new RandomRotation(45, 45).fill(200).interpolation("bilinear").apply(bytes);
    assertThat(filled.get(0, 0, 0, 0).itemInt()).isEqualTo(200);
    assertThat(filled.get(0, 0, 4, 4).itemInt()).isEqualTo(7);
  }

  @Test
  void shiftsAreWholePixelsUpToTheirFraction() {
    int n = 300;
    Tensor dot = Tensors.zeros(9, 9).with(1, 4, 4);
    Tensor x = dot.reshape(1, 1, 9, 9).expand(n, 1, 9, 9);
    Tensor y = new RandomAffine(0).translate(0.25, 0.1).random(new Random(1)).apply(x);
    float[] values = y.toFloats();
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        assertThat(values[i]).isEqualTo(1);
        places.add(i % 81);
      }
    }
    // A quarter of 9 is 2.25 pixels to both sides, a tenth 0.9 up and down.
    Set<Integer> expected = new HashSet<>();
    for (int down = -1; down <= 1; down++) {
      for (int right = -2; right <= 2; right++) {
        expected.add((4 + down) * 9 + 4 + right);
      }
    }
    assertThat(places).isEqualTo(expected);
  }

  @Test
  void refusesWhatIsNoRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomRotation(-1))
        .withMessage(
            "randomRotation: the degrees must be a range of numbers from 0.0 on, not 0.0 to -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomAffine(5, -5))
        .withMessage("randomAffine: the degrees must be a range, not 5.0 to -5.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomAffine(5).translate(1.5, 0))
        .withMessage("randomAffine: the shift must be in [0, 1], it is 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomAffine(5).scale(0, 1))
        .withMessageStartingWith("randomAffine: the scale must be a range");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomAffine(5).shear(1, 2, 3))
        .withMessage("randomAffine: the shear is 1, 2 or 4 angles, not [1.0, 2.0, 3.0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomRotation(5).interpolation("bicubic"))
        .withMessage("randomRotation: there is no interpolation \"bicubic\": nearest, bilinear");
  }
}
