package dev.adjoint.nn.text;

import java.util.Arrays;

/** Which pairs of tokens are merged: a hash table with open addresses, as there are hundreds of thousands. */
final class MergeTable implements Merges {
  private final long[] pairs;
  private final int[] ranks;
  private final int[] results;
  private int size;

  MergeTable(int capacity) {
    int slots = Integer.highestOneBit(Math.max(8, capacity)) * 4;
    pairs = new long[slots];
    ranks = new int[slots];
    Arrays.fill(ranks, NONE);
    results = new int[capacity];
  }

  /** Adds the next merge; a pair that was there before gets its later place. */
  void add(int left, int right, int result) {
    int slot = slot(left, right);
    pairs[slot] = pair(left, right);
    ranks[slot] = size;
    results[size++] = result;
  }

  @Override
  public int rank(int left, int right) {
    return ranks[slot(left, right)];
  }

  @Override
  public int result(int rank) {
    return results[rank];
  }

  private static long pair(int left, int right) {
    return (long) left << Integer.SIZE | right;
  }

  /** Where a pair is or would be. */
  private int slot(int left, int right) {
    long pair = pair(left, right);
    int slot = (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & (pairs.length - 1);
    while (ranks[slot] != NONE && pairs[slot] != pair) {
      slot = (slot + 1) & (pairs.length - 1);
    }
    return slot;
  }
}
