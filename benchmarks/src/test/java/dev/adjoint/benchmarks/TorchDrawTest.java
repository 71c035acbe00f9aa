package dev.adjoint.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.Draw;
import dev.adjoint.catalog.OpCatalog;
import dev.adjoint.catalog.OpSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Random calls of operations give what libtorch gives for the expressions of torch-calls.txt: type, shape and elements with f64,
 * integers and bool, and gradients with f64. What libtorch refuses is left out, but no operation is refused altogether; so is i8
 * with u8, of which it makes i16.
 */
class TorchDrawTest {
  private static final int DRAWS = Integer.getInteger("adjoint.test.draws", 10);
  private static final Set<DType> TYPES =
      EnumSet.of(DType.F64, DType.U8, DType.I8, DType.I32, DType.I64, DType.BOOL);

  /** Poles are met with rounding, so a number as large is as good as another. */
  private static final double INFINITE = 1e15;

  @TestFactory
  Stream<DynamicTest> agreesWithLibtorch() throws IOException {
    Assumptions.assumeTrue(
        Libtorch.available(), "libtorch is not on the class path: mvn verify -Plibtorch");
    Map<String, OpSpec> rows =
        OpCatalog.all().stream().collect(Collectors.toMap(OpSpec::label, Function.identity()));
    return lines()
        .map(
            line -> {
              String[] parts = line.split(" [=~^]+ ", 2);
              OpSpec row = Objects.requireNonNull(rows.get(parts[0]), line);
              var call = new TorchCall(parts[1], row.operands().size());
              String marks = line.substring(parts[0].length(), line.length() - parts[1].length());
              return dynamicTest(line, () -> check(row, call, marks));
            });
  }

  private static Stream<String> lines() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(TorchDrawTest.class.getResourceAsStream("torch-calls.txt"))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.startsWith("#"));
    }
  }

  private static void check(OpSpec row, TorchCall call, String marks) {
    int compared = 0;
    for (DType dtype : row.admitted()) {
      for (int i = 0; i < DRAWS && TYPES.contains(dtype); i++) {
        var draw = new Draw(row, dtype, i);
        boolean comparable = !marks.contains("^") || areFinite(draw.operands());
        if (comparable && !needsI16(draw.operands())) {
          compared += compare(draw, call, !marks.contains("~")) ? 1 : 0;
        }
      }
    }
    assertThat(compared).as("calls that libtorch takes").isPositive();
  }

  private static boolean compare(Draw draw, TorchCall call, boolean differentiable) {
    List<Tensor> operands =
        draw.operands().stream().map(x -> x.dtype().isFloat() ? x.requiresGrad() : x).toList();
    Tensor result = draw.result(operands);
    boolean gradients = differentiable && result.tracked() && areDoubles(operands);
    Tensor cotangent = gradients ? cotangent(result) : null;
    List<TorchCall.Result> theirs;
    try {
      theirs = call.apply(draw.operands(), cotangent);
    } catch (RuntimeException _) {
      return false;
    }
    var value = theirs.getFirst();
    if (result.size() > 0) {
      assertThat(value.type()).as("type of " + draw).isEqualTo(TorchCall.type(result.dtype()));
      assertThat(value.sizes()).as("shape of " + draw).isEqualTo(result.shape().dims());
    }
    assertNear(draw.toString(), result, value.elements());
    if (cotangent != null) {
      var byLeaf = result.backward(cotangent).byLeaf();
      List<Tensor> leaves = operands.stream().filter(x -> x.dtype().isFloat()).toList();
      for (int i = 0; i < leaves.size(); i++) {
        Tensor leaf = leaves.get(i);
        Tensor gradient = byLeaf.getOrDefault(leaf.node(), Tensors.zerosLike(leaf));
        assertNear("gradient " + i + " of " + draw, gradient, theirs.get(1 + i).elements());
      }
    }
    return true;
  }

  /** Whether gradients can be compared: those of NaN and infinities depend on the formula. */
  private static boolean areDoubles(List<Tensor> operands) {
    return areFinite(operands)
        && operands.stream().allMatch(x -> x.dtype() == DType.F64 || !x.dtype().isFloat());
  }

  private static boolean areFinite(List<Tensor> operands) {
    return operands.stream().allMatch(x -> Arrays.stream(x.toDoubles()).allMatch(Double::isFinite));
  }

  private static boolean needsI16(List<Tensor> operands) {
    Set<DType> types = operands.stream().map(Tensor::dtype).collect(Collectors.toSet());
    return types.containsAll(Set.of(DType.I8, DType.U8));
  }

  private static Tensor cotangent(Tensor result) {
    Tensor numbers = Tensors.arange(result.size()).add(1).sin().reshape(result.shape());
    return numbers.to(result.dtype()).realize();
  }

  private static void assertNear(String what, Tensor actual, double[] expected) {
    double[] elements = actual.toDoubles();
    assertThat(elements).as(what).hasSameSizeAs(expected);
    double epsilon = actual.dtype().isFloat() ? Math.max(1e-9, 100 * actual.dtype().epsilon()) : 0;
    for (int i = 0; i < expected.length; i++) {
      double e = expected[i];
      double a = elements[i];
      boolean near =
          Double.compare(a, e) == 0
              || Math.abs(a - e) <= epsilon * (1 + Math.abs(e))
              || (Math.abs(a) > INFINITE && Math.abs(e) > INFINITE && actual.dtype().isFloat());
      assertThat(near).as("%s: element %d is %s, libtorch has %s", what, i, a, e).isTrue();
    }
  }
}
