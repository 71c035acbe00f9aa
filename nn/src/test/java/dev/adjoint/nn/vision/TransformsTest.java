package dev.adjoint.nn.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Devices;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Transforms without draws, against their definitions and what torchvision gives. */
class TransformsTest {
  private static Tensor images(int... shape) {
    return new Random(5).uniform(Shape.of(shape), DType.F32, Devices.current());
  }

  @Test
  void normalizesEachChannel() {
    Tensor x = images(2, 3, 2, 2);
    Tensor y = new Normalize(new double[] {0.5, 0.25, 0}, new double[] {2, 0.5, 1}).apply(x);
    float[] from = x.toFloats();
    float[] to = y.toFloats();
    double[] mean = {0.5, 0.25, 0};
    double[] std = {2, 0.5, 1};
    for (int i = 0; i < from.length; i++) {
      int c = i / 4 % 3;
      assertThat(to[i]).isCloseTo((float) ((from[i] - mean[c]) / std[c]), within(1e-6f));
    }
    assertThat(new Normalize(0.5, 0.5).apply(x).allClose(x.sub(0.5).div(0.5))).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Normalize(new double[] {1, 2}, new double[] {1, 2}).apply(x))
        .withMessage("normalize: 2 means for the channels of [2, 3, 2, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Normalize(0, 0))
        .withMessage(
            "normalize: needs a mean and a positive std for each channel, not [0.0] and [0.0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Normalize(0, 1).apply(x.to(DType.U8)))
        .withMessage("normalize: needs floats, not u8; Images.toTensor makes them of bytes");
  }

  @Test
  void oneImageIsTransformedLikeABatchOfOne() {
    Tensor x = images(3, 6, 5);
    List<UnaryOperator<Tensor>> transforms =
        List.of(new Resize(4, 3), new CenterCrop(2), new Grayscale());
    for (UnaryOperator<Tensor> transform : transforms) {
      Tensor y = transform.apply(x);
      assertThat(y.rank()).isEqualTo(3);
      assertThat(y.allEqual(transform.apply(x.unsqueeze(0)).squeeze(0))).isTrue();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CenterCrop(2).apply(Tensors.ones(3, 3)))
        .withMessage(
            "centerCrop: needs images [n, channels, height, width] or one [channels, height, width], not [3, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CenterCrop(2).apply(Tensors.ones(1, 3, 0, 3)))
        .withMessage("centerCrop: images of shape [1, 3, 0, 3] have no pixels");
  }

  /** The mean of the pixels below a triangle, for one pixel of the result. */
  private static double resized(double[][] x, int row, int column, int toHeight, int toWidth) {
    double scaleY = (double) x.length / toHeight;
    double scaleX = (double) x[0].length / toWidth;
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x[0].length; j++) {
        double dy = Math.abs(i + 0.5 - scaleY * (row + 0.5)) / Math.max(1, scaleY);
        double dx = Math.abs(j + 0.5 - scaleX * (column + 0.5)) / Math.max(1, scaleX);
        double weight = Math.max(0, 1 - dy) * Math.max(0, 1 - dx);
        sum += weight * x[i][j];
        weights += weight;
      }
    }
    return sum / weights;
  }

  @Test
  void resizesByItsDefinition() {
    Tensor x = images(1, 1, 7, 9);
    double[] flat = x.toDoubles();
    double[][] pixels = new double[7][9];
    for (int i = 0; i < flat.length; i++) {
      pixels[i / 9][i % 9] = flat[i];
    }
    for (int[] size : new int[][] {{3, 4}, {7, 2}, {14, 9}, {11, 5}, {1, 1}, {7, 9}}) {
      double[] y = new Resize(size[0], size[1]).apply(x).toDoubles();
      for (int i = 0; i < y.length; i++) {
        assertThat(y[i])
            .isCloseTo(resized(pixels, i / size[1], i % size[1], size[0], size[1]), within(1e-6));
      }
    }
  }

