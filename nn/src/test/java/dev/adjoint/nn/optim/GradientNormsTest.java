package dev.adjoint.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Norms of gradients by parameter, against norms by hand. */
class GradientNormsTest {
  /** y = w x + b with a second layer that nothing uses. */
  private static final class Line extends Module {
    final Parameter w = new Parameter("w", Tensors.of(3f, 4f));
    final Parameter b = new Parameter("b", Tensors.of(0f));
    final Parameter unused = new Parameter("unused", Tensors.of(2f));

    @Override
    protected Tensor forward(Tensor x) {
      return w.mul(x).sum().add(b.sum());
    }
  }

  @Test
  void normsOfALine() {
    var line = new Line();
    Gradients gradients = line.apply(Tensors.of(5f, 12f)).backward();
    var norms = GradientNorms.of(line, gradients);
    assertThat(norms.byName())
        .containsExactly(
            Map.entry("w", new GradientNorms.Norm(13, 5)),
            Map.entry("b", new GradientNorms.Norm(1, 0)),
            Map.entry("unused", new GradientNorms.Norm(0, 2)));
    assertThat(norms.of("w")).isEqualTo(13);
    assertThat(norms.byName().get("w").ratio()).isEqualTo(2.6);
    assertThat(norms.byName().get("b").ratio()).isInfinite();
    assertThat(norms.byName().get("unused").ratio()).isZero();
    assertThat(norms.total()).isCloseTo(Math.sqrt(170), within(1e-12));
    assertThat(norms.toString().lines())
        .containsExactly(
            "parameter   gradient      value      ratio",
            "w           1.30e+01   5.00e+00   2.60e+00",
            "b           1.00e+00   0.00e+00   Infinity",
            "unused      0.00e+00   2.00e+00   0.00e+00",
            "all         1.30e+01");
  }

  @Test
  void whatIsFrozenIsLeftOut() {
    Random.seed(1);
    var model = Sequential.of(new Linear(4, 3), Activation.TANH, new Linear(3, 2));
    model.freeze("0.*");
    Gradients gradients = model.apply(Tensors.randn(5, 4)).square().sum().backward();
    var norms = GradientNorms.of(model, gradients);
    assertThat(norms.byName()).containsOnlyKeys("2.weight", "2.bias");
    assertThat(norms.total())
        .isCloseTo(Clipping.globalNorm(gradients).item(), within(1e-5 * norms.total()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> norms.of("0.weight"))
        .withMessage(
            "gradientNorms: no parameter that is trained is called 0.weight, there are [2.weight, 2.bias]");
  }

  /** Rows that are read twice add up before their norm is taken. */
  @Test
  void sparseTables() {
    Embedding table = Embedding.fromPretrained(Tensors.ones(4, 2), false).sparse(true);
    Gradients gradients = table.apply(Tensors.of(1, 1, 3)).sum().backward();
    assertThat(GradientNorms.of(table, gradients).of("weight"))
        .isCloseTo(Math.sqrt(2 * 2 * 2 + 2), within(1e-6));
  }

  @Test
  void theStepAfterwardsComputesGradientsNoMore() {
    Random.seed(1);
    Tensor x = Tensors.randn(8, 4).realize();
    Tensor y = Tensors.randn(8, 2).realize();
    List<float[]> results = new ArrayList<>();
    long[] launches = new long[2];
    for (boolean watched : new boolean[] {false, true}) {
      Random.seed(2);
      var model = Sequential.of(new Linear(4, 16), Activation.RELU, new Linear(16, 2));
      var optimizer = new SGD(model.parameters(), 0.1);
      Tensor loss = Losses.mse(model.apply(x), y);
      Gradients gradients = loss.backward();
      if (watched) {
        GradientNorms.of(model, gradients);
      }
      long before = Engine.statistics().launches();
      optimizer.step(gradients);
      loss.item();
      launches[watched ? 1 : 0] = Engine.statistics().launches() - before;
      results.add(model.parameters().getFirst().toFloats());
    }
    assertThat(results.get(1)).containsExactly(results.get(0));
    // What is left are the new values of the parameters.
    assertThat(launches[1]).isLessThan(launches[0]).isLessThanOrEqualTo(4);
  }
}
