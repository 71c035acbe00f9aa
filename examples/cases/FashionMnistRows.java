import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.GRU;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.datasets.FashionMnist;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Scheduler;
import dev.adjoint.nn.optim.Schedules;
import dev.adjoint.nn.train.Callback;
import dev.adjoint.nn.train.Trainer;

/** A GRU reads clothes row by row, as a sequence of 28 steps: bin/adjoint examples/cases/FashionMnistRows.java */
void main() throws IOException {
  int epochs = 8;
  Random.seed(1);
  var train = new DataLoader(FashionMnist.train().reshape(28, 28), 64).shuffle(1);
  var test = new DataLoader(FashionMnist.test().reshape(28, 28), 500);
  var model = new Reader();
  var optimizer = new Adam(model.parameters(), 2e-3);
  var scheduler = new Scheduler(optimizer, Schedules.cosine(epochs, 0.05));
  var trainer =
      new Trainer(model, optimizer, Losses::crossEntropy)
          .metrics(new Accuracy())
          .callbacks(Callback.afterEpoch(_ -> scheduler.step()));
  trainer.fit(train, epochs);
  IO.println("test accuracy %.4f".formatted(trainer.evaluate(test).get("accuracy")));
}

class Reader extends Module {
  final GRU gru = new GRU(28, 128);
  final Linear kind = new Linear(128, 10);

  /** Images [n, 28, 28] become logits [n, 10]. */
  @Override
  protected Tensor forward(Tensor x) {
    return kind.apply(gru.apply(x.transpose(0, 1)).select(0, -1));
  }
}
