package dev.adjoint.nn.train;

import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.nn.optim.ParameterGroup;
import dev.adjoint.nn.optim.Stateful;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The learning-rate range test (Smith 2017): steps with learning rates that grow from a small to a large one, and the loss at
 * each.
 *
 * {@snippet :
 * var result = new LearningRateTest(model, optimizer).run(() -> loss(batches.next()));
 * optimizer.learningRate(result.steepest());
 * }
 *
 * <p>Afterwards the model, the optimizer and {@link Random#standard} are as before.
 */
public final class LearningRateTest {
  private final Module model;
  private final Optimizer optimizer;
  private double from = 1e-7;
  private double to = 10;
  private int steps = 100;
  private double smoothing = 0.98;
  private double divergence = 4;

  /** A test of 100 steps from 1e-7 to 10, each a constant factor above the one before. */
  public LearningRateTest(Module model, Optimizer optimizer) {
    this.model = model;
    this.optimizer = optimizer;
  }

  /** Sets the first and the last learning rate and the number of steps, at least 2; returns this. */
  public LearningRateTest range(double from, double to, int steps) {
    if (!(from > 0 && to > from) || Double.isInfinite(to) || steps < 2) {
      throw new IllegalArgumentException(
          "learning rate test: needs 0 < from < to and at least 2 steps, not "
              + from
              + ", "
              + to
              + " and "
              + steps);
    }
    this.from = from;
    this.to = to;
    this.steps = steps;
    return this;
  }

  /** Sets how slowly the moving average of the losses forgets, in [0, 1); 0.98 by default. Returns this. */
  public LearningRateTest smoothing(double factor) {
    if (!(factor >= 0 && factor < 1)) {
      throw new IllegalArgumentException(
          "learning rate test: the smoothing must be in [0, 1), not " + factor);
    }
    smoothing = factor;
    return this;
  }

  /** Sets which multiple of the smallest smoothed loss ends the test; 4 by default. Returns this. */
  public LearningRateTest divergence(double multiple) {
    if (!(multiple > 1)) {
      throw new IllegalArgumentException(
          "learning rate test: the multiple must be above 1, not " + multiple);
    }
    divergence = multiple;
    return this;
  }

  /**
   * A step of the test.
   *
   * @param learningRate that of the first group; others keep their ratio to it
   * @param loss the loss before the step
   * @param smoothed the moving average of the losses up to this one
   */
  public record Point(double learningRate, double loss, double smoothed) {}

  /** What the test found: a point for each step, up to the one at which the loss was too large, infinite or NaN. */
  public record Result(List<Point> points) {
    /** Keeps the points. */
    public Result {
      points = List.copyOf(points);
    }

    /**
     * The learning rate from which the smoothed loss falls most steeply by the logarithm of the rate; a good first guess.
     *
     * @throws IllegalStateException if the loss never falls
     */
    public double steepest() {
      double steepest = 0;
      double rate = Double.NaN;
      for (int i = 0; i + 1 < points.size(); i++) {
        double change = points.get(i + 1).smoothed - points.get(i).smoothed;
        if (change < steepest) {
          steepest = change;
          rate = points.get(i).learningRate;
        }
      }
      if (Double.isNaN(rate)) {
        throw new IllegalStateException("learning rate test: the loss never falls");
      }
      return rate;
    }
  }

  /**
   * Runs the test.
   *
   * @param loss computes the loss of the model on the next batch
   */
  public Result run(Supplier<Tensor> loss) {
    Snapshot before = Snapshot.of(model);
    Map<String, Tensor> state = Stateful.copy(optimizer.state());
    Random.State random = Random.standard().state();
    try {
      return new Result(points(loss));
    } finally {
      before.restore();
      optimizer.load(state);
      Random.standard().restore(random);
    }
  }

  private List<Point> points(Supplier<Tensor> loss) {
    List<ParameterGroup> groups = optimizer.groups();
    double first = groups.getFirst().learningRate();
    if (first == 0) {
      throw new IllegalArgumentException(
          "learning rate test: the learning rate of the first group is 0");
    }
    List<Double> ratios = groups.stream().map(group -> group.learningRate() / first).toList();
    var points = new ArrayList<Point>();
    double average = 0;
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < steps; i++) {
      double rate = from * Math.pow(to / from, i / (steps - 1.0));
      for (int g = 0; g < groups.size(); g++) {
        groups.get(g).learningRate(rate * ratios.get(g));
      }
      Tensor value = loss.get();
      optimizer.step(value.backward());
      double number = value.item();
      average = smoothing * average + (1 - smoothing) * number;
      double smoothed = average / (1 - Math.pow(smoothing, i + 1.0));
      points.add(new Point(rate, number, smoothed));
      best = Math.min(best, smoothed);
      if (!Double.isFinite(smoothed) || (i > 0 && smoothed > divergence * best)) {
        break;
      }
    }
    return points;
  }
}
