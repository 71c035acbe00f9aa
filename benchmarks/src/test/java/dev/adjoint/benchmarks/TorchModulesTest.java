package dev.adjoint.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Gradients;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.GRU;
import dev.adjoint.nn.LSTM;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.MultiheadAttention;
import dev.adjoint.nn.RNN;
import dev.adjoint.nn.TransformerDecoderLayer;
import dev.adjoint.nn.TransformerEncoderLayer;
import dev.adjoint.nn.TransformerOptions;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.GRUImpl;
import org.bytedeco.pytorch.GRUOptions;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.MultiheadAttentionImpl;
import org.bytedeco.pytorch.RNNImpl;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.TransformerDecoderLayerImpl;
import org.bytedeco.pytorch.TransformerDecoderLayerOptions;
import org.bytedeco.pytorch.TransformerEncoderLayerImpl;
import org.bytedeco.pytorch.TransformerEncoderLayerOptions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Layers of sequences with the parameters of those of libtorch: outputs and the gradients of all parameters are the same. */
class TorchModulesTest {
  private static final double RECURRENT = 1e-5;
  private static final double ATTENTION = 2e-6;

  @BeforeEach
  void peer() {
    Assumptions.assumeTrue(
        Libtorch.available(), "libtorch is not on the class path: mvn verify -Plibtorch");
    Random.seed(12);
  }

  private static org.bytedeco.pytorch.Tensor torch(Tensor x) {
    return TorchCall.tensor(x);
  }

  /** Copies the parameters of a module by their names; both have the same. */
  private static void copy(Module module, StringTensorDict peer) {
    assertThat(names(peer)).isEqualTo(List.copyOf(module.namedParameters().keySet()));
    module
        .namedParameters()
        .forEach((name, parameter) -> peer.get(name).set_data(torch(parameter)));
  }

  private static List<String> names(StringTensorDict parameters) {
    var names = new ArrayList<String>();
    for (long i = 0; i < parameters.size(); i++) {
      names.add(parameters.get(i).key().getString());
    }
    return names;
  }

  private static void same(
      Module module,
      StringTensorDict peer,
      Tensor output,
      org.bytedeco.pytorch.Tensor expected,
      double tolerance) {
    close("output", output.toDoubles(), TorchCall.result(expected).elements(), tolerance);
    Tensor seed = Tensors.randn(output.shape().dims());
    Gradients gradients = output.backward(seed);
    expected.mul(torch(seed)).sum().backward();
    module
        .namedParameters()
        .forEach(
            (name, parameter) ->
                close(
                    name,
                    gradients.of(parameter).toDoubles(),
                    TorchCall.result(peer.get(name).grad()).elements(),
                    tolerance));
  }

  /** Differences relative to the largest element. */
  private static void close(String what, double[] actual, double[] expected, double tolerance) {
    double largest = 1;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i])).as(what).isLessThan(tolerance * largest);
    }
  }

  @Test
  void recurrentLayers() {
    Tensor x = Tensors.randn(7, 3, 5).realize();
    var rnn = new RNN(5, 6);
    var rnnPeer = new RNNImpl(5, 6);
    copy(rnn, rnnPeer.named_parameters());
    same(
        rnn, rnnPeer.named_parameters(), rnn.apply(x), rnnPeer.forward(torch(x)).get0(), RECURRENT);

    var options = new LSTMOptions(5, 6);
    options.num_layers().put(2);
    options.bidirectional().put(true);
    var lstm = new LSTM(5, 6, 2, true, false, 0, true);
    var lstmPeer = new LSTMImpl(options);
    copy(lstm, lstmPeer.named_parameters());
    LSTM.Result found = lstm.apply(x, null);
    var expected = lstmPeer.forward(torch(x));
    close(
        "cell",
        found.state().cell().toDoubles(),
        TorchCall.result(expected.get1().get1()).elements(),
        RECURRENT);
    same(lstm, lstmPeer.named_parameters(), found.output(), expected.get0(), RECURRENT);

    var gruOptions = new GRUOptions(5, 6);
    gruOptions.num_layers().put(2);
    gruOptions.bidirectional().put(true);
    var gru = new GRU(5, 6, 2, true, false, 0, true);
    var gruPeer = new GRUImpl(gruOptions);
    copy(gru, gruPeer.named_parameters());
    GRU.Result last = gru.apply(x, null);
    var other = gruPeer.forward(torch(x));
    close(
        "hidden", last.hidden().toDoubles(), TorchCall.result(other.get1()).elements(), RECURRENT);
    same(gru, gruPeer.named_parameters(), last.output(), other.get0(), RECURRENT);
  }

  @Test
  void attentionOfSeveralHeads() {
    Tensor q = Tensors.randn(4, 2, 8).realize();
    Tensor kv = Tensors.randn(6, 2, 8).realize();
    Tensor padding = Tensors.of(new int[] {0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1}, 2, 6).toBool();
    Tensor mask = Tensors.randn(4, 6).gt(1).realize();
    var attention = new MultiheadAttention(8, 2);
    var peer = new MultiheadAttentionImpl(8, 2);
    copy(attention, peer.named_parameters());
    MultiheadAttention.Result found = attention.apply(q, kv, kv, padding, true, mask, true, false);
    // The C++ side adds a mask of bool, unlike Python, so it gets what is to be added.
    Tensor added = mask.where(Double.NEGATIVE_INFINITY, 0);
    var expected =
        peer.forward(torch(q), torch(kv), torch(kv), torch(padding), true, torch(added), true);
    close(
        "weights",
        found.weights().toDoubles(),
        TorchCall.result(expected.get1()).elements(),
        ATTENTION);
    same(attention, peer.named_parameters(), found.output(), expected.get0(), ATTENTION);
    Tensor without = attention.apply(q, kv, kv, padding, false, mask, false, false).output();
    close(
        "without weights",
        without.toDoubles(),
        TorchCall.result(expected.get0()).elements(),
        ATTENTION);
  }

  @Test
  void layersOfTransformers() {
    Tensor x = Tensors.randn(5, 2, 8).realize();
    Tensor memory = Tensors.randn(7, 2, 8).realize();
    var options = TransformerOptions.DEFAULT.dimFeedforward(16).dropout(0);
    var encoderOptions = new TransformerEncoderLayerOptions(8, 2);
    encoderOptions.dim_feedforward().put(16);
    encoderOptions.dropout().put(0);
    var encoder = new TransformerEncoderLayer(8, 2, options);
    var encoderPeer = new TransformerEncoderLayerImpl(encoderOptions);
    copy(encoder, encoderPeer.named_parameters());
    same(
        encoder,
        encoderPeer.named_parameters(),
        encoder.apply(x),
        encoderPeer.forward(torch(x)),
        RECURRENT);

    var decoderOptions = new TransformerDecoderLayerOptions(8, 2);
    decoderOptions.dim_feedforward().put(16);
    decoderOptions.dropout().put(0);
    var decoder = new TransformerDecoderLayer(8, 2, options);
    var decoderPeer = new TransformerDecoderLayerImpl(decoderOptions);
    copy(decoder, decoderPeer.named_parameters());
    same(
        decoder,
        decoderPeer.named_parameters(),
        decoder.apply(x, memory),
        decoderPeer.forward(torch(x), torch(memory)),
        RECURRENT);
  }
}
