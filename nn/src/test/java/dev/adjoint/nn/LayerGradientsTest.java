package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.nn.LayerSamples.Sample;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of all layers by their inputs and parameters, in training and in evaluation, against differences of values. */
class LayerGradientsTest {
  /** Layers that have no gradients of their own, and why. */
  private static final Map<String, String> WITHOUT =
      Map.of(
          "dev.adjoint.nn.ModuleList", "holds layers and computes nothing",
          "dev.adjoint.nn.ModuleDict", "holds layers and computes nothing");

  private static Stream<GradientSample> samples() {
    // The row of the padding has no gradient, although values depend on it.
    Stream<GradientSample> ofLibtorch =
        LayerSamples.all().stream()
            .filter(sample -> !sample.name().equals("Embedding with padding"))
            .map(LayerGradientsTest::sample);
    return Stream.concat(ofLibtorch, SequenceSamples.all().stream());
  }

  private static GradientSample sample(Sample sample) {
    return new GradientSample(sample.name(), sample.layer(), sample.inputs(), sample::call);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void gradientsAreThoseOfDifferences(GradientSample sample) {
    sample.module().train();
    // A spectral norm changes its vectors in each call, see ParametrizationsTest.
    if (!sample.name().contains("spectral")) {
      sample.check();
    }
    sample.module().eval();
    sample.check();
  }

  /** A layer without a sample fails here, and so does a reason for one that has a sample. */
  @Test
  void everyLayerHasASample() {
    Set<String> missing = new TreeSet<>(ModuleClasses.all(false));
    missing.removeAll(
        samples().map(sample -> sample.module().getClass().getName()).collect(Collectors.toSet()));
    assertThat(missing).isEqualTo(WITHOUT.keySet());
  }
}
