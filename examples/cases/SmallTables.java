import dev.adjoint.Random;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Splits;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.Digits;
import dev.adjoint.nn.datasets.Iris;
import dev.adjoint.nn.datasets.Wine;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.preprocessing.StandardScaler;
import dev.adjoint.nn.train.Trainer;

/** One small network for irises, wines and digits, by cross-validation: bin/adjoint examples/cases/SmallTables.java */
void main() throws IOException {
  validate("iris", Iris.load(), 3);
  validate("wine", Wine.load(), 3);
  validate("digits", Digits.load(), 10);
}

/** The mean accuracy on five parts, each of which was left out once. */
void validate(String name, TensorDataset data, int classes) {
  double sum = 0;
  for (Splits.Fold fold : Splits.kFold(data, 5, 1)) {
    Random.seed(1);
    Batch train = fold.train().batch();
    Batch test = fold.validation().batch();
    var scaler = new StandardScaler();
    var scaled = new TensorDataset(scaler.fitTransform(train.x()), train.y());
    var unseen = new TensorDataset(scaler.transform(test.x()), test.y());
    var model =
        Sequential.of(new Linear(scaled.x().dim(1), 32), Activation.RELU, new Linear(32, classes));
    var trainer =
        new Trainer(model, new Adam(model.parameters(), 5e-3), Losses::crossEntropy)
            .metrics(new Accuracy())
            .verbose(false);
    trainer.fit(new DataLoader(scaled, 32).shuffle(1), 40);
    sum += trainer.evaluate(new DataLoader(unseen, 500)).get("accuracy");
  }
  IO.println("%-6s accuracy %.4f".formatted(name, sum / 5));
}
