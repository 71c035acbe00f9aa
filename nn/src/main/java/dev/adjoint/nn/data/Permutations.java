package dev.adjoint.nn.data;

import dev.adjoint.Random;

/** Orders of the numbers from 0 on. */
final class Permutations {
  private Permutations() {}

  /** 0, 1, 2, ... */
  static int[] identity(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    return order;
  }

  /** A random order, all equally likely, that the seed and the number of the epoch determine. */
  static int[] shuffled(int n, long seed, int epoch) {
    var random = new Random(seed);
    // Each epoch has a part of the stream to itself; the first part is left to other users of the
    // same seed.
    random.restore(new Random.State(seed, (epoch + 1L) << 32));
    return random.permutation(n);
  }
}
