package dev.adjoint.nn;

import static dev.adjoint.nn.GradientSample.joined;
import static dev.adjoint.nn.GradientSample.random;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.TransformerDecoderLayer.Masks;
import dev.adjoint.nn.preprocessing.StandardScaler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Calls of the layers that LayerSamples has not: of sequences, with several results, and around other layers. */
final class SequenceSamples {
  private static final int LENGTH = 5;
  private static final int BATCH = 3;
  private static final int IN = 2;
  private static final int HIDDEN = 4;
  private static final int EMBED = 6;
  private static final int HEADS = 2;

  private final List<GradientSample> all = new ArrayList<>();

  private SequenceSamples() {}

  static List<GradientSample> all() {
    return Scope.withDType(
        DType.F64,
        () -> {
          Random.seed(8);
          var samples = new SequenceSamples();
          samples.recurrent();
          samples.cells();
          samples.attention();
          samples.transformers();
          samples.others();
          return samples.all;
        });
  }

  /** Two layers in both directions with a dropout between them, whose outputs and last states count. */
  private void recurrent() {
    RecurrentOptions both = RecurrentOptions.DEFAULT.numLayers(2).bidirectional(true).dropout(0.3);
    RecurrentOptions one = RecurrentOptions.DEFAULT.bias(false).batchFirst(true);
    for (RecurrentLayer layer :
        List.of(
            new RNN(IN, HIDDEN, both),
            new RNN(IN, HIDDEN, "relu", both),
            new LSTM(IN, HIDDEN, both),
            new GRU(IN, HIDDEN, both))) {
      String name = layer.label() + " number " + all.size();
      Tensor first = random(4, BATCH, HIDDEN);
      Tensor x = random(LENGTH, BATCH, IN);
      var inputs = new ArrayList<>(List.of(x, first));
      if (layer instanceof LSTM) {
        inputs.add(random(4, BATCH, HIDDEN));
      }
      all.add(
          new GradientSample(
              name,
              layer,
              inputs,
              in -> results(layer.run(in.getFirst(), in.subList(1, in.size())))));
      all.add(
          new GradientSample(
              name + " of packed sequences",
              layer,
              inputs,
              in -> {
                var packed = PackedSequence.of(in.getFirst(), new int[] {3, 5, 1}, false);
                return results(layer.run(packed, in.subList(1, in.size())));
              }));
    }
    Tensor x = random(BATCH, LENGTH, IN);
    all.add(GradientSample.of("RNN without bias", new RNN(IN, HIDDEN, one), x));
    all.add(GradientSample.of("LSTM without bias", new LSTM(IN, HIDDEN, one), x));
    all.add(GradientSample.of("GRU without bias", new GRU(IN, HIDDEN, one), x));
  }

  private static Tensor results(RecurrentLayer.Run run) {
    var results = new ArrayList<>(List.of(run.output()));
    results.addAll(run.state());
    return joined(results);
  }

  private void cells() {
    Tensor x = random(BATCH, IN);
    Tensor h = random(BATCH, HIDDEN);
    for (String function : List.of("tanh", "relu")) {
      all.add(
          GradientSample.of(
              "RNNCell of " + function,
              new RNNCell(IN, HIDDEN, true, function),
              (cell, in) -> cell.apply(in.get(0), in.get(1)),
              x,
              h));
    }
    all.add(
        GradientSample.of(
            "GRUCell",
            new GRUCell(IN, HIDDEN),
            (cell, in) -> cell.apply(in.get(0), in.get(1)),
            x,
            h));
    all.add(
        GradientSample.of(
            "LSTMCell",
            new LSTMCell(IN, HIDDEN),
            (cell, in) -> {
              LSTM.State next = cell.apply(in.get(0), new LSTM.State(in.get(1), in.get(2)));
              return joined(List.of(next.hidden(), next.cell()));
            },
            x,
            h,
            random(BATCH, HIDDEN)));
    all.add(GradientSample.of("LSTMCell of a first step", new LSTMCell(IN, HIDDEN, false), x));
  }

