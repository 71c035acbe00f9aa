package dev.adjoint.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.EmbeddingBagImpl;
import org.bytedeco.pytorch.EmbeddingBagOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kMean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The mails of examples/cases/Spam.java are told apart as well as by the same network in libtorch: from the same first values, on
 * the same batches, with dropout that differs.
 */
class TorchSpamTest {
  private static final int WORDS = 400;
  private static final int VOCABULARY = 20_000;
  private static final int SIZE = 32;
  private static final int EPOCHS = 8;
  private static final double DROPOUT = 0.3;
  private static final double RATE = 5e-3;
  private static final double POINT = 0.01;

  @Test
  void f1() throws IOException {
    Assumptions.assumeTrue(
        Libtorch.available(), "libtorch is not on the class path: mvn verify -Plibtorch");
    Libtorch.load();
    List<Dataset> parts = mails();
    var train = new DataLoader(parts.get(0), 64);
    Batch test = parts.get(1).batch();
    Random.seed(1);
    var bag = new EmbeddingBag(VOCABULARY, SIZE, "mean", false, 0);
    var linear = new Linear(SIZE, 2);
    var peer = new Peer(bag, linear);
    var model = Sequential.of(bag, new Dropout(DROPOUT), linear);
    new Trainer(model, new Adam(model.parameters(), RATE), Losses::crossEntropy)
        .verbose(false)
        .fit(train.shuffle(1), EPOCHS);
    peer.train(train.shuffle(1));
    double ours = f1(model.predict(test.x()), test.y());
    double theirs = f1(peer.scores(test.x()), test.y());
    System.out.printf(Locale.ROOT, "spam: F1 %.4f, of libtorch %.4f%n", ours, theirs);
    assertThat(theirs).isGreaterThan(0.95);
    assertThat(ours).isCloseTo(theirs, within(POINT));
  }

  private static double f1(Tensor scores, Tensor labels) {
    var matrix = new ConfusionMatrix(2);
    matrix.update(scores, labels);
    return matrix.f1(1);
  }

  /** The mails to learn from and the others, as the example has them. */
  private static List<Dataset> mails() throws IOException {
    List<SpamAssassin.Mail> mails = load();
    List<List<String>> words = mails.stream().map(mail -> words(mail.text())).toList();
    int[] labels = mails.stream().mapToInt(mail -> mail.isSpam() ? 1 : 0).toArray();
    var vocabulary = Vocabulary.build(words, 1, VOCABULARY, "<pad>").defaultIndex(0);
    int[] bags = new int[mails.size() * WORDS];
    for (int i = 0; i < words.size(); i++) {
      int[] bag = vocabulary.indices(words.get(i));
      System.arraycopy(bag, 0, bags, i * WORDS, bag.length);
    }
    var data = new TensorDataset(Tensors.of(bags, mails.size(), WORDS), Tensors.of(labels));
    return Splits.stratified(data, labels, 1, 0.8, 0.2);
  }

  private static List<SpamAssassin.Mail> load() throws IOException {
    try {
      return SpamAssassin.load();
    } catch (NoSuchFileException e) {
      return Assumptions.abort(e.getMessage());
    }
  }

  private static List<String> words(String text) {
    return Pattern.compile("[a-z]{2,20}|[$!]")
        .matcher(text.toLowerCase(Locale.ROOT))
        .results()
        .limit(WORDS)
        .map(MatchResult::group)
        .toList();
  }

  /** The network in libtorch. */
  private static final class Peer {
    private final EmbeddingBagImpl bag;
    private final LinearImpl linear = new LinearImpl(SIZE, 2);
    private final org.bytedeco.pytorch.Adam optimizer;

    Peer(EmbeddingBag bag, Linear linear) {
      var options = new EmbeddingBagOptions(VOCABULARY, SIZE);
      options.mode().put(new kMean());
      options.padding_idx().put(0);
      this.bag = new EmbeddingBagImpl(options);
      this.bag.weight().set_data(TorchCall.tensor(bag.weight()));
      this.linear.weight().set_data(TorchCall.tensor(linear.weight()));
      this.linear.bias().set_data(TorchCall.tensor(Objects.requireNonNull(linear.bias())));
      var parameters =
          new TensorVector(this.bag.weight(), this.linear.weight(), this.linear.bias());
      optimizer = new org.bytedeco.pytorch.Adam(parameters, new AdamOptions(RATE));
    }

    void train(DataLoader batches) {
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (Batch batch : batches) {
          step(batch);
        }
      }
    }

    private void step(Batch batch) {
      try (var _ = new PointerScope()) {
        optimizer.zero_grad();
        var vectors = torch.dropout(bag.forward(TorchCall.tensor(batch.x())), DROPOUT, true);
        var labels = TorchCall.tensor(batch.y()).to(torch.ScalarType.Long);
        torch.cross_entropy_loss(linear.forward(vectors), labels).backward();
        optimizer.step();
      }
    }

    Tensor scores(Tensor x) {
      var result = TorchCall.result(linear.forward(bag.forward(TorchCall.tensor(x))));
      return Tensors.of(result.elements(), result.sizes());
    }
  }
}
