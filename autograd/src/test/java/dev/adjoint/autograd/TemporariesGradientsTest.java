package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Gradients that are computed, or begin, in a region of temporaries. */
class TemporariesGradientsTest {
  private final Tensor x = Tensors.of(1f, 2f, 3f);
  private final Parameter w = new Parameter("w", Tensors.of(2f, 3f, 4f));

  private Tensor loss() {
    return x.mul(w).tanh().square().sum();
  }

  private static void fill() {
    Scope.temporaries(() -> Tensors.of(-1f, -1f, -1f).exp().realize().size());
  }

  @Test
  void gradientsAreAResult() {
    float[] expected = loss().backward().of(w).toFloats();
    Gradients gradients = Scope.temporaries(() -> loss().backward());
    fill();
    assertThat(gradients.of(w).toFloats()).containsExactly(expected);
  }

  @Test
  void aStepInARegionIsAStep() {
    var other = new Parameter("w", w);
    for (int i = 0; i < 5; i++) {
      Scope.temporaries(() -> w.set(w.sub(loss().backward().of(w).mul(0.1)).detach()));
      Tensor gradient = x.mul(other).tanh().square().sum().backward().of(other).realize();
      other.set(other.sub(gradient.mul(0.1)).detach());
      fill();
      assertThat(w.toFloats()).containsExactly(other.toFloats());
    }
  }

  @Test
  void aTrackedResultCanBeDifferentiatedLater() {
    float[] expected = loss().backward().of(w).toFloats();
    Tensor loss = Scope.temporaries(this::loss);
    fill();
    assertThat(loss.backward().of(w).toFloats()).containsExactly(expected);
  }

  @Test
  void aGradientThatNeedsATemporaryIsAnError() {
    var scales = new ArrayList<Tensor>();
    Tensor loss =
        Scope.temporaries(
            () -> {
              scales.add(x.add(1).realize());
              return scales.getFirst().mul(w).sum();
            });
    assertThat(loss.item()).isEqualTo(2 * 2 + 3 * 3 + 4 * 4);
    assertThatThrownBy(() -> loss.backward().of(w).toFloats())
        .isInstanceOf(StaleTensorException.class)
        .hasMessageContaining("Scope.temporaries");
  }
}
