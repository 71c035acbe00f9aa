package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.optim.SGD;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names, values and types of what a module holds. */
class ModuleStateTest {
  private static final class Net extends Module {
    final Linear fc1 = new Linear(2, 3);
    final BatchNorm1d normAfter = new BatchNorm1d(3);
    final Tensor scale = new Parameter(Tensors.ones(3));

    @Override
    protected Tensor forward(Tensor x) {
      return normAfter.apply(fc1.apply(x)).mul(scale);
    }
  }

  /** Two results in a record. */
  private record Parts(Tensor sum, List<Tensor> rest) {}

  private static final class Splitter extends Module {
    final Linear inner = new Linear(2, 2);

    Parts apply(Tensor a, Tensor b) {
      return call(List.of(a, b), () -> new Parts(inner.apply(a).add(b), List.of(a.sub(b))));
    }
  }

  private final Net net = new Net();

  @Test
  void namesAreThoseOfPyTorch() {
    assertThat(net.state().keySet())
        .containsExactly(
            "fc1.weight",
            "fc1.bias",
            "norm_after.weight",
            "norm_after.bias",
            "norm_after.running_mean",
            "norm_after.running_var",
            "norm_after.num_batches_tracked",
            "scale");
    assertThat(net.namedParameters()).containsKey("scale");
    assertThat(net.buffers().keySet())
        .containsExactly(
            "norm_after.running_mean", "norm_after.running_var", "norm_after.num_batches_tracked");
    assertThatThrownBy(() -> net.apply(Tensors.ones(1, 5))).hasMessageContaining("in Net.fc1");
  }

  private Map<String, Tensor> values() {
    var values = new LinkedHashMap<String, Tensor>();
    net.state().forEach((name, variable) -> values.put(name, variable.value().add(1).realize()));
    return values;
  }

  @Test
  void allValuesOrNoneAreLoaded() {
    Map<String, Tensor> values = values();
    net.load(values);
    net.state()
        .forEach(
            (name, variable) ->
                assertThat(variable.toFloats()).containsExactly(values.get(name).toFloats()));

    Map<String, Tensor> others = values();
    others.remove("scale");
    others.put("fc9.weight", Tensors.ones(2));
    String message =
        "load: the state does not fit the model; missing: scale; unexpected: fc9.weight";
    assertThatThrownBy(() -> net.load(others)).hasMessage(message);
    assertThat(net.fc1.bias().toFloats()).containsExactly(values.get("fc1.bias").toFloats());

    assertThat(net.load(others, false))
        .isEqualTo(new StateReport(List.of("scale"), List.of("fc9.weight"), List.of()));
    assertThat(net.fc1.bias().toFloats()).containsExactly(others.get("fc1.bias").toFloats());
    assertThat(net.scale.toFloats()).containsExactly(values.get("scale").toFloats());
  }

  @Test
  void aShapeThatDoesNotFitIsNeverLoaded() {
    Map<String, Tensor> values = values();
    values.put("scale", Tensors.ones(4));
    float[] before = net.fc1.bias().toFloats();
    String message =
        "load: the state does not fit the model; different: scale is f32[4] in place of f32[3]";
    assertThatThrownBy(() -> net.load(values, false)).hasMessage(message);
    assertThat(net.fc1.bias().toFloats()).containsExactly(before);
  }

  @Test
  void aModelIsConvertedAndTrained() {
    float[] before = net.fc1.weight().toFloats();
    assertThat(net.to(DType.F64)).isSameAs(net);
    assertThat(net.state().values())
        .extracting(Variable::dtype)
        .containsOnly(DType.F64, DType.I64)
        .containsOnlyOnce(DType.I64);
    Tensor x = Tensors.of(new double[] {1, 2, 3, 4}, 2, 2).to(DType.F64);
    new SGD(net.parameters(), 0.1).step(net.apply(x).square().mean().backward());
    assertThat(net.fc1.weight().toFloats()).hasSameSizeAs(before).isNotEqualTo(before);
    assertThatThrownBy(() -> net.to(DType.I32))
        .hasMessage("to: a module has a type of floats, not i32");
  }

  @Test
  void parametersAreFrozenByPattern() {
    net.freeze("fc1.*");
    assertThat(net.namedParameters().entrySet().stream().filter(e -> !e.getValue().trainable()))
        .extracting(Map.Entry::getKey)
        .containsExactly("fc1.weight", "fc1.bias");
    net.unfreeze("*.bias");
    assertThat(net.fc1.bias().trainable()).isTrue();
    assertThat(net.fc1.weight().trainable()).isFalse();
    assertThatThrownBy(() -> net.freeze("fc2.*"))
        .hasMessage(
            "freeze: no parameter matches 'fc2.*', there are [fc1.weight, fc1.bias, norm_after.weight,"
                + " norm_after.bias, scale]");
  }

  @Test
  void severalOutputsAreObservedKeptPredictedAndSummarized() {
    var splitter = new Splitter();
    var seen = new ArrayList<List<Tensor>>();
    splitter.onForward((module, inputs, outputs) -> seen.add(outputs));
    Tensor a = Tensors.ones(4, 2);
    Parts parts = splitter.apply(a, a);
    assertThat(seen.getFirst()).containsExactly(parts.sum(), parts.rest().getFirst());
    assertThat(parts.sum().node().kept()).isTrue();
    assertThat(parts.rest().getFirst().node().kept()).isTrue();
    Parts predicted = splitter.predict(() -> splitter.apply(a, a));
    assertThat(predicted.sum().tracked()).isFalse();
    assertThat(predicted.sum().toFloats()).containsExactly(parts.sum().toFloats());
    assertThat(splitter.summary(() -> splitter.apply(a, a)).lines().skip(1).limit(2))
        .containsExactly(
            "(input [4, 2], [4, 2])  Splitter        [4, 2], [4, 2]                         16",
            "inner                   Linear(2 -> 2)  [4, 2]                   6             16");
  }
}
