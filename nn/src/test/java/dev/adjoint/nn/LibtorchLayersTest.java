package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.nn.LayerSamples.Sample;
import java.util.ArrayList;
import java.util.List;
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
    var leaves = new ArrayList<>(inputs);
    leaves.addAll(sample.layer().state().values());
    sample.entry().check(sample.call(inputs), leaves);
  }
}
