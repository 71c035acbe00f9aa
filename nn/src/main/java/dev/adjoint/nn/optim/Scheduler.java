package dev.adjoint.nn.optim;

import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Sets the learning rate of each group of an optimizer to what it was at the beginning, times a factor that varies. */
public final class Scheduler {
  private final Optimizer optimizer;
  private final IntToDoubleFunction factor;
  private final List<Double> base;
  private int time;

  /**
   * A scheduler at time 0; it applies the first factor at once.
   *
   * @param factor the factor by time, such as {@link Schedules#cosine}
   */
  public Scheduler(Optimizer optimizer, IntToDoubleFunction factor) {
    this.optimizer = optimizer;
    this.factor = factor;
    this.base = optimizer.groups().stream().map(ParameterGroup::learningRate).toList();
    time(0);
  }

  /** Goes on to the next time: after each epoch or each step, as the schedule is meant. */
  public void step() {
    time(time + 1);
  }

  /** The number of calls of {@link #step} so far. */
  public int time() {
    return time;
  }

  /** Goes to a time, as after loading a checkpoint. */
  public void time(int time) {
    this.time = time;
    for (int i = 0; i < base.size(); i++) {
      optimizer.groups().get(i).learningRate(base.get(i) * factor.applyAsDouble(time));
    }
  }
}
