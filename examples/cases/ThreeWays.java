import dev.adjoint.Gradients;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Synthetic;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.nn.train.Model;

/** One network on raw tensors, as a module and by fit, with one loss curve: bin/adjoint examples/cases/ThreeWays.java */
void main() {
  double[] tensors = byTensors();
  double[] module = byModule();
  double[] fit = byFit();
  IO.println("step  raw tensors  module    fit");
  for (int step = 0; step < STEPS; step += 50) {
    IO.println("%4d  %.6f     %.6f  %.6f".formatted(step, tensors[step], module[step], fit[step]));
  }
  double difference = 0;
  for (int step = 0; step < STEPS; step++) {
    difference = Math.max(difference, Math.abs(tensors[step] - module[step]));
    difference = Math.max(difference, Math.abs(fit[step] - module[step]));
  }
  IO.println("largest difference %.1e".formatted(difference));
}

static final int STEPS = 200;
static final double RATE = 0.5;
static final TensorDataset DATA = Synthetic.blobs(100, 3, 0.3, 3);

/** Weights, gradients and updates by hand. */
double[] byTensors() {
  Random.seed(4);
  Tensor w1 = firstValues(2, 32, 2);
  Tensor b1 = firstValues(2, 32);
  Tensor w2 = firstValues(32, 3, 32);
  Tensor b2 = firstValues(32, 3);
  double[] losses = new double[STEPS];
  for (int step = 0; step < STEPS; step++) {
    Tensor hidden = DATA.x().matmul(w1.t()).add(b1).tanh();
    Tensor logits = hidden.matmul(w2.t()).add(b2);
    Tensor loss = logits.logSoftmax(1).gather(1, DATA.y().unsqueeze(1)).mean().neg();
    Gradients gradients = loss.backward();
    losses[step] = loss.item();
    w1 = descended(w1, gradients);
    b1 = descended(b1, gradients);
    w2 = descended(w2, gradients);
    b2 = descended(b2, gradients);
  }
  return losses;
}

/** Uniform in +-1 / sqrt(in), as the weights and biases of a Linear begin. */
Tensor firstValues(int in, int... shape) {
  double bound = 1 / Math.sqrt(in);
  return Tensors.rand(shape).mul(2 * bound).sub(bound).requiresGrad();
}

Tensor descended(Tensor weight, Gradients gradients) {
  return weight.sub(gradients.of(weight).mul(RATE)).detach().realize().requiresGrad();
}

class Network extends Module {
  final Linear hidden = new Linear(2, 32);
  final Linear output = new Linear(32, 3);

  @Override
  protected Tensor forward(Tensor x) {
    return output.apply(hidden.apply(x).tanh());
  }
}

/** A module and an optimizer, in a loop of one's own. */
double[] byModule() {
  Random.seed(4);
  var network = new Network();
  var optimizer = new SGD(network.parameters(), RATE);
  double[] losses = new double[STEPS];
  for (int step = 0; step < STEPS; step++) {
    Tensor loss = Losses.crossEntropy(network.apply(DATA.x()), DATA.y());
    optimizer.step(loss.backward());
    losses[step] = loss.item();
  }
  return losses;
}

/** Layers, compiled and fitted; an epoch is one batch of all points. */
double[] byFit() {
  Random.seed(4);
  var layers = Sequential.of(new Linear(2, 32), Activation.TANH, new Linear(32, 3));
  Model model =
      layers.compile(new SGD(layers.parameters(), RATE), "sparse_categorical_crossentropy");
  return model.verbose(false).fit(DATA.x(), DATA.y(), STEPS, DATA.size()).values("loss");
}
