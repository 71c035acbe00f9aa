import dev.adjoint.Random;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.Mnist;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.models.MnistNet;
import dev.adjoint.nn.optim.Adadelta;
import dev.adjoint.nn.optim.Scheduler;
import dev.adjoint.nn.optim.Schedules;
import dev.adjoint.nn.train.Callback;
import dev.adjoint.nn.train.Trainer;

/** The net and the training of PyTorch's MNIST example, for three epochs: bin/adjoint examples/cases/MnistConvolutions.java */
void main() throws IOException {
  Random.seed(1);
  var train = new DataLoader(digits(Mnist.train()), 64).shuffle(1);
  var test = new DataLoader(digits(Mnist.test()), 1000);
  var model = new MnistNet();
  var optimizer = new Adadelta(model.parameters(), 1);
  var scheduler = new Scheduler(optimizer, Schedules.step(1, 0.7));
  var trainer =
      new Trainer(model, optimizer, Losses::nll)
          .metrics(new Accuracy())
          .callbacks(Callback.afterEpoch(_ -> scheduler.step()));
  trainer.fit(train, 3);
  IO.println("test accuracy %.4f".formatted(trainer.evaluate(test).get("accuracy")));
}

/** Images with the mean and the deviation of the training pixels taken out. */
TensorDataset digits(TensorDataset pixels) {
  return pixels.reshape(1, 28, 28).prepare(x -> x.sub(0.1307).div(0.3081));
}
