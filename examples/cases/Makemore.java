import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.Flatten;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Dataset;
import dev.adjoint.nn.data.Splits;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.FirstNames;
import dev.adjoint.nn.optim.LBFGS;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.nn.train.Trainer;

/**
 * The next letter of a name, from the letter before it and from the three before it, as in makemore: bin/adjoint
 * examples/cases/Makemore.java
 */
void main() throws IOException {
  List<String> names =
      FirstNames.load().stream()
          .map(name -> name.toLowerCase(Locale.ROOT))
          .filter(name -> name.matches("[a-z]+"))
          .distinct()
          .toList();
  TensorDataset pairs = letters(names, 1);
  Tensor before = pairs.x().squeeze(1);
  IO.println("bigrams counted %.4f".formatted(counted(before, pairs.y())));
  IO.println("bigrams learned %.4f".formatted(learned(before, pairs.y())));

  List<Dataset> parts = Splits.random(letters(names, 3), 1, 0.9, 0.1);
  Random.seed(1);
  var model =
      Sequential.of(
          new Embedding(LETTERS, 10),
          new Flatten(),
          new Linear(30, 200),
          Activation.TANH,
          new Linear(200, LETTERS));
  var optimizer = new SGD(model.parameters(), 0.1);
  var trainer = new Trainer(model, optimizer, Losses::crossEntropy).verbose(false);
  var train = new DataLoader(parts.get(0), 32).shuffle(1);
  trainer.fit(train, 10);
  optimizer.learningRate(0.01);
  trainer.fit(train, 5);
  var test = new DataLoader(parts.get(1), 1000);
  IO.println("network, other names %.4f".formatted(trainer.evaluate(test).get("loss")));
}

/** The letters, and 0 for what is before and behind a name. */
static final int LETTERS = 27;

/** For each letter of each name, and for its end, the numbers of those before it. */
TensorDataset letters(List<String> names, int context) {
  var before = new ArrayList<int[]>();
  var next = new ArrayList<Integer>();
  for (String name : names) {
    int[] seen = new int[context];
    for (char letter : (name + (char) ('a' - 1)).toCharArray()) {
      before.add(seen);
      next.add(letter - 'a' + 1);
      seen = Arrays.copyOfRange(seen, 1, context + 1);
      seen[context - 1] = letter - 'a' + 1;
    }
  }
  int[] all = before.stream().flatMapToInt(Arrays::stream).toArray();
  int[] targets = next.stream().mapToInt(Integer::intValue).toArray();
  return new TensorDataset(Tensors.of(all, targets.length, context), Tensors.of(targets));
}

/** The loss of the shares of pairs among those of the same first letter, which no other table is below. */
double counted(Tensor before, Tensor next) {
  Tensor pairs = before.mul(LETTERS).add(next);
  Tensor counts = pairs.bincount(LETTERS * LETTERS).reshape(LETTERS, LETTERS).toDouble();
  Tensor shares = counts.div(counts.sum(1, true));
  return shares.flatten().indexSelect(0, pairs).log().mean().neg().item();
}

/** The loss of a table of logits that was learned from the same pairs. */
double learned(Tensor before, Tensor next) {
  var table = new Parameter("table", Tensors.zeros(LETTERS, LETTERS));
  new LBFGS(List.of(table)).maxIter(200).strongWolfe(true).step(() -> loss(table, before, next));
  return loss(table, before, next).item();
}

Tensor loss(Tensor table, Tensor before, Tensor next) {
  return Losses.crossEntropy(table.indexSelect(0, before), next);
}
