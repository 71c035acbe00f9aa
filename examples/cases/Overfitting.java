import dev.adjoint.Random;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Dataset;
import dev.adjoint.nn.datasets.FashionMnist;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.train.Trainer;

/** 1000 images, learned by heart or not: bin/adjoint examples/cases/Overfitting.java */
void main() throws IOException {
  Dataset few = FashionMnist.train().subset(IntStream.range(0, 1000).toArray());
  Dataset test = FashionMnist.test().subset(IntStream.range(0, 2000).toArray());
  double bare = gap("no remedy", few, test, 0, 0);
  gap("dropout", few, test, 0.7, 0);
  gap("L2", few, test, 0, 1e-3);
  double both = gap("dropout and L2", few, test, 0.7, 1e-3);
  IO.println("gap cut by %.0f %%".formatted(100 * (1 - both / bare)));
}

/** Trains with a probability of dropout and a weight decay; returns by how much the accuracy is better on what was seen. */
double gap(String name, Dataset few, Dataset test, double dropout, double decay) {
  Random.seed(1);
  var model =
      Sequential.of(
          new Linear(784, 256),
          Activation.RELU,
          new Dropout(dropout),
          new Linear(256, 256),
          Activation.RELU,
          new Dropout(dropout),
          new Linear(256, 10));
  var optimizer = new Adam(model.parameters(), 1e-3).weightDecay(decay);
  var trainer =
      new Trainer(model, optimizer, Losses::crossEntropy).metrics(new Accuracy()).verbose(false);
  trainer.fit(new DataLoader(few, 50).shuffle(1), 60);
  double seen = trainer.evaluate(new DataLoader(few, 1000)).get("accuracy");
  double unseen = trainer.evaluate(new DataLoader(test, 1000)).get("accuracy");
  IO.println("%-15s train %.3f  test %.3f  gap %.3f".formatted(name, seen, unseen, seen - unseen));
  return seen - unseen;
}
