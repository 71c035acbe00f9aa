package dev.adjoint.nn.train;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the epochs of a training gave, in their order.
 *
 * @param epochs the results
 */
public record History(List<EpochResult> epochs) {
  /** A history; the list is copied. */
  public History(List<EpochResult> epochs) {
    this.epochs = List.copyOf(epochs);
  }

  /** One value over all epochs. */
  public double[] values(String name) {
    return epochs.stream().mapToDouble(result -> result.get(name)).toArray();
  }

  /** The result of the last epoch. */
  public EpochResult last() {
    return epochs.getLast();
  }

  /** One line per epoch. */
  @Override
  public String toString() {
    return epochs.stream()
        .map(EpochResult::toString)
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
