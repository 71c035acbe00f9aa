package dev.adjoint.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.Synthetic;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.nn.optim.Scheduler;
import dev.adjoint.nn.optim.Schedules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @TempDir Path folder;

  private static final class Net extends Module {
    final Linear fc1;
    final Dropout dropout = new Dropout(0.5);
    final Linear fc2;

    Net(int width) {
      fc1 = new Linear(2, width);
      fc2 = new Linear(width, 3);
    }

    @Override
    protected Tensor forward(Tensor x) {
      return fc2.apply(dropout.apply(fc1.apply(x).tanh()));
    }
  }

  private static Map<String, float[]> values(Module model) {
    var values = new LinkedHashMap<String, float[]>();
    model.state().forEach((name, variable) -> values.put(name, variable.toFloats()));
    return values;
  }

  private static void assertSame(Map<String, float[]> expected, Map<String, float[]> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, value) -> assertArrayEquals(value, actual.get(name), name));
  }

  @Test
  void weightsOfHalfPrecisionAreReadIntoF32() throws IOException {
    Path file = folder.resolve("half.safetensors");
    var net = new Net(5);
    var half = new LinkedHashMap<String, Tensor>();
    ModelFiles.state(net).forEach((name, value) -> half.put(name, value.toHalf()));
    SafeTensors.save(file, half);
    ModelFiles.load(net, file);
    half.forEach(
        (name, value) ->
            assertArrayEquals(value.toFloats(), ModelFiles.state(net).get(name).toFloats()));
    assertEquals(DType.F32, net.fc1.weight().dtype());
  }

  @Test
  void aLoadedModelGivesTheSameBits() throws IOException {
    Path file = folder.resolve("net.safetensors");
    var net = new Net(5);
    ModelFiles.save(net, file);
    var other = new Net(5);
    Tensor x = Tensors.of(new float[] {1, -2, 0.5f, 3}, 2, 2);
    float[] expected = net.predict(x).toFloats();
    assertFalse(Arrays.equals(expected, other.predict(x).toFloats()));
    ModelFiles.load(other, file);
    assertSame(values(net), values(other));
    assertArrayEquals(expected, other.predict(x).toFloats());
  }

  @Test
  void aFileThatDoesNotFitChangesNothing() throws IOException {
    Path file = folder.resolve("other.safetensors");
    var net = new Net(5);
    Map<String, float[]> before = values(net);
    var tensors = new LinkedHashMap<>(ModelFiles.state(net));
    tensors.remove("fc1.bias");
    tensors.put("fc2.weight", Tensors.zeros(4, 5));
    tensors.put("fc2.bias", Tensors.of(new int[3]));
    tensors.put("fc3.weight", Tensors.zeros(1));
    SafeTensors.save(file, tensors);
    var e = assertThrows(IllegalArgumentException.class, () -> ModelFiles.load(net, file));
    String shape = net.fc2.state().get("weight").shape().toString();
    assertEquals(
        "load: "
            + file
            + " does not fit the model; missing: fc1.bias; unexpected: fc3.weight; different: fc2.weight is"
            + " f32[4, 5] in place of f32"
            + shape
            + ", fc2.bias is i32[3] in place of f32[3]",
        e.getMessage());
    assertSame(before, values(net));
  }

  @Test
  void aDamagedFileChangesNothing() throws IOException {
    Path file = folder.resolve("net.safetensors");
    ModelFiles.save(new Net(5), file);
    byte[] content = Files.readAllBytes(file);
    var net = new Net(5);
    Map<String, float[]> before = values(net);
    for (int cut : new int[] {1, 4, 40, content.length - 4}) {
      Files.write(file, Arrays.copyOf(content, content.length - cut));
      assertThrows(InvalidDataFileException.class, () -> ModelFiles.load(net, file));
    }
    assertSame(before, values(net));
  }

  /** A training run that can be interrupted after any step. */
  private static final class Run {
    final Net net = new Net(6);
    final Optimizer optimizer = new Adam(net.parameters(), 0.05);
    final DataLoader loader = new DataLoader(Synthetic.blobs(10, 3, 0.3, 4), 7).shuffle(2);
    final Scheduler scheduler =
        new Scheduler(optimizer, Schedules.warmup(3, Schedules.cosine(7, 0.1)));
    final Checkpoint checkpoint = new Checkpoint(net, optimizer, loader, scheduler);

    /** Trains to the end of the second epoch, or stops earlier; returns the losses. */
    List<Double> train(int steps) {
      List<Double> losses = new ArrayList<>();
      while (loader.state().epoch() < 2) {
        for (Batch batch : loader) {
          Tensor loss = Losses.crossEntropy(net.apply(batch.x()), batch.y());
          Gradients gradients = loss.backward();
          optimizer.step(gradients);
          scheduler.step();
          losses.add(loss.item());
          if (losses.size() == steps) {
            return losses;
          }
        }
      }
      return losses;
    }
  }

  @Test
  void aResumedRunIsTheUninterruptedRun() throws IOException {
    Path file = folder.resolve("run.safetensors");
    Random.seed(11);
    var first = new Run();
    ModelFiles.save(first.net, folder.resolve("start"));
    Random.State start = Random.standard().state();
    List<Double> expected = first.train(1000);
    assertEquals(10, expected.size());
    for (int interrupted = 1; interrupted < 10; interrupted += 2) {
      var before = new Run();
      ModelFiles.load(before.net, folder.resolve("start"));
      Random.standard().restore(start);
      List<Double> losses = new ArrayList<>(before.train(interrupted));
      before.checkpoint.save(file);
      Random.seed(99);
      var after = new Run();
      after.checkpoint.load(file);
      losses.addAll(after.train(1000));
      assertEquals(expected, losses);
      assertSame(values(first.net), values(after.net));
      assertEquals(first.optimizer.learningRate(), after.optimizer.learningRate());
      assertEquals(first.scheduler.state(), after.scheduler.state());
    }
  }

  @Test
  void aCheckpointOfSomethingElseChangesNothing() throws IOException {
    Path file = folder.resolve("run.safetensors");
    var run = new Run();
    run.train(3);
    run.checkpoint.save(file);
    Map<String, float[]> before = values(run.net);
    DataLoader.State place = run.loader.state();
    Scheduler.State schedule = run.scheduler.state();

    Path model = folder.resolve("model.safetensors");
    ModelFiles.save(run.net, model);
    assertThrows(IllegalArgumentException.class, () -> run.checkpoint.load(model));

    var wider = new Net(9);
    var other = new Checkpoint(wider, new Adam(wider.parameters(), 0.1), run.loader, run.scheduler);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> other.load(file))
            .getMessage()
            .contains("fc1.weight"));

    SafeTensors saved = SafeTensors.load(file);
    var tensors = new LinkedHashMap<>(saved.tensors());
    tensors.put("optimizer.unknown", Tensors.of(1f));
    new SafeTensors(tensors, saved.metadata()).save(file);
    assertThrows(IllegalArgumentException.class, () -> run.checkpoint.load(file));

    new SafeTensors(saved.tensors(), Map.of()).save(file);
    assertThrows(IllegalArgumentException.class, () -> run.checkpoint.load(file));
    var notes = new LinkedHashMap<>(saved.metadata());
    notes.put("loader.batch", "70");
    new SafeTensors(saved.tensors(), notes).save(file);
    assertThrows(IllegalArgumentException.class, () -> run.checkpoint.load(file));

    notes.replace("loader.batch", "1");
    for (Map.Entry<String, String> wrong :
        Map.of("scheduler.time", "-1", "scheduler.base.0", "NaN").entrySet()) {
      var broken = new LinkedHashMap<>(notes);
      broken.put(wrong.getKey(), wrong.getValue());
      new SafeTensors(saved.tensors(), broken).save(file);
      assertThrows(IllegalArgumentException.class, () -> run.checkpoint.load(file));
    }

    assertSame(before, values(run.net));
    assertEquals(place, run.loader.state());
    assertEquals(schedule, run.scheduler.state());
  }

  @Test
  void aScheduleIsNeitherForgottenNorMadeUp() throws IOException {
    Path file = folder.resolve("run.safetensors");
    var run = new Run();
    run.train(3);
    var without = new Checkpoint(run.net, run.optimizer, run.loader);
    without.save(file);
    var e = assertThrows(IllegalArgumentException.class, () -> run.checkpoint.load(file));
    assertEquals(
        "load: " + file + " was saved without a scheduler, this checkpoint has one",
        e.getMessage());
    run.checkpoint.save(file);
    e = assertThrows(IllegalArgumentException.class, () -> without.load(file));
    assertEquals(
        "load: " + file + " was saved with a scheduler, this checkpoint has none", e.getMessage());
  }

  @Test
  void aScheduleGoesOnFromItsOwnLearningRate() throws IOException {
    Path file = folder.resolve("run.safetensors");
    var run = new Run();
    run.optimizer.learningRate(0.8);
    var scheduler = new Scheduler(run.optimizer, Schedules.exponential(0.5));
    scheduler.step();
    new Checkpoint(run.net, run.optimizer, run.loader, scheduler).save(file);
    var other = new Run();
    var resumed = new Scheduler(other.optimizer, Schedules.exponential(0.5));
    new Checkpoint(other.net, other.optimizer, other.loader, resumed).load(file);
    assertEquals(0.4, other.optimizer.learningRate());
    resumed.step();
    assertEquals(0.2, other.optimizer.learningRate());
  }
}