  private void attention() {
    Tensor q = random(3, 2, EMBED);
    Tensor k = random(LENGTH, 2, EMBED);
    all.add(
        GradientSample.of(
            "MultiheadAttention",
            new MultiheadAttention(EMBED, HEADS),
            (layer, in) -> layer.apply(in.get(0), in.get(1), in.get(2)),
            q,
            k,
            random(LENGTH, 2, EMBED)));
    all.add(
        GradientSample.of(
            "MultiheadAttention of sizes",
            new MultiheadAttention(
                EMBED, HEADS, MultiheadAttentionOptions.DEFAULT.dropout(0.3).kdim(3).vdim(4)),
            (layer, in) -> layer.apply(in.get(0), in.get(1), in.get(2)),
            q,
            random(LENGTH, 2, 3),
            random(LENGTH, 2, 4)));
    Tensor padding = Tensors.of(new int[] {0, 0, 1, 0, 1, 0, 0, 0, 0, 1}, 2, LENGTH).toBool();
    all.add(
        GradientSample.of(
            "MultiheadAttention with masks and weights",
            new MultiheadAttention(EMBED, HEADS),
            (layer, in) -> {
              var result =
                  layer.apply(
                      in.get(0), in.get(1), in.get(1), padding, true, in.get(2), true, false);
              return joined(List.of(result.output(), Objects.requireNonNull(result.weights())));
            },
            q,
            k,
            random(3, LENGTH)));
  }

  private void transformers() {
    Tensor x = random(3, 2, EMBED);
    Tensor memory = random(LENGTH, 2, EMBED);
    TransformerOptions options = TransformerOptions.DEFAULT.dimFeedforward(5);
    for (boolean first : new boolean[] {false, true}) {
      TransformerOptions each =
          options.normFirst(first).activation(first ? Tensor::gelu : Activation.RELU);
      all.add(
          GradientSample.of(
              "TransformerEncoderLayer, norm first: " + first,
              new TransformerEncoderLayer(EMBED, HEADS, each),
              x));
      all.add(
          GradientSample.of(
              "TransformerDecoderLayer, norm first: " + first,
              new TransformerDecoderLayer(EMBED, HEADS, each),
              (layer, in) -> layer.apply(in.get(0), in.get(1), Masks.CAUSAL),
              x,
              memory));
    }
    all.add(
        GradientSample.of(
            "TransformerEncoder",
            new TransformerEncoder(
                () -> new TransformerEncoderLayer(EMBED, HEADS, options), 2, new LayerNorm(EMBED)),
            (layer, in) -> layer.apply(in.getFirst(), null, null, true),
            x));
    all.add(
        GradientSample.of(
            "TransformerDecoder",
            new TransformerDecoder(
                () -> new TransformerDecoderLayer(EMBED, HEADS, options), 2, new LayerNorm(EMBED)),
            (layer, in) -> layer.apply(in.get(0), in.get(1)),
            x,
            memory));
    all.add(GradientSample.of("PositionalEncoding", new PositionalEncoding(EMBED, 0.3), x));
    all.add(GradientSample.of("RotaryPositionalEmbeddings", new RotaryPositionalEmbeddings(6), x));
  }

  private void others() {
    Tensor line = random(2, 2, 6);
    Tensor places = new MaxPool1d(2).withIndices(line).indices();
    all.add(
        GradientSample.of(
            "MaxUnpool1d",
            new MaxUnpool1d(2),
            (layer, in) -> layer.apply(in.getFirst(), places),
            random(2, 2, 3)));
    Tensor of2 = new MaxPool2d(2).withIndices(random(2, 4, 4)).indices();
    all.add(
        GradientSample.of(
            "MaxUnpool2d",
            new MaxUnpool2d(2),
            (layer, in) -> layer.apply(in.getFirst(), of2, 5, 4),
            random(2, 2, 2)));
    Tensor of3 = new MaxPool3d(2).withIndices(random(1, 1, 2, 4, 4)).indices();
    all.add(
        GradientSample.of(
            "MaxUnpool3d",
            new MaxUnpool3d(2),
            (layer, in) -> layer.apply(in.getFirst(), of3),
            random(1, 1, 1, 2, 2)));
    all.add(GradientSample.of("Identity", new Identity(), random(3, 2)));
    Tensor rows = random(4, 3);
    all.add(GradientSample.of("Residual", new Residual(new Linear(3, 3)), rows));
    all.add(
        GradientSample.of("Sequential", Sequential.of(new Linear(3, 2), Activation.TANH), rows));
    all.add(GradientSample.of("Scaler", new StandardScaler().fit(rows).module(), rows));
  }
}
