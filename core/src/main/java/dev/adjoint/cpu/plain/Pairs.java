package dev.adjoint.cpu.plain;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.cpu.memory.NativeMemory;

/**
 * Pairs of a key, which is an unsigned number, and a position, in native memory: keys and positions have places of their own.
 *
 * @param keys the address of the first key
 * @param positions the address of the first position
 */
record Pairs(long keys, long positions) {
  /** The bytes of a pair. */
  static final int BYTES = 12;

  /** The first half of a room for twice as many pairs. */
  static Pairs first(long room, int capacity) {
    return new Pairs(room, room + 16L * capacity);
  }

  /** The second half; all keys come before all positions, so that they are aligned. */
  static Pairs second(long room, int capacity) {
    return new Pairs(room + 8L * capacity, room + 20L * capacity);
  }

  /** The pairs from one on. */
  Pairs from(int first) {
    return new Pairs(keys + 8L * first, positions + 4L * first);
  }

  long key(int i) {
    return NativeMemory.ALL.get(JAVA_LONG, keys + 8L * i & NativeMemory.ADDRESS_MASK);
  }

  int position(int i) {
    return NativeMemory.ALL.get(JAVA_INT, positions + 4L * i & NativeMemory.ADDRESS_MASK);
  }

  void set(int i, long key, int position) {
    NativeMemory.ALL.set(JAVA_LONG, keys + 8L * i & NativeMemory.ADDRESS_MASK, key);
    NativeMemory.ALL.set(JAVA_INT, positions + 4L * i & NativeMemory.ADDRESS_MASK, position);
  }

  /** Takes over a pair of others. */
  void copy(int i, Pairs others, int j) {
    set(i, others.key(j), others.position(j));
  }

  /** Numbers positions. */
  void number(int n, int first) {
    for (int i = 0; i < n; i++) {
      NativeMemory.ALL.set(JAVA_INT, positions + 4L * i & NativeMemory.ADDRESS_MASK, first + i);
    }
  }
}
