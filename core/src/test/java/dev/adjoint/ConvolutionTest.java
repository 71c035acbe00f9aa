package dev.adjoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions against their definition, summed term by term in float64. */
class ConvolutionTest {
  private static Tensor numbers(long seed, int... shape) {
    return Scope.withDType(DType.F64, () -> new Random(seed).randn(shape)).realize();
  }

  /** The definition for two axes; an input with one axis has a size of 1 along the first. */
  private static double[] expected(
      Tensor x, Tensor w, Tensor bias, int[] stride, int[] padding, int[] dilation, int groups) {
    double[] in = x.toDoubles();
    double[] filters = w.toDoubles();
    double[] added = bias.toDoubles();
    int height = size(x, w, 0, stride, padding, dilation);
    int width = size(x, w, 1, stride, padding, dilation);
    double[] out = new double[x.dim(0) * w.dim(0) * height * width];
    for (int i = 0; i < out.length; i++) {
      int q = i % width;
      int p = i / width % height;
      int o = i / (width * height) % w.dim(0);
      int n = i / (width * height * w.dim(0));
      out[i] = added[o];
      for (int j = 0; j < w.dim(1) * w.dim(2) * w.dim(3); j++) {
        int l = j % w.dim(3);
        int k = j / w.dim(3) % w.dim(2);
        int c = j / (w.dim(3) * w.dim(2));
        int channel = o / (w.dim(0) / groups) * w.dim(1) + c;
        int row = p * stride[0] + k * dilation[0] - padding[0];
        int column = q * stride[1] + l * dilation[1] - padding[1];
        if (row >= 0 && row < x.dim(2) && column >= 0 && column < x.dim(3)) {
          out[i] +=
              filters[o * w.dim(1) * w.dim(2) * w.dim(3) + j]
                  * in[((n * x.dim(1) + channel) * x.dim(2) + row) * x.dim(3) + column];
        }
      }
    }
    return out;
  }

  private static int size(Tensor x, Tensor w, int i, int[] stride, int[] padding, int[] dilation) {
    int span = dilation[i] * (w.dim(2 + i) - 1) + 1;
    return (x.dim(2 + i) + 2 * padding[i] - span) / stride[i] + 1;
  }

  private static void check(Tensor y, double[] expected) {
    assertArrayEquals(expected, y.toDoubles(), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({"1,1,0,0,1,1,1", "2,1,1,0,1,2,1", "1,3,2,1,2,1,2", "2,2,1,1,2,2,4", "3,2,4,5,1,1,2"})
  void twoAxes(int s, int t, int p, int q, int d, int e, int groups) {
    int[] stride = {s, t};
    int[] padding = {p, q};
    int[] dilation = {d, e};
    Tensor x = numbers(1, 2, 4, 6, 7);
    Tensor w = numbers(2, 8, 4 / groups, 3, 2);
    Tensor bias = numbers(3, 8);
    double[] expected = expected(x, w, bias, stride, padding, dilation, groups);
    Tensor y = x.conv2d(w, bias, stride, padding, dilation, groups);
    assertThat(y.dim(2)).isEqualTo(size(x, w, 0, stride, padding, dilation));
    check(y, expected);
    Tensor one = x.select(0, 1).conv2d(w, bias, stride, padding, dilation, groups);
    assertThat(one.shape()).isEqualTo(y.select(0, 1).shape());
    check(one, Arrays.copyOfRange(expected, expected.length / 2, expected.length));
  }

  @Test
  void oneAxis() {
    Tensor x = numbers(1, 3, 4, 9);
    Tensor w = numbers(2, 6, 2, 3);
    Tensor bias = numbers(3, 6);
    double[] expected =
        expected(
            x.unsqueeze(2),
            w.unsqueeze(2),
            bias,
            new int[] {1, 2},
            new int[] {0, 1},
            new int[] {1, 2},
            2);
    check(x.conv1d(w, bias, 2, 1, 2, 2), expected);
  }

  /** Along the first axis the kernel has one element, so that each slice is convolved by itself. */
  @Test
  void threeAxes() {
    Tensor x = numbers(1, 2, 3, 2, 5, 4);
    Tensor w = numbers(2, 4, 3, 1, 3, 2);
    Tensor bias = numbers(3, 4);
    Tensor y = x.conv3d(w, bias, new int[] {1, 2, 1}, new int[] {0, 1, 0}, new int[] {1, 1, 2}, 1);
    for (int i = 0; i < 2; i++) {
      Tensor slice = x.select(2, i);
      double[] expected =
          expected(
              slice, w.select(2, 0), bias, new int[] {2, 1}, new int[] {1, 0}, new int[] {1, 2}, 1);
      check(y.select(2, i), expected);
    }
    Tensor turned = x.permute(0, 1, 3, 4, 2).conv3d(w.permute(0, 1, 3, 4, 2), bias);
    check(turned.permute(0, 1, 4, 2, 3), x.conv3d(w, bias).toDoubles());
  }

  @Test
  void alikeAlongAllAxes() {
    Tensor x = numbers(1, 2, 4, 6, 7);
    Tensor w = numbers(2, 8, 2, 3, 3);
    Tensor zeros = Tensors.zeros(8).toDouble();
    int[] two = {2, 2};
    check(x.conv2d(w, null, 2, 2, 2, 2), expected(x, w, zeros, two, two, two, 2));
    int[] one = {1, 1};
    int[] none = {0, 0};
    Tensor full = numbers(2, 8, 4, 3, 3);
    check(x.conv2d(full, null), expected(x, full, zeros, one, none, one, 1));
  }

  @Test
  void noImages() {
    Tensor y = Tensors.zeros(0, 3, 5, 5).conv2d(Tensors.ones(4, 3, 3, 3), Tensors.ones(4));
    assertThat(y.shape()).isEqualTo(Shape.of(0, 4, 3, 3));
    assertThat(y.toFloats()).isEmpty();
  }
}
