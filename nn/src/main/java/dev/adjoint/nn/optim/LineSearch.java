package dev.adjoint.nn.optim;

import dev.adjoint.Tensor;
import java.util.List;

/**
 * A search along a line for a point that fulfils the strong Wolfe conditions (Nocedal and Wright, Numerical Optimization, 2006,
 * algorithms 3.5 and 3.6), by cubic interpolation (3.59), with the limits on steps that PyTorch has.
 */
final class LineSearch {
  private static final double DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int MOST = 25;

  private final Objective objective;
  private final Point start;
  private final double smallest;
  private int iterations;
  private int evaluations;

  /**
   * A point on the line.
   *
   * @param t where it is, 0 at the start
   * @param slope the derivative of the value by t
   */
  record Point(double t, double value, double slope, List<Tensor> gradient) {}

  /** The function along the line. */
  interface Objective {
    Point at(double t);
  }

  /**
   * A search.
   *
   * @param smallest an interval that is shorter is not cut any further
   */
  LineSearch(Objective objective, Point start, double smallest) {
    this.objective = objective;
    this.start = start;
    this.smallest = smallest;
  }

  /** How often the function was evaluated. */
  int evaluations() {
    return evaluations;
  }

  /** The point that was found, or the lowest one where the search ended without; the start if there is no lower one. */
  Point search(double t) {
    Point before = start;
    Point now = evaluate(t);
    for (; iterations < MOST; iterations++) {
      if (isHigh(now) || (iterations > 1 && now.value >= before.value)) {
        return cut(before, now);
      }
      if (isFlat(now)) {
        return now;
      }
      if (now.slope >= 0) {
        return cut(before, now);
      }
      double least = now.t + 0.01 * (now.t - before.t);
      double next = lowest(before, now, least, now.t * 10);
      before = now;
      now = evaluate(next);
    }
    return start.value <= now.value ? start : now;
  }

  /** Cuts an interval that has such a point. */
  private Point cut(Point first, Point second) {
    Point[] ends = {first, second};
    int low = first.value <= second.value ? 0 : 1;
    boolean wasShort = false;
    for (; iterations < MOST; iterations++) {
      Point a = ends[0];
      Point b = ends[1];
      double least = Math.min(a.t, b.t);
      double most = Math.max(a.t, b.t);
      if (most - least < smallest) {
        break;
      }
      double t = lowest(a, b, least, most);
      // Twice in a row near an end, or at it: a tenth away from it instead.
      double margin = 0.1 * (most - least);
      boolean isShort = Math.min(most - t, t - least) < margin;
      if (isShort && (wasShort || t >= most || t <= least)) {
        t = Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin;
        isShort = false;
      }
      wasShort = isShort;
      Point now = evaluate(t);
      if (isHigh(now) || now.value >= ends[low].value) {
        ends[1 - low] = now;
        low = ends[0].value <= ends[1].value ? 0 : 1;
      } else {
        if (isFlat(now)) {
          return now;
        }
        if (now.slope * (ends[1 - low].t - ends[low].t) >= 0) {
          ends[1 - low] = ends[low];
        }
        ends[low] = now;
      }
    }
    return ends[low];
  }

  private Point evaluate(double t) {
    evaluations++;
    Point p = objective.at(t);
    return Double.isNaN(p.value) ? new Point(t, Double.POSITIVE_INFINITY, p.slope, p.gradient) : p;
  }

  private boolean isHigh(Point p) {
    return p.value > start.value + DECREASE * p.t * start.slope;
  }

  private boolean isFlat(Point p) {
    return Math.abs(p.slope) <= -CURVATURE * start.slope;
  }

  /** The minimum, between bounds, of the cubic polynomial with the values and slopes of two points. */
  private static double lowest(Point p, Point q, double least, double most) {
    Point a = p.t <= q.t ? p : q;
    Point b = p.t <= q.t ? q : p;
    double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t);
    double d2 = Math.sqrt(d1 * d1 - a.slope * b.slope);
    double t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
    // There is no minimum, or a value is infinite.
    return Double.isNaN(t) ? (least + most) / 2 : Math.clamp(t, least, most);
  }
}
