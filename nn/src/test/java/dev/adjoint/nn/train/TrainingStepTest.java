package dev.adjoint.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.BatchNorm1d;
import dev.adjoint.nn.Embedding;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.metrics.MeanError;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Clipping;
import dev.adjoint.nn.optim.GradScaler;
import dev.adjoint.nn.optim.LBFGS;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.nn.optim.SparseAdam;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps that a loss forbids, and what can be done with gradients before a step. */
class TrainingStepTest {
  private static final int BATCH = 5;

  /** How a trainer takes its steps. */
  private enum Way {
    PLAIN,
    CHECKED,
    CLIPPED,
    ACCUMULATED,
    SCALED;

    Trainer set(Trainer trainer) {
      return switch (this) {
        case PLAIN -> trainer;
        case CHECKED -> trainer.checkGradients(true);
        case CLIPPED -> trainer.gradients(g -> Clipping.byGlobalNorm(g, 0.1));
        case ACCUMULATED -> trainer.accumulate(2);
        case SCALED -> trainer.scaler(new GradScaler());
      };
    }
  }

  private static Sequential net() {
    Random.seed(7);
    return Sequential.of(new Linear(3, 4), new BatchNorm1d(4), new Linear(4, 1));
  }

  /** Batches of samples, of which the fourth has a target that is not a number if that is asked for. */
  private static DataLoader loader(boolean broken) {
    Random.seed(8);
    Tensor x = Tensors.randn(4 * BATCH, 3);
    float[] y = x.sum(-1).toFloats();
    if (broken) {
      y[3 * BATCH + 1] = Float.NaN;
    }
    return new DataLoader(new TensorDataset(x, Tensors.of(y, y.length, 1)), BATCH);
  }

  private static Trainer trainer(Module model, Optimizer optimizer) {
    return new Trainer(model, optimizer, Losses::mse).verbose(false);
  }

  private static Map<String, List<Double>> values(Module model, Optimizer optimizer) {
    var values = new LinkedHashMap<String, List<Double>>();
    model.state().forEach((name, variable) -> values.put(name, list(variable)));
    optimizer.state().forEach((name, value) -> values.put("optimizer " + name, list(value)));
    return values;
  }

  private static List<Double> list(Tensor x) {
    return Arrays.stream(x.toDoubles()).boxed().toList();
  }

  @ParameterizedTest
  @EnumSource
  void aLossThatIsNotANumberChangesNothing(Way way) {
    Sequential model = net();
    var optimizer = new Adam(model.parameters(), 0.01);
    Trainer trainer = way.set(trainer(model, optimizer));
    Map<Integer, Map<String, List<Double>>> after = new LinkedHashMap<>();
    trainer.callbacks(
        new Callback() {
          @Override
          public void onStep(Trainer t, int epoch, int step, double loss) {
            after.put(step, values(model, optimizer));
          }
        });
    assertThatThrownBy(() -> trainer.fit(loader(true), 1))
        .isInstanceOf(NonFiniteException.class)
        .hasMessageStartingWith("epoch 1, step 3: the loss is ")
        .hasMessageContaining("this step has not changed the parameters");
    assertThat(after.keySet()).containsExactly(0, 1, 2);
    assertThat(values(model, optimizer)).isEqualTo(after.get(2));

    Sequential spared = net();
    var other = new Adam(spared.parameters(), 0.01);
    way.set(trainer(spared, other)).fit(new DataLoader(loader(false).dataset(), BATCH), 1);
    assertThat(values(spared, other)).isNotEqualTo(after.get(2));
  }

  @Test
  void rowsOfSparseTablesStayToo() {
    Random.seed(3);
    Embedding table = new Embedding(6, 2).sparse(true);
    var optimizer = new SparseAdam(table.parameters(), 0.1);
    Tensor x = Tensors.of(new int[] {1, 2, 4, 1}, 4, 1);
    Tensor y = Tensors.of(new float[] {1, 2, 3, Float.NaN}, 4, 1, 1).expand(4, 1, 2);
    var losses = new TensorDataset(x, y.contiguous());
    Trainer trainer = trainer(table, optimizer);
    trainer.fit(new DataLoader(losses.subset(0, 1), 1), 1);
    Map<String, List<Double>> before = values(table, optimizer);
    assertThatThrownBy(() -> trainer.fit(new DataLoader(losses.subset(3), 1), 1))
        .isInstanceOf(NonFiniteException.class);
    assertThat(values(table, optimizer)).isEqualTo(before);
  }

  @Test
  void lbfgsTakesItsStepsAndNoneByANumberThatIsNone() {
    Random.seed(4);
    var model = new Linear(3, 1);
    var optimizer = new LBFGS(model.parameters(), 1).strongWolfe(true);
    Trainer trainer = trainer(model, optimizer).metrics(MeanError.absolute());
    var data = new DataLoader(loader(false).dataset(), 4 * BATCH);
    History history = trainer.fit(data, 2);
    assertThat(history.last().get("loss")).isLessThan(1e-8);
    assertThat(history.last().get("mae")).isLessThan(1e-3);
    Map<String, List<Double>> before = values(model, optimizer);
    var broken = new DataLoader(loader(true).dataset(), 4 * BATCH);
    assertThatThrownBy(() -> trainer.fit(broken, 1)).isInstanceOf(NonFiniteException.class);
    assertThat(values(model, optimizer)).isEqualTo(before);
    trainer.accumulate(2);
    assertThatThrownBy(() -> trainer.fit(data, 1))
        .hasMessage(
            "fit: LBFGS evaluates the loss several times a step: it takes no scaler, accumulate, gradients or"
                + " checkGradients");
  }

