package dev.adjoint.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PermutationsTest {
  @Test
  void holdsEachNumberOnce() {
    for (int n : new int[] {0, 1, 2, 7, 1000}) {
      int[] order = Permutations.shuffled(n, 5, 3);
      Arrays.sort(order);
      assertArrayEquals(Permutations.identity(n), order);
    }
  }

  @Test
  void dependsOnSeedAndStreamAlone() {
    assertArrayEquals(Permutations.shuffled(100, 1, 2), Permutations.shuffled(100, 1, 2));
    assertFalse(Arrays.equals(Permutations.shuffled(100, 1, 2), Permutations.shuffled(100, 1, 3)));
    assertFalse(Arrays.equals(Permutations.shuffled(100, 1, 2), Permutations.shuffled(100, 2, 2)));
  }

  @Test
  void allOrdersAreEquallyLikely() {
    int[] counts = new int[27];
    int trials = 60_000;
    for (int seed = 0; seed < trials; seed++) {
      int[] p = Permutations.shuffled(3, seed, 0);
      counts[9 * p[0] + 3 * p[1] + p[2]]++;
    }
    int[] found = Arrays.stream(counts).filter(count -> count > 0).toArray();
    assertEquals(6, found.length);
    // Chi-square with 5 degrees of freedom: 20.5 is exceeded once in 1000 times.
    double expected = trials / 6.0;
    double chi =
        Arrays.stream(found)
            .mapToDouble(count -> (count - expected) * (count - expected) / expected)
            .sum();
    assertTrue(chi < 20.5, "chi-square " + chi);
  }
}
