package dev.adjoint.cpu.asm;

import org.jspecify.annotations.Nullable;

/**
 * An operand in memory: {@code base + index * scale + disp}, or {@code disp} bytes behind a label.
 *
 * @param base a general register, or -1 for none
 * @param index a general register other than RSP, or the vector register of a gather, or -1 for none
 * @param scale 1, 2, 4 or 8
 * @param disp what is added, in bytes
 * @param label what the address is relative to; then there is neither base nor index
 */
public record Mem(int base, int index, int scale, int disp, @Nullable Label label) {
  public Mem {
    if (base < -1 || base > 15 || index < -1 || index > 31) {
      throw new IllegalArgumentException("no such registers: base " + base + ", index " + index);
    }
    if (scale != 1 && scale != 2 && scale != 4 && scale != 8) {
      throw new IllegalArgumentException("a scale is 1, 2, 4 or 8, not " + scale);
    }
    if (label != null && (base >= 0 || index >= 0)) {
      throw new IllegalArgumentException("a label takes no base and no index");
    }
  }

  /** {@code base + disp}. */
  public static Mem at(int base, int disp) {
    return new Mem(base, -1, 1, disp, null);
  }

  /** {@code base + index * scale + disp}. */
  public static Mem at(int base, int index, int scale, int disp) {
    return new Mem(base, index, scale, disp, null);
  }

  /** What stands at a label. */
  public static Mem of(Label label) {
    return of(label, 0);
  }

  /** What stands {@code disp} bytes behind a label. */
  public static Mem of(Label label, int disp) {
    return new Mem(-1, -1, 1, disp, label);
  }
}
