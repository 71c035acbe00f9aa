package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Gradients;
import dev.adjoint.Plans;
import dev.adjoint.Precision;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import java.util.Arrays;
import java.util.function.BinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Products on tensor cores, in the lanes of emulated warps, are those of the rounded factors in f64, but for what sums lose in
 * f32. That is far less than what rounding a factor changes, so both are seen: that factors are rounded, and how.
 */
class TensorProductTest {
  /** What sums of at most 80 products of numbers below 1/2 lose. */
  private static final double ERROR = 80 * 0x1p-26;

  private final Device device = CudaDevices.emulated(0);

  private static Tensor random(int seed, int... shape) {
    return new Random(seed).rand(shape).sub(0.5).realize();
  }

  /** A factor as tensor cores see it. */
  private static Tensor rounded(Tensor x, Precision precision) {
    return switch (precision) {
      case F32 -> x;
      case TF32 -> x.bitcast(DType.I32).add(1 << 12).bitwiseAnd(-1 << 13).bitcast(DType.F32);
      case BF16 -> x.to(DType.BF16).to(DType.F32);
    };
  }

  /** Compares a product with that of rounded factors, which must differ from the one of factors that are not. */
  private void multiplies(
      Precision precision, Tensor left, Tensor right, BinaryOperator<Tensor> product) {
    double[] full = product.apply(left.to(DType.F64), right.to(DType.F64)).toDoubles();
    double[] expected =
        product
            .apply(rounded(left, precision).to(DType.F64), rounded(right, precision).to(DType.F64))
            .toDoubles();
    Tensor x = left.to(device).realize();
    Tensor y = right.to(device).realize();
    double[] actual = Scope.withPrecision(precision, () -> product.apply(x, y)).toDoubles();
    double seen = 0;
    for (int i = 0; i < full.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(ERROR));
      seen = Math.max(seen, Math.abs(expected[i] - full[i]));
    }
    assertThat(seen > 8 * ERROR).isEqualTo(precision != Precision.F32);
  }

  @ParameterizedTest
  @CsvSource({"TF32, 128, 128, 64", "TF32, 131, 67, 45", "BF16, 130, 150, 77", "BF16, 33, 140, 32"})
  void anySizes(Precision precision, int m, int n, int k) {
    multiplies(precision, random(1, m, k), random(2, k, n), Tensor::matmul);
  }

  /** Neighbours along k are neighbours in memory on one side and not on the other, then the other way round. */
  @ParameterizedTest
  @EnumSource
  void anyStridesBatchesAndEpilogues(Precision precision) {
    Tensor threeDeep = random(3, 80, 3, 70);
    Tensor rows = random(4, 90, 55);
    Tensor bias = random(7, 90);
    multiplies(
        precision,
        threeDeep,
        rows,
        (x, y) ->
            x.slice(2, 5, 60, 1)
                .permute(1, 0, 2)
                .matmul(y.t())
                .add(bias.to(x.device()).to(x.dtype()))
                .abs());
    multiplies(
        precision,
        threeDeep,
        rows,
        (x, y) -> x.slice(0, 0, 55, 1).permute(1, 2, 0).matmul(y.t().slice(1, 7, 84, 1)).neg());
    multiplies(
        precision,
        random(5, 55, 100),
        random(6, 55, 120),
        (x, y) -> x.slice(1, 0, 100, 2).t().matmul(y.slice(1, 10, 110, 1)));
  }

  /** Rows of memory begin at multiples of 16 bytes, where what is multiplied may end anywhere; in each order of elements. */
  @ParameterizedTest
  @CsvSource({
    "TF32, 128, 128, 64",
    "TF32, 70, 93, 53",
    "BF16, 128, 64, 48",
    "BF16, 129, 74, 61",
  })
  void alignedRows(Precision precision, int m, int n, int k) {
    for (int order = 0; order < 4; order++) {
      boolean deepLeft = order % 2 == 0;
      boolean deepRight = order / 2 == 1;
      multiplies(
          precision,
          deepLeft ? random(1, m, k + 16 - k % 16) : random(1, k, m + 16 - m % 16),
          deepRight ? random(2, n, k + 16 - k % 16) : random(2, k, n + 16 - n % 16),
          (x, y) -> {
            Tensor left = x.slice(1, 0, deepLeft ? k : m, 1);
            Tensor right = y.slice(1, 0, deepRight ? k : n, 1);
            return (deepLeft ? left : left.t()).matmul(deepRight ? right.t() : right);
          });
    }
  }

  /** A convolution and both of its gradients are products over the places of windows, none of which is stored. */
  @ParameterizedTest
  @CsvSource({"TF32, 1, 1", "BF16, 1, 0"})
  void convolutions(Precision precision, int stride, int padding) {
    int out = (9 + 2 * padding - 3) / stride + 1;
    Tensor image = random(8, 3, 33, 9, 9);
    Tensor weight = random(9, 34, 33, 3, 3);
    Tensor seed = random(10, 3, 34, out, out);
    long windows = (long) Float.BYTES * 3 * out * out * 33 * 9;
    for (int of = 0; of < 3; of++) {
      int wanted = of;
      BinaryOperator<Tensor> convolution =
          (x, w) -> {
            Tensor image0 = x.requiresGrad();
            Tensor weight0 = w.requiresGrad();
            Tensor y = image0.conv2d(weight0, null, stride, padding);
            if (wanted == 0) {
              return y.detach();
            }
            Gradients gradients = y.backward(seed.to(x.device()).to(x.dtype()).realize());
            return gradients.of(wanted == 1 ? image0 : weight0);
          };
      Tensor there = image.to(device).realize();
      Tensor other = weight.to(device).realize();
      Tensor result = Scope.withPrecision(precision, () -> convolution.apply(there, other));
      assertThat(Plans.of(result).peakBytes()).isLessThan(windows);
      double[] actual = result.toDoubles();
      double[] expected = convolution.apply(image.to(DType.F64), weight.to(DType.F64)).toDoubles();
      double size = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      double rounding = size * (precision == Precision.TF32 ? 0x1p-11 : 0x1p-8);
      double seen = 0;
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(2 * rounding));
        seen = Math.max(seen, Math.abs(actual[i] - expected[i]));
      }
      assertThat(seen).isGreaterThan(rounding / 50);
    }
  }

  /** Elements that have 16 bits in memory are multiplied as they are, in any precision that is less than f32. */
  @ParameterizedTest
  @CsvSource({
    "F16, BF16, 70, 90, 50",
    "F16, TF32, 72, 96, 64",
    "BF16, TF32, 70, 90, 50",
    "BF16, BF16, 136, 72, 40",
  })
  void elementsOf16BitsAreNotRounded(DType dtype, Precision precision, int m, int n, int k) {
    for (int order = 0; order < 4; order++) {
      Tensor left = order % 2 == 0 ? random(6, m, k) : random(6, k, m);
      Tensor right = order / 2 == 1 ? random(7, n, k) : random(7, k, n);
      BinaryOperator<Tensor> product =
          order == 0
              ? Tensor::matmul
              : order == 1
                  ? (x, y) -> x.t().matmul(y)
                  : order == 2 ? (x, y) -> x.matmul(y.t()) : (x, y) -> x.t().matmul(y.t());
      Tensor x = left.to(dtype).realize();
      Tensor y = right.to(dtype).realize();
      double[] expected = product.apply(x.to(DType.F64), y.to(DType.F64)).to(dtype).toDoubles();
      Tensor there = x.to(device).realize();
      Tensor other = y.to(device).realize();
      double[] actual =
          Scope.withPrecision(precision, () -> product.apply(there, other)).toDoubles();
      assertThat(actual).usingComparatorWithPrecision(dtype.epsilon()).containsExactly(expected);
    }
  }
}
