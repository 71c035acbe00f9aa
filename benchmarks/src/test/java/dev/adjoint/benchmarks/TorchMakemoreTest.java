package dev.adjoint.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.Flatten;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Dataset;
import dev.adjoint.nn.data.Splits;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.FirstNames;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.nn.train.Trainer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The network of examples/cases/Makemore.java beside the same one in libtorch: from the same first values and on the same
 * batches, both have the same loss on other names.
 */
class TorchMakemoreTest {
  private static final int LETTERS = 27;
  private static final int CONTEXT = 3;
  private static final double[] RATES = {0.1, 0.01};
  private static final int[] EPOCHS = {10, 5};

  @Test
  void lossOnOtherNames() throws IOException {
    Assumptions.assumeTrue(
        Libtorch.available(), "libtorch is not on the class path: mvn verify -Plibtorch");
    Libtorch.load();
    List<Dataset> parts = Splits.random(letters(), 1, 0.9, 0.1);
    Batch test = parts.get(1).batch();
    Random.seed(1);
    var model =
        Sequential.of(
            new Embedding(LETTERS, 10),
            new Flatten(),
            new Linear(10 * CONTEXT, 200),
            Activation.TANH,
            new Linear(200, LETTERS));
    var peer = new Peer(model.parameters().stream().map(TorchCall::tensor).toList());
    var optimizer = new SGD(model.parameters(), RATES[0]);
    var trainer = new Trainer(model, optimizer, Losses::crossEntropy).verbose(false);
    var ours = new DataLoader(parts.get(0), 32).shuffle(1);
    var theirs = new DataLoader(parts.get(0), 32).shuffle(1);
    for (int i = 0; i < RATES.length; i++) {
      optimizer.learningRate(RATES[i]);
      trainer.fit(ours, EPOCHS[i]);
      peer.train(theirs, RATES[i], EPOCHS[i]);
    }
    double loss = Losses.crossEntropy(model.predict(test.x()), test.y()).item();
    double expected = peer.loss(test).item_float();
    System.out.printf(Locale.ROOT, "makemore: loss %.4f, of libtorch %.4f%n", loss, expected);
    assertThat(expected).isLessThan(2.2);
    assertThat(loss).isCloseTo(expected, within(0.01));
  }

  private static TensorDataset letters() throws IOException {
    var before = new ArrayList<int[]>();
    var next = new ArrayList<Integer>();
    for (String name : names()) {
      int[] seen = new int[CONTEXT];
      for (char letter : (name + (char) ('a' - 1)).toCharArray()) {
        before.add(seen);
        next.add(letter - 'a' + 1);
        seen = Arrays.copyOfRange(seen, 1, CONTEXT + 1);
        seen[CONTEXT - 1] = letter - 'a' + 1;
      }
    }
    int[] all = before.stream().flatMapToInt(Arrays::stream).toArray();
    int[] targets = next.stream().mapToInt(Integer::intValue).toArray();
    return new TensorDataset(Tensors.of(all, targets.length, CONTEXT), Tensors.of(targets));
  }

  private static List<String> names() throws IOException {
    try {
      return FirstNames.load().stream()
          .map(name -> name.toLowerCase(Locale.ROOT))
          .filter(name -> name.matches("[a-z]+"))
          .distinct()
          .toList();
    } catch (NoSuchFileException e) {
      return Assumptions.abort(e.getMessage());
    }
  }

  /** The network in libtorch. */
  private static final class Peer {
    private final EmbeddingImpl embedding = new EmbeddingImpl(LETTERS, 10);
    private final LinearImpl wide = new LinearImpl(10L * CONTEXT, 200);
    private final LinearImpl last = new LinearImpl(200, LETTERS);
    private final TensorVector parameters =
        new TensorVector(
            embedding.weight(), wide.weight(), wide.bias(), last.weight(), last.bias());

    Peer(List<org.bytedeco.pytorch.Tensor> values) {
      for (int i = 0; i < values.size(); i++) {
        parameters.get(i).set_data(values.get(i));
      }
    }

    void train(DataLoader batches, double rate, int epochs) {
      var optimizer = new org.bytedeco.pytorch.SGD(parameters, new SGDOptions(rate));
      for (int epoch = 0; epoch < epochs; epoch++) {
        for (Batch batch : batches) {
          try (var _ = new PointerScope()) {
            optimizer.zero_grad();
            loss(batch).backward();
            optimizer.step();
          }
        }
      }
    }

    org.bytedeco.pytorch.Tensor loss(Batch batch) {
      var hidden = wide.forward(embedding.forward(longs(batch.x())).flatten(1, -1)).tanh();
      return torch.cross_entropy_loss(last.forward(hidden), longs(batch.y()));
    }

    private static org.bytedeco.pytorch.Tensor longs(Tensor x) {
      return TorchCall.tensor(x).to(torch.ScalarType.Long);
    }
  }
}
