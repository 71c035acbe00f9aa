package dev.adjoint.nn.train;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What one epoch gave.
 *
 * @param epoch its number, from 1 on
 * @param values {@code loss} and the metrics by name, and those of the validation set under {@code val_} and the name
 * @param time how long training and validation took
 */
public record EpochResult(int epoch, Map<String, Double> values, Duration time) {
  /** A result; the map is copied. */
  public EpochResult(int epoch, Map<String, Double> values, Duration time) {
    this.epoch = epoch;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    this.time = time;
  }

  /**
   * A value by name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public double get(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "epoch result: no '" + name + "' among " + values.keySet());
    }
    return value;
  }

  /** One line: the epoch, all values, the time. */
  @Override
  public String toString() {
    var text = new StringBuilder("epoch " + epoch);
    values.forEach(
        (name, value) -> text.append(String.format(Locale.ROOT, "  %s %.4f", name, value)));
    return text.append(String.format(Locale.ROOT, "  %.1f s", time.toMillis() / 1000.0)).toString();
  }
}
