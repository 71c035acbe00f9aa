package dev.adjoint.nn.optim;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lowers the learning rate when a value, such as the validation loss, has not become better for some epochs.
 *
 * <p>After more than {@code patience} epochs in a row without a better value, the rate of each group becomes
 * {@code max(rate * factor, minLr)}, if that changes it by more than 1e-8; then the next {@code cooldown} epochs do not count.
 * Better is, for values that should be small, below {@code best * (1 - threshold)}.
 */
public final class ReduceOnPlateau implements Stateful {
  private static final double EPS = 1e-8;

  private final Optimizer optimizer;
  private boolean larger;
  private boolean relative = true;
  private double factor = 0.1;
  private int patience = 10;
  private double threshold = 1e-4;
  private int cooldown;
  private double minLr;
  private double best = Double.POSITIVE_INFINITY;
  private int badEpochs;
  private int resting;

  /** A factor of 0.1 after more than 10 epochs in which the value is not smaller by a part of 1e-4. */
  public ReduceOnPlateau(Optimizer optimizer) {
    this.optimizer = optimizer;
  }

  /** Chooses that larger values are better; to be called before the first step. Returns this. */
  public ReduceOnPlateau largest() {
    larger = true;
    best = Double.NEGATIVE_INFINITY;
    return this;
  }

  /** Sets the factor, in [0, 1); returns this. */
  public ReduceOnPlateau factor(double value) {
    factor = Hyper.fraction("factor", value);
    return this;
  }

  /** Sets the number of epochs without a better value that are let pass; returns this. */
  public ReduceOnPlateau patience(int epochs) {
    patience = (int) Hyper.notNegative("patience", epochs);
    return this;
  }

  /** Sets by which part of the best value another one must be better, or by how much if it is not relative; returns this. */
  public ReduceOnPlateau threshold(double size, boolean relative) {
    threshold = Hyper.notNegative("threshold", size);
    this.relative = relative;
    return this;
  }

  /** Sets how many epochs after a change do not count; returns this. */
  public ReduceOnPlateau cooldown(int epochs) {
    cooldown = (int) Hyper.notNegative("cooldown", epochs);
    return this;
  }

  /** Sets the lowest learning rate; returns this. */
  public ReduceOnPlateau minLr(double rate) {
    minLr = Hyper.notNegative("the lowest learning rate", rate);
    return this;
  }

  /** Takes note of the value of an epoch, and lowers the learning rates if it is time; NaN is not better. */
  public void step(double value) {
    if (isBetter(value)) {
      best = value;
      badEpochs = 0;
    } else {
      badEpochs++;
    }
    if (resting > 0) {
      resting--;
      badEpochs = 0;
    }
    if (badEpochs > patience) {
      optimizer.groups().forEach(this::reduce);
      resting = cooldown;
      badEpochs = 0;
    }
  }

  private boolean isBetter(double value) {
    double margin = relative ? Math.abs(best) * threshold : threshold;
    // An infinite best has no margin.
    double edge = Double.isInfinite(best) ? best : larger ? best + margin : best - margin;
    return larger ? value > edge : value < edge;
  }

  private void reduce(ParameterGroup group) {
    double rate = Math.max(group.learningRate() * factor, minLr);
    if (group.learningRate() - rate > EPS) {
      group.learningRate(rate);
    }
  }

  /** The best value so far; infinite before the first. */
  public double best() {
    return best;
  }

  @Override
  public Map<String, Tensor> state() {
    var state = new LinkedHashMap<String, Tensor>();
    state.put("best", Tensors.full(Shape.SCALAR, best, DType.F64));
    state.put("badEpochs", Tensors.of((long) badEpochs));
    state.put("resting", Tensors.of((long) resting));
    return state;
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    double[] numbers = Stateful.numbers("reduceOnPlateau", saved, "best", "badEpochs", "resting");
    best = numbers[0];
    badEpochs = (int) numbers[1];
    resting = (int) numbers[2];
  }
}
