package dev.adjoint.nn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

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
   * Parts of a data set in its order, such as the past and the future of a series.
   *
   * @param fractions the share of each part; a rest below 1 is left out
   * @throws IllegalArgumentException if a fraction is not positive or the sum is above 1
   */
  public static List<Dataset> sequential(Dataset dataset, double... fractions) {
    return cut(Permutations.identity(dataset.size()), checked(fractions)).stream()
        .map(dataset::subset)
        .toList();
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
    checked(fractions);
    List<List<Integer>> parts = new ArrayList<>();
    for (int p = 0; p < fractions.length; p++) {
      parts.add(new ArrayList<>());
    }
    for (int[] members : byClass(dataset, labels, seed)) {
      List<int[]> cuts = cut(members, fractions);
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
    int[][] parts = new int[k][];
    for (int f = 0; f < k; f++) {
      int begin = (int) ((long) f * n / k);
      parts[f] = Arrays.copyOfRange(order, begin, (int) ((f + 1L) * n / k));
    }
    return folds(dataset, parts);
  }

  /**
   * The k divisions of a cross-validation in whose validation parts each class has the same share as in the whole, up to one
   * sample per class.
   *
   * @param labels the class of each sample
   * @throws IllegalArgumentException if labels and samples are not equally many, or k is below 2 or above the number of
   *     samples of a class
   */
  public static List<Fold> stratifiedKFold(Dataset dataset, int[] labels, int k, long seed) {
    List<int[]> classes = byClass(dataset, labels, seed);
    int fewest = classes.stream().mapToInt(members -> members.length).min().orElse(0);
    if (k < 2 || k > fewest) {
      throw new IllegalArgumentException(
          "stratified k-fold: k must be from 2 to the "
              + fewest
              + " samples of the smallest class, not "
              + k);
    }
    // Dealt like cards, class after class: the samples of each class are spread evenly, and so are
    // all samples.
    int[] dealt = classes.stream().flatMapToInt(Arrays::stream).toArray();
    int[][] parts = new int[k][];
    for (int f = 0; f < k; f++) {
      int first = f;
      parts[f] =
          IntStream.range(0, Math.ceilDiv(dealt.length - f, k))
              .map(i -> dealt[first + i * k])
              .toArray();
    }
    return folds(dataset, parts);
  }

  /** The samples of each class in a random order. */
  private static List<int[]> byClass(Dataset dataset, int[] labels, long seed) {
    if (labels.length != dataset.size()) {
      throw new IllegalArgumentException(
          "stratified split: " + labels.length + " labels for " + dataset.size() + " samples");
    }
    var byClass = new TreeMap<Integer, List<Integer>>();
    for (int i : Permutations.shuffled(labels.length, seed, 0)) {
      byClass.computeIfAbsent(labels[i], label -> new ArrayList<>()).add(i);
    }
    return byClass.values().stream()
        .map(members -> members.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  private static List<Fold> folds(Dataset dataset, int[][] parts) {
    List<Fold> folds = new ArrayList<>();
    for (int f = 0; f < parts.length; f++) {
      int validation = f;
      int[] rest =
          IntStream.range(0, parts.length)
              .filter(other -> other != validation)
              .flatMap(other -> Arrays.stream(parts[other]))
              .toArray();
      folds.add(new Fold(dataset.subset(rest), dataset.subset(parts[f])));
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
