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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The numbers of libtorch-layers.txt, which the tests of layers read, are those of libtorch. With {@code
 * -Dadjoint.layers=write} they are written.
 */
class TorchLayersTest {
  private static final Path FILE =
      Path.of("../nn/src/test/resources/dev/adjoint/nn/libtorch-layers.txt");

  @Test
  void numbersAreThoseOfLibtorch() throws IOException {
    Assumptions.assumeTrue(
        Libtorch.available(), "libtorch is not on the class path: mvn verify -Plibtorch");
    List<String> lines = Files.readAllLines(FILE);
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
      Files.write(FILE, computed);
    }
    assertThat(Files.readAllLines(FILE)).isEqualTo(computed);
  }

  /** The result of a line's expression and its gradients, a line each. */
  private static List<String> numbers(String line) {
    String[] parts = line.split(" \\| ", 3);
    String[] specs = parts[1].split(" (?=[+<\\[])");
    List<Tensor> operands = new ArrayList<>();
    for (int i = 0; i < specs.length; i++) {
      operands.add(operand(specs[i], i));
    }
    var call = new TorchCall(parts[2], specs.length);
    long size = call.apply(operands, null).getFirst().elements().length;
    int[] sizes = call.apply(operands, null).getFirst().sizes();
    Tensor cotangent =
        Tensors.of(LongStream.rangeClosed(1, size).mapToDouble(Math::sin).toArray(), sizes);
    return call.apply(operands, cotangent).stream().map(TorchLayersTest::print).toList();
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
