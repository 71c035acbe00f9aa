package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Precision;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which epilogues cuBLASLt does, on the emulated one, and that results are those of the CPU. Numbers are small integers, so every
 * order of the sums gives the same bits. Tests of graphs have shapes of their own, as plans are kept.
 */
class GemmEpilogueTest {
  private static final int M = 160;
  private static final int N = 128;
  private static final int K = 144;
  private static final String PRODUCT = "cublasLtMatmul";
  private static final String KERNEL = "cuLaunchKernel";
  private static final String GRAPH = "cuGraphLaunch";

  private final Device device = CudaDevices.emulated(EmulatedProvider.PRODUCTS);

  /** Results that stay, so that nothing else comes to their places. */
  private final List<Tensor> results = new ArrayList<>();

  @AfterEach
  void forget() {
    Emulator.failBy(_ -> 0);
  }

  /** Integers from -3 to 3, on the CPU. */
  private static Tensor integers(int seed, int... shape) {
    int size = 1;
    for (int dim : shape) {
      size *= dim;
    }
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (i * 31 + i / 7 + seed) % 7 - 3;
    }
    return Tensors.of(numbers).reshape(shape).realize();
  }

  private List<Tensor> onDevice(List<Tensor> tensors) {
    List<Tensor> there = tensors.stream().map(t -> t.to(device)).toList();
    Tensor.realize(there);
    return there;
  }

  /** What is started while some values are computed on the device; they must be those of the CPU. */
  private List<String> started(List<Tensor> expected, List<Tensor> actual) {
    var driver = new EmulatedDriver();
    Tensor.realize(actual);
    List<String> calls =
        driver.calls.stream().filter(Set.of(PRODUCT, KERNEL, GRAPH)::contains).toList();
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).toDoubles()).containsExactly(expected.get(i).toDoubles());
    }
    results.addAll(actual);
    return calls;
  }

  private List<String> started(Function<List<Tensor>, List<Tensor>> f, Tensor... inputs) {
    List<Tensor> all = List.of(inputs);
    return started(f.apply(all), f.apply(onDevice(all)));
  }

  /** The same for a product of matrices with some epilogue, which has another input. */
  private List<String> started(BinaryOperator<Tensor> epilogue, Tensor other) {
    return started(
        in -> List.of(epilogue.apply(in.get(0).matmul(in.get(1)), in.get(2))),
        integers(1, M, K),
        integers(2, K, N),
        other);
  }

  @Test
  void aLinearLayerIsOneCallOfTheLibrary() {
    var layer = new Linear(K, N);
    layer.weight().set(integers(2, N, K));
    Objects.requireNonNull(layer.bias()).set(integers(3, N));
    Tensor x = integers(1, 2, 80, K);
    Tensor expected = layer.apply(x).realize();
    layer.to(device);
    Tensor there = x.to(device).realize();
    for (int run = 0; run < 3; run++) {
      assertThat(started(List.of(expected), List.of(layer.apply(there)))).containsExactly(PRODUCT);
    }
  }

  @Test
  void theLibraryScalesAndAddsABias() {
    List<BinaryOperator<Tensor>> epilogues =
        List.of(
            (p, b) -> p.add(b),
            (p, b) -> b.add(p),
            (p, _) -> p.mul(0.5),
            (p, b) -> p.mul(-0.5).add(b),
            (p, b) -> b.add(p.mul(3)));
    for (BinaryOperator<Tensor> epilogue : epilogues) {
      assertThat(started(epilogue, integers(3, N))).containsExactly(PRODUCT);
    }
  }

  /** Its address is a multiple of 4 and no more, which the algorithm must be for. */
  @Test
  void aBiasMayBeginAnywhere() {
    assertThat(started((p, b) -> p.add(b.slice(0, 3, N + 3)), integers(3, N + 5)))
        .containsExactly(PRODUCT);
  }

  @Test
  void aBiasIsAddedToEachProductOfABatch() {
    assertThat(
            started(
                in -> List.of(in.get(0).matmul(in.get(1)).mul(2).add(in.get(2))),
                integers(1, 3, M, K),
                integers(2, 3, K, N),
                integers(3, N)))
        .containsExactly(PRODUCT);
  }

  /** With one row, a bias lies in memory like the product. */
  @Test
  void aRowHasABiasToo() {
    assertThat(
            started(
                in -> List.of(in.get(0).matmul(in.get(1)).add(in.get(2))),
                integers(1, 1, 2048),
                integers(2, 2048, 1024),
                integers(3, 1024)))
        .containsExactly(PRODUCT);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void theEpilogueIsThatOfAnyPrecision(Precision precision) {
    List<String> calls =
        Scope.withPrecision(precision, () -> started((p, b) -> p.mul(3).add(b), integers(3, N)));
    assertThat(calls).containsExactly(PRODUCT);
  }

  @Test
  void theEpilogueIsThatOfF64Too() {
    assertThat(
            started(
                in -> List.of(in.get(0).matmul(in.get(1)).mul(0.1).add(in.get(2))),
                integers(1, M, K).to(DType.F64),
                integers(2, K, N).to(DType.F64),
                integers(3, N).to(DType.F64)))
        .containsExactly(PRODUCT);
  }

  @Test
  void aBiasOfAnotherStrideIsNotForTheLibrary() {
    BinaryOperator<Tensor> sum = Tensor::add;
    List<Tensor> others =
        List.of(
            integers(3, M, 1),
            integers(3, M, N),
            integers(3, 1),
            integers(3, N).to(DType.F16).realize(),
            integers(3, N).to(DType.I32).realize());
    for (Tensor other : others) {
      assertThat(started(sum, other)).containsExactly(PRODUCT, KERNEL);
    }
    assertThat(started((p, b) -> p.add(b.slice(0, 0, 2 * N, 2)), integers(3, 2 * N)))
        .containsExactly(PRODUCT, KERNEL);
  }

  @Test
  void anotherFunctionIsNotForTheLibrary() {
    List<BinaryOperator<Tensor>> epilogues =
        List.of(
            (p, b) -> p.add(b).relu(),
            (p, b) -> p.add(b).mul(2),
            (p, b) -> p.sub(b),
            (p, b) -> p.mul(b),
            (p, b) -> p.add(b.mul(2)),
            (p, b) -> p.add(b).add(b),
            (p, b) -> p.mul(p).add(b));
    for (BinaryOperator<Tensor> epilogue : epilogues) {
      assertThat(started(epilogue, integers(3, N))).containsExactly(PRODUCT, KERNEL);
    }
  }

  /** The product is wanted, or another value is stored too. */
  @Test
  void aProductThatOthersReadIsStored() {
    Tensor[] inputs = {integers(1, M, K), integers(2, K, N), integers(3, N)};
    assertThat(
            started(
                in -> {
                  Tensor product = in.get(0).matmul(in.get(1));
                  return List.of(product, product.add(in.get(2)));
                },
                inputs))
        .containsExactly(PRODUCT, KERNEL);
    assertThat(
            started(
                in -> {
                  Tensor product = in.get(0).matmul(in.get(1));
                  return List.of(product.mul(2), product.add(in.get(2)));
                },
                inputs))
        .containsExactly(PRODUCT, KERNEL);
  }

  /** The launch is prepared once, and whether the product is stored is that of each plan. */
  @Test
  void plansOfOneLaunchDifferInWhatTheyStore() {
    Function<List<Tensor>, Tensor> product = in -> in.get(0).matmul(in.get(1));
    Tensor[] inputs = {integers(1, 152, K), integers(2, K, N), integers(3, N)};
    for (int run = 0; run < 2; run++) {
      assertThat(started(in -> List.of(product.apply(in).add(in.get(2))), inputs))
          .containsExactly(PRODUCT);
      List<String> both =
          started(
              in -> {
                Tensor raw = product.apply(in);
                return List.of(raw.add(in.get(2)), raw);
              },
              inputs);
      assertThat(both).containsExactly(PRODUCT, run == 0 ? KERNEL : GRAPH);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {160, 161, 320})
  void rowsMayBeMore(int rows) {
    for (int columns : new int[] {128, 132}) {
      assertThat(
              started(
                  in -> List.of(in.get(0).matmul(in.get(1)).add(in.get(2))),
                  integers(1, rows, K),
                  integers(2, K, columns),
                  integers(3, columns)))
          .containsExactly(PRODUCT);
    }
  }

  /** Two products with their epilogues, of which the first has a scale. */
  private static Tensor chain(List<Tensor> in, double scale) {
    return in.get(0).matmul(in.get(1)).mul(scale).add(in.get(2)).matmul(in.get(3)).add(in.get(4));
  }

  private static List<Tensor> ofChain(int rows, int seed) {
    return List.of(
        integers(seed, rows, K),
        integers(2, K, N),
        integers(seed + 2, N),
        integers(4, N, K),
        integers(5, K));
  }

  private List<String> chained(List<Tensor> inputs, List<Tensor> there, double scale) {
    return started(List.of(chain(inputs, scale)), List.of(chain(there, scale)));
  }

  /** The library is called anew for the product whose result is at a new place, and for one with another bias or scale. */
  @Test
  void aGraphHasTheBiasAndTheScaleOfEachRun() {
    List<Tensor> inputs = ofChain(168, 1);
    List<Tensor> there = onDevice(inputs);
    assertThat(chained(inputs, there, 1)).containsExactly(PRODUCT, PRODUCT);
    assertThat(chained(inputs, there, 1)).containsExactly(PRODUCT, PRODUCT, GRAPH);
    assertThat(chained(inputs, there, 1)).containsExactly(PRODUCT, GRAPH);
    List<Tensor> others = new ArrayList<>(inputs);
    others.set(2, integers(6, N));
    List<Tensor> othersThere = new ArrayList<>(there);
    othersThere.set(2, others.get(2).to(device).realize());
    assertThat(chained(others, othersThere, 1)).containsExactly(PRODUCT, PRODUCT, GRAPH);
    assertThat(chained(others, othersThere, 1)).containsExactly(PRODUCT, GRAPH);
    assertThat(chained(inputs, there, 1)).containsExactly(PRODUCT, GRAPH);
    assertThat(chained(inputs, there, 2)).containsExactly(PRODUCT, PRODUCT, GRAPH);
    assertThat(chained(inputs, there, 2)).containsExactly(PRODUCT, GRAPH);
  }

  @Test
  void anotherShapeIsAnotherPlan() {
    for (int rows : new int[] {M, 200, M}) {
      List<Tensor> inputs = ofChain(rows, rows);
      List<Tensor> there = onDevice(inputs);
      for (int run = 0; run < 3; run++) {
        assertThat(chained(inputs, there, 3)).contains(PRODUCT).doesNotContain(KERNEL);
      }
    }
  }

  /** A BLAS takes a scale of 0 as no product, so that NaN would be lost; then the epilogue is a kernel, in that run only. */
  @Test
  void aScaleOfZeroKeepsNaN() {
    List<Tensor> inputs = new ArrayList<>(ofChain(176, 1));
    inputs.set(0, inputs.getFirst().mul(Double.NaN).realize());
    List<Tensor> there = onDevice(inputs);
    assertThat(chained(inputs, there, 0)).containsExactly(PRODUCT, KERNEL, PRODUCT);
    assertThat(results.getLast().toDoubles()).containsOnly(Double.NaN);
    assertThat(chained(inputs, there, 0)).contains(GRAPH);
    assertThat(chained(inputs, there, 2)).containsExactly(PRODUCT, PRODUCT);
    assertThat(chained(inputs, there, 2)).contains(GRAPH);
    assertThat(chained(inputs, there, 0)).containsExactly(PRODUCT, KERNEL, PRODUCT);
  }
}
