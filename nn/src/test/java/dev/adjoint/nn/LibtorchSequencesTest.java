package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.nn.LibtorchFile.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values and gradients of recurrent layers and of attention against what libtorch computes, in libtorch-sequences.txt. Of
 * recurrent layers the outputs and the last states count, one after the other.
 */
class LibtorchSequencesTest {
  private static final RecurrentOptions BOTH =
      RecurrentOptions.DEFAULT.numLayers(2).bidirectional(true);
  private static final RecurrentOptions ONE = RecurrentOptions.DEFAULT.bias(false).batchFirst(true);

  private static final Map<String, Supplier<Module>> LAYERS =
      Map.of(
          "RNN of tanh", () -> new RNN(2, 2, BOTH),
          "RNN of relu", () -> new RNN(2, 2, "relu", BOTH),
          "LSTM", () -> new LSTM(2, 2, BOTH),
          "GRU", () -> new GRU(2, 2, BOTH),
          "RNN without bias", () -> new RNN(2, 3, ONE),
          "LSTM without bias", () -> new LSTM(2, 3, ONE),
          "GRU without bias", () -> new GRU(2, 3, ONE),
          "MultiheadAttention", () -> new MultiheadAttention(4, 2));

  private static List<Entry> entries() {
    return LibtorchFile.read("libtorch-sequences.txt");
  }

  @Test
  void everyLayerHasAnEntry() {
    assertThat(entries().stream().map(Entry::name).collect(Collectors.toSet()))
        .isEqualTo(LAYERS.keySet());
  }

  @ParameterizedTest
  @MethodSource("entries")
  void valuesAndGradientsAreThoseOfLibtorch(Entry entry) {
    Module layer = Scope.withDType(DType.F64, Objects.requireNonNull(LAYERS.get(entry.name())));
    LayerSamples.fill(layer, entry.operands());
    int inputs = entry.operands().size() - layer.state().size();
    List<Tensor> x =
        entry.operands().subList(0, inputs).stream().map(Tensor::requiresGrad).toList();
    var leaves = new ArrayList<>(x);
    leaves.addAll(layer.state().values());
    entry.check(result(layer, x), leaves);
  }

  private static Tensor result(Module layer, List<Tensor> x) {
    if (layer instanceof RecurrentLayer recurrent) {
      RecurrentLayer.Run run = recurrent.run(x.getFirst(), x.subList(1, x.size()));
      var results = new ArrayList<>(List.of(run.output()));
      results.addAll(run.state());
      return GradientSample.joined(results);
    }
    return ((MultiheadAttention) layer).apply(x.get(0), x.get(1), x.get(2));
  }
}
