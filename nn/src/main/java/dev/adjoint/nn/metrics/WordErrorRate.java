package dev.adjoint.nn.metrics;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How many tokens of sequences must be changed, left out or put in, by how many tokens the targets have: words of speech or of
 * translations, or the phones of words. 0 is perfect, and it can be more than 1.
 *
 * <p>The least number of such edits is the distance of V. Levenshtein, Binary codes capable of correcting deletions, insertions,
 * and reversals (1966), by the table of R. Wagner and M. Fischer, The string-to-string correction problem (1974).
 */
public final class WordErrorRate {
  private long errors;
  private long total;

  /** A rate of no tokens. */
  public WordErrorRate() {
    // There is nothing to count yet.
  }

  /** What tables and logs call it: {@code word error rate}. */
  public String name() {
    return "word error rate";
  }

  /**
   * Counts one batch.
   *
   * @param preds the tokens that a model gave, sequence by sequence
   * @param target the tokens that it should have given
   * @throws IllegalArgumentException if there are not as many of both; nothing is counted then
   */
  public <T> void update(List<List<T>> preds, List<List<T>> target) {
    if (preds.size() != target.size()) {
      throw new IllegalArgumentException(
          "word error rate: %d sequences for %d targets".formatted(preds.size(), target.size()));
    }
    for (int i = 0; i < preds.size(); i++) {
      errors += editDistance(preds.get(i), target.get(i));
      total += target.get(i).size();
    }
  }

  /** The rate for all batches since the last reset; NaN if the targets had no token. */
  public double value() {
    return total == 0 ? Double.NaN : (double) errors / total;
  }

  /** Forgets all batches. */
  public void reset() {
    errors = 0;
    total = 0;
  }

  /** The least number of tokens to change, leave out or put in, so that one sequence becomes the other. */
  public static <T> int editDistance(List<T> seq1, List<T> seq2) {
    int[] row = IntStream.rangeClosed(0, seq2.size()).toArray();
    for (int i = 1; i <= seq1.size(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= seq2.size(); j++) {
        int replaced = diagonal + (seq1.get(i - 1).equals(seq2.get(j - 1)) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[seq2.size()];
  }
}
