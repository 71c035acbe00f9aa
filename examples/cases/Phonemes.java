import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.CrossEntropyOptions;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Dataset;
import dev.adjoint.nn.data.Splits;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.CmuDict;
import dev.adjoint.nn.metrics.WordErrorRate;
import dev.adjoint.nn.models.Seq2Seq;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Clipping;
import dev.adjoint.nn.optim.Scheduler;
import dev.adjoint.nn.optim.Schedules;
import dev.adjoint.nn.text.Vocabulary;

/**
 * How English words are pronounced, by a network that reads letters and writes phones: bin/adjoint examples/cases/Phonemes.java
 */
void main() throws IOException {
  List<Word> words = words();
  var phones =
      Vocabulary.build(words.stream().map(Word::phones).toList(), 1, "<sos>", "<eos>", "<pad>");
  var train = new ArrayList<DataLoader>();
  var test = new ArrayList<Batch>();
  // Words of one length need no filling up, and their batches have one graph.
  for (int length = SHORTEST; length <= LONGEST; length++) {
    List<Dataset> parts = Splits.random(ofLength(words, length, phones), 1, 0.9, 0.1);
    train.add(new DataLoader(parts.get(0), 64).shuffle(1).dropLast());
    test.add(parts.get(1).batch());
  }
  Random.seed(1);
  var model = new Seq2Seq(LETTERS, phones.size(), 128, 0.1, SOS, EOS);
  var optimizer = new Adam(model.parameters(), 3e-3);
  var scheduler = new Scheduler(optimizer, Schedules.cosine(EPOCHS, 0));
  for (int epoch = 1; epoch <= EPOCHS; epoch++) {
    var batches = new ArrayList<Batch>();
    train.forEach(loader -> loader.forEach(batches::add));
    Collections.shuffle(batches, new java.util.Random(epoch));
    double sum = 0;
    for (Batch batch : batches) {
      Tensor loss = loss(model, batch);
      optimizer.step(Clipping.byGlobalNorm(loss.backward(), 1));
      sum += loss.item();
    }
    scheduler.step();
    model.eval();
    IO.println(
        "epoch %2d  loss %.4f  phone error rate %.4f"
            .formatted(epoch, sum / batches.size(), errorRate(model, test)));
    model.train();
  }
}

static final int SHORTEST = 3;
static final int LONGEST = 10;
static final int LETTERS = 26;
static final int EPOCHS = 8;

/** The numbers of what is no phone. */
static final int SOS = 0;

static final int EOS = 1;
static final int PAD = 2;

/** A word and its phones, without stress. */
record Word(String letters, List<String> phones) {}

/** Every fifth word of the dictionary, with the first of its pronunciations. */
List<Word> words() throws IOException {
  List<Word> all =
      CmuDict.load().stream()
          .filter(entry -> entry.variant() == 0)
          .filter(entry -> entry.word().matches("[A-Z]{" + SHORTEST + "," + LONGEST + "}"))
          .map(entry -> new Word(entry.word(), entry.phonesWithoutStress()))
          .toList();
  return IntStream.range(0, all.size() / 5).mapToObj(i -> all.get(5 * i)).toList();
}

/** Words of a length, as letters [n, length] and as phones with what ends them [n, length']. */
TensorDataset ofLength(List<Word> words, int length, Vocabulary phones) {
  List<Word> chosen = words.stream().filter(word -> word.letters.length() == length).toList();
  int n = chosen.size();
  int longest = chosen.stream().mapToInt(word -> word.phones.size()).max().orElseThrow() + 1;
  int[] targets = new int[n * longest];
  Arrays.fill(targets, PAD);
  for (int i = 0; i < n; i++) {
    int[] numbers = phones.indices(chosen.get(i).phones);
    System.arraycopy(numbers, 0, targets, i * longest, numbers.length);
    targets[i * longest + numbers.length] = EOS;
  }
  int[] letters =
      chosen.stream().flatMapToInt(word -> word.letters.chars()).map(c -> c - 'A').toArray();
  return new TensorDataset(Tensors.of(letters, n, length), Tensors.of(targets, n, longest));
}

Tensor loss(Seq2Seq model, Batch batch) {
  Tensor logits = model.apply(batch.x(), null, batch.y());
  return Losses.crossEntropy(
      logits.flatten(0, 1), batch.y().flatten(), CrossEntropyOptions.DEFAULT.ignoreIndex(PAD));
}

/** How many phones must be changed, left out or put in, by how many there are. */
double errorRate(Seq2Seq model, List<Batch> batches) {
  var rate = new WordErrorRate();
  for (Batch batch : batches) {
    int longest = batch.y().dim(1);
    int[] targets = batch.y().toInts();
    rate.update(
        model.greedy(batch.x(), null, longest),
        IntStream.range(0, batch.size()).mapToObj(i -> phones(targets, i, longest)).toList());
  }
  return rate.value();
}

/** The phones of one word, up to what ends them. */
List<Integer> phones(int[] tokens, int word, int longest) {
  return Arrays.stream(tokens, word * longest, (word + 1) * longest)
      .takeWhile(token -> token != EOS)
      .boxed()
      .toList();
}
