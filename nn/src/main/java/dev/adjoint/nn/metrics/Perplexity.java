package dev.adjoint.nn.metrics;

import dev.adjoint.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The exponential of the mean cross-entropy per token: the number of equally likely tokens that a language model chooses from.
 */
public final class Perplexity implements Metric {
  private final @Nullable Long ignoreIndex;
  private double sum;
  private long total;

  /** A perplexity of no tokens, in which all of them will count. */
  public Perplexity() {
    this(null);
  }

  /**
   * A perplexity of no tokens.
   *
   * @param ignoreIndex tokens of this number, such as padding, do not count; null to count all
   */
  public Perplexity(@Nullable Long ignoreIndex) {
    this.ignoreIndex = ignoreIndex;
  }

  @Override
  public String name() {
    return "perplexity";
  }

  /**
   * Counts one batch.
   *
   * @param output logits or log-probabilities [..., classes]
   * @param target token numbers (i32 or i64) [...]
   * @throws IllegalArgumentException if a token number is out of range; nothing is counted then
   */
  @Override
  public void update(Tensor output, Tensor target) {
    if (output.rank() < 1 || target.size() * output.dim(-1) != output.size()) {
      throw new IllegalArgumentException(
          "perplexity: needs logits [..., classes] and tokens [...], not "
              + output.shape()
              + " and "
              + target.shape());
    }
    Tensor rows = output.reshape(-1, output.dim(-1));
    Tensor tokens = target.reshape(-1);
    Tensor counts = ignoreIndex == null ? tokens.eq(tokens) : tokens.ne(ignoreIndex);
    Tensor labels = counts.where(tokens, 0);
    Labels.Scores scores = Labels.scores(rows.toDouble().logSoftmax(1), labels, "perplexity");
    boolean[] counted = counts.toBooleans();
    for (int i = 0; i < scores.samples(); i++) {
      if (counted[i]) {
        sum -= scores.get(i, scores.label(i));
        total++;
      }
    }
  }

  @Override
  public double value() {
    return Math.exp(sum / total);
  }

  @Override
  public void reset() {
    sum = 0;
    total = 0;
  }
}
