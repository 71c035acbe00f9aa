package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Gradients;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.optim.Adam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Supplier;

/** What every model can do: its gradients reach all parameters, and steps along them make the loss smaller. */
final class Trained {
  private Trained() {}

  /** The names of the parameters whose gradients are all zeros; none may be missing or infinite. */
  static List<String> withoutGradient(Module model, Tensor loss) {
    Gradients gradients = loss.backward();
    var sizes = new LinkedHashMap<String, Tensor>();
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              Tensor gradient = gradients.find(parameter);
              assertThat(gradient).as(name).isNotNull();
              sizes.put(name, gradient.abs().sum());
            });
    // All at once, as each by itself would compute the loss again.
    Tensor.realize(sizes.values());
    sizes.forEach((name, size) -> assertThat(size.item()).as(name).isFinite());
    return sizes.keySet().stream().filter(name -> sizes.get(name).item() == 0).toList();
  }

  /** Requires that steps of Adam on the same data bring the loss below a part of what it was. */
  static void learns(Module model, int steps, double rate, double part, Supplier<Tensor> loss) {
    Random.seed(17);
    var optimizer = new Adam(model.parameters(), rate);
    double first = Double.NaN;
    double last = Double.NaN;
    for (int i = 0; i <= steps; i++) {
      Tensor value = loss.get();
      optimizer.step(value.backward());
      last = value.item();
      first = i == 0 ? last : first;
    }
    assertThat(last).isLessThan(part * first);
  }
}
