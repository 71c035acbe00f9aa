package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** BERT against its definition by single operations, masks, gradients and errors. */
class BertModelTest {
  private static final BertConfig SMALL =
      BertConfig.BASE.vocabSize(13).layers(2).width(2, 8, 12).maxPositions(7);

  private BertModel model;
  private final Tensor x = Tensors.of(new int[] {5, 1, 12, 0, 7, 7, 2, 3}, 2, 4);
  private final Tensor types = Tensors.of(new int[] {0, 0, 1, 1, 0, 1, 1, 1}, 2, 4);
  private final Tensor mask = Tensors.of(new int[] {1, 1, 1, 0, 1, 1, 1, 1}, 2, 4);

  @BeforeEach
  void model() {
    Random.seed(8);
    model = Scope.withDType(DType.F64, () -> new BertModel(SMALL));
    for (Variable variable : model.state().values()) {
      Tensor values = Scope.withDType(DType.F64, () -> Tensors.randnLike(variable)).mul(0.4);
      variable.copyFrom(variable.add(values));
    }
    model.eval();
  }

  private static Tensor linear(Map<String, Variable> s, String name, Tensor x) {
    return x.matmul(s.get(name + ".weight").t()).add(s.get(name + ".bias"));
  }

  private static Tensor norm(Map<String, Variable> s, String name, Tensor x) {
    Tensor centered = x.sub(x.mean(-1, true));
    Tensor deviation = centered.square().mean(-1, true).add(1e-12).sqrt();
    return centered.div(deviation).mul(s.get(name + ".weight")).add(s.get(name + ".bias"));
  }

  /** One sequence, with the tokens that the mask has. */
  private Tensor byHand(int row) {
    Map<String, Variable> s = model.state();
    Tensor tokens = x.select(0, row);
    Tensor h =
        s.get("embeddings.word_embeddings.weight")
            .indexSelect(0, tokens)
            .add(s.get("embeddings.position_embeddings.weight").narrow(0, 0, 4))
            .add(
                s.get("embeddings.token_type_embeddings.weight")
                    .indexSelect(0, types.select(0, row)));
    h = norm(s, "embeddings.LayerNorm", h);
    Tensor hidden = mask.select(0, row).eq(0).unsqueeze(0);
    for (int i = 0; i < 2; i++) {
      String name = "encoder.layer." + i + ".";
      var heads = new Tensor[2];
      for (int head = 0; head < 2; head++) {
        Tensor q = linear(s, name + "attention.self.query", h).narrow(1, 4 * head, 4);
        Tensor k = linear(s, name + "attention.self.key", h).narrow(1, 4 * head, 4);
        Tensor v = linear(s, name + "attention.self.value", h).narrow(1, 4 * head, 4);
        Tensor scores = q.matmul(k.t()).div(2);
        heads[head] = hidden.where(-1e30, scores).softmax(-1).matmul(v);
      }
      Tensor joined = linear(s, name + "attention.output.dense", Tensors.cat(1, heads));
      h = norm(s, name + "attention.output.LayerNorm", joined.add(h));
      Tensor inner = linear(s, name + "intermediate.dense", h);
      inner = inner.mul(inner.div(Math.sqrt(2)).erf().add(1)).mul(0.5);
      h = norm(s, name + "output.LayerNorm", linear(s, name + "output.dense", inner).add(h));
    }
    return h;
  }

  private static void close(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toDoubles())
        .usingComparatorWithPrecision(1e-10)
        .containsExactly(expected.toDoubles());
  }

  @Test
  void vectorsAreThoseOfTheDefinition() {
    BertModel.Output output = model.apply(x, mask, types);
    Tensor expected = Tensors.stack(0, byHand(0), byHand(1));
    close(output.lastHiddenState(), expected);
    Tensor pooled = linear(model.state(), "pooler.dense", expected.select(1, 0)).tanh();
    close(output.poolerOutput(), pooled);
  }

  @Test
  void whatIsNotGivenIsSeenAndOfTypeZero() {
    Tensor all = model.apply(x, mask.eq(0).logicalOr(mask.ne(0)), types.mul(0)).lastHiddenState();
    close(model.apply(x), all);
    // What is hidden changes no other vector.
    Tensor changed = Tensors.of(new int[] {5, 1, 12, 9, 7, 7, 2, 3}, 2, 4);
    Tensor before = model.apply(x, mask, null).lastHiddenState().narrow(1, 0, 3);
    close(model.apply(changed, mask, null).lastHiddenState().narrow(1, 0, 3), before);
  }

  @Test
  void gradientsReachEveryParameterButThatOfThePadding() {
    model.train();
    Random.seed(3);
    BertModel.Output output = model.apply(x, mask, types);
    Tensor loss = output.lastHiddenState().square().mul(output.lastHiddenState()).sum();
    Tensor both = loss.add(output.poolerOutput().sum());
    assertThat(Trained.withoutGradient(model, both)).isEmpty();
    Tensor table = both.backward().of(model.state().get("embeddings.word_embeddings.weight"));
    assertThat(table.select(0, 0).abs().sum().item()).isZero();
  }

  @Test
  void thePaddingIsZerosAtFirst() {
    Variable table = new BertModel(SMALL).state().get("embeddings.word_embeddings.weight");
    assertThat(table.select(0, 0).abs().sum().item()).isZero();
    assertThat(table.narrow(0, 1, 12).square().mean().sqrt().item()).isBetween(0.015, 0.025);
  }

  @Test
  void stepsLowerTheLoss() {
    var small = new BertModel(SMALL.dropout(0));
    Tensor target = Tensors.randn(2, 8).tanh().realize();
    Trained.learns(
        small,
        25,
        0.01,
        0.3,
        () -> small.apply(x, mask, types).poolerOutput().sub(target).square().mean());
  }

  @Test
  void statesOfOthersAreRead() {
    var older = new LinkedHashMap<String, Tensor>();
    model
        .state()
        .forEach(
            (name, value) ->
                older.put(
                    "bert."
                        + name.replace("LayerNorm.weight", "LayerNorm.gamma")
                            .replace("LayerNorm.bias", "LayerNorm.beta"),
                    value));
    older.put("bert.embeddings.position_ids", Tensors.arange(7).unsqueeze(0));
    older.put("cls.predictions.bias", Tensors.zeros(13));
    assertThat(older).containsKey("bert.encoder.layer.1.attention.output.LayerNorm.gamma");
    var other = Scope.withDType(DType.F64, () -> new BertModel(SMALL));
    other.load(BertModel.stateOf(older));
    other.eval();
    assertThat(other.apply(x).allEqual(model.apply(x))).isTrue();
    assertThat(BertModel.stateOf(model.state())).isEqualTo(model.state());
  }

  @Test
  void errorsNameTheRule() {
    assertThatThrownBy(() -> model.apply(Tensors.zeros(1, 8).toInt()))
        .hasMessageContaining("bert: 8 tokens are more than there are positions, 7");
    assertThatThrownBy(() -> model.apply(x, mask.narrow(1, 0, 3), null))
        .hasMessageContaining("bert: the mask [2, 3] and tokens [2, 4] differ");
    assertThatThrownBy(() -> model.apply(x, null, types.select(0, 0)))
        .hasMessageContaining("bert: the types [4] and tokens [2, 4] differ");
    assertThatThrownBy(() -> SMALL.width(3, 8, 4))
        .hasMessageContaining("bert: 3 heads do not divide the size of vectors, 8");
  }
}
