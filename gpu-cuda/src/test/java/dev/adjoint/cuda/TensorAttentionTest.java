package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Gradients;
import dev.adjoint.Precision;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Attention on tensor cores, in the lanes of emulated warps, is that of f64 but for what rounding factors changes, which is less
 * than any element of a tile that is left out or taken twice; so are its gradients.
 */
class TensorAttentionTest {
  /** What tf32 changes a result by, relative to the largest of all. */
  private static final double ERROR = 2e-3;

  private final Device device = CudaDevices.emulated(0);

  private static Tensor random(int seed, int... shape) {
    return new Random(seed).rand(shape).sub(0.5).realize();
  }

  /** The output, and the gradients of queries, keys and values, on a device and in a type. */
  private static List<double[]> results(
      Device device, DType dtype, List<Tensor> operands, Function<List<Tensor>, Tensor> attention) {
    List<Tensor> xs = operands.stream().map(x -> x.to(dtype).to(device).realize()).toList();
    var variables = new ArrayList<Tensor>();
    for (Tensor x : xs.subList(0, 3)) {
      variables.add(x.requiresGrad());
    }
    Tensor alone = attention.apply(xs);
    Tensor y = attention.apply(List.copyOf(variables));
    Gradients gradients = y.backward(xs.get(3));
    var results = new ArrayList<>(List.of(alone.toDoubles(), y.toDoubles()));
    variables.forEach(x -> results.add(gradients.of(x).toDoubles()));
    return results;
  }

  private void attends(
      Precision precision, List<Tensor> operands, Function<List<Tensor>, Tensor> attention) {
    List<double[]> expected = results(Device.cpu(), DType.F64, operands, attention);
    List<double[]> full = results(Device.cpu(), DType.F32, operands, attention);
    List<double[]> actual =
        Scope.withPrecision(precision, () -> results(device, DType.F32, operands, attention));
    for (int k = 0; k < expected.size(); k++) {
      double[] wanted = expected.get(k);
      double size = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
      double error = size * (precision == Precision.TF32 ? ERROR : 8 * ERROR);
      double seen = 0;
      for (int i = 0; i < wanted.length; i++) {
        assertThat(actual.get(k)[i])
            .describedAs("result " + k + ", element " + i)
            .isCloseTo(wanted[i], within(error));
        seen = Math.max(seen, Math.abs(actual.get(k)[i] - full.get(k)[i]));
      }
      // Rounding is seen: it is not the kernel in full f32.
      assertThat(seen).describedAs("result " + k).isGreaterThan(error / 100);
    }
  }

  private static List<Tensor> operands(int batch, int l, int s, int e, int v) {
    return List.of(
        random(1, batch, l, e).mul(3).realize(),
        random(2, batch, s, e),
        random(3, batch, s, v),
        random(4, batch, l, v));
  }

  @ParameterizedTest
  @CsvSource({
    "TF32, 2, 70, 90, 32, 32, false",
    "TF32, 1, 130, 130, 64, 64, true",
    "TF32, 1, 33, 47, 13, 7, true",
    "BF16, 1, 65, 130, 64, 40, false",
    "BF16, 1, 90, 70, 128, 100, true"
  })
  void anySizes(Precision precision, int batch, int l, int s, int e, int v, boolean causal) {
    attends(
        precision,
        operands(batch, l, s, e, v),
        x -> x.get(0).scaledDotProductAttention(x.get(1), x.get(2), null, 0, causal));
  }

  /** Heads that lie between the elements of rows, and masks of both kinds. */
  @ParameterizedTest
  @CsvSource({"TF32", "BF16"})
  void masksAndStrides(Precision precision) {
    Tensor bias = random(5, 50, 60).mul(2).realize();
    List<Tensor> operands =
        List.of(
            random(1, 50, 3, 16).mul(3).realize(),
            random(2, 60, 3, 16),
            random(3, 60, 3, 24),
            random(4, 3, 50, 24));
    for (Function<Tensor, @Nullable Tensor> mask :
        List.<Function<Tensor, @Nullable Tensor>>of(
            x -> bias.to(x.dtype()).to(x.device()), x -> bias.gt(-0.8).to(x.device()))) {
      attends(
          precision,
          operands,
          x ->
              x.get(0)
                  .transpose(0, 1)
                  .scaledDotProductAttention(
                      x.get(1).transpose(0, 1), x.get(2).transpose(0, 1), mask.apply(x.get(0))));
    }
  }
}
