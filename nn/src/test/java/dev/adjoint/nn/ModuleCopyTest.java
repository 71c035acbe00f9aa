package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.optim.SGD;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModuleCopyTest {
  private static final class Net extends Module {
    final Linear fc1 = new Linear(2, 3);
    final BatchNorm1d norm = new BatchNorm1d(3);
    final Dropout dropout = new Dropout(0.5);
    final Parameter scale = new Parameter(Tensors.ones(3));

    @Override
    protected Tensor forward(Tensor x) {
      return dropout.apply(norm.apply(fc1.apply(x))).mul(scale);
    }
  }

  private static void assertSameValues(Module a, Module b) {
    Map<String, Variable> others = b.state();
    a.state()
        .forEach(
            (name, variable) -> {
              Variable other = others.get(name);
              assertThat(other).isNotSameAs(variable);
              assertThat(other.dtype()).isEqualTo(variable.dtype());
              assertThat(other.toDoubles()).as(name).isEqualTo(variable.toDoubles());
            });
  }

  private static void train(Net net) {
    var optimizer = new SGD(net.parameters(), 0.5);
    optimizer.step(net.apply(Tensors.randn(4, 2)).square().sum().backward());
  }

  @Test
  void hasTheValuesAndSharesNothing() {
    var net = new Net();
    train(net);
    Net copy = net.copyTo(new Net());
    assertSameValues(net, copy);
    double[] weight = net.fc1.weight().toDoubles();
    double[] mean = net.norm.state().get("running_mean").toDoubles();
    train(net);
    assertThat(net.fc1.weight().toDoubles()).isNotEqualTo(weight);
    assertThat(copy.fc1.weight().toDoubles()).isEqualTo(weight);
    assertThat(copy.norm.state().get("running_mean").toDoubles()).isEqualTo(mean);
    train(copy);
    assertThat(copy.fc1.weight().toDoubles()).isNotEqualTo(weight);
  }

  @Test
  void takesAnUpdateThatIsOnlyRecorded() {
    var net = new Net();
    net.scale.set(net.scale.mul(3));
    assertThat(net.copyTo(new Net()).scale.toDoubles()).containsExactly(3, 3, 3);
  }

  @Test
  void hasTypesModesAndWhatIsFrozenButNoHooks() {
    var net = new Net();
    net.to(DType.F64);
    net.freeze("fc1.*");
    net.norm.eval();
    var calls = new ArrayList<Module>();
    net.onForward((module, inputs, outputs) -> calls.add(module));
    var target = new Net();
    target.scale.freeze(true);
    target.dropout.eval();
    assertThat(net.copyTo(target)).isSameAs(target);
    assertSameValues(net, target);
    assertThat(target.scale.dtype()).isEqualTo(DType.F64);
    assertThat(target.norm.training()).isFalse();
    assertThat(target.dropout.training()).isTrue();
    assertThat(target.fc1.weight().trainable()).isFalse();
    assertThat(target.scale.trainable()).isTrue();
    target.apply(Scope.withDType(DType.F64, () -> Tensors.ones(2, 2)));
    assertThat(calls).isEmpty();
  }

  @Test
  void layersOfUnknownSizesTakeThoseOfTheSource() {
    Sequential net = lazy();
    assertThatThrownBy(() -> net.copyTo(lazy()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("state: layer '0', Conv1d(? -> 4, kernel 3), has no sizes yet");
    net.apply(Tensors.ones(2, 3, 5));
    assertSameValues(net, net.copyTo(lazy()));
  }

  private static Sequential lazy() {
    return Sequential.of(new Conv1d(4, 3), new BatchNorm1d(), new Linear(2));
  }

  @Test
  void otherStructuresAreErrorsAndChangeNothing() {
    var net = Sequential.of(new Linear(2, 3));
    var wide = Sequential.of(new Linear(2, 4));
    double[] before = wide.parameters().getFirst().toDoubles();
    assertThatThrownBy(() -> net.copyTo(wide))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "copyTo: 0.weight is a parameter [3, 2] here and a parameter [4, 2] in the target");
    assertThat(wide.parameters().getFirst().toDoubles()).isEqualTo(before);
    assertThatThrownBy(() -> net.copyTo(Sequential.of(new Linear(2, 3, false))))
        .hasMessage("copyTo: the target has the variables [0.weight], not [0.weight, 0.bias]");
    assertThatThrownBy(() -> net.copyTo(new Linear(2, 3)))
        .hasMessage("copyTo: the target has the modules [], not [, 0]");
    List<Parameter> parameters = net.parameters();
    assertThat(net.copyTo(net).parameters()).isEqualTo(parameters);
  }
}
