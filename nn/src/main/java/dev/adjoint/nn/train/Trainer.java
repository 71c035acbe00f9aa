package dev.adjoint.nn.train;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Gradients;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.metrics.Metric;
import dev.adjoint.nn.optim.GradScaler;
import dev.adjoint.nn.optim.GradientAccumulation;
import dev.adjoint.nn.optim.Optimizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The training loop around a model, its optimizer and its loss, with metrics, validation and callbacks. It does what the loop
 * written by hand does, step for step: with the same seeds the losses are the same. Batches are moved to the device of the model.
 *
 * {@snippet :
 * var trainer = new Trainer(model, optimizer, Losses::crossEntropy).metrics(new Accuracy()).validation(validation);
 * History history = trainer.fit(loader, 10);
 * double accuracy = trainer.evaluate(test).get("accuracy");
 * }
 */
public final class Trainer {
  private final Module model;
  private final Optimizer optimizer;
  private final NonFiniteSearch finite;
  private final TrainingStep training;
  private Function<Batch, Tensor> target = Batch::y;
  private List<Metric> metrics = List.of();
  private List<Callback> callbacks = List.of();
  private @Nullable DataLoader validation;
  private boolean verbose = true;
  private boolean stopped;

  /**
   * A trainer that prints a line per epoch, or a progress bar on a terminal.
   *
   * @param loss gives a scalar for outputs and targets
   */
  public Trainer(Module model, Optimizer optimizer, BinaryOperator<Tensor> loss) {
    this.model = model;
    this.optimizer = optimizer;
    this.finite = new NonFiniteSearch(model);
    this.training = new TrainingStep(optimizer, loss, batch -> model.apply(batch.x()), finite);
  }

  /**
   * Sets how the model is called with a batch, if not with its first tensor: {@code batch -> net.apply(batch.get(0),
   * batch.get(1))}.
   */
  public Trainer forward(Function<Batch, Tensor> call) {
    training.forward(call);
    return this;
  }

  /** Sets what of a batch the outputs are compared with, if not its second tensor: {@code Batch::x} for an autoencoder. */
  public Trainer target(Function<Batch, Tensor> choice) {
    target = choice;
    return this;
  }

  /** Sets what is measured besides the loss, on the training data while they pass and on the validation data. */
  public Trainer metrics(Metric... measured) {
    metrics = List.of(measured);
    return this;
  }

  /** Sets the data that the model is evaluated with after each epoch. */
  public Trainer validation(DataLoader loader) {
    validation = loader;
    return this;
  }

  /** Sets the code to be called while training, in this order. */
  public Trainer callbacks(Callback... called) {
    callbacks = List.of(called);
    return this;
  }

  /**
   * Sets the type of products in forward passes, see {@link Scope#autocast}: f16, which needs a {@link #scaler}, bf16, or f32.
   *
   * @throws IllegalArgumentException if it is another type
   */
  public Trainer autocast(DType dtype) {
    // The scope refuses other types, here rather than in the first step.
    training.autocast(Scope.autocast(dtype, () -> dtype));
    return this;
  }

  /** Sets what scales the loss, so that gradients that pass through f16 do not become zero. */
  public Trainer scaler(GradScaler scaling) {
    training.scaler(scaling);
    return this;
  }

  /**
   * Sets what is done with the gradients before a step: {@code gradients -> Clipping.byGlobalNorm(gradients, 1)}. With a {@link
   * #scaler} they are no longer scaled then, with {@link #accumulate} they are the means.
   */
  public Trainer gradients(UnaryOperator<Gradients> function) {
    training.gradients(function);
    return this;
  }

  /**
   * Sets that a step is taken by the mean of the gradients of so many batches, and of those that are left at the end of an epoch;
   * see {@link GradientAccumulation}. {@link Callback#onStep} hears of each batch.
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  public Trainer accumulate(int batches) {
    training.accumulate(batches);
    return this;
  }

  /** Sets whether anything is printed. */
  public Trainer verbose(boolean on) {
    verbose = on;
    return this;
  }

  /**
   * Has inputs, parameters and all gradients looked at in each step before the parameters change; else this is the loss alone.
   * This takes time; it is for finding out where a NaN comes from. With a {@link #scaler} it has no effect, as that expects
   * infinite gradients.
   */
  public Trainer checkGradients(boolean on) {
    training.checkGradients(on);
    return this;
  }

