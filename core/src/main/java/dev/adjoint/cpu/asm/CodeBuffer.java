package dev.adjoint.cpu.asm;

import java.util.Arrays;

/** Code as bytes that grow, the places in it that name labels, and operands in memory. */
final class CodeBuffer {
  private byte[] bytes = new byte[1024];
  private int size;

  /** Where 32 bits wait for their label; they hold what is added to the distance from there to the label. */
  private int[] positions = new int[16];

  private Label[] targets = new Label[16];
  private int references;

  int size() {
    return size;
  }

  void put8(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  void put16(int value) {
    reserve(2);
    bytes[size++] = (byte) value;
    bytes[size++] = (byte) (value >> 8);
  }

  void put32(int value) {
    reserve(4);
    byte[] to = bytes;
    int at = size;
    to[at] = (byte) value;
    to[at + 1] = (byte) (value >> 8);
    to[at + 2] = (byte) (value >> 16);
    to[at + 3] = (byte) (value >> 24);
    size = at + 4;
  }

  void put64(long value) {
    put32((int) value);
    put32((int) (value >> 32));
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
  }

  void bind(Label label) {
    if (label.isBound()) {
      throw new IllegalArgumentException("the label is bound, at " + label.position);
    }
    label.position = size;
  }

  /**
   * Writes 32 bits: how far from the end of the instruction the byte is that stands {@code disp} behind a label.
   *
   * @param trailing the bytes of the instruction after these
   */
  void reference(Label label, int disp, int trailing) {
    if (references == positions.length) {
      positions = Arrays.copyOf(positions, references * 2);
      targets = Arrays.copyOf(targets, references * 2);
    }
    positions[references] = size;
    targets[references++] = label;
    put32(disp - 4 - trailing);
  }

  /** Writes ModRM of two registers, of which the low three bits stand here. */
  void registers(int reg, int rm) {
    put8(0xC0 | ((reg & 7) << 3) | (rm & 7));
  }

  /**
   * Writes ModRM and what follows it for an operand in memory.
   *
   * @param unit what a displacement of 8 bits counts in
   * @param trailing the bytes of the instruction after the operand
   */
  void memory(int reg, Mem mem, int unit, int trailing) {
    int field = (reg & 7) << 3;
    Label label = mem.label();
    if (label != null) {
      put8(field | 5);
      reference(label, mem.disp(), trailing);
      return;
    }
    int base = mem.base();
    int disp = mem.disp();
    if (base < 0) {
      put16(field | 4 | (sib(mem, 5) << 8));
      put32(disp);
      return;
    }
    int mod = 0x80;
    if (disp == 0 && (base & 7) != 5) {
      mod = 0;
    } else if (disp % unit == 0 && disp / unit == (byte) (disp / unit)) {
      mod = 0x40;
    }
    if (mem.index() < 0 && (base & 7) != 4) {
      put8(mod | field | (base & 7));
    } else {
      put16(mod | field | 4 | (sib(mem, base & 7) << 8));
    }
    if (mod == 0x40) {
      put8(disp / unit);
    } else if (mod == 0x80) {
      put32(disp);
    }
  }

  private static int sib(Mem mem, int base) {
    int index = mem.index() < 0 ? 4 : mem.index() & 7;
    return (Integer.numberOfTrailingZeros(mem.scale()) << 6) | (index << 3) | base;
  }

  /** The code, with the distances to all labels. */
  byte[] toBytes() {
    byte[] code = Arrays.copyOf(bytes, size);
    for (int i = 0; i < references; i++) {
      int at = positions[i];
      if (!targets[i].isBound()) {
        throw new IllegalArgumentException("the label that is named at " + at + " was never bound");
      }
      int distance = targets[i].position - at;
      for (int k = 0; k < 4; k++) {
        distance += (code[at + k] & 0xFF) << (8 * k);
      }
      for (int k = 0; k < 4; k++) {
        code[at + k] = (byte) (distance >> (8 * k));
      }
    }
    return code;
  }
}
