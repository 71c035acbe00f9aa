package dev.adjoint.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.io.Checkpoint;
import dev.adjoint.nn.io.Checkpoints;
import dev.adjoint.nn.optim.SGD;
import dev.adjoint.nn.optim.Scheduler;
import dev.adjoint.nn.optim.Schedules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a training leaves behind. */
class CallbacksTest {
  @TempDir private Path folder;
  private Linear model;
  private Trainer trainer;
  private DataLoader loader;
  private Checkpoint state;

  @BeforeEach
  void training() {
    Random.seed(2);
    Tensor x = Tensors.randn(20, 2);
    loader = new DataLoader(new TensorDataset(x, x.sum(-1, true)), 5);
    model = new Linear(2, 1);
    var optimizer = new SGD(model.parameters(), 0.1);
    trainer = new Trainer(model, optimizer, Losses::mse).verbose(false);
    state = new Checkpoint(model, optimizer, loader);
  }

  @Test
  void aSchedulerStepsAfterEachTrainingStep() {
    var scheduler = new Scheduler(trainer.optimizer(), Schedules.oneCycle(8, 0.5, 25, 1e4));
    trainer.callbacks(Callback.afterStep(scheduler::step)).fit(loader, 2);
    assertThat(scheduler.time()).isEqualTo(8);
  }

  private static EpochResult epoch(int number, double loss) {
    return new EpochResult(number, Map.of("val_loss", loss), Duration.ofMillis(1500));
  }

