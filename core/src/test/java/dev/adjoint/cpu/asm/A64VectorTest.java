package dev.adjoint.cpu.asm;

import org.junit.jupiter.api.Test;

/** Every line of the tables of vector instructions in every arrangement, and what moves lanes. */
class A64VectorTest extends A64Lines {
  @Test
  void vectorsOfTwoOperands() {
    for (NeonOp op : NeonOp.values()) {
      for (Arrangement t : Arrangement.values()) {
        for (int i = 0; i < EACH && op.lanes.has(t); i++) {
          int d = register();
          int n = register();
          int m = register();
          code.v(op, t, d, n, m);
          String second = t.whole == 0 ? "" : "2";
          switch (op) {
            case UMULL, UMLAL ->
                text("%s%s %s, %s, %s", lower(op), second, wider(d, t), v(n, t), v(m, t));
            default -> text("%s %s, %s, %s", lower(op), v(d, t), v(n, t), v(m, t));
          }
        }
      }
    }
    compare(9_000);
  }

  @Test
  void vectorsOfOneOperand() {
    for (NeonUnary op : NeonUnary.values()) {
      String name = lower(op).replaceAll("_.*", "");
      for (Arrangement t : Arrangement.values()) {
        for (int i = 0; i < EACH && op.lanes.has(t); i++) {
          int d = register();
          int n = register();
          code.v(op, t, d, n);
          String second = t.whole == 0 ? "" : "2";
          switch (op) {
            case FCVTL -> text("%s%s %s, %s", name, second, wider(d, t), v(n, t));
            case FCVTN, XTN, SQXTN -> text("%s%s %s, %s", name, second, v(d, t), wider(n, t));
            case UMINV, UMAXV -> text("%s %s%d, %s", name, letter(t), d, v(n, t));
            case FCMEQ_ZERO -> text("%s %s, %s, #0.0", name, v(d, t), v(n, t));
            case CMEQ_ZERO, CMGE_ZERO, CMGT_ZERO -> text("%s %s, %s, #0", name, v(d, t), v(n, t));
            default -> text("%s %s, %s", name, v(d, t), v(n, t));
          }
        }
      }
    }
    compare(5_000);
  }

  @Test
  void vectorsAndNumbers() {
    for (NeonShift op : NeonShift.values()) {
      for (Arrangement t : Arrangement.values()) {
        for (int i = 0; i < EACH && op.lanes.has(t); i++) {
          int d = register();
          int n = register();
          int amount = below(8 << t.size) + (op.left ? 0 : 1);
          code.v(op, t, d, n, amount);
          String second = t.whole == 0 ? "" : "2";
          switch (op) {
            case SSHLL, USHLL ->
                text("%s%s %s, %s, #%d", lower(op), second, wider(d, t), v(n, t), amount);
            case SHRN -> text("shrn%s %s, %s, #%d", second, v(d, t), wider(n, t), amount);
            case SHL, SSHR, USHR -> text("%s %s, %s, #%d", lower(op), v(d, t), v(n, t), amount);
          }
        }
      }
    }
    for (Arrangement t : Arrangement.values()) {
      for (int i = 0; i < EACH; i++) {
        int d = register();
        int value = t.size == 3 ? 0 : below(256);
        int shift = t.size == 3 ? 0 : 8 * below(1 << t.size);
        code.movi(t, d, value, shift);
        text("movi %s, #%d%s", v(d, t), value, t.size == 0 || t.size == 3 ? "" : ", lsl #" + shift);
      }
    }
    compare(2_000);
  }

  @Test
  void lanes() {
    for (Arrangement t : new Arrangement[] {Arrangement.S2, Arrangement.S4, Arrangement.D2}) {
      for (int i = 0; i < EACH; i++) {
        int d = register();
        int n = register();
        int m = register();
        int lane = below(lanes(t));
        code.fmla(t, d, n, m, lane);
        text("fmla %s, %s, v%d.%s[%d]", v(d, t), v(n, t), m, letter(t), lane);
      }
    }
    for (Arrangement t : Arrangement.values()) {
      A64Width width = t.size == 3 ? A64Width.X : A64Width.W;
      for (int i = 0; i < EACH; i++) {
        int d = register();
        int n = register();
        int lane = below(lanes(t));
        int from = below(lanes(t));
        code.dup(t, d, n, lane);
        text("dup %s, v%d.%s[%d]", v(d, t), n, letter(t), lane);
        code.dup(t, d, n);
        text("dup %s, %s", v(d, t), g(width, n));
        code.lane(t, d, n, lane);
        text("mov %s%d, v%d.%1$s[%d]", letter(t), d, n, lane);
        code.ins(t, d, lane, n, from);
        text("ins v%d.%s[%d], v%d.%2$s[%d]", d, letter(t), lane, n, from);
        code.ins(t, d, lane, n);
        text("ins v%d.%s[%d], %s", d, letter(t), lane, g(width, n));
        code.umov(t, d, n, lane);
        text("umov %s, v%d.%s[%d]", g(width, d), n, letter(t), lane);
        for (A64Width w : A64Width.values()) {
          if (8 << t.size < w.bits) {
            code.smov(w, t, d, n, lane);
            text("smov %s, v%d.%s[%d]", g(w, d), n, letter(t), lane);
          }
        }
        code.ld1(t, d, lane, A64Address.at(n, 0));
        text("ld1 {v%d.%s}[%d], [%s]", d, letter(t), lane, base(n));
        code.st1(t, d, lane, A64Address.at(n, 0));
        text("st1 {v%d.%s}[%d], [%s]", d, letter(t), lane, base(n));
        code.ld1(t, d, lane, A64Address.after(n, 1 << t.size));
        text("ld1 {v%d.%s}[%d], [%s], #%d", d, letter(t), lane, base(n), 1 << t.size);
        code.st1(t, d, lane, A64Address.after(n, 1 << t.size));
        text("st1 {v%d.%s}[%d], [%s], #%d", d, letter(t), lane, base(n), 1 << t.size);
        if (t.size == 0) {
          int m = register();
          int position = below(t.lanes);
          code.ext(t, d, n, m, position);
          text("ext %s, %s, %s, #%d", v(d, t), v(n, t), v(m, t), position);
        }
      }
    }
    compare(4_000);
  }
}
