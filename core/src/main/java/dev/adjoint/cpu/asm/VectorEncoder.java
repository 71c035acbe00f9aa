package dev.adjoint.cpu.asm;

import org.jspecify.annotations.Nullable;

/** Writes instructions with vectors and masks: picks the form that takes the operands, and its prefix, VEX where it can be. */
final class VectorEncoder {
  private final CodeBuffer out;

  // What was said about the next instruction.
  private int mask;
  private boolean zeroing;
  private boolean broadcast;

  VectorEncoder(CodeBuffer out) {
    this.out = out;
  }

  void mask(int k, boolean zeroing) {
    if (k < 1 || k > 7) {
      throw new IllegalArgumentException("a mask is k1 to k7, not k" + k);
    }
    mask = k;
    this.zeroing = zeroing;
  }

  void broadcast() {
    broadcast = true;
  }

  /** Refuses an instruction that takes no mask and no broadcast. */
  void noneWaits() {
    if (mask != 0 || broadcast) {
      throw new IllegalArgumentException(
          "a mask or a broadcast was asked for, which this instruction does not take");
    }
  }

  /**
   * Writes an instruction.
   *
   * @param dst the first operand, unless that is the memory of a store
   * @param a the first of two sources, or -1
   * @param b the last operand that is a register, unless it is {@code mem}
   * @param last the immediate or the register at the end
   */
  void write(
      VectorOp op,
      int bytes,
      int dst,
      int a,
      int b,
      @Nullable Mem mem,
      boolean store,
      boolean hasLast,
      int last) {
    boolean wide = bytes == 64 || mask != 0 || broadcast || dst > 15 || a > 15 || b > 15;
    long form = 0;
    for (long candidate : op.forms) {
      if (takes(candidate, bytes, a >= 0, mem, store, hasLast)
          && (candidate & (isWide(candidate, wide, mem) ? VectorForm.EVEX : VectorForm.VEX)) != 0) {
        form = candidate;
        break;
      }
    }
    if (form == 0 || !takesModifiers(form, mem, store)) {
      throw noForm(op, bytes, dst, a, b, mem, store, hasLast, last);
    }
    boolean evex = isWide(form, wide, mem);
    int reg;
    int vvvv = 0;
    int rm;
    if ((form & VectorForm.NDD) != 0) {
      reg = (int) (form >> VectorForm.DIGIT_SHIFT) & 7;
      vvvv = register(op, dst, evex ? 32 : 16);
      rm = b;
    } else {
      boolean toRm = (form & VectorForm.STORE) != 0;
      rm = toRm ? dst : b;
      reg = register(op, toRm ? b : dst, limit(form, VectorForm.KREG, VectorForm.GREG, evex));
      if ((form & VectorForm.NDS) != 0) {
        vvvv = register(op, a, limit(form, VectorForm.KVV, 0, evex));
      } else if ((form & VectorForm.LASTV) != 0) {
        vvvv = register(op, last, 16);
      }
    }
    int trailing = (form & (VectorForm.IMM | VectorForm.IS4)) != 0 ? 1 : 0;
    int length = bytes == 0 ? ((form & VectorForm.L1) != 0 ? 1 : 0) : bytes >> 5;
    if (mem != null) {
      int base = Math.max(mem.base(), 0);
      int index = Math.max(Immediates.index(mem), 0);
      prefix(form, evex, length, reg, vvvv, base, index, 0);
      out.put8((int) form & 0xFF);
      out.memory(reg, mem, evex ? VectorForm.memoryBytes(form, bytes, broadcast) : 1, trailing);
    } else {
      rm = register(op, rm, limit(form, VectorForm.KRM, VectorForm.GRM, evex));
      if ((form & VectorForm.SWAP) != 0 && !evex && reg < 8 && rm >= 8) {
        // The store, with the registers exchanged, does with the shorter prefix.
        form = op.forms[1];
        int other = reg;
        reg = rm;
        rm = other;
      }
      prefix(form, evex, length, reg, vvvv, rm, rm >> 1, 0);
      out.put8((int) form & 0xFF);
      out.registers(reg, rm);
    }
    if ((form & VectorForm.IMM) != 0) {
      out.put8(Immediates.eightBits(last));
    } else if ((form & VectorForm.IS4) != 0) {
      out.put8(register(op, last, 16) << 4);
    }
    forget();
  }

  /** Writes a gather: with a vector as the mask, or -1 and one of the mask registers. */
  void gather(VectorOp op, int bytes, int dst, Mem mem, int vectorMask) {
    boolean evex = vectorMask < 0;
    long form = op.forms[0];
    if ((form & VectorForm.VSIB) == 0
        || (form & width(bytes)) == 0
        || evex != (mask != 0)
        || zeroing
        || broadcast
        || (!evex && bytes == 64)
        || mem.index() < 0) {
      throw noForm(op, bytes, dst, -1, -1, mem, false, !evex, vectorMask);
    }
    int limit = evex ? 32 : 16;
    register(op, dst, limit);
    int index = register(op, mem.index(), limit);
    int vvvv = evex ? 0 : register(op, vectorMask, 16);
    if (dst == index || (!evex && (dst == vvvv || index == vvvv))) {
      throw new IllegalArgumentException(
          op.mnemonic()
              + ": the same register twice: "
              + dst
              + ", index "
              + index
              + ", mask "
              + vectorMask);
    }
    prefix(form, evex, bytes >> 5, dst, vvvv, Math.max(mem.base(), 0), index, index >> 4);
    out.put8((int) form & 0xFF);
    out.memory(dst, mem, evex ? VectorForm.memoryBytes(form, bytes, false) : 1, 0);
    forget();
  }

