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
import dev.adjoint.nn.train.Trainer;

/**
 * Mails as bags of words, by a mean of learned vectors, beside naive Bayes on the same words: bin/adjoint
 * examples/cases/Spam.java
 */
void main() throws IOException {
  List<SpamAssassin.Mail> mails = SpamAssassin.load();
  List<List<String>> words = mails.stream().map(mail -> words(mail.text())).toList();
  int[] labels = mails.stream().mapToInt(mail -> mail.isSpam() ? 1 : 0).toArray();
  Map<String, Integer> numbers = numbers(words);
  int[] bags = new int[mails.size() * WORDS];
  for (int i = 0; i < words.size(); i++) {
    int k = i * WORDS;
    for (String word : words.get(i)) {
      bags[k++] = numbers.getOrDefault(word, PADDING);
    }
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

/** The numbers of the most frequent words, from 1 on. */
Map<String, Integer> numbers(List<List<String>> words) {
  var counts = new HashMap<String, Integer>();
  words.forEach(mail -> mail.forEach(word -> counts.merge(word, 1, Integer::sum)));
  List<String> frequent =
      counts.keySet().stream()
          .sorted(
              Comparator.<String>comparingInt(counts::get)
                  .reversed()
                  .thenComparing(Comparator.naturalOrder()))
          .limit(VOCABULARY - 1)
          .toList();
  var numbers = new HashMap<String, Integer>();
  frequent.forEach(word -> numbers.put(word, numbers.size() + 1));
  return numbers;
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
