import dev.adjoint.Random;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Flatten;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.MaxPool2d;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.datasets.FashionMnist;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Scheduler;
import dev.adjoint.nn.optim.Schedules;
import dev.adjoint.nn.train.Callback;
import dev.adjoint.nn.train.Trainer;

/** Two convolutions tell clothes apart better than a network without: bin/adjoint examples/cases/FashionMnistCnn.java */
void main() throws IOException {
  int epochs = 6;
  Random.seed(1);
  var train = new DataLoader(FashionMnist.train().reshape(1, 28, 28), 64).shuffle(1);
  var test = new DataLoader(FashionMnist.test().reshape(1, 28, 28), 500);
  var model =
      Sequential.of(
          new Conv2d(1, 16, 3, 1, 1),
          Activation.RELU,
          new MaxPool2d(2),
          new Conv2d(16, 32, 3, 1, 1),
          Activation.RELU,
          new MaxPool2d(2),
          new Flatten(),
          new Dropout(0.25),
          new Linear(128),
          Activation.RELU,
          new Dropout(0.25),
          new Linear(10));
  IO.println(model.summary(1, 1, 28, 28));
  var optimizer = new Adam(model.parameters(), 2e-3);
  var scheduler = new Scheduler(optimizer, Schedules.cosine(epochs, 0.05));
  var trainer =
      new Trainer(model, optimizer, Losses::crossEntropy)
          .metrics(new Accuracy())
          .callbacks(Callback.afterEpoch(_ -> scheduler.step()));
  trainer.fit(train, epochs);
  IO.println("test accuracy %.4f".formatted(trainer.evaluate(test).get("accuracy")));
}