  @Test
  void lbfgsKeepsRunningStatistics() {
    Sequential model = net();
    var optimizer = new LBFGS(model.parameters(), 1);
    Trainer trainer = trainer(model, optimizer);
    trainer.fit(new DataLoader(loader(false).dataset(), 4 * BATCH), 1);
    Map<String, List<Double>> before = values(model, optimizer);
    var broken = new DataLoader(loader(true).dataset(), 4 * BATCH);
    assertThatThrownBy(() -> trainer.fit(broken, 1)).isInstanceOf(NonFiniteException.class);
    assertThat(values(model, optimizer)).isEqualTo(before);
  }

  private static float[] trained(Trainer trainer, Module model, DataLoader loader) {
    trainer.fit(loader, 2);
    return model.parameters().getFirst().toFloats();
  }

  @Test
  void accumulatedBatchesAreOne() {
    Random.seed(5);
    var whole = new Linear(3, 1);
    Linear parts = whole.copyTo(new Linear(3, 1));
    var data = loader(false).dataset();
    float[] expected =
        trained(trainer(whole, new SGD(whole.parameters(), 0.1)), whole, new DataLoader(data, 10));
    Trainer accumulating = trainer(parts, new SGD(parts.parameters(), 0.1)).accumulate(2);
    float[] actual = trained(accumulating, parts, new DataLoader(data, BATCH));
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], offset(1e-6f));
    }
    Linear ofThree = new Linear(3, 1);
    var optimizer = new SGD(ofThree.parameters(), 0.1);
    trainer(ofThree, optimizer).accumulate(3).fit(new DataLoader(data, BATCH), 2);
    assertThat(optimizer.steps()).isEqualTo(4);
  }

  @Test
  void scaledLossesAccumulateToo() {
    Random.seed(5);
    var plain = new Linear(3, 1);
    Linear scaled = plain.copyTo(new Linear(3, 1));
    DataLoader data = loader(false);
    float[] expected =
        trained(trainer(plain, new SGD(plain.parameters(), 0.1)).accumulate(2), plain, data);
    Trainer scaling =
        trainer(scaled, new SGD(scaled.parameters(), 0.1))
            .accumulate(2)
            .scaler(new GradScaler().scale(1024));
    // A power of two changes no bit.
    assertThat(trained(scaling, scaled, loader(false))).isEqualTo(expected);
  }

  @Test
  void gradientsAreClippedAsInTheLoopByHand() {
    Random.seed(6);
    var byHand = new Linear(3, 1);
    Linear fitted = byHand.copyTo(new Linear(3, 1));
    var optimizer = new SGD(byHand.parameters(), 0.1);
    for (Batch batch : loader(false)) {
      Tensor loss = Losses.mse(byHand.apply(batch.x()), batch.y());
      optimizer.step(Clipping.byGlobalNorm(loss.backward(), 0.1));
    }
    trainer(fitted, new SGD(fitted.parameters(), 0.1))
        .gradients(gradients -> Clipping.byGlobalNorm(gradients, 0.1))
        .fit(loader(false), 1);
    assertThat(fitted.weight().toFloats()).isEqualTo(byHand.weight().toFloats());
  }

  @Test
  void whatWasSetBeforeAStepStays() {
    Sequential model = net();
    var optimizer = new SGD(model.parameters(), 0.1);
    model.parameters().getLast().set(Tensors.of(new float[] {3}));
    var broken = new DataLoader(loader(true).dataset().subset(15, 16, 17), BATCH);
    assertThatThrownBy(() -> trainer(model, optimizer).fit(broken, 1))
        .isInstanceOf(NonFiniteException.class);
    assertThat(model.parameters().getLast().item()).isEqualTo(3);
  }

  @Test
  void aConditionIsOneBool() {
    var model = new Linear(2, 1);
    var optimizer = new SGD(model.parameters(), 0.5);
    float[] before = model.weight().toFloats();
    Tensor loss = model.apply(Tensors.ones(1, 2)).sum();
    assertThatThrownBy(() -> optimizer.stepIf(loss, loss.backward()))
        .hasMessage("stepIf: the condition must be one bool, not f32[]");
    assertThat(optimizer.stepIf(loss.isNan(), loss.backward())).isFalse();
    assertThat(optimizer.steps()).isZero();
    assertThat(model.weight().toFloats()).isEqualTo(before);
    assertThat(optimizer.stepIf(loss.isFinite(), loss.backward())).isTrue();
    assertThat(optimizer.steps()).isEqualTo(1);
    assertThat(model.weight().toFloats())
        .isEqualTo(new float[] {before[0] - 0.5f, before[1] - 0.5f});
  }
}
