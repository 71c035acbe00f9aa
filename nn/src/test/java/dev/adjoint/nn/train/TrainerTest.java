package dev.adjoint.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Synthetic;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.datasets.FashionMnist;
import dev.adjoint.nn.metrics.Accuracy;
import dev.adjoint.nn.metrics.MeanError;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.GradScaler;
import dev.adjoint.nn.optim.SGD;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private static Sequential net() {
    Random.seed(5);
    return Sequential.of(
        new Linear(2, 16), (Tensor x) -> x.tanh(), new Dropout(0.1), new Linear(16, 3));
  }

  private static DataLoader blobs() {
    return new DataLoader(Synthetic.blobs(20, 3, 0.3, 1), 8).shuffle(3);
  }

  @Test
  void mixedPrecisionIsThatOfTheLoopByHand() {
    Sequential byHand = net();
    var optimizer = new Adam(byHand.parameters(), 0.02);
    var scaler = new GradScaler();
    List<Double> expected = new ArrayList<>();
    DataLoader loader = blobs();
    for (int epoch = 0; epoch < 3; epoch++) {
      for (Batch batch : loader) {
        Tensor loss =
            Scope.autocast(
                DType.F16, () -> Losses.crossEntropy(byHand.apply(batch.x()), batch.y()));
        scaler.step(optimizer, scaler.scale(loss).backward());
        scaler.update();
        expected.add(loss.item());
      }
    }
    Sequential fitted = net();
    List<Double> losses = new ArrayList<>();
    var trainer =
        new Trainer(fitted, new Adam(fitted.parameters(), 0.02), Losses::crossEntropy)
            .verbose(false)
            .autocast(DType.F16)
            .scaler(new GradScaler())
            .callbacks(
                new Callback() {
                  @Override
                  public void onStep(Trainer trainer, int epoch, int step, double loss) {
                    losses.add(loss);
                  }
                });
    trainer.fit(blobs(), 3);
    assertEquals(expected, losses);
    assertTrue(losses.getLast() < losses.getFirst() / 2);
    Tensor x = Tensors.of(new float[] {1, 0, 0, 1}, 2, 2);
    assertEquals(DType.F32, fitted.parameters().getFirst().dtype());
    assertEquals(DType.F32, trainer.predict(x).dtype());
    assertThrows(IllegalArgumentException.class, () -> trainer.autocast(DType.I32));
  }

  @Test
  void doesWhatTheLoopByHandDoes() {
    Sequential byHand = net();
    var optimizer = new Adam(byHand.parameters(), 0.02);
    List<Double> expected = new ArrayList<>();
    DataLoader loader = blobs();
    for (int epoch = 0; epoch < 3; epoch++) {
      for (Batch batch : loader) {
        Tensor loss = Losses.crossEntropy(byHand.apply(batch.x()), batch.y());
        optimizer.step(loss.backward());
        expected.add(loss.item());
      }
    }

    Sequential fitted = net();
    List<Double> losses = new ArrayList<>();
    var trainer =
        new Trainer(fitted, new Adam(fitted.parameters(), 0.02), Losses::crossEntropy)
            .verbose(false)
            .metrics(new Accuracy())
            .callbacks(
                new Callback() {
                  @Override
                  public void onStep(Trainer trainer, int epoch, int step, double loss) {
                    assertEquals(losses.size(), (epoch - 1) * 8 + step);
                    losses.add(loss);
                  }
                });
    History history = trainer.fit(blobs(), 3);
    assertEquals(expected, losses);
    Tensor x = Tensors.of(new float[] {1, 0, 0, 1}, 2, 2);
    assertArrayEquals(byHand.predict(x).toFloats(), trainer.predict(x).toFloats());

    // 60 samples: seven batches of 8 and one of 4.
    double mean = 0;
    for (int i = 0; i < 8; i++) {
      mean += expected.get(16 + i) * (i < 7 ? 8 : 4) / 60;
    }
    assertEquals(mean, history.last().get("loss"), 1e-12);
    assertEquals(3, history.values("accuracy").length);
    assertFalse(fitted.training());
  }

  @Test
  void evaluatesTheWholeSetInEvaluationMode() {
    Sequential model = net();
    var trainer =
        new Trainer(model, new SGD(model.parameters(), 0.1), Losses::crossEntropy)
            .metrics(new Accuracy());
    TensorDataset data = Synthetic.blobs(20, 3, 0.3, 1);
    Map<String, Double> one = trainer.evaluate(new DataLoader(data, 60));
    Map<String, Double> many = trainer.evaluate(new DataLoader(data, 7));
    assertEquals(List.of("loss", "accuracy"), List.copyOf(one.keySet()));
    assertEquals(one.get("accuracy"), many.get("accuracy"));
    assertEquals(one.get("loss"), many.get("loss"), 1e-6);
    Tensor logits = model.predict(data.x());
    assertEquals(Losses.crossEntropy(logits, data.y()).item(), one.get("loss"), 1e-6);
    assertEquals(Accuracy.of(logits, data.y()), one.get("accuracy"));
    assertTrue(model.training());
  }

  @Test
  void recordsValidationUnderItsOwnNames() {
    Sequential model = net();
    History history =
        new Trainer(model, new Adam(model.parameters(), 0.05), Losses::crossEntropy)
            .verbose(false)
            .metrics(new Accuracy())
            .validation(new DataLoader(Synthetic.blobs(20, 3, 0.3, 2), 20))
            .fit(blobs(), 12);
    assertEquals(
        List.of("loss", "accuracy", "val_loss", "val_accuracy"),
        List.copyOf(history.last().values().keySet()));
    assertTrue(history.last().get("val_accuracy") > 0.95, history::toString);
    assertTrue(history.toString().startsWith("epoch 1  loss "), history::toString);
    assertThrows(IllegalArgumentException.class, () -> history.values("f1"));
  }

  /** Plays a list of validation losses to a callback and returns after which epoch it stops. */
  private static int stopsAfter(EarlyStopping stopping, double... losses) {
    Sequential model = net();
    var trainer =
        new Trainer(model, new SGD(model.parameters(), 1e-3), Losses::crossEntropy).verbose(false);
    int[] epochs = {0};
    trainer.callbacks(
        new Callback() {
          @Override
          public void onTrainBegin(Trainer t) {
            stopping.onTrainBegin(t);
          }

          @Override
          public void onEpochEnd(Trainer t, EpochResult result) {
            epochs[0] = result.epoch();
            stopping.onEpochEnd(
                t,
                new EpochResult(
                    result.epoch(), Map.of("val_loss", losses[epochs[0] - 1]), result.time()));
          }
        });
    trainer.fit(new DataLoader(Synthetic.blobs(2, 3, 0.3, 1), 6), losses.length);
    return epochs[0];
  }

  @Test
  void earlyStoppingWaitsForItsPatience() {
    assertEquals(4, stopsAfter(new EarlyStopping(2), 3, 2, 2.5, 2, 1));
    assertEquals(5, stopsAfter(new EarlyStopping(2), 3, 2, 2.5, 1.9, 1));
    assertEquals(2, stopsAfter(new EarlyStopping(1), 3, 3, 1));
    assertEquals(4, stopsAfter(new EarlyStopping(2).minDelta(0.5), 3, 2, 1.6, 1.55, 1));
    assertEquals(3, stopsAfter(new EarlyStopping(2).largest("val_loss"), 3, 2, 1, 4));
    assertEquals(3, stopsAfter(new EarlyStopping(2), 1, Double.NaN, Double.NaN, 0));
    assertEquals(2, stopsAfter(new EarlyStopping(2), Double.NaN, Double.NaN, 0));
    var stopping = new EarlyStopping(3);
    assertTrue(Double.isNaN(stopping.best()));
    stopsAfter(stopping, 3, 1, 2);
    assertEquals(1, stopping.best());
    assertEquals(2, stopping.bestEpoch());
    assertThrows(IllegalArgumentException.class, () -> new EarlyStopping(0));
  }

  @Test
  void earlyStoppingGivesTheBestParametersBack() {
    for (boolean restore : new boolean[] {true, false}) {
      Sequential model = net();
      List<float[]> weights = new ArrayList<>();
      var stopping = new EarlyStopping(2).restoreBest(restore);
      History history =
          new Trainer(model, new SGD(model.parameters(), 6), Losses::crossEntropy)
              .verbose(false)
              .validation(new DataLoader(Synthetic.blobs(20, 3, 0.3, 2), 20))
              .callbacks(
                  Callback.afterEpoch(
                      result -> weights.add(model.parameters().getFirst().toFloats())),
                  stopping)
              .fit(blobs(), 40);
      int best = stopping.bestEpoch();
      assertTrue(history.epochs().size() == best + 2, "best " + best + " of " + history);
      float[] last = model.parameters().getFirst().toFloats();
      assertArrayEquals(weights.get(restore ? best - 1 : best + 1), last);
    }
  }

  @Test
  void anInfiniteInputIsNamed() {
    float[] x = new float[20];
    x[14] = Float.POSITIVE_INFINITY;
    var data = new TensorDataset(Tensors.of(x, 10, 2), Tensors.of(new int[10]));
    for (boolean check : new boolean[] {false, true}) {
      Sequential model = Sequential.of(new Linear(2, 3));
      var trainer =
          new Trainer(model, new SGD(model.parameters(), 0.1), Losses::crossEntropy)
              .verbose(false)
              .checkGradients(check);
      var e = assertThrows(NonFiniteException.class, () -> trainer.fit(new DataLoader(data, 2), 2));
      assertEquals("input", e.where());
      assertEquals(1, e.epoch());
      assertEquals(3, e.step());
      assertTrue(e.getMessage().startsWith("epoch 1, step 3: the "), e.getMessage());
    }
  }

  /** y = w2 * sqrt(w1 * x), whose gradient of w1 is infinite at x = 0 while the loss is finite. */
  private static final class Root extends Module {
    final Linear first = new Linear(1, 1, false);
    final Linear second = new Linear(1, 1, false);

    Root() {
      first.parameters().getFirst().set(Tensors.ones(1, 1));
      second.parameters().getFirst().set(Tensors.ones(1, 1));
    }

    @Override
    protected Tensor forward(Tensor x) {
      return second.apply(first.apply(x).sqrt());
    }
  }

  @Test
  void theGradientThatIsNotFiniteFirstIsNamed() {
    var data =
        new TensorDataset(
            Tensors.of(new float[] {1, 4, 0, 9}, 4, 1), Tensors.of(new float[] {1, 2, 1, 3}, 4, 1));
    var model = new Root();
    var careful =
        new Trainer(model, new SGD(model.parameters(), 0.01), Losses::mse)
            .verbose(false)
            .checkGradients(true);
    var e = assertThrows(NonFiniteException.class, () -> careful.fit(new DataLoader(data, 1), 1));
    assertEquals("gradient of first.weight", e.where());
    assertEquals(2, e.step());
    assertTrue(
        Double.isFinite(model.parameters().getFirst().item()), "the parameters have not changed");

    var other = new Root();
    var quick = new Trainer(other, new SGD(other.parameters(), 0.01), Losses::mse).verbose(false);
    var later = assertThrows(NonFiniteException.class, () -> quick.fit(new DataLoader(data, 1), 1));
    assertEquals(3, later.step());
    assertEquals("parameter first.weight", later.where());
    assertTrue(later.getMessage().contains("first.weight"), later.getMessage());

    var last = new Root();
    var atTheEnd = new Trainer(last, new SGD(last.parameters(), 0.01), Losses::mse).verbose(false);
    var found =
        assertThrows(
            NonFiniteException.class, () -> atTheEnd.fit(new DataLoader(data.subset(0, 2), 1), 1));
    assertEquals("parameter first.weight", found.where());
    assertEquals(1, found.step());
  }

  @Test
  void callbacksHearOfTheEndAlsoAfterAFailure() {
    Sequential model = net();
    List<String> calls = new ArrayList<>();
    var trainer =
        new Trainer(model, new SGD(model.parameters(), 0.1), Losses::crossEntropy).verbose(false);
    trainer.callbacks(
        new Callback() {
          @Override
          public void onTrainBegin(Trainer t) {
            calls.add("begin");
          }

          @Override
          public void onEpochEnd(Trainer t, EpochResult result) {
            calls.add("epoch " + result.epoch());
            if (result.epoch() == 2) {
              throw new IllegalStateException("enough");
            }
          }

          @Override
          public void onTrainEnd(Trainer t) {
            calls.add("end");
          }
        });
    assertThrows(IllegalStateException.class, () -> trainer.fit(blobs(), 5));
    assertEquals(List.of("begin", "epoch 1", "epoch 2", "end"), calls);
  }

  @Test
  void learnsToTellClothesApart() throws IOException {
    Path subset = Path.of("..", "data-fashion-mnist", "src", "main", "resources", "fashion-mnist");
    Random.seed(42);
    Sequential model =
        Sequential.of(
            new Linear(784, 128), (Tensor x) -> x.relu(), new Dropout(0.2), new Linear(128, 10));
    var trainer =
        new Trainer(model, new Adam(model.parameters(), 1e-3), Losses::crossEntropy)
            .verbose(false)
            .metrics(new Accuracy());
    History history = trainer.fit(new DataLoader(FashionMnist.train(subset), 64).shuffle(42), 3);
    assertTrue(history.last().get("loss") < 0.52, history::toString);
    double accuracy =
        trainer.evaluate(new DataLoader(FashionMnist.test(subset), 500)).get("accuracy");
    assertTrue(accuracy > 0.8, "test accuracy " + accuracy);
  }

  @Test
  void fitsASine() {
    Random.seed(0);
    Sequential model = Sequential.of(new Linear(1, 32), (Tensor x) -> x.tanh(), new Linear(32, 1));
    TensorDataset data = Synthetic.sine(200, 0, 0);
    var trainer =
        new Trainer(model, new Adam(model.parameters(), 0.01), Losses::mse)
            .verbose(false)
            .metrics(MeanError.absolute());
    trainer.fit(new DataLoader(data, 50).shuffle(1), 150);
    assertTrue(trainer.evaluate(new DataLoader(data, 200)).get("loss") < 1e-3);
  }
}
