package dev.adjoint.nn.io;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.StateReport;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.nn.optim.Scheduler;
import dev.adjoint.nn.optim.Stateful;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All that a training run needs to continue as if it had not been interrupted: the model, the state of its optimizer, the place
 * in the stream of {@link Random#standard}, and where its data loader and its scheduler stand; and what is added {@linkplain
 * #with by name}. It is a safetensors file.
 */
public final class Checkpoint {
  private static final String MODEL = "model.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String SEED = "random.seed";
  private static final String COUNTER = "random.counter";
  private static final String EPOCH = "loader.epoch";
  private static final String BATCH = "loader.batch";
  private static final String TIME = "scheduler.time";
  private static final String BASE = "scheduler.base.";

  private final Module model;
  private final Optimizer optimizer;
  private final @Nullable DataLoader loader;
  private final @Nullable Scheduler scheduler;
  private final Parts parts = new Parts();

  /** Checkpoints of a model and its optimizer. */
  public Checkpoint(Module model, Optimizer optimizer) {
    this(model, optimizer, null);
  }

  /** Checkpoints of a model, its optimizer and the position in its training data. */
  public Checkpoint(Module model, Optimizer optimizer, @Nullable DataLoader loader) {
    this(model, optimizer, loader, null);
  }

  /** Checkpoints of a model, its optimizer, the position in its training data and the place in its schedule. */
  public Checkpoint(
      Module model,
      Optimizer optimizer,
      @Nullable DataLoader loader,
      @Nullable Scheduler scheduler) {
    this.model = model;
    this.optimizer = optimizer;
    this.loader = loader;
    this.scheduler = scheduler;
  }

  /**
   * Adds something else with a state, such as a {@link dev.adjoint.nn.optim.GradScaler}; returns this.
   *
   * @param name the first part of the names of its tensors in the file
   * @throws IllegalArgumentException if the name has a dot, or is that of another part
   */
  public Checkpoint with(String name, Stateful part) {
    String prefix = name + ".";
    if (prefix.equals(MODEL) || prefix.equals(OPTIMIZER)) {
      throw new IllegalArgumentException("checkpoint: no part can have the name '" + name + "'");
    }
    parts.add("checkpoint", name, part);
    return this;
  }

  /**
   * Writes the present state; what was in the file before is replaced in one step.
   *
   * @throws IOException if it cannot be written; the old file is then as it was
   */
  public void save(Path path) throws IOException {
    var tensors = new LinkedHashMap<String, Tensor>();
    ModelFiles.state(model).forEach((name, tensor) -> tensors.put(MODEL + name, tensor));
    optimizer.state().forEach((name, tensor) -> tensors.put(OPTIMIZER + name, tensor.detach()));
    tensors.putAll(parts.state());
    var notes = new LinkedHashMap<String, String>();
    Random.State random = Random.standard().state();
    notes.put(SEED, Long.toString(random.seed()));
    notes.put(COUNTER, Long.toString(random.counter()));
    if (loader != null) {
      DataLoader.State state = loader.state();
      notes.put(EPOCH, Integer.toString(state.epoch()));
      notes.put(BATCH, Integer.toString(state.batch()));
    }
    if (scheduler != null) {
      Scheduler.State state = scheduler.state();
      notes.put(TIME, Integer.toString(state.time()));
      for (int i = 0; i < state.base().size(); i++) {
        notes.put(BASE + i, Double.toString(state.base().get(i)));
      }
    }
    new SafeTensors(tensors, notes).save(path);
  }

  /**
   * Returns to a state that was saved.
   *
   * @throws IllegalArgumentException if the file is of another model, optimizer, loader or scheduler, or one of the file and this
   *     has a scheduler and the other has none; nothing has changed then
   * @throws IOException if the file cannot be read or is damaged; nothing has changed then
   */
  public void load(Path path) throws IOException {
    SafeTensors file = SafeTensors.load(path);
    Map<String, Tensor> modelTensors = Parts.below(MODEL, file.tensors());
    Map<String, Tensor> optimizerTensors = Parts.below(OPTIMIZER, file.tensors());
    requireNoOthers(path, file.tensors());
    StateReport.of(model, modelTensors).requireExact(path.toString());
    var random = new Random.State(number(path, file, SEED), number(path, file, COUNTER));
    Scheduler.State schedule = schedule(path, file);
    if (loader == null) {
      parts.load(file.tensors(), () -> optimizer.load(optimizerTensors));
    } else {
      int epoch = (int) Math.min(Integer.MAX_VALUE, number(path, file, EPOCH));
      int batch = (int) Math.min(Integer.MAX_VALUE, number(path, file, BATCH));
      DataLoader.State before = loader.state();
      loader.resume(new DataLoader.State(epoch, batch));
      try {
        parts.load(file.tensors(), () -> optimizer.load(optimizerTensors));
      } catch (RuntimeException e) {
        loader.resume(before);
        throw e;
      }
    }
    if (scheduler != null && schedule != null) {
      scheduler.resume(schedule);
    }
    model.load(modelTensors);
    Random.standard().restore(random);
  }

  private void requireNoOthers(Path path, Map<String, Tensor> tensors) {
    var known = new LinkedHashSet<>(parts.prefixes());
    known.add(MODEL);
    known.add(OPTIMIZER);
    for (String name : tensors.keySet()) {
      if (known.stream().noneMatch(name::startsWith)) {
        throw new IllegalArgumentException(
            "load: " + path + " has the tensor " + name + ", which belongs to none of " + known);
      }
    }
  }

  private Scheduler.@Nullable State schedule(Path path, SafeTensors file) {
    boolean saved = file.metadata().containsKey(TIME);
    if (saved != (scheduler != null)) {
      throw new IllegalArgumentException(
          "load: "
              + path
              + (saved
                  ? " was saved with a scheduler, this checkpoint has none"
                  : " was saved without a scheduler, this checkpoint has one"));
    }
    if (scheduler == null) {
      return null;
    }
    List<Double> base = new ArrayList<>();
    for (int i = 0; i < scheduler.state().base().size(); i++) {
      base.add(number(path, file, BASE + i, Double::valueOf));
    }
    return new Scheduler.State(number(path, file, TIME, Integer::valueOf), base);
  }

  private static long number(Path path, SafeTensors file, String key) {
    return number(path, file, key, Long::valueOf);
  }

  private static <N> N number(Path path, SafeTensors file, String key, Function<String, N> parser) {
    String text = file.metadata().get(key);
    if (text == null) {
      throw new IllegalArgumentException(
          "load: " + path + " has no " + key + " among " + file.metadata().keySet());
    }
    try {
      return parser.apply(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("load: " + path + " has " + text + " as " + key, e);
    }
  }
}
