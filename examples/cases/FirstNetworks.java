import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Synthetic;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.optim.Adam;

/** Gates, XOR, a spiral and a sine: bin/adjoint examples/cases/FirstNetworks.java */
void main() {
  perceptron("AND", Tensors.of(0.0, 0.0, 0.0, 1.0));
  perceptron("OR", Tensors.of(0.0, 1.0, 1.0, 1.0));
  xor();
  spiral();
  sine();
}

static final Tensor CORNERS = Tensors.of(new double[] {0, 0, 0, 1, 1, 0, 1, 1}, 4, 2);

/** One neuron that fires or not, by Rosenblatt's rule: the weights move by what is wrong, until nothing is. */
void perceptron(String gate, Tensor target) {
  Tensor w = Tensors.zeros(2);
  Tensor b = Tensors.zeros();
  for (int epoch = 1; ; epoch++) {
    Tensor fires = CORNERS.matmul(w).add(b).gt(0).toFloat();
    Tensor wrong = target.sub(fires);
    if (!wrong.any().itemBoolean()) {
      IO.println("%-3s learned after %d epochs: w %s, b %s".formatted(gate, epoch, w, b));
      return;
    }
    w = w.add(wrong.matmul(CORNERS));
    b = b.add(wrong.sum());
  }
}

/** One neuron cannot learn XOR, a hidden layer can, whatever the first weights are. */
void xor() {
  Tensor target = Tensors.of(new double[] {0, 1, 1, 0}, 4, 1);
  int solved = 0;
  double largest = 0;
  for (int seed = 0; seed < 20; seed++) {
    Random.seed(seed);
    var model = Sequential.of(new Linear(2, 8), Activation.TANH, new Linear(8, 1));
    var optimizer = new Adam(model.parameters(), 0.05);
    for (int step = 0; step < 500; step++) {
      Tensor loss = Losses.binaryCrossEntropyWithLogits(model.apply(CORNERS), target);
      optimizer.step(loss.backward());
    }
    Tensor logits = model.predict(CORNERS);
    solved += logits.gt(0).toFloat().allEqual(target) ? 1 : 0;
    double loss = Losses.binaryCrossEntropyWithLogits(logits, target).item();
    largest = Math.max(largest, loss);
  }
  IO.println("XOR solved from %d of 20 seeds, largest loss %.5f".formatted(solved, largest));
}

/** Three arms of a spiral, measured on points that were not trained with. */
void spiral() {
  Random.seed(1);
  TensorDataset train = Synthetic.spiral(200, 3, 0.2, 1);
  TensorDataset test = Synthetic.spiral(200, 3, 0.2, 2);
  var model = Sequential.of(new Linear(2, 64), Activation.RELU, new Linear(64, 3));
  var optimizer = new Adam(model.parameters(), 0.02);
  for (int step = 0; step < 1000; step++) {
    Tensor loss = Losses.crossEntropy(model.apply(train.x()), train.y());
    optimizer.step(loss.backward());
  }
  Tensor right = model.predict(test.x()).argmax(1).eq(test.y());
  IO.println("spiral accuracy %.4f".formatted(right.toFloat().mean().item()));
}

/** The sine on [-pi, pi], measured between the points that were trained with. */
void sine() {
  Random.seed(1);
  TensorDataset train = Synthetic.sine(200, 0, 0);
  TensorDataset test = Synthetic.sine(333, 0, 0);
  var model =
      Sequential.of(
          new Linear(1, 32),
          Activation.TANH,
          new Linear(32, 32),
          Activation.TANH,
          new Linear(32, 1));
  var optimizer = new Adam(model.parameters(), 0.005);
  for (int step = 0; step < 1000; step++) {
    optimizer.step(Losses.mse(model.apply(train.x()), train.y()).backward());
  }
  double mse = Losses.mse(model.predict(test.x()), test.y()).item();
  IO.println("sine mse %.6f".formatted(mse));
}
