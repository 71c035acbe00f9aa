package dev.adjoint.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The network of examples/cases/Phonemes.java gives words their phones as well as the same network in libtorch: from the same
 * first values, on the same batches, with dropout that differs.
 *
 * <p>Error rates may differ by 2 % of the phones, so by 0.02. It cannot be 2 % of the error rate, 0.0027: libtorch alone had
 * 0.1336 and 0.1385 in two runs, which is 3.7 % of it.
 */
class TorchPhonemesTest {
  private static final int SHORTEST = 3;
  private static final int LONGEST = 10;
  private static final int LETTERS = 26;
  private static final int SIZE = 128;
  private static final int EPOCHS = 8;
  private static final double RATE = 3e-3;
  private static final double DROPOUT = 0.1;
  private static final int SOS = 0;
  private static final int EOS = 1;
  private static final int PAD = 2;

  /** A word and its phones, without stress. */
  private record Word(String letters, List<String> phones) {}

  private final List<DataLoader> train = new ArrayList<>();
  private final List<Batch> test = new ArrayList<>();

  @Test
  void errorRates() throws IOException {
    Assumptions.assumeTrue(
        Libtorch.available(), "libtorch is not on the class path: mvn verify -Plibtorch");
    Libtorch.load();
    int phones = split(words());
    Random.seed(1);
    var model = new Seq2Seq(LETTERS, phones, SIZE, DROPOUT, SOS, EOS);
    var peer = new LibtorchSeq2Seq(LETTERS, phones, SIZE, DROPOUT, SOS);
    var values = peer.named_parameters();
    model
        .namedParameters()
        .forEach((name, parameter) -> values.get(name).set_data(TorchCall.tensor(parameter)));
    assertThat(values.size()).isEqualTo(model.namedParameters().size());
    train(model, peer);
    model.eval();
    double ours = errorRate(batch -> model.greedy(batch.x(), null, batch.y().dim(1)));
    double theirs = errorRate(batch -> greedy(peer, batch));
    System.out.printf(Locale.ROOT, "phones: error rate %.4f, of libtorch %.4f%n", ours, theirs);
    assertThat(theirs).isLessThan(0.2);
    assertThat(ours).isCloseTo(theirs, within(0.02));
  }

  private void train(Seq2Seq model, LibtorchSeq2Seq peer) {
    var optimizer = new Adam(model.parameters(), RATE);
    var scheduler = new Scheduler(optimizer, Schedules.cosine(EPOCHS, 0));
    var other = new org.bytedeco.pytorch.Adam(peer.parameters(), new AdamOptions(RATE));
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      other.param_groups().get(0).options().set_lr(optimizer.learningRate());
      var batches = new ArrayList<Batch>();
      train.forEach(loader -> loader.forEach(batches::add));
      Collections.shuffle(batches, new java.util.Random(epoch));
      for (Batch batch : batches) {
        Tensor logits = model.apply(batch.x(), null, batch.y());
        Tensor loss =
            Losses.crossEntropy(
                logits.flatten(0, 1),
                batch.y().flatten(),
                CrossEntropyOptions.DEFAULT.ignoreIndex(PAD));
        optimizer.step(Clipping.byGlobalNorm(loss.backward(), 1));
        step(peer, other, batch);
      }
      scheduler.step();
    }
  }

  private static void step(LibtorchSeq2Seq peer, org.bytedeco.pytorch.Adam optimizer, Batch batch) {
    try (var _ = new PointerScope()) {
      optimizer.zero_grad();
      var target = longs(batch.y());
      var logits = peer.forward(longs(batch.x()), target).flatten(0, 1);
      torch
          .cross_entropy_loss(logits, target.flatten(), new TensorOptional(), 1, PAD, 0)
          .backward();
      torch.clip_grad_norm_(peer.parameters(), 1);
      optimizer.step();
    }
  }

  private static org.bytedeco.pytorch.Tensor longs(Tensor x) {
    return TorchCall.tensor(x).to(torch.ScalarType.Long);
  }

  private static List<List<Integer>> greedy(LibtorchSeq2Seq peer, Batch batch) {
    int longest = batch.y().dim(1);
    double[] tokens = TorchCall.result(peer.greedy(longs(batch.x()), longest)).elements();
    int[] numbers = Arrays.stream(tokens).mapToInt(token -> (int) token).toArray();
    return sequences(numbers, batch);
  }

  /** The phones of a batch's words, up to what ends them. */
  private static List<List<Integer>> sequences(int[] tokens, Batch batch) {
    int longest = batch.y().dim(1);
    return IntStream.range(0, batch.size())
        .mapToObj(i -> Arrays.stream(tokens, i * longest, (i + 1) * longest))
        .map(row -> row.takeWhile(token -> token != EOS).boxed().toList())
        .toList();
  }

  /** Words of which the example learns some, and is tried on others; returns the number of phones. */
  private int split(List<Word> words) {
    var phones =
        Vocabulary.build(words.stream().map(Word::phones).toList(), 1, "<sos>", "<eos>", "<pad>");
    for (int length = SHORTEST; length <= LONGEST; length++) {
      List<Dataset> parts = Splits.random(ofLength(words, length, phones), 1, 0.9, 0.1);
      train.add(new DataLoader(parts.get(0), 64).shuffle(1).dropLast());
      test.add(parts.get(1).batch());
    }
    return phones.size();
  }

  private static List<Word> words() throws IOException {
    List<Word> all =
        load().stream()
            .filter(entry -> entry.variant() == 0)
            .filter(entry -> entry.word().matches("[A-Z]{" + SHORTEST + "," + LONGEST + "}"))
            .map(entry -> new Word(entry.word(), entry.phonesWithoutStress()))
            .toList();
    return IntStream.range(0, all.size() / 5).mapToObj(i -> all.get(5 * i)).toList();
  }

  private static List<CmuDict.Entry> load() throws IOException {
    try {
      return CmuDict.load();
    } catch (NoSuchFileException e) {
      return Assumptions.abort(e.getMessage());
    }
  }

  private static TensorDataset ofLength(List<Word> words, int length, Vocabulary phones) {
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

  /** How many phones must be changed, left out or put in, by how many there are. */
  private double errorRate(Function<Batch, List<List<Integer>>> outputs) {
    var rate = new WordErrorRate();
    for (Batch batch : test) {
      int[] targets = batch.y().toInts();
      rate.update(outputs.apply(batch), sequences(targets, batch));
    }
    return rate.value();
  }
}
