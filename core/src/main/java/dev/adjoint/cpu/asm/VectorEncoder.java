package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.VectorForm.DIGIT_SHIFT;
import static dev.adjoint.cpu.asm.VectorForm.EVEX;
import static dev.adjoint.cpu.asm.VectorForm.EW;
import static dev.adjoint.cpu.asm.VectorForm.GREG;
import static dev.adjoint.cpu.asm.VectorForm.GRM;
import static dev.adjoint.cpu.asm.VectorForm.IMM;
import static dev.adjoint.cpu.asm.VectorForm.IS4;
import static dev.adjoint.cpu.asm.VectorForm.KREG;
import static dev.adjoint.cpu.asm.VectorForm.KRM;
import static dev.adjoint.cpu.asm.VectorForm.KVV;
import static dev.adjoint.cpu.asm.VectorForm.L1;
import static dev.adjoint.cpu.asm.VectorForm.L128;
import static dev.adjoint.cpu.asm.VectorForm.L256;
import static dev.adjoint.cpu.asm.VectorForm.L512;
import static dev.adjoint.cpu.asm.VectorForm.LAST;
import static dev.adjoint.cpu.asm.VectorForm.LASTV;
import static dev.adjoint.cpu.asm.VectorForm.MAP_SHIFT;
import static dev.adjoint.cpu.asm.VectorForm.NDD;
import static dev.adjoint.cpu.asm.VectorForm.NDS;
import static dev.adjoint.cpu.asm.VectorForm.NOMASK;
import static dev.adjoint.cpu.asm.VectorForm.NOMEM;
import static dev.adjoint.cpu.asm.VectorForm.NOREG;
import static dev.adjoint.cpu.asm.VectorForm.PREFIX_SHIFT;
import static dev.adjoint.cpu.asm.VectorForm.STORE;
import static dev.adjoint.cpu.asm.VectorForm.SWAP;
import static dev.adjoint.cpu.asm.VectorForm.VEX;
import static dev.adjoint.cpu.asm.VectorForm.VSIB;
import static dev.adjoint.cpu.asm.VectorForm.VW;
import static dev.adjoint.cpu.asm.VectorForm.WIDTHS;
import static dev.adjoint.cpu.asm.VectorForm.memoryBytes;
import static dev.adjoint.cpu.asm.VectorForm.repeats;

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
    long width = width(bytes);
    long asked = VSIB | NDS | (mem == null ? NOREG : NOMEM | STORE);
    long answer = (a >= 0 ? NDS : 0) | (store ? STORE : 0);
    long form = 0;
    boolean evex = false;
    for (long candidate : op.forms) {
      if ((candidate & asked) != answer
          || (width == 0 ? (candidate & WIDTHS) != 0 : (candidate & width) == 0)
          || hasLast != ((candidate & LAST) != 0)) {
        continue;
      }
      evex = wide || (candidate & VEX) == 0 || (mem != null && (candidate & NDD) != 0);
      if (!evex || (candidate & EVEX) != 0) {
        form = candidate;
        break;
      }
    }
    if (form == 0 || ((mask != 0 || broadcast) && !takesModifiers(form, mem, store))) {
      throw noForm(op, bytes, dst, a, b, mem, store, hasLast, last);
    }
    int reg;
    int vvvv = 0;
    int rm;
    if ((form & NDD) != 0) {
      reg = (int) (form >> DIGIT_SHIFT) & 7;
      vvvv = register(op, dst, evex ? 32 : 16);
      rm = b;
    } else {
      boolean toRm = (form & STORE) != 0;
      rm = toRm ? dst : b;
      reg = register(op, toRm ? b : dst, limit(form, KREG, GREG, evex));
      if ((form & NDS) != 0) {
        vvvv = register(op, a, limit(form, KVV, 0, evex));
      } else if ((form & LASTV) != 0) {
        vvvv = register(op, last, 16);
      }
    }
    int trailing = (form & (IMM | IS4)) != 0 ? 1 : 0;
    int length = bytes == 0 ? ((form & L1) != 0 ? 1 : 0) : bytes >> 5;
    if (mem != null) {
      int base = Math.max(mem.base(), 0);
      int index = Math.max(Immediates.index(mem), 0);
      prefix(form, evex, length, reg, vvvv, base, index, 0);
      out.memory(reg, mem, evex ? memoryBytes(form, bytes, broadcast) : 1, trailing);
    } else {
      rm = register(op, rm, limit(form, KRM, GRM, evex));
      if ((form & SWAP) != 0 && !evex && reg < 8 && rm >= 8) {
        // The store, with the registers exchanged, does with the shorter prefix.
        form = op.forms[1];
        int other = reg;
        reg = rm;
        rm = other;
      }
      prefix(form, evex, length, reg, vvvv, rm, rm >> 1, 0);
      out.registers(reg, rm);
    }
    if ((form & IMM) != 0) {
      out.put8(Immediates.eightBits(last));
    } else if ((form & IS4) != 0) {
      out.put8(register(op, last, 16) << 4);
    }
    forget();
  }

  /** Writes a gather: with a vector as the mask, or -1 and one of the mask registers. */
  void gather(VectorOp op, int bytes, int dst, Mem mem, int vectorMask) {
    boolean evex = vectorMask < 0;
    long form = op.forms[0];
    if ((form & VSIB) == 0
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
          "%s: the same register twice: %d, index %d, mask %d"
              .formatted(op.mnemonic(), dst, index, vectorMask));
    }
    prefix(form, evex, bytes >> 5, dst, vvvv, Math.max(mem.base(), 0), index, index >> 4);
    out.memory(dst, mem, evex ? memoryBytes(form, bytes, false) : 1, 0);
    forget();
  }

  private void forget() {
    mask = 0;
    zeroing = false;
    broadcast = false;
  }

  private boolean takesModifiers(long form, @Nullable Mem mem, boolean store) {
    if (broadcast && (mem == null || store || !repeats(form))) {
      return false;
    }
    if (zeroing && (store || (form & KREG) != 0)) {
      return false;
    }
    return mask == 0 || (form & NOMASK) == 0;
  }

  private static long width(int bytes) {
    return switch (bytes) {
      case 0 -> 0;
      case 16 -> L128;
      case 32 -> L256;
      case 64 -> L512;
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
   * Writes the prefix and the opcode.
   *
   * @param base what ModRM.rm or the base of the address is extended for
   * @param index the index of the address, of which bit 3 counts; or the bit above those of {@code base} in its place
   * @param highIndex bit 4 of a vector of indices
   */
  private void prefix(
      long form, boolean evex, int length, int reg, int vvvv, int base, int index, int highIndex) {
    int opcode = (int) form & 0xFF;
    int map = (int) (form >> MAP_SHIFT) & 3;
    int pp = (int) (form >> PREFIX_SHIFT) & 3;
    int extensions = ((~reg & 8) << 4) | ((~index & 8) << 3) | ((~base & 8) << 2);
    int sources = ((~vvvv & 15) << 3) | pp;
    if (evex) {
      int w = (form & EW) != 0 ? 0x80 : 0;
      int high = ~((vvvv >> 1) | (highIndex << 3)) & 8;
      int masking = (zeroing ? 0x80 : 0) | (length << 5) | (broadcast ? 0x10 : 0) | high | mask;
      out.put32(
          0x62
              | ((extensions | (~reg & 16) | map) << 8)
              | ((w | sources | 4) << 16)
              | (masking << 24));
      out.put8(opcode);
      return;
    }
    int rest = sources | (length << 2);
    if ((form & VW) != 0) {
      rest |= 0x80;
    } else if (map == 1 && (extensions & 0x60) == 0x60) {
      out.put16(0xC5 | (((extensions & 0x80) | rest) << 8));
      out.put8(opcode);
      return;
    }
    out.put32(0xC4 | ((extensions | map) << 8) | (rest << 16) | (opcode << 24));
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
    var message = new StringBuilder(op.mnemonic());
    message.append(" has no form for ").append(bytes).append(" bytes and ");
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
