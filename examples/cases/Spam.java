import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.EmbeddingBag;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Dataset;
import dev.adjoint.nn.data.Splits;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.SpamAssassin;
import dev.adjoint.nn.metrics.ConfusionMatrix;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.text.Vocabulary;
import dev.adjoint.nn.train.Trainer;

/**
 * Mails as bags of words, by a mean of learned vectors, beside naive Bayes on the same words: bin/adjoint
 * examples/cases/Spam.java
 */
void main() throws IOException {
  List<SpamAssassin.Mail> mails = SpamAssassin.load();
  List<List<String>> words = mails.stream().map(mail -> words(mail.text())).toList();
  int[] labels = mails.stream().mapToInt(mail -> mail.isSpam() ? 1 : 0).toArray();
  // The most frequent ones; all others count as none.
  var vocabulary = Vocabulary.build(words, 1, VOCABULARY, "<pad>").defaultIndex(PADDING);
  int[] bags = new int[mails.size() * WORDS];
  for (int i = 0; i < words.size(); i++) {
    int[] bag = vocabulary.indices(words.get(i));
    System.arraycopy(bag, 0, bags, i * WORDS, bag.length);
  }
  var data = new TensorDataset(Tensors.of(bags, mails.size(), WORDS), Tensors.of(labels));
  List<Dataset> parts = Splits.stratified(data, labels, 1, 0.8, 0.2);
  Batch test = parts.get(1).batch();

  Random.seed(1);
  var model =
      Sequential.of(
          new EmbeddingBag(VOCABULARY, 32, "mean", false, PADDING),
          new Dropout(0.3),
          new Linear(32, 2));
  new Trainer(model, new Adam(model.parameters(), 5e-3), Losses::crossEntropy)
      .verbose(false)
      .fit(new DataLoader(parts.get(0), 64).shuffle(1), 8);
  report("vectors", model.predict(test.x()), test.y());
  report("naive Bayes", naiveBayes(parts.get(0).batch(), test.x()), test.y());
}

/** How many words of a mail count, how many there are, and which number means none. */
static final int WORDS = 400;

static final int VOCABULARY = 20_000;
static final int PADDING = 0;

/** The first words of a text, in small letters. */
List<String> words(String text) {
  return Pattern.compile("[a-z]{2,20}|[$!]")
      .matcher(text.toLowerCase(Locale.ROOT))
      .results()
      .limit(WORDS)
      .map(MatchResult::group)
      .toList();
}

/** Scores [n, 2]: sums of the logarithms of how frequent words are in mails of either class. */
Tensor naiveBayes(Batch train, Tensor unseen) {
  var counts = new ArrayList<Tensor>();
  for (int label = 0; label < 2; label++) {
    Tensor mails = train.y().eq(label).unsqueeze(1).expand(train.size(), WORDS);
    Tensor ones = mails.logicalAnd(train.x().ne(PADDING)).toFloat().flatten();
    Tensor words = train.x().flatten().toLong();
    counts.add(Tensors.zeros(VOCABULARY).scatterAdd(0, words, ones).add(1));
  }
  Tensor frequencies = Tensors.stack(counts, 1);
  Tensor logs = frequencies.div(frequencies.sum(0)).log();
  Tensor present = unseen.ne(PADDING).toFloat().unsqueeze(2);
  return logs.indexSelect(0, unseen.flatten()).reshape(unseen.dim(0), WORDS, 2).mul(present).sum(1);
}

void report(String name, Tensor scores, Tensor labels) {
  var matrix = new ConfusionMatrix(2);
  matrix.update(scores, labels);
  IO.println(
      "%-11s  accuracy %.4f  precision %.4f  recall %.4f  F1 %.4f"
          .formatted(name, matrix.accuracy(), matrix.precision(1), matrix.recall(1), matrix.f1(1)));
}
