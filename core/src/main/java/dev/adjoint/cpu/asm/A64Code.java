package dev.adjoint.cpu.asm;

import java.util.Arrays;

/** A growing block of AArch64 instructions and data: places in it, and the jumps and loads that name them. */
abstract class A64Code {
  private static final int NOP = 0xD503201F;

  private int[] words = new int[256];
  private int count;

  /** The words that name a label, and the labels. Distances are written at the end, when all are known. */
  private int[] uses = new int[16];

  private Label[] labels = new Label[16];
  private int used;

  /** The number of bytes so far. */
  public int size() {
    return count * 4;
  }

  /** A place that is not known yet. */
  public Label label() {
    return new Label();
  }

  /** Says that a label is here. */
  public void bind(Label label) {
    if (label.isBound()) {
      throw new IllegalArgumentException("the label is bound, at " + label.position);
    }
    label.position = size();
  }

  /** Appends 8 bytes of data. */
  public void data64(long value) {
    emit((int) value);
    emit((int) (value >>> 32));
  }

  /** Appends instructions that do nothing up to a multiple of some bytes, a power of 2. */
  public void align(int bytes) {
    while ((size() & bytes - 1) != 0) {
      emit(NOP);
    }
  }

  /** The code with all distances to labels. */
  public byte[] toBytes() {
    int[] all = Arrays.copyOf(words, count);
    for (int i = 0; i < used; i++) {
      int at = uses[i];
      if (!labels[i].isBound()) {
        throw new IllegalStateException(
            "the label that is named at " + 4 * at + " was never bound");
      }
      all[at] = withDistance(all[at], labels[i].position - 4 * at);
    }
    byte[] bytes = new byte[4 * count];
    for (int i = 0; i < count; i++) {
      int word = all[i];
      bytes[4 * i] = (byte) word;
      bytes[4 * i + 1] = (byte) (word >> 8);
      bytes[4 * i + 2] = (byte) (word >> 16);
      bytes[4 * i + 3] = (byte) (word >> 24);
    }
    return bytes;
  }

  final void emit(int word) {
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
    }
    words[count++] = word;
  }

  /** Appends an instruction whose distance to a label is 0 as yet. */
  final void emit(int word, Label label) {
    if (used == uses.length) {
      uses = Arrays.copyOf(uses, 2 * used);
      labels = Arrays.copyOf(labels, 2 * used);
    }
    uses[used] = count;
    labels[used++] = label;
    emit(word);
  }

  /** An instruction with its distance in bytes. How much room that has depends on the instruction. */
  private static int withDistance(int word, int distance) {
    if ((word & 0x9F000000) == 0x10000000) { // adr
      return word | (distance & 3) << 29 | (signed("distance", distance, 21) >> 2 & 0x7FFFF) << 5;
    }
    int words = distance >> 2;
    if ((word & 0x7C000000) == 0x14000000) { // b, bl
      return word | signed("distance in words", words, 26);
    }
    if ((word & 0x7F000000) == 0x36000000) { // tbz
      return word | signed("distance in words", words, 14) << 5;
    }
    return word | signed("distance in words", words, 19) << 5;
  }

  public void b(Label target) {
    emit(0x14000000, target);
  }

  public void b(A64Condition condition, Label target) {
    emit(0x54000000 | condition.ordinal(), target);
  }

  public void cbz(A64Width width, int register, Label target) {
    emit(0x34000000 | width.flag | register(register), target);
  }

  public void cbnz(A64Width width, int register, Label target) {
    emit(0x35000000 | width.flag | register(register), target);
  }

  /** Jumps where a bit is 0. */
  public void tbz(int register, int bit, Label target) {
    emit(0x36000000 | bit(bit) | register(register), target);
  }

  public void bl(Label target) {
    emit(0x94000000, target);
  }

  public void blr(int register) {
    emit(0xD63F0000 | register(register) << 5);
  }

  public void ret() {
    emit(0xD65F03C0);
  }

  /** The address of a label. */
  public void adr(int d, Label label) {
    emit(0x10000000 | register(d), label);
  }

  private static int bit(int bit) {
    within("bit", bit, 0, 63);
    return bit >> 5 << 31 | (bit & 31) << 19;
  }

  static int register(int number) {
    return within("register", number, 0, 31);
  }

  static int within(String what, long value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(what + " " + value + " is not in " + low + ".." + high);
    }
    return (int) value;
  }

  /** The lowest bits of a number that must fit into them with its sign. */
  static int signed(String what, int value, int bits) {
    int limit = 1 << (bits - 1);
    return within(what, value, -limit, limit - 1) & 2 * limit - 1;
  }
}
