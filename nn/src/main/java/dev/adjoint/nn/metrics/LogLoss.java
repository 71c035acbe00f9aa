package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/** The mean of {@code -log(p)} over samples, where p is the probability that the model gave to the actual class. */
public final class LogLoss implements Metric {
  private double sum;
  private long total;

  /** A loss of no samples. */
  public LogLoss() {}

  @Override
  public String name() {
    return "log_loss";
  }

  /**
   * Counts one batch. Probabilities are kept away from 0 and 1 by the epsilon of their type, as in scikit-learn.
   *
   * @param output probabilities [batch, classes], or those of class 1 [batch]
   * @param target class numbers [batch]
   * @throws IllegalArgumentException if a number is no probability, those of a sample do not add up to 1, or a class number is
   *     out of range; nothing is counted then
   */
  @Override
  public void update(Tensor output, Tensor target) {
    Tensor both = output.rank() == 1 ? Tensors.stack(1, output.rsub(1), output) : output;
    Labels.Scores p = Labels.scores(both, target, "log loss");
    double epsilon = output.dtype().epsilon();
    double batch = 0;
    for (int i = 0; i < p.samples(); i++) {
      double all = 0;
      for (int c = 0; c < p.classes(); c++) {
        double value = p.get(i, c);
        if (!(value >= 0 && value <= 1)) {
          throw new IllegalArgumentException(
              "log loss: needs probabilities in [0, 1], not " + value);
        }
        all += value;
      }
      if (Math.abs(all - 1) > Math.sqrt(epsilon)) {
        throw new IllegalArgumentException(
            "log loss: the probabilities of sample " + i + " add up to " + all);
      }
      batch -= Math.log(Math.clamp(p.get(i, p.label(i)), epsilon, 1 - epsilon));
    }
    sum += batch;
    total += p.samples();
  }

  @Override
  public double value() {
    return sum / total;
  }

  @Override
  public void reset() {
    sum = 0;
    total = 0;
  }
}
