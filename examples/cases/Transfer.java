import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Dataset;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.FashionMnist;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.nn.optim.ParameterGroup;
import dev.adjoint.nn.train.Trainer;

/**
 * A network that knows eight kinds of clothes learns two others from ten images of each, beside one that begins anew with as many
 * steps. bin/adjoint examples/cases/Transfer.java
 */
void main() throws IOException {
  TensorDataset train = FashionMnist.train();
  TensorDataset test = FashionMnist.test();
  Random.seed(1);
  var known = new Net(10);
  var trainer = trainer(known, new Adam(known.parameters(), 1e-3));
  trainer.fit(new DataLoader(without(train, FIRST, SECOND), 64).shuffle(1), 5);

  double frozen = 0;
  double tuned = 0;
  double scratch = 0;
  for (int seed = 0; seed < SEEDS; seed++) {
    Dataset few = only(train, PER_CLASS, seed * PER_CLASS);
    Dataset all = only(test, 1000, 0);
    Random.seed(seed);

    var features = transferred(known);
    features.freeze("body*");
    frozen += accuracy(features, new Adam(features.parameters(), 1e-2), few, all) / SEEDS;

    var whole = transferred(known);
    var groups =
        List.of(
            new ParameterGroup(whole.body1.parameters(), 1e-4),
            new ParameterGroup(whole.body2.parameters(), 1e-4),
            new ParameterGroup(whole.head.parameters(), 1e-2));
    tuned += accuracy(whole, new Adam(groups), few, all) / SEEDS;

    var fresh = new Net(2);
    scratch += accuracy(fresh, new Adam(fresh.parameters(), 1e-3), few, all) / SEEDS;
  }
  IO.println("from scratch         %.4f".formatted(scratch));
  IO.println("new head on frozen   %.4f".formatted(frozen));
  IO.println("fine-tuned           %.4f".formatted(tuned));
}

static final int FIRST = 4;
static final int SECOND = 6;
static final int PER_CLASS = 10;
static final int SEEDS = 5;

class Net extends Module {
  final Linear body1 = new Linear(784, 256);
  final Linear body2 = new Linear(256, 128);
  Linear head;

  Net(int classes) {
    head = new Linear(128, classes);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return head.apply(body2.apply(body1.apply(x).relu()).relu());
  }
}

/** A network with the body of another one and a new head. */
Net transferred(Net known) {
  var net = new Net(10);
  net.load(known.state());
  net.head = new Linear(128, 2);
  return net;
}

Trainer trainer(Net net, Optimizer optimizer) {
  return new Trainer(net, optimizer, Losses::crossEntropy).metrics(new Accuracy()).verbose(false);
}

double accuracy(Net net, Optimizer optimizer, Dataset few, Dataset all) {
  Trainer trainer = trainer(net, optimizer);
  trainer.fit(new DataLoader(few, 10).shuffle(1), 30);
  return trainer.evaluate(new DataLoader(all, 500)).get("accuracy");
}

Dataset without(TensorDataset data, int first, int second) {
  int[] labels = data.y().toInts();
  return data.subset(
      IntStream.range(0, labels.length)
          .filter(i -> labels[i] != first && labels[i] != second)
          .toArray());
}

/** Some images of each of the two classes, which become 0 and 1. */
Dataset only(TensorDataset data, int perClass, int skipped) {
  int[] labels = data.y().toInts();
  int[] chosen =
      IntStream.of(FIRST, SECOND)
          .flatMap(
              c ->
                  IntStream.range(0, labels.length)
                      .filter(i -> labels[i] == c)
                      .skip(skipped)
                      .limit(perClass))
          .toArray();
  return data.subset(chosen).map(batch -> new Batch(batch.x(), batch.y().eq(SECOND).toInt()));
}
