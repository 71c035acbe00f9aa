package dev.adjoint.nn.optim;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Factors of the learning rate by the number t of the epoch or step, from 0 on; see {@link Scheduler}. A factor is a plain
 * function, so others are a lambda away.
 *
 * <p>They are the closed forms of the schedulers of PyTorch, with what is an absolute rate there, such as {@code eta_min}, as a
 * part of the learning rate that the optimizer begins with. One whose rates depend on results is {@link ReduceOnPlateau}.
 */
public final class Schedules {
  private Schedules() {}

  /** {@code gamma^(t / stepSize)}, with whole division. */
  public static IntToDoubleFunction step(int stepSize, double gamma) {
    positive("stepSize", stepSize);
    return t -> Math.pow(gamma, t / stepSize);
  }

  /** {@code gamma^n}, where n milestones are at t or before. */
  public static IntToDoubleFunction multiStep(int[] milestones, double gamma) {
    int[] at = milestones.clone();
    return t -> Math.pow(gamma, Arrays.stream(at).filter(milestone -> milestone <= t).count());
  }

  /** {@code gamma^t}. */
  public static IntToDoubleFunction exponential(double gamma) {
    return t -> Math.pow(gamma, t);
  }

  /** A factor for t below {@code totalIters}, 1 from then on. */
  public static IntToDoubleFunction constant(double factor, int totalIters) {
    return t -> t < totalIters ? factor : 1;
  }

  /** A line from {@code startFactor} at t = 0 to {@code endFactor} at t = totalIters, and that from then on. */
  public static IntToDoubleFunction linear(double startFactor, double endFactor, int totalIters) {
    positive("totalIters", totalIters);
    return t -> startFactor + (endFactor - startFactor) * Math.min(t, totalIters) / totalIters;
  }

  /** {@code (1 - t / totalIters)^power}, and 0 from t = totalIters on. */
  public static IntToDoubleFunction polynomial(int totalIters, double power) {
    positive("totalIters", totalIters);
    return t -> Math.pow(1 - (double) Math.min(t, totalIters) / totalIters, power);
  }

  /**
   * Half a cosine from 1 at t = 0 to {@code etaMin} at t = tMax (Loshchilov and Hutter 2017); it rises again after that, so train
   * no longer.
   */
  public static IntToDoubleFunction cosine(int tMax, double etaMin) {
    positive("tMax", tMax);
    return t -> cosine(1, etaMin, (double) t / tMax);
  }

  /**
   * Half cosines from 1 to {@code etaMin}, each beginning anew: the first takes t0, and each other tMult times the one before
   * (Loshchilov and Hutter 2017).
   */
  public static IntToDoubleFunction cosineWarmRestarts(int t0, int tMult, double etaMin) {
    positive("t0", t0);
    positive("tMult", tMult);
    return t -> {
      long length = t0;
      long since = tMult == 1 ? t % t0 : t;
      while (since >= length) {
        since -= length;
        length *= tMult;
      }
      return cosine(1, etaMin, (double) since / length);
    };
  }

  /**
   * One rise and one fall over {@code totalSteps} (Smith and Topin 2018), for an optimizer whose learning rate is the largest
   * one: half a cosine from {@code 1 / divFactor} to 1 in the first {@code pctStart} of the steps, and half a cosine to {@code 1
   * / (divFactor * finalDivFactor)}. PyTorch's values are 0.3, 25 and 1e4. Its momentum is {@link #oneCycleMomentum}.
   */
  public static IntToDoubleFunction oneCycle(
      int totalSteps, double pctStart, double divFactor, double finalDivFactor) {
    double initial = 1 / Hyper.positive("divFactor", divFactor);
    double last = initial / Hyper.positive("finalDivFactor", finalDivFactor);
    return oneCycle(totalSteps, pctStart, initial, 1, last);
  }

  /**
   * The momentum of {@link #oneCycle}: down from the largest to {@code baseMomentum} while the learning rate rises, and up again;
   * PyTorch's values are 0.85 and 0.95.
   */
  public static IntToDoubleFunction oneCycleMomentum(
      int totalSteps, double pctStart, double baseMomentum, double maxMomentum) {
    return oneCycle(totalSteps, pctStart, maxMomentum, baseMomentum, maxMomentum);
  }

