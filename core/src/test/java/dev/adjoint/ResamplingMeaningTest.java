package dev.adjoint;

import static dev.adjoint.MeaningNumbers.numbers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** Interpolation and grids give what PyTorch 2.10 gives, whose numbers these are. */
class ResamplingMeaningTest {
  private static void assertValues(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubles(), 3e-6);
  }

  @Test
  void linesAreInterpolated() {
    assertValues(numbers(1, 1, 5).interpolate(3), -4, 3, 6);
    int[] three = {3};
    assertValues(numbers(1, 1, 5).interpolate(three, "nearest-exact", false), -4, -1, 2);
    assertValues(
        numbers(1, 1, 4).interpolate(new double[] {1.7}, "linear", false),
        -4,
        -1.3235292,
        2.7941184,
        0.76470566,
        0.029412746,
        4.1470604);
  }

  @Test
  void imagesAreInterpolated() {
    Tensor x = numbers(1, 1, 2, 3);
    int[] size = {3, 4};
    assertValues(
        x.interpolate(size, "bilinear", false),
        -4,
        0.375,
        1.5,
        -1,
        1,
        1.9375,
        1,
        -1.5,
        6,
        3.5,
        0.5,
        -2);
    assertValues(
        x.interpolate(size, "bilinear", true),
        -4,
        2 / 3.0,
        5 / 3.0,
        -1,
        1,
        2,
        7 / 6.0,
        -1.5,
        6,
        10 / 3.0,
        2 / 3.0,
        -2);
    assertValues(
        x.interpolate(new int[] {3, 2}, "bicubic", false),
        -2.9251578,
        0.2727187,
        1.4804688,
        -0.5410156,
        5.8860946,
        -1.3547498);
  }

  /** As in PyTorch, a factor that leaves the size leaves the elements, but not for other modes than these. */
  @Test
  void aFactorMayLeaveTheSize() {
    Tensor x = numbers(1, 1, 4);
    assertValues(x.interpolate(new double[] {1.1}, "linear", false), -4, 3, -1, 6);
    assertValues(x.interpolate(new double[] {1.1}, "nearest", false), -4, -4, 3, -1);
  }

  @Test
  void gridsReadImages() {
    Tensor x = numbers(1, 1, 2, 3);
    Tensor grid = Tensors.of(new float[] {-1.2f, 0.3f, 0.5f, -0.9f, 0.1f, 1.7f}, 1, 1, 3, 2);
    assertValues(x.gridSample(grid, "bilinear", "zeros", false), 0.8, 0, 0);
    assertValues(x.gridSample(grid, "bilinear", "border", false), 4, 0, 1.4);
    assertValues(x.gridSample(grid, "bilinear", "reflection", false), 4, 0, 1.6);
    for (String padding : new String[] {"zeros", "border", "reflection"}) {
      assertValues(x.gridSample(grid, "nearest", padding, true), 6, -1, 2);
    }
  }

  @Test
  void gridsReadImagesByCubicConvolution() {
    Tensor x = numbers(1, 1, 2, 3);
    Tensor grid = Tensors.of(new float[] {-1.2f, 0.3f, 0.5f, -0.9f, 0.1f, 1.7f}, 1, 1, 3, 2);
    assertValues(x.gridSample(grid, "bicubic", "zeros", false), 0.8854397, 0.1898438, -0.1090018);
    assertValues(x.gridSample(grid, "bicubic", "border", false), 4.289534, 0.3021094, 1.1641235);
    assertValues(x.gridSample(grid, "bicubic", "reflection", false), 4.487678, 0.4019535, 1.497485);
    assertValues(x.gridSample(grid, "bicubic", "zeros", true), 2.586957, 1.5308398, 0.7584592);
    assertValues(x.gridSample(grid, "bicubic", "border", true), 2.703044, 1.5763972, 1.2439808);
    assertValues(x.gridSample(grid, "bicubic", "reflection", true), 3.20644, 1.2665224, 1.8720301);
  }

  @Test
  void gridsReadImagesWithADepth() {
    Tensor x = numbers(1, 1, 2, 2, 3);
    float[] places = {-1.2f, 0.3f, 0.4f, 0.5f, -0.9f, -1.3f, 0.1f, 1.7f, 0.2f};
    Tensor grid = Tensors.of(places, 1, 1, 1, 3, 3);
    assertValues(x.gridSample(grid, "bilinear", "zeros", false), 0.836, 0, 0);
    assertValues(x.gridSample(grid, "bilinear", "border", true), 3.795, 0.95, 0.4);
    assertValues(x.gridSample(grid, "bilinear", "reflection", false), 4.18, 0, 0.2);
    assertValues(x.gridSample(grid, "nearest", "border", false), 4, -1, 0);
    assertValues(x.gridSample(grid, "nearest", "zeros", false), 0, 0, 0);
  }

  @Test
  void mapsMakeGrids() {
    Tensor map = Tensors.of(new float[] {1, 0.5f, 0, -0.5f, 2, 0.25f}, 1, 2, 3);
    assertValues(map.affineGrid(1, 1, 2, 2), -0.75, -0.5, 0.25, -1, -0.25, 1.5, 0.75, 1);
  }
}
