package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.LSTM;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.models.Seq2Seq.Hypothesis;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The LSTM classifier and the encoder with a decoder: logits by definition, lengths, decoding, training and errors. */
class SequenceModelsTest {
  private static final int END = 1;

  private Seq2Seq translator;
  private final Tensor source = Tensors.of(new int[] {3, 5, 2, 4, 6, 0, 1, 1}, 2, 4);

  @BeforeEach
  void model() {
    Random.seed(6);
    translator = Scope.withDType(DType.F64, () -> new Seq2Seq(7, 4, 5));
    // Larger parameters make outputs that differ more.
    for (Variable variable : translator.state().values()) {
      variable.copyFrom(variable.mul(3));
    }
    translator.eval();
  }

  private static void close(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toDoubles())
        .usingComparatorWithPrecision(1e-10)
        .containsExactly(expected.toDoubles());
  }

  @Test
  void whatIsBehindTheEndOfASequenceDoesNotCount() {
    for (boolean both : new boolean[] {false, true}) {
      var model = Scope.withDType(DType.F64, () -> new LSTMClassifier(7, 3, 4, 2, 2, both, 0.3));
      model.eval();
      Tensor y = model.apply(source, new int[] {4, 2});
      close(y.narrow(0, 0, 1), model.apply(source.narrow(0, 0, 1)));
      close(y.narrow(0, 1, 1), model.apply(source.narrow(0, 1, 1).narrow(1, 0, 2)));
      model.train();
      Tensor loss = Losses.crossEntropy(model.apply(source), Tensors.of(0, 1));
      assertThat(Trained.withoutGradient(model, loss)).isEmpty();
    }
  }

  @Test
  void theClassifierLearns() {
    var model = new LSTMClassifier(7, 4, 8, 2);
    Tensor labels = Tensors.of(0, 1);
    int[] lengths = {4, 3};
    Trained.learns(
        model, 25, 0.03, 0.3, () -> Losses.crossEntropy(model.apply(source, lengths), labels));
    assertThatThrownBy(() -> model.apply(source, new int[] {5, 1}))
        .hasMessageContaining("lengths [5, 1] do not fit");
    assertThatThrownBy(() -> model.apply(Tensors.zeros(2, 3)))
        .hasMessageContaining("lstmClassifier: needs numbers of tokens");
  }

  @Test
  void theClassifierTakesTheLastStateOfEachDirection() {
    var model = Scope.withDType(DType.F64, () -> new LSTMClassifier(7, 3, 4, 2, 2, true, 0.3));
    model.eval();
    var layer = Scope.withDType(DType.F64, () -> new LSTM(3, 4, 2, true, true, 0, true));
    var state = new LinkedHashMap<String, Tensor>();
    layer.state().keySet().forEach(name -> state.put(name, model.state().get("lstm." + name)));
    layer.load(state);
    Tensor vectors =
        model.state().get("embedding.weight").indexSelect(0, source.flatten()).unflatten(0, 2, 4);
    Tensor read = layer.apply(vectors, null).output();
    Tensor forward = read.select(1, -1).narrow(1, 0, 4);
    Tensor backward = read.select(1, 0).narrow(1, 4, 4);
    close(model.apply(source), linear(model, "fc", Tensors.cat(1, forward, backward)));
  }

  private static Tensor linear(Module model, String name, Tensor x) {
    Map<String, Variable> s = model.state();
    return x.matmul(s.get(name + ".weight").t()).add(s.get(name + ".bias"));
  }

  private Tensor gru(String name, Tensor x, Tensor h) {
    Map<String, Variable> s = translator.state();
    Tensor ofInput = x.matmul(s.get(name + ".weight_ih_l0").t()).add(s.get(name + ".bias_ih_l0"));
    Tensor ofState = h.matmul(s.get(name + ".weight_hh_l0").t()).add(s.get(name + ".bias_hh_l0"));
    List<Tensor> a = ofInput.chunk(3, 1);
    List<Tensor> b = ofState.chunk(3, 1);
    Tensor reset = a.get(0).add(b.get(0)).sigmoid();
    Tensor update = a.get(1).add(b.get(1)).sigmoid();
    Tensor fresh = a.get(2).add(reset.mul(b.get(2))).tanh();
    return fresh.add(update.mul(h.sub(fresh)));
  }

  @Test
  void logitsAreThoseOfTheDefinition() {
    Map<String, Variable> s = translator.state();
    Tensor h = Scope.withDType(DType.F64, () -> Tensors.zeros(2, 5));
    var read = new ArrayList<Tensor>();
    for (int t = 0; t < 4; t++) {
      Tensor x = s.get("encoder.embedding.weight").indexSelect(0, source.select(1, t));
      h = gru("encoder.gru", x, h);
      read.add(h);
    }
    Tensor keys = Tensors.stack(read, 1);
    Tensor ofKeys = linear(translator, "decoder.attention.Ua", keys);
    Tensor target = Tensors.of(new int[] {2, 3, 0, 1}, 2, 2);
    Tensor token = Tensors.of(new int[] {0, 0}, 2);
    var logits = new ArrayList<Tensor>();
    for (int t = 0; t < 2; t++) {
      Tensor sum = linear(translator, "decoder.attention.Wa", h).unsqueeze(1).add(ofKeys);
      Tensor shares = linear(translator, "decoder.attention.Va", sum.tanh()).softmax(1);
      Tensor x = s.get("decoder.embedding.weight").indexSelect(0, token);
      h = gru("decoder.gru", Tensors.cat(1, x, shares.mul(keys).sum(1)), h);
      logits.add(linear(translator, "decoder.out", h));
      token = target.select(1, t);
    }
    close(translator.apply(source, null, target), Tensors.stack(logits, 1));
  }

  @Test
  void logitsOfATokenComeFromThoseBefore() {
    Tensor target = Tensors.of(new int[] {2, 3, 0, 1, 3, 1, 2, 2}, 2, 4);
    Tensor y = translator.apply(source, null, target);
    assertThat(y.shape().dims()).containsExactly(2, 4, 4);
    Tensor changed = Tensors.of(new int[] {2, 3, 2, 1, 3, 1, 0, 2}, 2, 4);
    Tensor z = translator.apply(source, null, changed);
    close(z.narrow(1, 0, 3), y.narrow(1, 0, 3));
    assertThat(z.select(1, 3).allClose(y.select(1, 3))).isFalse();
  }

  @Test
  void whatIsBehindTheEndOfASourceDoesNotCount() {
    Tensor target = Tensors.of(new int[] {2, 3, 3, 1}, 2, 2);
    Tensor y = translator.apply(source, new int[] {4, 2}, target);
    Tensor shorter = source.narrow(0, 1, 1).narrow(1, 0, 2);
    close(y.narrow(0, 1, 1), translator.apply(shorter, null, target.narrow(0, 1, 1)));
    close(y.narrow(0, 0, 1), translator.apply(source, null, target).narrow(0, 0, 1));
  }

  /** All outputs of up to three tokens with their probabilities, by teacher forcing, the most likely first. */
  private List<Hypothesis> all(Tensor sequence) {
    var found = new ArrayList<Hypothesis>();
    extend(sequence, List.of(), found);
    found.sort(Comparator.comparingDouble(Hypothesis::logProbability).reversed());
    return found;
  }

  private void extend(Tensor sequence, List<Integer> tokens, List<Hypothesis> found) {
    for (int token = 0; token < 4; token++) {
      var longer = new ArrayList<>(tokens);
      longer.add(token);
      if (token == END || longer.size() == 3) {
        int[] target = longer.stream().mapToInt(Integer::intValue).toArray();
        Tensor y = translator.apply(sequence, null, Tensors.of(target, 1, target.length));
        double[] logs = y.logSoftmax(-1).toDoubles();
        double sum = 0;
        for (int t = 0; t < target.length; t++) {
          sum += logs[4 * t + target[t]];
        }
        found.add(new Hypothesis(token == END ? tokens : List.copyOf(longer), sum));
      } else {
        extend(sequence, longer, found);
      }
    }
  }

  @Test
  void aWideBeamFindsTheMostLikelyOutputs() {
    Tensor sequence = source.narrow(0, 0, 1);
    List<Hypothesis> expected = all(sequence);
    List<Hypothesis> found = translator.beam(sequence.squeeze(0), 40, 3);
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).tokens()).isEqualTo(expected.get(i).tokens());
      double log = expected.get(i).logProbability();
      assertThat(found.get(i).logProbability()).isBetween(log - 1e-9, log + 1e-9);
    }
  }

  @Test
  void greedyDecodingIsABeamOfOne() {
    for (int row = 0; row < 2; row++) {
      Tensor sequence = source.select(0, row);
      List<Hypothesis> one = translator.beam(sequence, 1, 6);
      assertThat(one).hasSize(1);
      assertThat(translator.greedy(source, null, 6).get(row)).isEqualTo(one.getFirst().tokens());
    }
  }

  @Test
  void theTranslatorLearnsToTurnSequencesRound() {
    var model = new Seq2Seq(6, 6, 24, 0, 0, END);
    Tensor in = Tensors.of(new int[] {2, 3, 4, 5, 4, 2, 3, 2, 5}, 3, 3);
    Tensor out = Tensors.of(new int[] {4, 3, 2, 1, 2, 4, 5, 1, 5, 2, 3, 1}, 3, 4);
    Trained.learns(
        model,
        60,
        0.02,
        0.05,
        () -> Losses.crossEntropy(model.apply(in, null, out).flatten(0, 1), out.flatten()));
    assertThat(model.greedy(in, null, 6))
        .containsExactly(List.of(4, 3, 2), List.of(2, 4, 5), List.of(5, 2, 3));
    assertThat(model.beam(in.select(0, 1), 3, 6).getFirst().tokens()).containsExactly(2, 4, 5);
    translator.train();
    Tensor loss = translator.apply(source, null, source.minimum(3)).square().sum();
    assertThat(Trained.withoutGradient(translator, loss)).isEmpty();
  }

  @Test
  void errorsNameTheRule() {
    assertThatThrownBy(() -> new Seq2Seq(3, 3, 4, 0, 0, 3))
        .hasMessageContaining("seq2Seq: token 3 must be from 0 to 2");
    assertThatThrownBy(() -> translator.beam(source, 2, 3))
        .hasMessageContaining("seq2Seq: a beam needs one sequence [length], not [2, 4]");
    assertThatThrownBy(() -> translator.apply(source, null, source.narrow(0, 0, 1)))
        .hasMessageContaining("seq2Seq: source [2, 4] and target [1, 4] differ in n");
  }
}
