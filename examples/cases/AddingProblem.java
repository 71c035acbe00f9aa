import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.LSTM;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.RNN;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Clipping;

/**
 * The adding problem of Hochreiter and Schmidhuber (1997): of 100 random numbers two are marked, and their sum is to be told at
 * the end. Who always says 1 has a mean squared error of 1/6 = 0.167. bin/adjoint examples/cases/AddingProblem.java
 */
void main() {
  IO.println("gradient by the inputs at step   1        25       50       75       100");
  Random.seed(1);
  train("RNN ", new Adder(new RNN(2, HIDDEN)));
  Random.seed(1);
  var lstm = new LSTM(2, HIDDEN);
  remember(lstm);
  train("LSTM", new Adder(lstm));
}

/** Sets the biases of the gates i and f so that cells keep their values for 1 to 100 steps (Tallec and Ollivier 2018). */
void remember(LSTM lstm) {
  Tensor forget = Tensors.rand(HIDDEN).mul(LENGTH - 2).add(1).log();
  Tensor gates = Tensors.cat(List.of(forget.neg(), forget, Tensors.zeros(2 * HIDDEN)));
  lstm.state().get("bias_hh_l0").set(gates);
}

static final int LENGTH = 100;
static final int BATCH = 64;
static final int HIDDEN = 32;
static final int STEPS = 800;

class Adder extends Module {
  final Module memory;
  final Linear sum = new Linear(HIDDEN, 1);

  Adder(Module memory) {
    this.memory = memory;
  }

  /** [length, n, 2] becomes [n]. */
  @Override
  protected Tensor forward(Tensor x) {
    return sum.apply(memory.apply(x).select(0, -1)).squeeze(-1);
  }
}

record Sums(Tensor x, Tensor y) {}

/** Numbers in [0, 1), one of each half of the sequence marked with a 1, and the sums of the marked ones. */
Sums draw() {
  Tensor numbers = Tensors.rand(LENGTH, BATCH);
  Tensor first = Tensors.randint(0, LENGTH / 2, BATCH);
  Tensor second = Tensors.randint(LENGTH / 2, LENGTH, BATCH);
  Tensor marks = first.oneHot(LENGTH).add(second.oneHot(LENGTH)).t().toFloat();
  Tensor x = Tensors.stack(2, numbers, marks).realize();
  return new Sums(x, numbers.mul(marks).sum(0).realize());
}

void train(String name, Module model) {
  IO.println(name + " before training            " + gradientsThroughTime(model));
  var optimizer = new Adam(model.parameters(), 0.01);
  for (int step = 1; step <= STEPS; step++) {
    Sums sums = draw();
    Tensor loss = Losses.mse(model.apply(sums.x()), sums.y());
    optimizer.step(Clipping.byGlobalNorm(loss.backward(), 1));
  }
  IO.println(name + " after training             " + gradientsThroughTime(model));
  double mse = 0;
  for (int i = 0; i < 10; i++) {
    Sums sums = draw();
    mse += Losses.mse(model.predict(sums.x()), sums.y()).item() / 10;
  }
  IO.println(name + " mse %.4f".formatted(mse));
}

/** How much the loss depends on what was seen at some steps: the norms of its gradients by these inputs. */
String gradientsThroughTime(Module model) {
  Sums sums = draw();
  Tensor x = sums.x().requiresGrad();
  Tensor gradient = Losses.mse(model.apply(x), sums.y()).backward().of(x);
  double[] norms = gradient.vectorNorm(2, 1, 2).toDoubles();
  return IntStream.of(1, 25, 50, 75, 100)
      .mapToObj(t -> "%.1e".formatted(norms[t - 1]))
      .collect(Collectors.joining("  "));
}