  /** The model. */
  public Module model() {
    return model;
  }

  /** The optimizer. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /** Makes the present epoch the last one. */
  public void stop() {
    stopped = true;
  }

  /**
   * Trains for some epochs, whose numbers go on where those of the loader stand. The model is in evaluation mode afterwards.
   *
   * @throws IllegalArgumentException if the loader has no batches
   * @throws NonFiniteException if the loss becomes NaN or infinite, then that step has changed nothing; or if a parameter is NaN
   *     or infinite after an epoch
   */
  public History fit(DataLoader loader, int epochs) {
    requireBatches("fit", loader);
    training.check();
    stopped = false;
    List<EpochResult> results = new ArrayList<>();
    callbacks.forEach(callback -> callback.onTrainBegin(this));
    try {
      while (results.size() < epochs && !stopped) {
        EpochResult result = epoch(loader, loader.nextEpoch() + 1);
        results.add(result);
        if (verbose) {
          System.out.println(result);
        }
        callbacks.forEach(callback -> callback.onEpochEnd(this, result));
      }
    } finally {
      model.eval();
      callbacks.forEach(callback -> callback.onTrainEnd(this));
    }
    return new History(results);
  }

  private EpochResult epoch(DataLoader loader, int epoch) {
    long start = System.nanoTime();
    model.train();
    metrics.forEach(Metric::reset);
    var mean = new MeanLoss();
    Device device = model.device();
    try (Progress progress = Progress.of(verbose, "epoch " + epoch, loader.batches())) {
      int step = 0;
      for (Batch batch : loader.on(device)) {
        double value = step(batch, epoch, step);
        mean.add(value, batch.size());
        progress.step(mean.value());
        for (Callback callback : callbacks) {
          callback.onStep(this, epoch, step, value);
        }
        step++;
      }
      training.endEpoch();
      finite.requireFiniteParameters(epoch, step);
    }
    var values = results(mean);
    if (validation != null) {
      evaluate(validation).forEach((name, value) -> values.put("val_" + name, value));
    }
    return new EpochResult(epoch, values, Duration.ofNanos(System.nanoTime() - start));
  }

  private double step(Batch batch, int epoch, int step) {
    Tensor wanted = target.apply(batch);
    if (!metrics.isEmpty()) {
      wanted.keep();
    }
    TrainingStep.Passed passed = training.run(batch, wanted, epoch, step);
    metrics.forEach(metric -> metric.update(passed.output(), wanted));
    return passed.loss().item();
  }

  /**
   * The loss and the metrics on some data, in evaluation mode and without gradients.
   *
   * @return {@code loss} and the metrics by name
   * @throws IllegalArgumentException if the loader has no batches
   */
  public Map<String, Double> evaluate(DataLoader loader) {
    requireBatches("evaluate", loader);
    metrics.forEach(Metric::reset);
    var mean = new MeanLoss();
    Device device = model.device();
    for (Batch batch : loader.on(device)) {
      Module.evaluating(
          () -> {
            Tensor wanted = target.apply(batch);
            TrainingStep.Passed passed = training.pass(batch, wanted);
            Tensor.realize(List.of(passed.output(), passed.loss(), wanted));
            mean.add(passed.loss().item(), batch.size());
            metrics.forEach(metric -> metric.update(passed.output(), wanted));
            return passed.output();
          });
    }
    return results(mean);
  }

  private static void requireBatches(String op, DataLoader loader) {
    if (loader.batches() == 0) {
      throw new IllegalArgumentException(
          op
              + ": the loader has no batches: "
              + loader.dataset().size()
              + " samples in batches of "
              + loader.batchSize());
    }
  }

  private Map<String, Double> results(MeanLoss mean) {
    var values = new LinkedHashMap<String, Double>();
    values.put("loss", mean.value());
    metrics.forEach(metric -> values.put(metric.name(), metric.value()));
    return values;
  }

  /** The outputs for inputs, in evaluation mode and without gradients; any number of threads may call this. */
  public Tensor predict(Tensor x) {
    return model.predict(x);
  }

  /** The mean over samples of what is a mean over each batch. */
  private static final class MeanLoss {
    private double sum;
    private long samples;

    void add(double batchMean, int size) {
      sum += batchMean * size;
      samples += size;
    }

    double value() {
      return sum / samples;
    }
  }
}
