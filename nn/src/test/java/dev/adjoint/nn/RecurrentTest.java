package dev.adjoint.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recurrent layers against plain loops and each other. */
class RecurrentTest {
  private static final int LENGTH = 5;
  private static final int BATCH = 3;
  private static final int IN = 2;
  private static final int HIDDEN = 4;

  private Tensor x;

  @BeforeEach
  void input() {
    Random.seed(8);
    x = f64(() -> Tensors.randn(LENGTH, BATCH, IN).realize());
  }

  private static <T> T f64(Supplier<T> body) {
    return Scope.withDType(DType.F64, body);
  }

  private static RecurrentLayer layer(
      String kind, int layers, boolean bias, boolean batchFirst, boolean both) {
    return f64(
        () ->
            switch (kind) {
              case "LSTM" -> new LSTM(IN, HIDDEN, layers, bias, batchFirst, 0, both);
              case "GRU" -> new GRU(IN, HIDDEN, layers, bias, batchFirst, 0, both);
              case "RELU" -> new RNN(IN, HIDDEN, layers, "relu", bias, batchFirst, 0, both);
              default -> new RNN(IN, HIDDEN, layers, "tanh", bias, batchFirst, 0, both);
            });
  }

  private static int states(String kind) {
    return kind.equals("LSTM") ? 2 : 1;
  }

  @ParameterizedTest
  @CsvSource({
    "TANH, 1, true, false", "RELU, 2, true, true", "LSTM, 1, true, false", "LSTM, 2, true, true",
    "LSTM, 2, false, false", "GRU, 1, true, false", "GRU, 2, true, true", "GRU, 1, false, true"
  })
  void outputsAndStatesAreThoseOfLoops(String kind, int layers, boolean bias, boolean both) {
    RecurrentLayer layer = layer(kind, layers, bias, false, both);
    int rows = layers * (both ? 2 : 1);
    List<Tensor> first = new ArrayList<>();
    for (int s = 0; s < states(kind); s++) {
      first.add(f64(() -> Tensors.randn(rows, BATCH, HIDDEN).realize()));
    }
    RecurrentLayer.Run run = layer.run(x, first);
    var reference = new RecurrentReference(layer.namedParameters(), kind, HIDDEN);
    for (int n = 0; n < BATCH; n++) {
      double[][] sequence = rows(x.select(1, n));
      for (int l = 0; l < layers; l++) {
        double[][] next = new double[LENGTH][HIDDEN * (both ? 2 : 1)];
        for (int d = 0; d < (both ? 2 : 1); d++) {
          int row = l * (both ? 2 : 1) + d;
          double[][] state = new double[states(kind)][];
          for (int s = 0; s < state.length; s++) {
            state[s] = first.get(s).select(0, row).select(0, n).toDoubles();
          }
          double[][] found =
              reference.run(sequence, "_l" + l + (d == 0 ? "" : "_reverse"), d > 0, state);
          for (int t = 0; t < LENGTH; t++) {
            System.arraycopy(found[t], 0, next[t], d * HIDDEN, HIDDEN);
          }
          for (int s = 0; s < state.length; s++) {
            close(run.state().get(s).select(0, row).select(0, n), state[s]);
          }
        }
        sequence = next;
      }
      close(
          run.output().select(1, n),
          Arrays.stream(sequence).flatMapToDouble(Arrays::stream).toArray());
    }
  }

  private static double[][] rows(Tensor matrix) {
    double[][] rows = new double[matrix.dim(0)][];
    Arrays.setAll(rows, i -> matrix.select(0, i).toDoubles());
    return rows;
  }

