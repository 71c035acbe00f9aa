package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.nn.optim.Adam;
import org.junit.jupiter.api.Test;

/** A training step in which a NaN appears says in which module, and changes nothing. */
class AnomalyTest {
  private static final class Steep extends Module {
    @Override
    protected Tensor forward(Tensor x) {
      return x.square().sum().sqrt();
    }
  }

  private static final class Net extends Module {
    final Linear fc1 = new Linear(4, 3);
    final Steep steep = new Steep();

    @Override
    protected Tensor forward(Tensor x) {
      return steep.apply(fc1.apply(x).mul(0));
    }
  }

  @Test
  void theSlopeOfALengthAtZero() {
    Random.seed(1);
    var net = new Net();
    var adam = new Adam(net.parameters(), 0.1);
    float[] before = net.fc1.parameters().getFirst().toFloats();
    Tensor x = new Random(3).randn(5, 4);
    assertThatThrownBy(() -> Scope.detectAnomaly(() -> adam.step(net.apply(x).backward())))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageMatching(
            "anomaly: NaN at \\[0, 0] in mul f32\\[5, 3] in the backward pass of square"
                + " \\(at AnomalyTest.java:\\d+ in Net.steep\\),"
                + " from Infinity in div f32\\[] in the backward pass of sqrt \\(at AnomalyTest.java:\\d+ in Net.steep\\)");
    assertThat(net.fc1.parameters().getFirst().toFloats()).containsExactly(before);
  }
}
