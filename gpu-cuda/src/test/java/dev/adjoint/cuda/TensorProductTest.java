package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Precision;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Products on tensor cores, in the lanes of emulated warps, are those of the rounded factors in f64, but for what sums lose in
 * f32. That is far less than what rounding a factor changes, so both are seen: that factors are rounded, and how.
 */
class TensorProductTest {
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

  private static double[] exact(Tensor left, Tensor right, UnaryOperator<Tensor> then) {
    return then.apply(left.to(DType.F64).matmul(right.to(DType.F64))).toDoubles();
  }

  /** Compares a product with that of rounded factors, which must differ from the one of factors that are not. */
  private void multiplies(
      Precision precision, Tensor left, Tensor right, UnaryOperator<Tensor> then) {
    double[] full = exact(left, right, then);
    double[] expected = exact(rounded(left, precision), rounded(right, precision), then);
    double[] actual =
        Scope.withPrecision(
            precision,
            () -> then.apply(left.to(device).matmul(right.to(device))).to(DType.F64).toDoubles());
    double error = left.dim(-1) * 0x1p-26;
    double seen = 0;
    for (int i = 0; i < full.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(error));
      seen = Math.max(seen, Math.abs(expected[i] - full[i]));
    }
    assertThat(seen).isGreaterThan(8 * error);
  }

  @ParameterizedTest
  @CsvSource({"TF32, 128, 128, 64", "TF32, 131, 67, 45", "BF16, 130, 150, 77", "BF16, 33, 140, 32"})
  void anySizes(Precision precision, int m, int n, int k) {
    multiplies(precision, random(1, m, k), random(2, k, n), x -> x);
  }

  @ParameterizedTest
  @EnumSource(names = {"TF32", "BF16"})
  void anyStridesBatchesAndEpilogues(Precision precision) {
    Tensor left = random(3, 80, 3, 70).slice(2, 5, 60, 1).permute(1, 0, 2);
    Tensor right = random(4, 90, 55).t();
    Tensor bias = random(5, 90);
    multiplies(
        precision,
        left.transpose(1, 2).contiguous().transpose(1, 2),
        right,
        x -> x.add(bias.to(x.device()).to(x.dtype())).abs());
    multiplies(precision, left, right.contiguous().expand(3, 55, 90), x -> x);
  }

  /** Elements that have 16 bits in memory are multiplied as they are, in any precision that is less than f32. */
  @ParameterizedTest
  @CsvSource({"F16, BF16", "F16, TF32", "BF16, TF32"})
  void elementsOf16BitsAreNotRounded(DType dtype, Precision precision) {
    Tensor left = random(6, 70, 50).to(dtype).realize();
    Tensor right = random(7, 90, 50).to(dtype).realize();
    double[] expected = exact(left, right.t(), x -> x.to(dtype).to(DType.F64));
    double[] actual =
        Scope.withPrecision(
            precision,
            () -> left.to(device).matmul(right.to(device).t()).to(DType.F64).toDoubles());
    assertThat(actual).usingComparatorWithPrecision(dtype.epsilon()).containsExactly(expected);
  }
}
