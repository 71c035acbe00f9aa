import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.optim.Adam;

class SimpleNN extends Module {
  final Linear fc1 = new Linear(784, 128);
  final Dropout dropout = new Dropout(0.2);
  final Linear fc2 = new Linear(128, 10);

  @Override
  protected Tensor forward(Tensor x) {
    return fc2.apply(dropout.apply(fc1.apply(x).relu()));
  }
}

/** Trains a small network to tell clothes apart: bin/adjoint examples/FashionMnist.java [EPOCHS] */
void main(String[] args) throws IOException {
  String given = String.join(" ", args);
  if (!given.matches("|[1-9][0-9]{0,5}")) {
    printUsageAndExit(given);
  }
  int epochs = given.isEmpty() ? 15 : Integer.parseInt(given);
  Random.seed(42);
  // With its package, as this file has the same name.
  var train = new DataLoader(dev.adjoint.nn.datasets.FashionMnist.train(), 64).shuffle(42);
  var test = new DataLoader(dev.adjoint.nn.datasets.FashionMnist.test(), 500);
  var model = new SimpleNN();
  var optimizer = new Adam(model.parameters(), 2e-3);

  for (int epoch = 1; epoch <= epochs; epoch++) {
    optimizer.learningRate(2e-3 * (epochs + 1 - epoch) / epochs);
    double total = 0;
    var accuracy = new Accuracy();
    for (Batch batch : train) {
      Tensor logits = model.apply(batch.x());
      Tensor loss = Losses.crossEntropy(logits, batch.y());
      optimizer.step(loss.backward());
      total += loss.item();
      accuracy.update(logits, batch.y());
    }
    IO.println(
        "epoch %2d  loss %.4f  accuracy %.4f"
            .formatted(epoch, total / train.batches(), accuracy.value()));
  }

  var accuracy = new Accuracy();
  for (Batch batch : test) {
    accuracy.update(model.predict(batch.x()), batch.y());
  }
  IO.println("test accuracy %.4f".formatted(accuracy.value()));
}

/** On the standard output if it was asked for, else after what is wrong. */
void printUsageAndExit(String given) {
  boolean asked = given.matches("-h|--help");
  if (!asked) {
    System.err.println("FashionMnist: not a number of epochs: " + given);
  }
  (asked ? System.out : System.err)
      .print(
          """
          usage: bin/adjoint examples/FashionMnist.java [EPOCHS]

          EPOCHS   how often each training image is seen, from 1 to 999999; default: 15
          """);
  System.exit(asked ? 0 : 2);
}
