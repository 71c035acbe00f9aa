package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.LayerSamples.Numbers;
import dev.adjoint.nn.LayerSamples.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and gradients of layers against what libtorch computes, as libtorch-layers.txt describes it. */
class LibtorchLayersTest {
  private static List<Sample> samples() {
    return LayerSamples.all();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void valuesAndGradientsAreThoseOfLibtorch(Sample sample) {
    List<Tensor> inputs =
        sample.inputs().stream().map(x -> x.dtype().isFloat() ? x.requiresGrad() : x).toList();
    Tensor y = sample.call(inputs);
    assertNear("result", sample.expected().getFirst(), y);
    double[] seed = LongStream.rangeClosed(1, y.size()).mapToDouble(Math::sin).toArray();
    var leaves = new ArrayList<>(inputs);
    List<Variable> state = List.copyOf(sample.layer().state().values());
    leaves.addAll(state);
    Tensor cotangent = Scope.withDType(DType.F64, () -> Tensors.of(seed, y.shape().dims()));
    Gradients gradients = y.tracked() ? y.backward(cotangent) : null;
    int line = 1;
    for (int i = 0; i < leaves.size(); i++) {
      Tensor leaf = leaves.get(i);
      if (leaf.dtype().isFloat()) {
        Numbers expected = sample.expected().get(line++);
        if (gradients != null && (i < inputs.size() || leaf instanceof Parameter)) {
          Tensor gradient = gradients.byLeaf().getOrDefault(leaf.node(), Tensors.zerosLike(leaf));
          assertNear("gradient of operand " + i, expected, gradient);
        }
      }
    }
    assertEquals(sample.expected().size(), line);
  }

  private static void assertNear(String what, Numbers expected, Tensor actual) {
    assertArrayEquals(expected.sizes(), actual.shape().dims(), what);
    double[] elements = actual.toDoubles();
    for (int k = 0; k < elements.length; k++) {
      double e = expected.elements()[k];
      assertEquals(e, elements[k], 1e-8 * (1 + Math.abs(e)), what + " at " + k);
    }
  }
}
