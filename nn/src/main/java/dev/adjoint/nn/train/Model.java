package dev.adjoint.nn.train;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.DataLoader;
import dev.adjoint.nn.data.TensorDataset;
import dev.adjoint.nn.metrics.MeanError;
import dev.adjoint.nn.metrics.Metric;
import dev.adjoint.nn.metrics.R2;
import dev.adjoint.nn.optim.Adadelta;
import dev.adjoint.nn.optim.Adagrad;
import dev.adjoint.nn.optim.Adam;
import dev.adjoint.nn.optim.AdamW;
import dev.adjoint.nn.optim.NAdam;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.nn.optim.RMSprop;
import dev.adjoint.nn.optim.SGD;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A module with the optimizer, loss and metrics that it is trained with, in the manner of Keras.
 *
 * {@snippet :
 * Model model =
 *     Sequential.of(new Linear(784, 128), Activation.RELU, new Linear(128, 10), Activation.SOFTMAX)
 *         .compile("adam", "categorical_crossentropy", "accuracy");
 * History history = model.fit(x, y, 10, 32);
 * Tensor classes = model.predictClasses(others);
 * }
 *
 * <p>Losses: {@code categorical_crossentropy} (targets are one-hot rows), {@code sparse_categorical_crossentropy} (targets are
 * class numbers), {@code binary_crossentropy}, {@code mean_squared_error} or {@code mse}, {@code mean_absolute_error} or {@code
 * mae}, {@code huber}, {@code hinge}, {@code kl_divergence}. If the last layer is a softmax or a sigmoid, outputs are
 * probabilities, and logarithms of them are bounded as in Keras; else they are scores, and the loss is the one of scores, which
 * is more accurate.
 *
 * <p>Metrics: {@code accuracy}, {@code precision}, {@code recall} and {@code f1}, which are those of the yes, or the means over
 * classes; {@code mae}, {@code mse}, {@code r2_score}; and any other by {@link #metrics}. Optimizers: {@code sgd}, {@code
 * rmsprop}, {@code adam}, {@code adamw}, {@code nadam}, {@code adagrad}, {@code adadelta}, with the learning rates of Keras and
 * else the defaults of their classes.
 */
public final class Model {
  /** How many samples are predicted at once. */
  private static final int PREDICTED = 256;

  private final Module module;
  private final Function<Module, Optimizer> optimizer;
  private final Objective objective;
  private final boolean probabilities;
  private List<Metric> metrics;
  private @Nullable Trainer trainer;
  private @Nullable DataLoader validation;
  private List<Callback> callbacks = List.of();
  private boolean verbose = true;

  private Model(
      Module module, Function<Module, Optimizer> optimizer, String loss, String... metrics) {
    this.module = module;
    this.optimizer = optimizer;
    this.objective = Objective.of(loss);
    this.probabilities = Objective.endsInProbabilities(module);
    this.metrics =
        Arrays.stream(metrics)
            .map(name -> measured(objective.metric(name, probabilities)))
            .toList();
  }

  private Metric measured(Metric metric) {
    boolean ofClasses = !(metric instanceof MeanError || metric instanceof R2);
    return objective.isOneHot() && ofClasses ? new OneHotMetric(metric) : metric;
  }

  /**
   * A module with an optimizer, a loss and metrics, all by their names.
   *
   * @throws IllegalArgumentException if there is none of a name
   */
  public static Model compile(Module module, String optimizer, String loss, String... metrics) {
    return new Model(module, optimizer(optimizer), loss, metrics);
  }

  /**
   * A module with an optimizer of its parameters, a loss and metrics by their names.
   *
   * @throws IllegalArgumentException if there is none of a name
   */
  public static Model compile(Module module, Optimizer optimizer, String loss, String... metrics) {
    return new Model(module, _ -> optimizer, loss, metrics);
  }

