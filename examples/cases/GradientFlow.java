import dev.adjoint.Gradients;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.RNN;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.optim.Clipping;
import dev.adjoint.nn.optim.GradientNorms;
import dev.adjoint.nn.optim.SGD;

/** Gradients that vanish or explode, and what helps: bin/adjoint examples/cases/GradientFlow.java */
void main() {
  IO.println(
      "norm of the gradient of the weights of layer  1        5        10       15       20");
  deep("sigmoid", Activation.SIGMOID, Init.xavierUniform());
  deep("tanh, Glorot's values", Activation.TANH, Init.xavierUniform());
  deep("relu, Glorot's values", Activation.RELU, Init.xavierUniform());
  deep("relu, He's values", Activation.RELU, Init.kaimingUniform());
  exploding();
  named();
}

static final int DEPTH = 20;
static final int WIDTH = 64;

/** A network of 20 layers: its first layers learn only if the gradient reaches them. */
void deep(String name, Activation activation, Init weight) {
  Random.seed(1);
  var layers = new ArrayList<UnaryOperator<Tensor>>();
  for (int i = 0; i < DEPTH; i++) {
    layers.add(new Linear(WIDTH, WIDTH, weight, Init.zeros()));
    layers.add(activation);
  }
  layers.add(new Linear(WIDTH, 10));
  var model = Sequential.of(layers);
  Tensor x = Tensors.randn(256, WIDTH);
  Tensor y = Tensors.randint(0, 10, 256);
  Gradients gradients = Losses.crossEntropy(model.apply(x), y).backward();
  var all = GradientNorms.of(model, gradients);
  // Every second module is an activation.
  String norms =
      IntStream.of(1, 5, 10, 15, 20)
          .mapToObj(layer -> all.of(2 * (layer - 1) + ".weight"))
          .map("%.1e"::formatted)
          .collect(Collectors.joining("  "));
  IO.println("%-44s  %s".formatted(name, norms));
}

class Memory extends Module {
  final RNN rnn = new RNN(1, WIDTH);
  final Linear output = new Linear(WIDTH, 1);

  @Override
  protected Tensor forward(Tensor x) {
    return output.apply(rnn.apply(x).select(0, -1)).squeeze(-1);
  }
}

/** A recurrent network with large weights, which is to tell the first of 50 numbers: with and without clipped gradients. */
void exploding() {
  for (boolean clipped : new boolean[] {false, true}) {
    Random.seed(1);
    var model = new Memory();
    Init.orthogonal(1.3).fill(model.state().get("rnn.weight_hh_l0"));
    var optimizer = new SGD(model.parameters(), 0.1);
    double largest = 0;
    double last = 0;
    int step = 0;
    while (step < 200 && Double.isFinite(last)) {
      Tensor x = Tensors.randn(50, 64, 1).realize();
      Tensor loss = Losses.mse(model.apply(x), x.select(0, 0).squeeze(-1));
      Gradients gradients = loss.backward();
      largest = Math.max(largest, Clipping.globalNorm(gradients).item());
      optimizer.step(clipped ? Clipping.byGlobalNorm(gradients, 1) : gradients);
      last = loss.item();
      step++;
    }
    IO.println(
        "%s loss %.3f after %d steps, largest norm of a gradient %.1e"
            .formatted(clipped ? "clipped to 1:" : "not clipped: ", last, step, largest));
  }
}

/** A loss that is infinite where the network is sure and wrong: which operation made it so. */
void named() {
  Random.seed(1);
  var model = Sequential.of(new Linear(4, 32), Activation.TANH, new Linear(32, 3));
  Tensor x = Tensors.randn(16, 4).mul(10);
  Tensor y = Tensors.randint(0, 3, 16);
  IO.println(GradientNorms.of(model, Losses.crossEntropy(model.apply(x), y).backward()));
  try {
    // The logarithm of a probability that is rounded to 0, where crossEntropy takes that of the sum
    // of exponentials.
    Scope.detectAnomaly(() -> Losses.nll(model.apply(x).mul(1000).softmax(1).log(), y).item());
  } catch (ArithmeticException e) {
    IO.println(e.getMessage());
  }
}
