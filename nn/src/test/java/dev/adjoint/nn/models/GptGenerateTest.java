package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens that are drawn with remembered keys and values, against those of the whole context, and what a step costs. */
class GptGenerateTest {
  private static final int BLOCK = 24;

  private GPT model;

  @BeforeEach
  void model() {
    Random.seed(4);
    var config = GptConfig.DEFAULT.blockSize(BLOCK).vocabSize(13).nLayer(2).width(2, 8);
    model = Scope.withDType(DType.F64, () -> new GPT(config.dropout(0.2)));
    for (Variable variable : model.state().values()) {
      Tensor values = Scope.withDType(DType.F64, () -> Tensors.randnLike(variable)).mul(0.4);
      variable.copyFrom(variable.add(values));
    }
  }

  /** What the definition gives: the whole context, or its last block, for each token. */
  private Tensor byDefinition(Tensor start, int more, double temperature, Random random) {
    Tensor all = start.toLong();
    for (int i = 0; i < more; i++) {
      int seen = Math.min(BLOCK, all.dim(1));
      Tensor logits = model.predict(all.narrow(1, all.dim(1) - seen, seen)).select(1, -1);
      Tensor next = random.multinomial(logits.div(temperature).softmax(-1), 1, true);
      all = Tensors.cat(1, all, next).realize();
    }
    return all;
  }

  @Test
  void tokensAreThoseOfTheWholeContext() {
    Tensor start = Tensors.of(new int[] {3, 10, 2, 4, 0, 12}, 2, 3);
    Tensor expected = byDefinition(start, 40, 0.8, new Random(5));
    assertThat(model.generate(start, 40, 0.8, null, new Random(5)).toLongs())
        .containsExactly(expected.toLongs());
    Tensor full = expected.narrow(1, 0, BLOCK);
    assertThat(model.generate(full, 3, 0.8, null, new Random(6)).toLongs())
        .containsExactly(byDefinition(full, 3, 0.8, new Random(6)).toLongs());
    Tensor longer = expected.narrow(1, 0, BLOCK + 4);
    assertThat(model.generate(longer, 3, 0.8, null, new Random(7)).toLongs())
        .containsExactly(byDefinition(longer, 3, 0.8, new Random(7)).toLongs());
  }

  /** The state of the engine after each call of the model. */
  private List<Engine.Statistics> steps(int more, List<Integer> lengths) {
    var all = new ArrayList<Engine.Statistics>();
    Runnable remove =
        model.onForward(
            (module, inputs, outputs) -> {
              all.add(Engine.statistics());
              lengths.add(inputs.getFirst().dim(1));
            });
    model.generate(Tensors.of(new int[] {3, 10, 5}, 1, 3), more, 1, 4, new Random(1));
    remove.run();
    return all;
  }

  @Test
  void aStepComputesOnePositionByThePlanOfTheStepBefore() {
    var lengths = new ArrayList<Integer>();
    List<Engine.Statistics> steps = steps(BLOCK + 6, lengths);
    // The first call has the tokens to begin with, and those behind the block have a whole one.
    assertThat(lengths.getFirst()).isEqualTo(3);
    assertThat(lengths.subList(1, BLOCK - 2)).isEqualTo(Collections.nCopies(BLOCK - 3, 1));
    assertThat(lengths.subList(BLOCK - 2, lengths.size())).isEqualTo(Collections.nCopies(8, BLOCK));
    assertThat(lengths).hasSize(BLOCK + 6);
    assertSame(steps.subList(3, BLOCK - 2));
    assertSame(steps.subList(BLOCK, steps.size()));
  }

  private static void assertSame(List<Engine.Statistics> steps) {
    long launches = steps.get(1).launches() - steps.get(0).launches();
    for (int i = 1; i < steps.size(); i++) {
      assertThat(steps.get(i).plans()).isEqualTo(steps.getFirst().plans());
      assertThat(steps.get(i).launches() - steps.get(i - 1).launches()).isEqualTo(launches);
    }
  }
}
