import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.LSTM;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.datasets.Mnist;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.train.Trainer;

/** An LSTM reads digits row by row, as a sequence of 28 steps: bin/adjoint examples/cases/MnistRows.java */
void main() throws IOException {
  Random.seed(1);
  var train = new DataLoader(Mnist.train().reshape(28, 28), 64).shuffle(1);
  var test = new DataLoader(Mnist.test().reshape(28, 28), 500);
  var model = new Reader();
  var trainer =
      new Trainer(model, new Adam(model.parameters(), 2e-3), Losses::crossEntropy)
          .metrics(new Accuracy());
  trainer.fit(train, 5);
  IO.println("test accuracy %.4f".formatted(trainer.evaluate(test).get("accuracy")));
}

class Reader extends Module {
  final LSTM lstm = new LSTM(28, 64);
  final Linear digit = new Linear(64, 10);

  /** Images [n, 28, 28] become logits [n, 10]. */
  @Override
  protected Tensor forward(Tensor x) {
    return digit.apply(lstm.apply(x.transpose(0, 1)).select(0, -1));
  }
}
