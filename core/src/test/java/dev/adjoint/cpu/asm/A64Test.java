package dev.adjoint.cpu.asm;

import org.junit.jupiter.api.Test;

/** Every line of the tables of single numbers, and every other instruction. */
class A64Test extends A64Lines {
  @Test
  void general() {
    for (A64Op op : A64Op.values()) {
      for (int i = 0; i < 4 * EACH; i++) {
        A64Width w = op.wide() ? A64Width.X : width();
        int d = register();
        int n = register();
        int m = register();
        code.op(op, w, d, n, m);
        String second = op == A64Op.SMULL || op == A64Op.UMULL ? g(A64Width.W, m) : g(w, m);
        String first = op == A64Op.SMULL || op == A64Op.UMULL ? g(A64Width.W, n) : g(w, n);
        text("%s %s, %s, %s", lower(op), g(w, d), first, second);
        if (op.shifts()) {
          A64Shift shift = A64Shift.values()[below(op.adds() ? 3 : 4)];
          int amount = below(w.bits);
          code.op(op, w, d, n, m, shift, amount);
          text("%s %s, %s, %s, %s #%d", lower(op), g(w, d), g(w, n), g(w, m), lower(shift), amount);
        }
        if (op.adds()) {
          A64Extend extend = A64Extend.values()[below(8)];
          int amount = below(5);
          boolean flags = op == A64Op.ADDS || op == A64Op.SUBS;
          code.op(op, w, d, n, m, extend, amount);
          boolean whole = extend == A64Extend.UXTX || extend == A64Extend.SXTX;
          text(
              "%s %s, %s, %s, %s #%d",
              lower(op),
              flags ? g(w, d) : s(w, d),
              s(w, n),
              g(w == A64Width.X && whole ? A64Width.X : A64Width.W, m),
              lower(extend),
              amount);
          long value = (long) below(1 << 12) << 12 * below(2);
          code.imm(op, w, d, n, value);
          text("%s %s, %s, #%d", lower(op), flags ? g(w, d) : s(w, d), s(w, n), value);
        } else if (op.immediate != 0) {
          int size = 2 << below(w == A64Width.X ? 6 : 5);
          long value = pattern(size, 1 + below(size - 1), below(size)) & -1L >>> 64 - w.bits;
          code.imm(op, w, d, n, value);
          String target = op == A64Op.ANDS ? g(w, d) : s(w, d);
          text("%s %s, %s, #0x%x", lower(op), target, g(w, n), value);
        }
      }
    }
    for (int i = 0; i < 4 * EACH; i++) {
      A64Width w = width();
      int d = register();
      int n = register();
      int m = register();
      int a = register();
      A64Condition c = condition();
      code.cmp(w, n, m);
      text("cmp %s, %s", g(w, n), g(w, m));
      code.cmpImm(w, n, 17);
      text("cmp %s, #17", s(w, n));
      code.mov(w, d, m);
      text("mov %s, %s", g(w, d), g(w, m));
      A64Shift shift = A64Shift.values()[below(3)];
      int amount = below(w.bits);
      code.shift(shift, w, d, n, amount);
      text("%s %s, %s, #%d", lower(shift), g(w, d), g(w, n), amount);
      int low = below(w.bits);
      int high = below(w.bits);
      boolean signed = random.nextBoolean();
      code.bits(signed, w, d, n, low, high);
      text("%s %s, %s, #%d, #%d", signed ? "sbfm" : "ubfm", g(w, d), g(w, n), low, high);
      code.msub(w, d, n, m, a);
      text("msub %s, %s, %s, %s", g(w, d), g(w, n), g(w, m), g(w, a));
      code.csel(w, d, n, m, c);
      text("csel %s, %s, %s, %s", g(w, d), g(w, n), g(w, m), lower(c));
      int value = below(1 << 16);
      int place = 16 * below(w.bits / 16);
      code.movz(w, d, value, place);
      text("movz %s, #%d, lsl #%d", g(w, d), value, place);
      code.movn(w, d, value, place);
      text("movn %s, #%d, lsl #%d", g(w, d), value, place);
      code.movk(w, d, value, place);
      text("movk %s, #%d, lsl #%d", g(w, d), value, place);
      code.blr(n);
      text("blr %s", g(A64Width.X, n));
    }
    code.ret();
    text("ret");
    code.svc();
    text("svc #0");
    compare(9_000);
  }

  /** A run of ones, rotated, in each part of so many bits. */
  private static long pattern(int size, int ones, int rotation) {
    long value = 0;
    for (int i = 0; i < 64; i++) {
      value |= Math.floorMod(i - rotation, size) < ones ? 1L << i : 0;
    }
    return value;
  }

  @Test
  void numbers() {
    for (A64Real t : new A64Real[] {A64Real.S, A64Real.D}) {
      for (int i = 0; i < 12 * EACH; i++) {
        int d = register();
        int n = register();
        int m = register();
        int a = register();
        code.fmadd(t, d, n, m, a);
        text("fmadd %s, %s, %s, %s", r(t, d), r(t, n), r(t, m), r(t, a));
        A64Width w = width();
        code.scvtf(t, d, w, n);
        text("scvtf %s, %s", r(t, d), g(w, n));
      }
    }
    compare(2_500);
  }
}
