package dev.adjoint.check;

import dev.adjoint.Device;
import dev.adjoint.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/** What is measured of a device: the most valuable first, until the time is over. */
final class Figures {
  /**
   * One thing to measure.
   *
   * @param what what is done
   * @param unit what the number counts
   * @param value measures it; NaN if that would take too long
   */
  record Figure(String what, String unit, DoubleSupplier value) {}

  /** How much more time than the rest on average the next one gets: those in front are worth more. */
  private static final double FIRST = 2;

  private final Device device;
  private final Stopwatch stopwatch;
  private final List<Figure> figures = new ArrayList<>();

  /** None of a device yet. */
  Figures(Device device) {
    this.device = device;
    stopwatch = new Stopwatch(device);
  }

  /** All of a device. */
  static Figures all(Device device) {
    var figures = new Figures(device);
    var speed = new Speed(figures);
    var functions = new Functions(figures);
    var steps = new Steps(figures);
    speed.memory();
    speed.products(Precision.F32);
    steps.all();
    functions.convolutions();
    functions.attention();
    speed.launches();
    speed.roundedProducts();
    functions.others();
    return figures;
  }

  /** What depends on whether a library multiplies. */
  static Figures ofProducts(Device device) {
    var figures = new Figures(device);
    new Speed(figures).products(Precision.F32);
    new Steps(figures).all();
    return figures;
  }

  Device device() {
    return device;
  }

  Stopwatch stopwatch() {
    return stopwatch;
  }

  /** Adds one that is measured when its turn comes. */
  void add(String what, String unit, DoubleSupplier value) {
    figures.add(new Figure(what, unit, value));
  }

  /** Measures them in their order. One that fails must not hide the others. */
  void measure(String who, Deadline deadline, Results results) {
    for (int i = 0; i < figures.size(); i++) {
      if (deadline.isOver()) {
        List<Figure> rest = figures.subList(i, figures.size());
        results.leftOut(
            who + ": " + rest.stream().map(Figure::what).collect(Collectors.joining("; ")));
        return;
      }
      stopwatch.budget(FIRST * deadline.left() / (figures.size() - i));
      Figure figure = figures.get(i);
      try {
        double value = figure.value().getAsDouble();
        if (Double.isNaN(value)) {
          results.leftOut(who + ": " + figure.what() + ": it would take too long");
        } else {
          results.add(new Measurement(who, figure.what(), value, figure.unit()));
        }
      } catch (RuntimeException | LinkageError e) {
        results.problem(who + ": " + figure.what() + ": " + e);
        e.printStackTrace();
      }
    }
  }
}