  @Test
  void everySecondEpochIsSaved() throws IOException {
    trainer.callbacks(ModelCheckpoint.every(2, state, new Checkpoints(folder, 5))).fit(loader, 5);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(
              files.map(file -> file.getFileName().toString()).filter(n -> n.endsWith("tensors")))
          .containsExactlyInAnyOrder(
              "checkpoint-000001.safetensors", "checkpoint-000002.safetensors");
    }
  }

  @Test
  void theBestAndTheLastEpochAreSaved() throws IOException {
    Path bestFile = folder.resolve("best.safetensors");
    Path lastFile = folder.resolve("last.safetensors");
    ModelCheckpoint best = ModelCheckpoint.best(state, bestFile);
    ModelCheckpoint last = ModelCheckpoint.last(state, lastFile);
    double[] losses = {3, 1, Double.NaN, 2};
    for (int i = 0; i < losses.length; i++) {
      model.bias().set(Tensors.of(new float[] {i}));
      best.onEpochEnd(trainer, epoch(i + 1, losses[i]));
      last.onEpochEnd(trainer, epoch(i + 1, losses[i]));
    }
    state.load(bestFile);
    assertThat(model.bias().item()).isEqualTo(1);
    state.load(lastFile);
    assertThat(model.bias().item()).isEqualTo(3);
    assertThatThrownBy(() -> last.largest("val_accuracy"))
        .hasMessage("model checkpoint: only one of the best looks at a value");
  }

  /** Trains for some epochs, each with its own loss of the validation. */
  private int plays(List<Callback> called, int first, double... losses) {
    int[] last = {0};
    var all = new ArrayList<Callback>();
    for (Callback callback : called) {
      all.add(
          new Callback() {
            @Override
            public void onTrainBegin(Trainer t) {
              callback.onTrainBegin(t);
            }

            @Override
            public void onEpochEnd(Trainer t, EpochResult result) {
              last[0] = result.epoch();
              model.bias().set(Tensors.of(new float[] {result.epoch()}));
              callback.onEpochEnd(t, epoch(result.epoch(), losses[result.epoch() - first]));
            }

            @Override
            public void onTrainEnd(Trainer t) {
              callback.onTrainEnd(t);
            }
          });
    }
    trainer.callbacks(all.toArray(Callback[]::new)).fit(loader, losses.length);
    return last[0];
  }

  @Test
  void whatIsTheBestOutlivesAnInterruption() throws IOException {
    Path bestFile = folder.resolve("best.safetensors");
    Path lastFile = folder.resolve("last.safetensors");
    var stopping = new EarlyStopping(3);
    ModelCheckpoint best = ModelCheckpoint.best(state, bestFile);
    state.with("stopping", stopping).with("best", best);
    ModelCheckpoint last = ModelCheckpoint.last(state, lastFile);
    assertThat(plays(List.of(stopping, best, last), 1, 3, 1, 2)).isEqualTo(3);

    training();
    var resumed = new EarlyStopping(3);
    ModelCheckpoint better = ModelCheckpoint.best(state, folder.resolve("better.safetensors"));
    state.with("stopping", resumed).with("best", better).load(lastFile);
    assertThat(resumed.best()).isEqualTo(1);
    assertThat(resumed.bestEpoch()).isEqualTo(2);
    // Epoch 4 is better than 3, but not than 2; epoch 5 is the third after the best.
    assertThat(plays(List.of(resumed, better), 4, 1.5, 1.2, 0.5)).isEqualTo(5);
    assertThat(Files.exists(folder.resolve("better.safetensors"))).isFalse();
    assertThat(model.bias().item()).isEqualTo(2);
    // What was loaded was for that training; another one begins anew.
    assertThat(plays(List.of(resumed), 6, 9)).isEqualTo(6);
    assertThat(resumed.bestEpoch()).isEqualTo(6);
  }

  @Test
  void theBestOfAnotherModelIsRefused() {
    var stopping = new EarlyStopping(3);
    var other = new EarlyStopping(3);
    stopping.onEpochEnd(trainer, epoch(1, 1));
    other.load(stopping.state());
    var wide = new Linear(3, 1);
    var others = new Trainer(wide, new SGD(wide.parameters(), 0.1), Losses::mse);
    assertThatThrownBy(() -> other.onTrainBegin(others))
        .hasMessageStartingWith("load: early stopping does not fit the model; ");
    assertThatThrownBy(() -> other.load(Map.of("best", Tensors.of(1.0))))
        .hasMessageStartingWith("early stopping: the saved state has [best], not ");
  }

  @Test
  void aFolderThatIsNotThereIsAnError() {
    var missing = ModelCheckpoint.last(state, folder.resolve("no/such/file"));
    assertThatThrownBy(() -> missing.onEpochEnd(trainer, epoch(4, 1)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("model checkpoint: epoch 4");
  }

  @Test
  void aLogHasALinePerEpochAndIsContinued() throws IOException {
    Path file = folder.resolve("log.csv");
    new CsvLog(file).onEpochEnd(trainer, epoch(1, 0.25));
    new CsvLog(file).onEpochEnd(trainer, epoch(2, 0.125));
    assertThat(Files.readAllLines(file))
        .containsExactly("epoch,val_loss,seconds", "1,0.25,1.5", "2,0.125,1.5");
    var other = new EpochResult(3, Map.of("loss", 1.0), Duration.ZERO);
    assertThatThrownBy(() -> new CsvLog(file).onEpochEnd(trainer, other))
        .hasMessage(
            "csv log: "
                + file
                + " has the columns [epoch, val_loss, seconds], the epoch has"
                + " [epoch, loss, seconds]");
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  @Test
  void anEmptyLoaderIsAnError() {
    var few =
        new DataLoader(new TensorDataset(Tensors.ones(3, 2), Tensors.ones(3, 1)), 5).dropLast();
    String message = ": the loader has no batches: 3 samples in batches of 5";
    assertThatThrownBy(() -> trainer.fit(few, 1)).hasMessage("fit" + message);
    assertThatThrownBy(() -> trainer.evaluate(few)).hasMessage("evaluate" + message);
  }

  @Test
  void batchesMayHaveThreeTensorsOrOne() {
    Tensor x = Tensors.randn(20, 2);
    var three = new DataLoader(new TensorDataset(x, x.mul(2), x.sum(-1, true).mul(3)), 5);
    trainer
        .forward(batch -> model.apply(batch.get(0)).add(model.apply(batch.get(1))))
        .target(batch -> batch.get(2));
    List<EpochResult> epochs = trainer.fit(three, 5).epochs();
    assertThat(epochs.getLast().get("loss")).isLessThan(epochs.getFirst().get("loss"));

    var encoder = new Linear(2, 2);
    var alone = new DataLoader(new TensorDataset(x), 5);
    double[] losses =
        new Trainer(encoder, new SGD(encoder.parameters(), 0.1), Losses::mse)
            .verbose(false)
            .target(batch -> batch.x())
            .fit(alone, 5)
            .values("loss");
    assertThat(losses[4]).isLessThan(losses[0]);
  }
}
