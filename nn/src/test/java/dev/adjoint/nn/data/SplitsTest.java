package dev.adjoint.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitsTest {
  /** Sample i has input and target i. */
  private static Dataset numbers(int n) {
    return new Dataset() {
      @Override
      public int size() {
        return n;
      }

      @Override
      public Batch batch(int[] indices) {
        return new Batch(Tensors.of(indices), Tensors.of(indices));
      }
    };
  }

  private static int[] samples(Dataset dataset) {
    return dataset.batch(Permutations.identity(dataset.size())).y().toInts();
  }

  private static void assertPartition(int n, List<Dataset> parts) {
    List<Integer> all = new ArrayList<>();
    parts.forEach(part -> Arrays.stream(samples(part)).forEach(all::add));
    assertArrayEquals(
        Permutations.identity(n), all.stream().sorted().mapToInt(Integer::intValue).toArray());
  }

  @Test
  void randomPartsShareNothingAndMissNothing() {
    List<Dataset> parts = Splits.random(numbers(103), 1, 0.7, 0.2, 0.1);
    assertEquals(List.of(72, 21, 10), parts.stream().map(Dataset::size).toList());
    assertPartition(103, parts);
    int[] first = samples(parts.getFirst());
    int[] sorted = first.clone();
    Arrays.sort(sorted);
    assertFalse(Arrays.equals(first, sorted));
  }

  @Test
  void theSeedDeterminesTheParts() {
    assertArrayEquals(
        samples(Splits.random(numbers(50), 4, 0.5).getFirst()),
        samples(Splits.random(numbers(50), 4, 0.5).getFirst()));
    assertFalse(
        Arrays.equals(
            samples(Splits.random(numbers(50), 4, 0.5).getFirst()),
            samples(Splits.random(numbers(50), 5, 0.5).getFirst())));
  }

  @Test
  void stratifiedPartsHaveTheSharesOfTheWhole() {
    // 60 samples of class 0, 30 of class 1, 10 of class 7.
    int[] labels = new int[100];
    for (int i = 0; i < 100; i++) {
      labels[i] = i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 7;
    }
    List<Dataset> parts = Splits.stratified(numbers(100), labels, 3, 0.8, 0.2);
    assertPartition(100, parts);
    int[][] expected = {{48, 24, 8}, {12, 6, 2}};
    for (int p = 0; p < 2; p++) {
      int[] classes = Arrays.stream(samples(parts.get(p))).map(i -> labels[i]).toArray();
      assertArrayEquals(
          expected[p],
          new int[] {
            (int) Arrays.stream(classes).filter(c -> c == 0).count(),
            (int) Arrays.stream(classes).filter(c -> c == 1).count(),
            (int) Arrays.stream(classes).filter(c -> c == 7).count()
          });
    }
  }

  @Test
  void sequentialPartsAreInOrder() {
    List<Dataset> parts = Splits.sequential(numbers(10), 0.6, 0.3);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, samples(parts.get(0)));
    assertArrayEquals(new int[] {6, 7, 8}, samples(parts.get(1)));
    assertThrows(IllegalArgumentException.class, () -> Splits.sequential(numbers(10), 1.5));
  }

  @Test
  void stratifiedFoldsHaveTheSharesOfTheWhole() {
    // 37 samples of class 0, 13 of class 1, 5 of class 9.
    int[] labels = new int[55];
    Arrays.fill(labels, 37, 50, 1);
    Arrays.fill(labels, 50, 55, 9);
    List<Splits.Fold> folds = Splits.stratifiedKFold(numbers(55), labels, 4, 3);
    assertPartition(55, folds.stream().map(Splits.Fold::validation).toList());
    for (Splits.Fold fold : folds) {
      assertPartition(55, List.of(fold.train(), fold.validation()));
      int[] classes = Arrays.stream(samples(fold.validation())).map(i -> labels[i]).toArray();
      for (int[] expected : new int[][] {{0, 37}, {1, 13}, {9, 5}}) {
        long count = Arrays.stream(classes).filter(c -> c == expected[0]).count();
        assertTrue(Math.abs(count - expected[1] / 4.0) < 1, "class " + expected[0] + ": " + count);
      }
      assertTrue(classes.length == 13 || classes.length == 14);
    }
    assertArrayEquals(
        samples(folds.getFirst().validation()),
        samples(Splits.stratifiedKFold(numbers(55), labels, 4, 3).getFirst().validation()));
    assertFalse(
        Arrays.equals(
            samples(folds.getFirst().validation()),
            samples(Splits.stratifiedKFold(numbers(55), labels, 4, 4).getFirst().validation())));
    assertThrows(
        IllegalArgumentException.class, () -> Splits.stratifiedKFold(numbers(55), labels, 6, 0));
    assertThrows(
        IllegalArgumentException.class, () -> Splits.stratifiedKFold(numbers(54), labels, 2, 0));
  }

  @Test
  void foldsValidateEachSampleOnce() {
    List<Splits.Fold> folds = Splits.kFold(numbers(23), 5, 9);
    assertEquals(5, folds.size());
    assertPartition(23, folds.stream().map(Splits.Fold::validation).toList());
    for (Splits.Fold fold : folds) {
      assertPartition(23, List.of(fold.train(), fold.validation()));
      assertTrue(fold.validation().size() == 4 || fold.validation().size() == 5);
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> Splits.random(numbers(10), 0, 0.7, 0.4));
    assertThrows(IllegalArgumentException.class, () -> Splits.random(numbers(10), 0, 1.2, -0.2));
    assertThrows(IllegalArgumentException.class, () -> Splits.random(numbers(10), 0));
    assertThrows(IllegalArgumentException.class, () -> Splits.random(numbers(10), 0, Double.NaN));
    assertThrows(
        IllegalArgumentException.class, () -> Splits.stratified(numbers(10), new int[9], 0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> Splits.kFold(numbers(10), 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Splits.kFold(numbers(10), 11, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> numbers(3).subset(0, 3));
  }
}
