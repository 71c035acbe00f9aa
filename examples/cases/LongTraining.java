import dev.adjoint.Random;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.datasets.FashionMnist;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.nn.optim.Scheduler;
import dev.adjoint.nn.optim.Schedules;
import dev.adjoint.nn.train.Callback;
import dev.adjoint.nn.train.Trainer;
import java.util.function.IntToDoubleFunction;

/** Learning rates over a training of five epochs: bin/adjoint examples/cases/LongTraining.java */
void main() throws IOException {
  var train = new DataLoader(FashionMnist.train(), 64);
  int steps = EPOCHS * train.batches();
  run("0.01, constant", 0.01, _ -> 1);
  run("0.05, constant", 0.05, _ -> 1);
  run("0.05, cosine", 0.05, Schedules.cosine(steps, 0));
  run(
      "0.05, divided by 5 twice",
      0.05,
      Schedules.multiStep(new int[] {steps / 2, steps * 3 / 4}, 0.2));
  run("0.1, one cycle", 0.1, Schedules.oneCycle(steps, 0.3, 25, 1e4));
}

static final int EPOCHS = 5;

void run(String name, double rate, IntToDoubleFunction schedule) throws IOException {
  Random.seed(1);
  var model =
      Sequential.of(
          new Linear(784, 256),
          Activation.RELU,
          new Linear(256, 128),
          Activation.RELU,
          new Linear(128, 10));
  var optimizer = new SGD(model.parameters(), rate).momentum(0.9);
  var scheduler = new Scheduler(optimizer, schedule);
  var trainer =
      new Trainer(model, optimizer, Losses::crossEntropy)
          .metrics(new Accuracy())
          .verbose(false)
          .callbacks(Callback.afterStep(scheduler::step));
  trainer.fit(new DataLoader(FashionMnist.train(), 64).shuffle(1), EPOCHS);
  var test = new DataLoader(FashionMnist.test(), 1000);
  IO.println("%-24s test %.4f".formatted(name, trainer.evaluate(test).get("accuracy")));
}
