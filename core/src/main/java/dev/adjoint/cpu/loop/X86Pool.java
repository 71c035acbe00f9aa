package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.cpu.asm.X86;
import java.util.Arrays;

/** The constants behind the code of a kernel, each of a whole vector, or of more. */
final class X86Pool {
  private static final int LINE = 64;

  final Label label;
  private long[][] words = new long[16][];
  private int[] distances = new int[16];
  private int count;
  private int bytes;

  X86Pool(X86 code) {
    label = code.label();
  }

  /** The place of a constant of some words of 8 bytes; equal ones are there once. */
  Place place(long... constant) {
    for (int i = 0; i < count; i++) {
      if (Arrays.equals(words[i], constant)) {
        return new Place(Place.POOL, 0, distances[i]);
      }
    }
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
      distances = Arrays.copyOf(distances, 2 * count);
    }
    words[count] = constant;
    distances[count++] = bytes;
    Place place = new Place(Place.POOL, 0, bytes);
    bytes += constant.length * Long.BYTES;
    return place;
  }

  /** Words of which each holds an element as often as it fits, to some bytes. */
  static long[] repeated(long element, int elementBytes, int bytes) {
    long word =
        switch (elementBytes) {
          case 1 -> (element & 0xff) * 0x0101_0101_0101_0101L;
          case 2 -> (element & 0xffff) * 0x0001_0001_0001_0001L;
          case 4 -> (element & 0xffff_ffffL) * 0x0000_0001_0000_0001L;
          default -> element;
        };
    long[] words = new long[bytes / Long.BYTES];
    Arrays.fill(words, word);
    return words;
  }

  /** Writes the constants. */
  void write(X86 code) {
    code.align(LINE);
    code.bind(label);
    for (int i = 0; i < count; i++) {
      for (long word : words[i]) {
        code.int64(word);
      }
    }
  }
}
