package dev.adjoint.nn;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.autograd.GradCheck;
import dev.adjoint.nn.LayerSamples.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of all layers by their inputs and parameters, in training and in evaluation, against differences of values. */
class LayerGradientsTest {
  private static Stream<Sample> samples() {
    // The row of the padding has no gradient, although values depend on it.
    return LayerSamples.all().stream().filter(s -> !s.name().equals("Embedding with padding"));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void gradientsAreThoseOfDifferences(Sample sample) {
    sample.layer().train();
    // A spectral norm changes its vectors in each call, see ParametrizationsTest.
    if (!sample.name().contains("spectral")) {
      check(sample);
    }
    sample.layer().eval();
    check(sample);
  }

  private static void check(Sample sample) {
    List<Tensor> inputs = sample.inputs();
    List<String> names = List.copyOf(sample.layer().namedParameters().keySet());
    var all = new ArrayList<>(inputs);
    sample.layer().parameters().forEach(parameter -> all.add(parameter.value().detach()));
    GradCheck.standard()
        .check(
            sample.name() + (sample.layer().training() ? " in training" : " in evaluation"),
            tensors -> {
              // What is drawn must be the same in each call.
              Random.seed(3);
              return sample
                  .layer()
                  .functionalCall(
                      named(names, tensors.subList(inputs.size(), tensors.size())),
                      () -> sample.call(tensors.subList(0, inputs.size())));
            },
            all);
  }

  private static Map<String, Tensor> named(List<String> names, List<Tensor> tensors) {
    var all = new LinkedHashMap<String, Tensor>();
    for (int i = 0; i < names.size(); i++) {
      all.put(names.get(i), tensors.get(i));
    }
    return all;
  }
}