  private static Function<Module, Optimizer> optimizer(String name) {
    return switch (name) {
      case "sgd" -> module -> new SGD(module.parameters(), 0.01);
      case "rmsprop" -> module -> new RMSprop(module.parameters(), 0.001).alpha(0.9);
      case "adam" -> module -> new Adam(module.parameters(), 0.001);
      case "adamw" -> module -> new AdamW(module.parameters(), 0.001);
      case "nadam" -> module -> new NAdam(module.parameters(), 0.001);
      case "adagrad" -> module -> new Adagrad(module.parameters(), 0.001);
      case "adadelta" -> module -> new Adadelta(module.parameters(), 0.001);
      default ->
          throw new IllegalArgumentException(
              "compile: no optimizer '"
                  + name
                  + "', there are sgd, rmsprop, adam, adamw, nadam, adagrad and adadelta");
    };
  }

  /** The module. */
  public Module module() {
    return module;
  }

  /** Sets the samples that the model is evaluated with after each epoch. */
  public Model validation(Tensor x, Tensor y) {
    validation = new DataLoader(new TensorDataset(x, y), PREDICTED);
    return this;
  }

  /** Adds metrics to those that were compiled in. They get outputs and targets as they are. */
  public Model metrics(Metric... others) {
    var all = new ArrayList<>(metrics);
    all.addAll(List.of(others));
    metrics = List.copyOf(all);
    return this;
  }

  /** Sets the code to be called while training, in this order. */
  public Model callbacks(Callback... called) {
    callbacks = List.of(called);
    return this;
  }

  /** Sets whether anything is printed. */
  public Model verbose(boolean on) {
    verbose = on;
    return this;
  }

  /**
   * Trains for some epochs, each with the samples in another order, which follows the seed of {@link Random}.
   *
   * @param x the inputs, with one sample along axis 0
   * @param y the targets, equally many
   * @return loss and metrics of each epoch
   * @throws IllegalArgumentException if shapes do not fit
   * @throws NonFiniteException if the loss or a parameter becomes NaN or infinite
   */
  public History fit(Tensor x, Tensor y, int epochs, int batchSize) {
    var loader =
        new DataLoader(new TensorDataset(x, y), batchSize)
            .shuffle(Random.standard().state().seed());
    Trainer ready = trainer(x).callbacks(callbacks.toArray(Callback[]::new)).verbose(verbose);
    if (validation != null) {
      ready.validation(validation);
    }
    return ready.fit(loader, epochs);
  }

  /** The loss and the metrics on some samples. */
  public Map<String, Double> evaluate(Tensor x, Tensor y) {
    return trainer(x).evaluate(new DataLoader(new TensorDataset(x, y), PREDICTED));
  }

  private Trainer trainer(Tensor x) {
    if (trainer == null) {
      // Layers that take their sizes from an input get them before the optimizer asks for
      // parameters.
      Module.evaluating(() -> module.apply(x.narrow(0, 0, 1)));
      trainer = new Trainer(module, optimizer.apply(module), objective.loss(probabilities));
    }
    return trainer.metrics(metrics.toArray(Metric[]::new));
  }

  /** The outputs for inputs, in evaluation mode and in parts, so that many samples need little memory. */
  public Tensor predict(Tensor x) {
    var parts = new ArrayList<Tensor>();
    for (Batch batch : new DataLoader(new TensorDataset(x), PREDICTED)) {
      parts.add(module.predict(batch.x().to(module.device())));
    }
    return parts.size() == 1 ? parts.getFirst() : Tensors.cat(parts, 0).realize();
  }

  /**
   * The probabilities of the classes, [n, classes], or of a yes.
   *
   * @throws IllegalStateException if the loss is none of probabilities
   */
  public Tensor confidences(Tensor x) {
    return objective.confidences(predict(x), probabilities).realize();
  }

  /** The numbers of the likeliest classes, [n]; for questions of yes or no, [n, ...] with 1 for yes. */
  public Tensor predictClasses(Tensor x) {
    Tensor confidences = confidences(x);
    return objective == Objective.BINARY_CROSSENTROPY
        ? confidences.gt(0.5).toLong().realize()
        : confidences.argmax(-1).realize();
  }

  /** A metric of class numbers for targets in one-hot rows. */
  private record OneHotMetric(Metric metric) implements Metric {
    @Override
    public String name() {
      return metric.name();
    }

    @Override
    public void update(Tensor output, Tensor target) {
      metric.update(output, target.argmax(-1));
    }

    @Override
    public double value() {
      return metric.value();
    }

    @Override
    public void reset() {
      metric.reset();
    }
  }
}