  @Test
  void resizesLikeTorch() {
    float[] x = new float[2 * 3 * 37 * 53];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.abs(Math.sin(i * 0.7 + i * i * 0.001));
    }
    Tensor images = Tensors.of(x, 2, 3, 37, 53);
    // torch.nn.functional.interpolate(images, size, mode="bilinear", align_corners=False,
    // antialias=True) of libtorch 2.10.
    float[] y = new Resize(28, 28).apply(images).toFloats();
    float[] some = {y[0], y[77], y[y.length / 2], y[y.length - 1]};
    assertThat(some)
        .containsExactly(
            new float[] {0.41575596f, 0.5863723f, 0.9469851f, 0.79462093f}, within(2e-6f));
    float[] z = new Resize(9, 80).apply(images).toFloats();
    float[] others = {z[0], z[77], z[z.length / 2], z[z.length - 1]};
    assertThat(others)
        .containsExactly(
            new float[] {0.6703991f, 0.688987f, 0.8372754f, 0.8252997f}, within(2e-6f));
  }

  @Test
  void resizesTheShorterEdge() {
    assertThat(new Resize(4).apply(images(1, 2, 10, 7)).shape().dims()).containsExactly(1, 2, 5, 4);
    assertThat(new Resize(4).apply(images(1, 2, 7, 10)).shape().dims()).containsExactly(1, 2, 4, 5);
    assertThat(new Resize(4).apply(images(1, 2, 4, 9)).shape().dims()).containsExactly(1, 2, 4, 9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Resize(0))
        .withMessage("resize: the size must be positive, not 0");
  }

  @Test
  void resizesWithoutSmoothingLikeInterpolate() {
    Tensor x = images(2, 3, 8, 8);
    Tensor y = new Resize(3, 5).antialias(false).apply(x);
    assertThat(y.allEqual(x.interpolate(new int[] {3, 5}, "bilinear"))).isTrue();
    assertThat(y.allClose(new Resize(3, 5).apply(x))).isFalse();
    // Nothing is to be smoothed where images grow.
    Tensor grown = new Resize(16, 11).apply(x);
    assertThat(grown.allClose(x.interpolate(new int[] {16, 11}, "bilinear"), 1e-6, 1e-6)).isTrue();
  }

  @Test
  void resizesBytesAndNarrowFloats() {
    Tensor x = images(1, 3, 8, 8);
    Tensor bytes = x.mul(255).to(DType.U8);
    Tensor small = new Resize(3, 3).apply(bytes);
    assertThat(small.dtype()).isEqualTo(DType.U8);
    assertThat(small.toInts())
        .containsExactly(new Resize(3, 3).apply(bytes.to(DType.F32)).round().toInts());
    assertThat(new Resize(3, 3).apply(x.to(DType.BF16)).dtype()).isEqualTo(DType.BF16);
    assertThat(new Resize(3, 3).apply(x.to(DType.F64)).dtype()).isEqualTo(DType.F64);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Resize(3, 3).apply(x.to(DType.I32)))
        .withMessage("resize: needs floats or u8, not i32");
  }

  @Test
  void cropsTheMiddle() {
    Tensor x = images(2, 3, 7, 8);
    assertThat(new CenterCrop(4, 3).apply(x).allEqual(x.narrow(2, 2, 4).narrow(3, 2, 3))).isTrue();
    assertThat(new CenterCrop(6).apply(x).allEqual(x.narrow(2, 0, 6).narrow(3, 1, 6))).isTrue();
    Tensor larger = new CenterCrop(10, 4).apply(x);
    assertThat(larger.allEqual(x.pad(0, 0, 1, 2).narrow(3, 2, 4))).isTrue();
  }

  @Test
  void graysAreWeightedMeans() {
    Tensor x = Tensors.of(1f, 0, 0, 0, 1, 0, 0, 0, 1).reshape(3, 3, 1, 1);
    assertThat(new Grayscale().apply(x).toFloats()).containsExactly(0.2989f, 0.587f, 0.114f);
    assertThat(new Grayscale(3).apply(x).shape().dims()).containsExactly(3, 3, 1, 1);
    Tensor bytes = Tensors.of(10, 200, 30).to(DType.U8).reshape(3, 1, 1);
    assertThat(new Grayscale().apply(bytes).toInts()).containsExactly(123);
    Tensor gray = images(2, 1, 3, 3);
    assertThat(new Grayscale().apply(gray)).isSameAs(gray);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Grayscale().apply(images(1, 2, 3, 3)))
        .withMessage("grayscale: needs images of 1 or 3 channels, not [1, 2, 3, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Grayscale(2))
        .withMessage("grayscale: makes 1 or 3 channels, not 2");
  }

  @Test
  void composesInOrder() {
    Tensor x = images(1, 3, 4, 4);
    Tensor y = Compose.of(new Grayscale(), Images::invert, new CenterCrop(2)).apply(x);
    Tensor gray = new Grayscale().apply(x);
    assertThat(y.allEqual(gray.rsub(1).narrow(2, 1, 2).narrow(3, 1, 2))).isTrue();
  }

  @Test
  void gradientsPassThroughAResize() {
    Tensor x = Scope.withDType(DType.F64, () -> images(1, 1, 4, 4).to(DType.F64).requiresGrad());
    Tensor y = new Resize(2, 2).apply(x);
    Tensor gradient = y.sum().backward().of(x);
    // The weights of each pixel of the result sum to 1.
    assertThat(gradient.sum().item()).isCloseTo(4, within(1e-12));
  }
}
