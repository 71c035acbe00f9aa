package dev.adjoint.cpu.plain;

/** Stable sorting of {@link Pairs} by keys. */
final class PairSort {
  private static final int SHORT = 40;
  private static final int RADIX = 256;

  private PairSort() {}

  /**
   * Sorts pairs.
   *
   * @param spare room for as many pairs, which is written to
   * @param bytes how many low bytes of a key may differ from those of others
   */
  static void sort(Pairs pairs, Pairs spare, int n, int bytes) {
    if (n <= SHORT) {
      insert(pairs, n);
      return;
    }
    int[] counts = new int[bytes * RADIX];
    for (int i = 0; i < n; i++) {
      long key = pairs.key(i);
      for (int b = 0; b < bytes; b++) {
        counts[b * RADIX + (int) ((key >>> (8 * b)) & 0xff)]++;
      }
    }
    Pairs from = pairs;
    Pairs to = spare;
    boolean swapped = false;
    for (int b = 0; b < bytes; b++) {
      if (counts[b * RADIX + (int) ((pairs.key(0) >>> (8 * b)) & 0xff)] < n) {
        distribute(from, to, n, b, counts);
        Pairs next = from;
        from = to;
        to = next;
        swapped = !swapped;
      }
    }
    if (swapped) {
      for (int i = 0; i < n; i++) {
        pairs.copy(i, from, i);
      }
    }
  }

  /** Moves pairs to where a byte of their keys belongs. */
  private static void distribute(Pairs from, Pairs to, int n, int b, int[] counts) {
    int[] next = new int[RADIX];
    for (int d = 1; d < RADIX; d++) {
      next[d] = next[d - 1] + counts[b * RADIX + d - 1];
    }
    for (int i = 0; i < n; i++) {
      long key = from.key(i);
      to.set(next[(int) ((key >>> (8 * b)) & 0xff)]++, key, from.position(i));
    }
  }

  private static void insert(Pairs pairs, int n) {
    for (int i = 1; i < n; i++) {
      long key = pairs.key(i);
      int position = pairs.position(i);
      int to = i;
      for (; to > 0 && Long.compareUnsigned(pairs.key(to - 1), key) > 0; to--) {
        pairs.copy(to, pairs, to - 1);
      }
      pairs.set(to, key, position);
    }
  }

  /**
   * Writes a part of the pairs that two sorted sequences give when they are merged, the first one before the second where keys
   * are equal.
   *
   * @param start the first pair of the part
   * @param end the pair behind the last one
   */
  static void merge(Pairs a, int m, Pairs b, int n, Pairs to, int start, int end) {
    int i = taken(a, m, b, n, start);
    int j = start - i;
    for (int k = start; k < end; k++) {
      boolean first = j == n || (i < m && Long.compareUnsigned(a.key(i), b.key(j)) <= 0);
      if (first) {
        to.copy(k, a, i++);
      } else {
        to.copy(k, b, j++);
      }
    }
  }

  /** How many of the first {@code count} merged pairs are of the first sequence. */
  private static int taken(Pairs a, int m, Pairs b, int n, int count) {
    int low = Math.max(0, count - n);
    int high = Math.min(count, m);
    while (low < high) {
      int i = (low + high) >>> 1;
      if (Long.compareUnsigned(a.key(i), b.key(count - i - 1)) <= 0) {
        low = i + 1;
      } else {
        high = i;
      }
    }
    return low;
  }

  /**
   * Moves the {@code count} least pairs to the front, sorted, as if all were sorted stably. Positions must ascend.
   *
   * @param spare room for as many pairs as are wanted, which is written to
   * @param bytes how many low bytes of a key may differ from those of others
   */
  static void select(Pairs pairs, Pairs spare, int n, int count, int bytes) {
    LeastKeys least = LeastKeys.of(pairs, n, count);
    long largest = least.largest();
    int equal = count - least.below();
    int found = 0;
    for (int i = 0; found < count; i++) {
      int order = Long.compareUnsigned(pairs.key(i), largest);
      if (order < 0 || (order == 0 && equal-- > 0)) {
        pairs.copy(found++, pairs, i);
      }
    }
    sort(pairs, spare, count, bytes);
  }
}