  private static void close(Tensor actual, double[] expected) {
    assertThat(actual.toDoubles()).usingComparatorWithPrecision(1e-12).containsExactly(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TANH", "LSTM", "GRU"})
  void packedSequencesAreTheSequencesAlone(String kind) {
    RecurrentLayer layer = layer(kind, 2, true, false, true);
    int[] lengths = {3, 5, 1};
    RecurrentLayer.Run all = layer.run(PackedSequence.of(x, lengths, false), null);
    for (int n = 0; n < BATCH; n++) {
      int length = lengths[n];
      RecurrentLayer.Run alone = layer.run(x.select(1, n).narrow(0, 0, length), null);
      close(all.output().select(1, n).narrow(0, 0, length), alone.output().toDoubles());
      assertThat(all.output().select(1, n).narrow(0, length, LENGTH - length).toDoubles())
          .containsOnly(new double[(LENGTH - length) * 2 * HIDDEN]);
      for (int s = 0; s < states(kind); s++) {
        close(all.state().get(s).select(1, n), alone.state().get(s).toDoubles());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"LSTM", "TANH", "RELU"})
  void biasesAreAddedOnceForAllSteps(String kind) {
    assertThat(nodesOfAStep(kind, true)).isEqualTo(nodesOfAStep(kind, false));
  }

  private int nodesOfAStep(String kind, boolean bias) {
    RecurrentLayer layer = layer(kind, 1, bias, false, false);
    return nodes(layer, x) - nodes(layer, x.narrow(0, 0, LENGTH - 1));
  }

  /** How many nodes a layer records. */
  private static int nodes(RecurrentLayer layer, Tensor input) {
    int before = Tensors.of(0f).node().serial();
    layer.apply(input);
    return Tensors.of(0f).node().serial() - before;
  }

  @Test
  void theBatchMayComeFirstOrBeMissing() {
    var first = (LSTM) layer("LSTM", 1, true, true, false);
    var last = (LSTM) layer("LSTM", 1, true, false, false);
    last.load(first.state());
    LSTM.Result a = first.apply(x.transpose(0, 1), null);
    LSTM.Result b = last.apply(x, null);
    close(a.output().transpose(0, 1), b.output().toDoubles());
    close(a.state().cell(), b.state().cell().toDoubles());
    LSTM.Result one = last.apply(x.select(1, 2), null);
    close(one.output(), b.output().select(1, 2).toDoubles());
    close(one.state().hidden(), b.state().hidden().select(1, 2).toDoubles());
    close(last.apply(x), b.output().toDoubles());
  }

  @Test
  void aCellIsAStepOfALayer() {
    var layer = (LSTM) layer("LSTM", 1, true, false, false);
    LSTMCell cell = f64(() -> new LSTMCell(IN, HIDDEN));
    for (String name : cell.state().keySet()) {
      cell.namedParameters().get(name).set(layer.namedParameters().get(name + "_l0"));
    }
    LSTM.@Nullable State state = null;
    for (int t = 0; t < LENGTH; t++) {
      state = cell.apply(x.select(0, t), state);
    }
    LSTM.Result run = layer.apply(x, null);
    close(state.hidden(), run.output().select(0, -1).toDoubles());
    close(state.cell(), run.state().cell().toDoubles());
    GRUCell gru = f64(() -> new GRUCell(IN, HIDDEN, false));
    assertThat(gru.apply(x.select(0, 0), null).shape().dims()).containsExactly(BATCH, HIDDEN);
    RNNCell rnn = f64(() -> new RNNCell(IN, HIDDEN, true, "relu"));
    Tensor row = rnn.apply(x.select(0, 0).select(0, 0));
    assertThat(row.shape().dims()).containsExactly(HIDDEN);
    assertThat(Arrays.stream(row.toDoubles())).allMatch(value -> value >= 0);
  }

  @Test
  void dropoutIsBetweenLayersAndOnlyInTraining() {
    LSTM layer = f64(() -> new LSTM(IN, HIDDEN, 2, true, false, 0.5, false));
    double[] trained = layer.apply(x).toDoubles();
    assertThat(layer.apply(x).toDoubles()).isNotEqualTo(trained);
    layer.eval();
    double[] evaluated = layer.apply(x).toDoubles();
    assertThat(layer.apply(x).toDoubles()).containsExactly(evaluated);
  }

  @Test
  void optionsAreTheArguments() {
    var options = RecurrentOptions.DEFAULT.numLayers(2).bias(false).batchFirst(true);
    var both = options.bidirectional(true).dropout(0.5);
    assertThat(both).isEqualTo(new RecurrentOptions(2, false, true, 0.5, true));
    Tensor turned = x.transpose(0, 1);
    List<RecurrentLayer> layers =
        f64(
            () ->
                List.of(
                    new LSTM(IN, HIDDEN, options),
                    new GRU(IN, HIDDEN, options),
                    new RNN(IN, HIDDEN, options),
                    new RNN(IN, HIDDEN, "relu", options)));
    List<String> kinds = List.of("LSTM", "GRU", "TANH", "RELU");
    for (int i = 0; i < kinds.size(); i++) {
      RecurrentLayer same = layer(kinds.get(i), 2, false, false, false);
      same.load(layers.get(i).state());
      assertThat(layers.get(i).apply(turned).transpose(0, 1).toDoubles())
          .containsExactly(same.apply(x).toDoubles());
    }
    LSTM lstm = f64(() -> new LSTM(IN, HIDDEN, both));
    assertThat(lstm.apply(turned).shape().dims()).containsExactly(BATCH, LENGTH, 2 * HIDDEN);
    assertThat(lstm.apply(turned).toDoubles()).isNotEqualTo(lstm.apply(turned).toDoubles());
  }

  @Test
  void namesAndLabels() {
    assertThat(layer("GRU", 2, true, false, true).state().keySet())
        .startsWith(
            "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l0_reverse")
        .endsWith("bias_hh_l1_reverse")
        .hasSize(16);
    assertThat(layer("GRU", 2, true, false, true))
        .hasToString("GRU(2 -> 4, 2 layers, bidirectional)");
    assertThat(new LSTMCell(2, 3)).hasToString("LSTMCell(2 -> 3)");
  }

  @Test
  void whatDoesNotFitIsAnError() {
    var lstm = new LSTM(2, 3);
    Tensor input = Tensors.ones(4, 5, 2);
    assertThatThrownBy(() -> lstm.apply(Tensors.ones(4, 5, 3)))
        .hasMessage(
            "lstm: needs [length, n, 2], batch first or without n, the input is [4, 5, 3] (in LSTM)");
    var state = new LSTM.State(Tensors.ones(1, 4, 3), Tensors.ones(1, 5, 3));
    assertThatThrownBy(() -> lstm.apply(input, state))
        .hasMessage("lstm: the state must be [1, 5, 3], it is [1, 4, 3] (in LSTM)");
    assertThatThrownBy(() -> PackedSequence.of(input, new int[] {1, 2, 3, 4, 5}, false))
        .hasMessage("packedSequence: lengths [1, 2, 3, 4, 5] do not fit 5 sequences of 4 steps");
    assertThatThrownBy(() -> new RNN(2, 3, 1, "sigmoid", true, false, 0, false))
        .hasMessage("rnn: the function must be tanh or relu, not 'sigmoid'");
    assertThatThrownBy(() -> new GRU(2, 3, 0))
        .hasMessage("gru: the number of layers must be positive, not 0");
    assertThatThrownBy(() -> new LSTMCell(2, 3).apply(input))
        .hasMessage("lstmcell: needs [n, 2] or [2], the input is [4, 5, 2] (in LSTMCell)");
  }
}
