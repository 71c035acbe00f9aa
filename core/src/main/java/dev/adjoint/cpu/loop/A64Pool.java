package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.A64;
import dev.adjoint.cpu.asm.Label;
import java.util.Arrays;

/**
 * The constants behind the code of a kernel, each of 16 bytes. Code finds them, as it does its own labels, up to 1 MiB away. A
 * constant is a {@link Place} whose distance is that from the first one.
 */
final class A64Pool {
  private static final int BYTES = 16;

  private final A64 code;
  private long[] words = new long[32];
  private Label[] labels = new Label[16];
  private int count;

  A64Pool(A64 code) {
    this.code = code;
  }

  /** The place of a constant; equal ones are there once. */
  Place place(long low, long high) {
    int i = 0;
    while (i < count && (words[2 * i] != low || words[2 * i + 1] != high)) {
      i++;
    }
    if (i == count) {
      if (count == labels.length) {
        words = Arrays.copyOf(words, 4 * count);
        labels = Arrays.copyOf(labels, 2 * count);
      }
      words[2 * i] = low;
      words[2 * i + 1] = high;
      labels[count++] = code.label();
    }
    return new Place(Place.POOL, 0, i * BYTES);
  }

  Label label(Place place) {
    return labels[place.distance() / BYTES];
  }

  /** Writes the constants. */
  void write() {
    code.align(BYTES);
    for (int i = 0; i < count; i++) {
      code.bind(labels[i]);
      code.data64(words[2 * i]);
      code.data64(words[2 * i + 1]);
    }
  }
}
