package dev.adjoint.check;

import java.util.ArrayList;
import java.util.List;

/** Results that are kept as lines. */
final class Noted implements Results {
  final List<Measurement> measurements = new ArrayList<>();
  final List<String> leftOut = new ArrayList<>();
  final List<String> problems = new ArrayList<>();

  @Override
  public void add(Measurement measurement) {
    measurements.add(measurement);
  }

  @Override
  public void leftOut(String text) {
    leftOut.add(text);
  }

  @Override
  public void problem(String text) {
    problems.add(text);
  }

  /** The names of what was measured. */
  List<String> names() {
    return measurements.stream().map(Measurement::what).toList();
  }
}
