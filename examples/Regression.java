import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Synthetic;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.metrics.R2;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.SGD;

/** Fits a line with bare tensors, then a sine with a network: bin/adjoint examples/Regression.java */
void main() {
  Random.seed(1);
  line();
  sine();
}

/** y = 3 x - 1 from noisy points: gradient descent on two numbers. */
void line() {
  Tensor x = Tensors.rand(200, 1);
  Tensor y = x.mul(3).sub(1).add(Tensors.randn(200, 1).mul(0.1)).realize();
  var slope = new Parameter("slope", Tensors.of(0f));
  var offset = new Parameter("offset", Tensors.of(0f));
  var optimizer = new SGD(List.of(slope, offset), 0.5);
  for (int step = 1; step <= 100; step++) {
    Tensor loss = Losses.mse(x.mul(slope).add(offset), y);
    optimizer.step(loss.backward());
    if (step % 25 == 0) {
      IO.println(
          "step %3d  loss %.4f  y = %.3f x %+.3f"
              .formatted(step, loss.item(), slope.item(), offset.item()));
    }
  }
}

/** y = sin x on [-pi, pi]. */
void sine() {
  TensorDataset data = Synthetic.sine(400, 0.05, 7);
  var model =
      Sequential.of(
          new Linear(1, 32),
          Activation.TANH,
          new Linear(32, 32),
          Activation.TANH,
          new Linear(32, 1));
  var optimizer = new Adam(model.parameters(), 0.005);
  var loader = new DataLoader(data, 50).shuffle(7);
  for (int epoch = 1; epoch <= 60; epoch++) {
    double total = 0;
    for (Batch batch : loader) {
      Tensor loss = Losses.mse(model.apply(batch.x()), batch.y());
      optimizer.step(loss.backward());
      total += loss.item();
    }
    if (epoch % 15 == 0) {
      IO.println("epoch %2d  loss %.5f".formatted(epoch, total / loader.batches()));
    }
  }
  TensorDataset clean = Synthetic.sine(100, 0, 0);
  var r2 = new R2();
  r2.update(model.predict(clean.x()), clean.y());
  IO.println("R2 without noise %.5f".formatted(r2.value()));
}
