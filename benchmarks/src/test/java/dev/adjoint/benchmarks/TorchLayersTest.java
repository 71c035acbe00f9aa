package dev.adjoint.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.MultiheadAttentionImpl;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The numbers of the files that tests of layers and losses read are those of libtorch. With {@code -Dadjoint.layers=write} they
 * are written.
 */
class TorchLayersTest {
  private static final Path FOLDER = Path.of("../nn/src/test/resources/dev/adjoint/nn");
  private static final String ATTENTION = "torch::nn::MultiheadAttention(4, 2)";

  @ParameterizedTest
  @ValueSource(strings = {"libtorch-layers.txt", "libtorch-losses.txt", "libtorch-sequences.txt"})
  void numbersAreThoseOfLibtorch(String name) throws IOException {
    Assumptions.assumeTrue(
        Libtorch.available(), "libtorch is not on the class path: mvn verify -Plibtorch");
    Path file = FOLDER.resolve(name);
    List<String> lines = Files.readAllLines(file);
    var computed = new ArrayList<String>();
    for (String line : lines) {
      if (line.startsWith("#")) {
        computed.add(line);
      } else if (line.contains("|")) {
        computed.add(line);
        computed.addAll(Scope.withDType(DType.F64, () -> numbers(line)));
      }
    }
    if ("write".equals(System.getProperty("adjoint.layers"))) {
      Files.write(file, computed);
    }
    assertThat(Files.readAllLines(file)).isEqualTo(computed);
  }

  /** The result of a line's expression and its gradients, a line each. */
  private static List<String> numbers(String line) {
    String[] parts = line.split(" \\| ", 3);
    String[] specs = parts[1].split(" (?=[+<\\[])");
    List<Tensor> operands = new ArrayList<>();
    for (int i = 0; i < specs.length; i++) {
      operands.add(operand(specs[i], i));
    }
    if (parts[2].equals(ATTENTION)) {
      return attention(operands).stream().map(TorchLayersTest::print).toList();
    }
    var call = new TorchCall(parts[2], specs.length);
    long size = call.apply(operands, null).getFirst().elements().length;
    int[] sizes = call.apply(operands, null).getFirst().sizes();
    return call.apply(operands, cotangent(size, sizes)).stream()
        .map(TorchLayersTest::print)
        .toList();
  }

  private static Tensor cotangent(long size, int... sizes) {
    return Tensors.of(LongStream.rangeClosed(1, size).mapToDouble(Math::sin).toArray(), sizes);
  }

  /** The output of its module, which no expression has, and the gradients of the three inputs and of the parameters. */
  private static List<TorchCall.Result> attention(List<Tensor> operands) {
    var module = new MultiheadAttentionImpl(4, 2);
    module.to(ScalarType.Double, false);
    var parameters = module.named_parameters();
    var leaves = new ArrayList<org.bytedeco.pytorch.Tensor>();
    for (int i = 0; i < operands.size(); i++) {
      var value = TorchCall.tensor(operands.get(i));
      if (i < 3) {
        leaves.add(value.set_requires_grad(true));
      } else {
        leaves.add(parameters.get(i - 3).value());
        leaves.getLast().set_data(value);
      }
    }
    var output = module.forward(leaves.get(0), leaves.get(1), leaves.get(2)).get0();
    var results = new ArrayList<>(List.of(TorchCall.result(output)));
    int[] sizes = results.getFirst().sizes();
    output.mul(TorchCall.tensor(cotangent(output.numel(), sizes))).sum().backward();
    leaves.forEach(leaf -> results.add(TorchCall.result(leaf.grad())));
    return results;
  }

  /**
   * The k-th element of operand i is sin(1.7 k + 0.9 i + 0.3), 1.5 more after a plus, or an integer below a number in angle
   * brackets.
   */
  private static Tensor operand(String spec, int i) {
    int[] dims =
        Arrays.stream(spec.substring(spec.indexOf('[') + 1, spec.indexOf(']')).split(", "))
            .filter(size -> !size.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    int size = Arrays.stream(dims).reduce(1, Math::multiplyExact);
    if (spec.startsWith("<")) {
      int bound = Integer.parseInt(spec.substring(1, spec.indexOf('>')));
      long[] values = new long[size];
      Arrays.setAll(values, k -> (7L * k) % bound);
      return Tensors.of(values, dims);
    }
    double[] values = new double[size];
    Arrays.setAll(
        values, k -> Math.sin(1.7 * k + 0.9 * i + 0.3) + (spec.startsWith("+") ? 1.5 : 0));
    return Tensors.of(values, dims);
  }

  private static String print(TorchCall.Result result) {
    return Arrays.stream(result.elements())
        .mapToObj(x -> String.format(Locale.ROOT, "%.10g", x))
        .map(x -> x.contains("e") ? x : x.replaceAll("0+$", ""))
        .collect(Collectors.joining(" ", Arrays.toString(result.sizes()) + " ", ""));
  }
}