  private static IntToDoubleFunction oneCycle(
      int totalSteps, double pctStart, double first, double turn, double last) {
    positive("totalSteps", totalSteps);
    double turns = pctStart * totalSteps - 1;
    double ends = totalSteps - 1.0;
    if (!(turns > 0 && turns < ends)) {
      throw new IllegalArgumentException(
          "schedule: pctStart "
              + pctStart
              + " of "
              + totalSteps
              + " steps must be above 1 and below all of them");
    }
    return t -> {
      // The usual loop ends with a step of the scheduler, to a rate that nothing uses.
      if (t > totalSteps) {
        throw new IllegalArgumentException(
            "schedule: step " + t + " is above the " + totalSteps + " of the cycle");
      }
      return t <= turns
          ? cosine(first, turn, t / turns)
          : cosine(turn, last, (t - turns) / (ends - turns));
    };
  }

  /**
   * Triangles from 1 up to {@code maxFactor} in {@code stepSizeUp} and down in {@code stepSizeDown} (Smith 2017), each scaled by
   * {@link Cycle}. The momentum may run the other way: it is the largest momentum times this from 1 to a factor below 1.
   *
   * @param gamma the base of {@link Cycle#EXP_RANGE}
   */
  public static IntToDoubleFunction cyclic(
      double maxFactor, int stepSizeUp, int stepSizeDown, Cycle mode, double gamma) {
    positive("stepSizeUp", stepSizeUp);
    positive("stepSizeDown", stepSizeDown);
    double length = (double) stepSizeUp + stepSizeDown;
    double rise = stepSizeUp / length;
    return t -> {
      double cycles = t / length;
      double within = cycles - Math.floor(cycles);
      double height = within <= rise ? within / rise : (1 - within) / (1 - rise);
      double scale =
          switch (mode) {
            case TRIANGULAR -> 1;
            case TRIANGULAR2 -> Math.pow(0.5, Math.floor(cycles));
            case EXP_RANGE -> Math.pow(gamma, t);
          };
      return 1 + (maxFactor - 1) * height * scale;
    };
  }

  /** How the triangles of {@link #cyclic} change. */
  public enum Cycle {
    /** They do not. */
    TRIANGULAR,
    /** Each is half as high as the one before. */
    TRIANGULAR2,
    /** Their height is multiplied by gamma^t. */
    EXP_RANGE
  }

  /** Rises in a line, {@code (t + 1) / length}, for t below length; then follows another schedule from its start. */
  public static IntToDoubleFunction warmup(int length, IntToDoubleFunction then) {
    positive("length", length);
    return t -> t < length ? (t + 1.0) / length : then.applyAsDouble(t - length);
  }

  /**
   * A schedule for t below {@code start}, then half a cosine within {@code annealEpochs} to a rate that stays, for the averaging
   * of models (Izmailov et al. 2018); see {@link AveragedModel}.
   *
   * @param swaFactor the part of the learning rate at which models are averaged
   */
  public static IntToDoubleFunction swa(
      IntToDoubleFunction before, int start, double swaFactor, int annealEpochs) {
    positive("annealEpochs", annealEpochs);
    double from = start <= 0 ? 1 : before.applyAsDouble(start - 1);
    return t ->
        t < start
            ? before.applyAsDouble(t)
            : cosine(from, swaFactor, Math.min(1, (t - start + 1.0) / annealEpochs));
  }

  /**
   * One schedule after the other, each from its start: the next one begins at each of the milestones.
   *
   * @param milestones one less than there are schedules, ascending
   */
  public static IntToDoubleFunction sequential(
      List<IntToDoubleFunction> schedules, int... milestones) {
    List<IntToDoubleFunction> all = List.copyOf(schedules);
    int[] at = milestones.clone();
    boolean ascending = true;
    for (int i = 0; i < at.length; i++) {
      ascending &= at[i] > (i == 0 ? 0 : at[i - 1]);
    }
    if (at.length != all.size() - 1 || !ascending) {
      throw new IllegalArgumentException(
          "schedule: "
              + all.size()
              + " schedules need one milestone less, positive and ascending, not "
              + Arrays.toString(at));
    }
    return t -> {
      int i = 0;
      while (i < at.length && t >= at[i]) {
        i++;
      }
      return all.get(i).applyAsDouble(i == 0 ? t : t - at[i - 1]);
    };
  }

  /** The product of schedules. */
  public static IntToDoubleFunction chained(IntToDoubleFunction... schedules) {
    List<IntToDoubleFunction> all = List.of(schedules);
    return t -> {
      double product = 1;
      for (IntToDoubleFunction schedule : all) {
        product *= schedule.applyAsDouble(t);
      }
      return product;
    };
  }

  /** Half a cosine from a value to another, at a part of the way. */
  private static double cosine(double from, double to, double part) {
    return to + (from - to) * (1 + Math.cos(Math.PI * part)) / 2;
  }

  private static void positive(String what, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException("schedule: " + what + " must be positive, not " + value);
    }
  }
}
