package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.schedule.Engine;
import org.junit.jupiter.api.Test;

/** Gradients belong to a variable, not to the value that it had when the loss was recorded. */
class VariableGradientsTest {
  private final Parameter w = new Parameter("w", Doubles.of(3, -1));
  private final Tensor x = Doubles.of(2, 5);

  private Gradients gradients() {
    return w.mul(x).sum().backward();
  }

  @Test
  void aVariableFindsItsGradient() {
    Gradients gradients = gradients();
    assertThat(gradients.of(w).toDoubles()).containsExactly(2, 5);
    assertThat(gradients.of(w).toDoubles()).containsExactly(2, 5);
  }

  @Test
  void aVariableFindsItsGradientAfterASet() {
    Gradients gradients = gradients();
    w.set(w.mul(2));
    assertThat(gradients.of(w).toDoubles()).containsExactly(2, 5);
    assertThat(gradients.of(w).toDoubles()).containsExactly(2, 5);
    assertThat(w.toDoubles()).containsExactly(6, -2);
    w.set(w.add(1));
    w.realize();
    w.set(w.add(1));
    assertThat(gradients.of(w).toDoubles()).containsExactly(2, 5);
    assertThat(gradients.of(w).toDoubles()).containsExactly(2, 5);
  }

  @Test
  void theGradientIsTheSumOverTheValuesOfAVariable() {
    Tensor before = w.mul(x).sum();
    w.set(w.mul(2));
    Tensor after = w.square().sum();
    Gradients gradients = before.add(after).backward();
    assertThat(gradients.byLeaf()).hasSize(2);
    assertThat(gradients.of(w).toDoubles()).containsExactly(2 + 12, 5 - 4);
  }

  @Test
  void gradientsOfSeveralLossesAddUpAcrossASet() {
    Gradients first = gradients();
    w.set(w.mul(2));
    Gradients second = gradients();
    assertThat(first.plus(second).of(w).toDoubles()).containsExactly(4, 10);
  }

  @Test
  void aVariableThatTheOutputDoesNotDependOnHasNone() {
    Gradients gradients = gradients();
    var other = new Parameter("other", Tensors.ones(3));
    assertThat(gradients.find(other)).isNull();
    String message =
        "gradients: none for other f32[3]: it is not a tracked leaf that the output depends on";
    assertThatThrownBy(() -> gradients.of(other)).hasMessage(message);
    assertThatThrownBy(() -> gradients.of(other)).hasMessage(message);
  }

  @Test
  void gradientsPrintWhatTheyAreOfAndComputeNothing() {
    Tensor leaf = Scope.noGrad(() -> Tensors.randn(1000, 1000)).requiresGrad();
    Gradients gradients = leaf.sum().to(w.dtype()).add(w.sum()).backward();
    Engine.Statistics before = Engine.statistics();
    assertThat(gradients.toString().lines())
        .containsExactlyInAnyOrder("gradients of 2 leaves", "  w f64[2]", "  leaf f32[1000, 1000]");
    assertThat(Engine.statistics()).isEqualTo(before);
    assertThat(gradients()).hasToString("gradients of 1 leaf\n  w f64[2]");
  }
}
