package dev.adjoint.cpu.asm;

import org.junit.jupiter.api.Test;

/** Every load and store with every kind of address, and labels. */
class A64MemoryTest extends A64Lines {
  @Test
  void memory() {
    for (A64Access op : A64Access.values()) {
      boolean vector = op.name().contains("_") && "BHSDQ".indexOf(op.name().charAt(4)) >= 0;
      A64Width width = op.scale < 3 && !op.name().startsWith("LDRS") ? A64Width.W : A64Width.X;
      String name = lower(op).replaceAll("_.*", "");
      String unscaled =
          name.startsWith("prf") ? "prfum" : name.substring(0, 2) + "u" + name.substring(2);
      for (int i = 0; i < 2 * EACH; i++) {
        int d = register();
        int n = register();
        int m = register();
        String register = vector ? lower(op).charAt(4) + "" + d : g(width, d);
        if (op == A64Access.PRFM) {
          register = "#" + d;
        }
        int scaled = below(1 << 12) << op.scale;
        code.mem(op, d, A64Address.at(n, scaled));
        text("%s %s, [%s, #%d]", name, register, base(n), scaled);
        int offset = -1 - below(256);
        code.mem(op, d, A64Address.at(n, offset));
        text("%s %s, [%s, #%d]", unscaled, register, base(n), offset);
        if (op.scale > 0) {
          offset = below(256) | 1;
          code.mem(op, d, A64Address.at(n, offset));
          text("%s %s, [%s, #%d]", unscaled, register, base(n), offset);
        }
        int shift = random.nextBoolean() ? op.scale : 0;
        String amount = shift == 0 ? "" : " #" + shift;
        code.mem(op, d, A64Address.indexed(n, m, shift));
        text(
            "%s %s, [%s, %s%s]",
            name, register, base(n), g(A64Width.X, m), shift == 0 ? "" : ", lsl" + amount);
        boolean signed = random.nextBoolean();
        code.mem(op, d, A64Address.indexed(n, m, signed, shift));
        text(
            "%s %s, [%s, %s, %s%s]",
            name, register, base(n), g(A64Width.W, m), signed ? "sxtw" : "uxtw", amount);
        if (op != A64Access.PRFM) {
          // A general register that is its own base has no meaning when the base moves.
          int other = vector || n != d ? n : 31 - n;
          int step = below(512) - 256;
          code.mem(op, d, A64Address.after(other, step));
          text("%s %s, [%s], #%d", name, register, base(other), step);
          code.mem(op, d, A64Address.before(other, step));
          text("%s %s, [%s, #%d]!", name, register, base(other), step);
        }
      }
    }
    for (A64Pair op : A64Pair.values()) {
      for (int i = 0; i < 4 * EACH; i++) {
        String kind = lower(op).substring(op.name().indexOf('_') + 1);
        String name = lower(op).replaceAll("_.*", "");
        int n = 16 + below(16);
        int d = below(16);
        int e = (d + 1 + below(14)) % 16;
        int offset = below(128) - 64 << op.scale;
        String registers = kind + d + ", " + kind + e;
        code.mem(op, d, e, A64Address.at(n, offset));
        text("%s %s, [%s, #%d]", name, registers, base(n), offset);
        code.mem(op, d, e, A64Address.after(n, offset));
        text("%s %s, [%s], #%d", name, registers, base(n), offset);
        code.mem(op, d, e, A64Address.before(n, offset));
        text("%s %s, [%s, #%d]!", name, registers, base(n), offset);
      }
    }
    compare(15_000);
  }

  @Test
  void labels() {
    int count = 6_000;
    var labels = new Label[400];
    var at = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = code.label();
      at[i] = below(count);
    }
    A64Access[] literals = {
      A64Access.LDR_S,
      A64Access.LDR_D,
      A64Access.LDR_Q,
      A64Access.LDR_W,
      A64Access.LDR_X,
      A64Access.LDRSW
    };
    for (int i = 0; i < count; i++) {
      String place = "";
      for (int k = 0; k < at.length; k++) {
        if (at[k] == i) {
          code.bind(labels[k]);
          place += "L" + k + ": ";
        }
      }
      int to = below(at.length);
      int r = register();
      int bit = below(64);
      A64Width w = width();
      A64Condition c = condition();
      switch (below(8)) {
        case 0 -> {
          code.b(labels[to]);
          text("%sb L%d", place, to);
        }
        case 1 -> {
          code.bl(labels[to]);
          text("%sbl L%d", place, to);
        }
        case 2 -> {
          code.b(c, labels[to]);
          text("%sb.%s L%d", place, lower(c), to);
        }
        case 3 -> {
          code.cbz(w, r, labels[to]);
          text("%scbz %s, L%d", place, g(w, r), to);
        }
        case 4 -> {
          code.cbnz(w, r, labels[to]);
          text("%scbnz %s, L%d", place, g(w, r), to);
        }
        case 5 -> {
          code.tbz(r, bit, labels[to]);
          text("%stbz %s, #%d, L%d", place, g(A64Width.X, r), bit, to);
        }
        case 6 -> {
          code.adr(r, labels[to]);
          text("%sadr %s, L%d", place, g(A64Width.X, r), to);
        }
        default -> {
          A64Access op = literals[below(literals.length)];
          code.mem(op, r, labels[to]);
          String name = lower(op).replaceAll("_.*", "");
          String kind = op == A64Access.LDRSW ? "x" : lower(op).substring(4);
          boolean general = kind.equals("x") || kind.equals("w");
          text("%s%s %s, L%d", place, name, kind + (general && r == 31 ? "zr" : r), to);
        }
      }
    }
    compare(count);
  }
}