  private void forget() {
    mask = 0;
    zeroing = false;
    broadcast = false;
  }

  private static boolean takes(
      long form, int bytes, boolean two, @Nullable Mem mem, boolean store, boolean hasLast) {
    long width = width(bytes);
    if ((width == 0 ? (form & VectorForm.WIDTHS) != 0 : (form & width) == 0)
        || (form & VectorForm.VSIB) != 0
        || two != ((form & VectorForm.NDS) != 0)
        || hasLast != ((form & VectorForm.LAST) != 0)) {
      return false;
    }
    return mem == null
        ? (form & VectorForm.NOREG) == 0
        : (form & VectorForm.NOMEM) == 0 && store == ((form & VectorForm.STORE) != 0);
  }

  private static boolean isWide(long form, boolean wide, @Nullable Mem mem) {
    return wide || (form & VectorForm.VEX) == 0 || ((form & VectorForm.NDD) != 0 && mem != null);
  }

  private boolean takesModifiers(long form, @Nullable Mem mem, boolean store) {
    if (broadcast && (mem == null || store || !VectorForm.repeats(form))) {
      return false;
    }
    if (zeroing && (store || (form & VectorForm.KREG) != 0)) {
      return false;
    }
    return mask == 0 || (form & VectorForm.NOMASK) == 0;
  }

  private static long width(int bytes) {
    return switch (bytes) {
      case 0 -> 0;
      case 16 -> VectorForm.L128;
      case 32 -> VectorForm.L256;
      case 64 -> VectorForm.L512;
      default ->
          throw new IllegalArgumentException("a vector has 16, 32 or 64 bytes, not " + bytes);
    };
  }

  /** How many registers there are of the kind that an operand has. */
  private static int limit(long form, long k, long general, boolean evex) {
    if ((form & k) != 0) {
      return 8;
    }
    return (form & general) != 0 || !evex ? 16 : 32;
  }

  private static int register(VectorOp op, int register, int limit) {
    if (register < 0 || register >= limit) {
      throw new IllegalArgumentException(
          op.mnemonic() + ": no register " + register + ", there are " + limit);
    }
    return register;
  }

  /**
   * Writes the prefix.
   *
   * @param base what ModRM.rm or the base of the address is extended for
   * @param index the index of the address, of which bit 3 counts; or the bit above those of {@code base} in its place
   * @param highIndex bit 4 of a vector of indices
   */
  private void prefix(
      long form, boolean evex, int length, int reg, int vvvv, int base, int index, int highIndex) {
    int map = (int) (form >> VectorForm.MAP_SHIFT) & 3;
    int pp = (int) (form >> VectorForm.PREFIX_SHIFT) & 3;
    int r = (~reg & 8) << 4;
    int x = (~index & 8) << 3;
    int b = (~base & 8) << 2;
    if (evex) {
      int w = (form & VectorForm.EW) != 0 ? 0x80 : 0;
      out.put8(0x62);
      out.put8(r | x | b | (~reg & 16) | map);
      out.put8(w | ((~vvvv & 15) << 3) | 4 | pp);
      int high = ~((vvvv >> 1) | (highIndex << 3)) & 8;
      out.put8((zeroing ? 0x80 : 0) | (length << 5) | (broadcast ? 0x10 : 0) | high | mask);
      return;
    }
    int w = (form & VectorForm.VW) != 0 ? 0x80 : 0;
    int rest = ((~vvvv & 15) << 3) | (length << 2) | pp;
    if (w == 0 && x != 0 && b != 0 && map == 1) {
      out.put8(0xC5);
      out.put8(r | rest);
    } else {
      out.put8(0xC4);
      out.put8(r | x | b | map);
      out.put8(w | rest);
    }
  }

  private IllegalArgumentException noForm(
      VectorOp op,
      int bytes,
      int dst,
      int a,
      int b,
      @Nullable Mem mem,
      boolean store,
      boolean hasLast,
      int last) {
    var message =
        new StringBuilder(op.mnemonic())
            .append(" has no form for ")
            .append(bytes)
            .append(" bytes and ");
    if (store) {
      message.append("store ").append(mem).append(", ").append(b);
    } else {
      message.append(dst).append(", ").append(a).append(", ").append(mem == null ? b : mem);
    }
    if (hasLast) {
      message.append(", ").append(last);
    }
    if (mask != 0) {
      message.append(zeroing ? ", zero k" : ", mask k").append(mask);
    }
    if (broadcast) {
      message.append(", broadcast");
    }
    return new IllegalArgumentException(message.toString());
  }
}
