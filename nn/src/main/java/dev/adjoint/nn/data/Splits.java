package dev.adjoint.nn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Divisions of samples into parts that have none in common; for {@link Dataset#subset}. */
public final class Splits {
  private Splits() {}

  /**
   * One of the divisions of a k-fold cross-validation.
   *
   * @param train the samples to train with
   * @param validation the samples to measure with
   */
  public record Fold(Dataset train, Dataset validation) {}

  /**
   * Random parts of a data set.
   *
   * @param fractions the share of each part; a rest below 1 is left out
   * @throws IllegalArgumentException if a fraction is not positive or the sum is above 1
   */
  public static List<Dataset> random(Dataset dataset, long seed, double... fractions) {
    List<Dataset> parts = new ArrayList<>();
    for (int[] part : cut(Permutations.shuffled(dataset.size(), seed, 0), checked(fractions))) {
      parts.add(dataset.subset(part));
    }
    return parts;
  }

  /**
   * Random parts in which each class has the same share as in the whole, up to one sample per class.
   *
   * @param labels the class of each sample
   * @throws IllegalArgumentException if labels and samples are not equally many, a fraction is not positive or the sum is
   *     above 1
   */
  public static List<Dataset> stratified(
      Dataset dataset, int[] labels, long seed, double... fractions) {
    if (labels.length != dataset.size()) {
      throw new IllegalArgumentException(
          "stratified split: " + labels.length + " labels for " + dataset.size() + " samples");
    }
    checked(fractions);
    var byClass = new TreeMap<Integer, List<Integer>>();
    for (int i : Permutations.shuffled(labels.length, seed, 0)) {
      byClass.computeIfAbsent(labels[i], label -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> parts = new ArrayList<>();
    for (int p = 0; p < fractions.length; p++) {
      parts.add(new ArrayList<>());
    }
    for (List<Integer> members : byClass.values()) {
      List<int[]> cuts = cut(members.stream().mapToInt(Integer::intValue).toArray(), fractions);
      for (int p = 0; p < fractions.length; p++) {
        Arrays.stream(cuts.get(p)).forEach(parts.get(p)::add);
      }
    }
    return parts.stream()
        .map(part -> dataset.subset(part.stream().mapToInt(Integer::intValue).toArray()))
        .toList();
  }

  /**
   * The k divisions of a cross-validation: each sample is in the validation part of exactly one of them.
   *
   * @throws IllegalArgumentException if k is below 2 or above the number of samples
   */
  public static List<Fold> kFold(Dataset dataset, int k, long seed) {
    int n = dataset.size();
    if (k < 2 || k > n) {
      throw new IllegalArgumentException(
          "k-fold: k must be from 2 to the " + n + " samples, not " + k);
    }
    int[] order = Permutations.shuffled(n, seed, 0);
    List<Fold> folds = new ArrayList<>();
    for (int f = 0; f < k; f++) {
      int begin = (int) ((long) f * n / k);
      int end = (int) ((f + 1L) * n / k);
      int[] rest = Arrays.copyOf(order, n - (end - begin));
      System.arraycopy(order, end, rest, begin, n - end);
      folds.add(
          new Fold(dataset.subset(rest), dataset.subset(Arrays.copyOfRange(order, begin, end))));
    }
    return folds;
  }

  private static double[] checked(double[] fractions) {
    for (double fraction : fractions) {
      if (!(fraction > 0)) {
        throw new IllegalArgumentException(
            "split: fractions must be positive: " + Arrays.toString(fractions));
      }
    }
    if (fractions.length == 0 || Arrays.stream(fractions).sum() > 1 + 1e-9) {
      throw new IllegalArgumentException(
          "split: the sum of the fractions is not in (0, 1]: " + Arrays.toString(fractions));
    }
    return fractions;
  }

  private static List<int[]> cut(int[] order, double[] fractions) {
    List<int[]> parts = new ArrayList<>();
    double sum = 0;
    int begin = 0;
    for (double fraction : fractions) {
      sum += fraction;
      int end = (int) Math.min(order.length, Math.round(sum * order.length));
      parts.add(Arrays.copyOfRange(order, begin, end));
      begin = end;
    }
    return parts;
  }
}
