import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.Splits;
import dev.adjoint.nn.datasets.Diabetes;
import dev.adjoint.nn.metrics.R2;
import dev.adjoint.nn.optim.AdamW;
import dev.adjoint.nn.preprocessing.StandardScaler;

/** How a disease goes on: ridge regression beside a network, by cross-validation: bin/adjoint examples/cases/Ridge.java */
void main() throws IOException {
  var ridge = new R2();
  var network = new R2();
  for (Splits.Fold fold : Splits.kFold(Diabetes.load(), 10, 1)) {
    Batch train = fold.train().batch();
    Batch test = fold.validation().batch();
    var x = new StandardScaler();
    var y = new StandardScaler();
    Tensor inputs = x.fitTransform(train.x()).realize();
    Tensor targets = y.fitTransform(train.y()).realize();
    Tensor unseen = x.transform(test.x()).realize();
    Tensor expected = y.transform(test.y()).realize();
    ridge.update(unseen.matmul(ridge(inputs, targets, 10)), expected);
    network.update(network(inputs, targets).predict(unseen), expected);
  }
  IO.println("R2 of ridge regression %.4f".formatted(ridge.value()));
  IO.println("R2 of a network %.4f".formatted(network.value()));
}

/** The weights w that make |x w - y|^2 + alpha |w|^2 least: those with (x'x + alpha) w = x'y. */
Tensor ridge(Tensor x, Tensor y, double alpha) {
  Tensor gram = x.t().matmul(x).add(Tensors.eye(x.dim(1)).mul(alpha));
  return gram.solve(x.t().matmul(y));
}

Sequential network(Tensor x, Tensor y) {
  Random.seed(1);
  var model = Sequential.of(new Linear(x.dim(1), 16), Activation.TANH, new Linear(16, 1));
  var optimizer = new AdamW(model.parameters(), 2e-3).weightDecay(1);
  for (int step = 0; step < 400; step++) {
    optimizer.step(Losses.mse(model.apply(x), y).backward());
  }
  return model;
}
