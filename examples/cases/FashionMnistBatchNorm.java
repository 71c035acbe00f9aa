import dev.adjoint.Random;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.BatchNorm1d;
import dev.adjoint.nn.BatchNorm2d;
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
import dev.adjoint.nn.vision.RandomHorizontalFlip;

/**
 * Two convolutions with batch normalisation tell clothes apart better still: bin/adjoint
 * examples/cases/FashionMnistBatchNorm.java
 */
void main() throws IOException {
  int epochs = 10;
  Random.seed(1);
  var train =
      new DataLoader(FashionMnist.train().reshape(1, 28, 28), 128)
          .shuffle(1)
          .dropLast()
          .prepare(new RandomHorizontalFlip());
  var test = new DataLoader(FashionMnist.test().reshape(1, 28, 28), 500);
  var model =
      Sequential.of(
          new Conv2d(1, 32, 3, 1, 1),
          new BatchNorm2d(32),
          Activation.RELU,
          new MaxPool2d(2),
          new Conv2d(32, 64, 3, 1, 1),
          new BatchNorm2d(64),
          Activation.RELU,
          new MaxPool2d(2),
          new Flatten(),
          new Dropout(0.4),
          new Linear(256),
          new BatchNorm1d(256),
          Activation.RELU,
          new Dropout(0.4),
          new Linear(10));
  IO.println(model.summary(1, 1, 28, 28));
  var optimizer = new Adam(model.parameters(), 5e-3);
  var scheduler =
      new Scheduler(optimizer, Schedules.oneCycle(epochs * train.batches(), 0.3, 25, 1e4));
  var trainer =
      new Trainer(model, optimizer, Losses::crossEntropy)
          .metrics(new Accuracy())
          .callbacks(Callback.afterStep(scheduler::step));
  trainer.fit(train, epochs);
  IO.println("test accuracy %.4f".formatted(trainer.evaluate(test).get("accuracy")));
}
