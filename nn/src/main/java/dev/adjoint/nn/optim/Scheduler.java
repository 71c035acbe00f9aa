package dev.adjoint.nn.optim;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sets the learning rate of each group of an optimizer to what it was at the beginning, times a factor that varies; and the
 * momentum to a value that varies, if there is one.
 */
public final class Scheduler {
  private final Optimizer optimizer;
  private final IntToDoubleFunction factor;
  private @Nullable IntToDoubleFunction momentum;
  private List<Double> base;
  private int time;

  /**
   * Where a scheduler stands.
   *
   * @param time the number of calls of {@link #step} so far
   * @param base the learning rate of each group that factors apply to
   */
  public record State(int time, List<Double> base) {
    /** Checks the numbers. */
    public State {
      if (time < 0) {
        throw new IllegalArgumentException("scheduler: the time must be from 0 on, not " + time);
      }
      base = List.copyOf(base);
      base.forEach(rate -> Hyper.notNegative("learning rate", rate));
    }
  }

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

  /**
   * Sets the momentum by time, such as {@link Schedules#oneCycleMomentum}, and applies it at once; of {@link Adam} and {@link
   * AdamW} it is beta1. Returns this.
   *
   * @throws IllegalArgumentException if the optimizer has no momentum
   */
  public Scheduler momentum(IntToDoubleFunction value) {
    optimizer.scheduledMomentum(value.applyAsDouble(time));
    momentum = value;
    return this;
  }

  /** Goes on to the next time: after each epoch or each step, as the schedule is meant. */
  public void step() {
    time(time + 1);
  }

  /** The number of calls of {@link #step} so far. */
  public int time() {
    return time;
  }

  /** Where this scheduler stands, for {@link #resume}. */
  public State state() {
    return new State(time, base);
  }

  /**
   * Goes on where another scheduler with equal factors stood. The present learning rates stay as they are, as they are part of
   * {@link Optimizer#state}; the momentum is set.
   *
   * @throws IllegalArgumentException if it was for another number of groups; nothing has changed then
   */
  public void resume(State state) {
    if (state.base().size() != base.size()) {
      throw new IllegalArgumentException(
          "scheduler: cannot resume with "
              + state.base().size()
              + " groups, the optimizer has "
              + base.size());
    }
    time = state.time();
    base = state.base();
    setMomentum();
  }

  /** Goes to a time and applies its factor. */
  public void time(int time) {
    this.time = time;
    for (int i = 0; i < base.size(); i++) {
      optimizer.groups().get(i).learningRate(base.get(i) * factor.applyAsDouble(time));
    }
    setMomentum();
  }

  private void setMomentum() {
    if (momentum != null) {
      optimizer.scheduledMomentum(momentum.applyAsDouble(time));
    }
  }
}
