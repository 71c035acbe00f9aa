import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.optim.ParameterGroup;
import dev.adjoint.nn.optim.SGD;

/**
 * Which 5 of 100 inputs matter (lasso): as a penalty in the loss, and as a proximal step, which makes weights exactly zero.
 * bin/adjoint examples/cases/Sparsity.java
 */
void main() {
  Random.seed(1);
  Tensor truth = Tensors.cat(List.of(Tensors.of(3.0, -2.0, 4.0, 1.5, -3.0), Tensors.zeros(95)));
  Tensor x = Tensors.randn(200, 100).realize();
  Tensor y = x.matmul(truth).add(Tensors.randn(200)).unsqueeze(1).realize();
  fit("no penalty", x, y, truth, new Penalties(0, 0, 0));
  fit("L2 penalty", x, y, truth, new Penalties(0, 0.1, 0));
  fit("L1 penalty", x, y, truth, new Penalties(0.3, 0, 0));
  fit("proximal L1", x, y, truth, new Penalties(0, 0, 0.3));
}

record Penalties(double l1, double l2, double proximal) {}

void fit(String name, Tensor x, Tensor y, Tensor truth, Penalties penalties) {
  Random.seed(2);
  var model = new Linear(100, 1, false);
  var group = new ParameterGroup(model.parameters(), 0.02).l1(penalties.proximal());
  var optimizer = new SGD(List.of(group));
  for (int step = 0; step < 1000; step++) {
    Tensor l1 = Losses.l1Penalty(model.parameters()).mul(penalties.l1());
    Tensor l2 = Losses.l2Penalty(model.parameters()).mul(penalties.l2());
    Tensor loss = Losses.mse(model.apply(x), y).add(l1).add(l2);
    optimizer.step(loss.backward());
  }
  Tensor w = model.weight().squeeze(0);
  double zeros = w.eq(0).toFloat().mean().item();
  double small = w.abs().lt(1e-2).toFloat().mean().item();
  double distance = w.sub(truth).norm().item();
  IO.println(
      "%-11s  exactly zero %.2f, below 0.01 %.2f, distance to the truth %.3f"
          .formatted(name, zeros, small, distance));
}
