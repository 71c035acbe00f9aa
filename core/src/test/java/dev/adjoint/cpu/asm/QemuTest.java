package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.A64Width.X;
import static dev.adjoint.cpu.asm.Arrangement.B16;
import static dev.adjoint.cpu.asm.Arrangement.S4;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Small functions of AArch64, run under the emulator. */
class QemuTest {
  @BeforeEach
  void emulator() {
    Qemu.need();
  }

  /** {@code void add(float* sum, const float* a, const float* b, long count)}, with four at a time and then the rest. */
  private static A64 add() {
    var code = new A64();
    Label four = code.label();
    Label rest = code.label();
    Label one = code.label();
    Label done = code.label();
    code.imm(A64Op.SUBS, X, 3, 3, 4);
    code.b(A64Condition.LT, rest);
    code.bind(four);
    code.mem(A64Access.LDR_Q, 0, A64Address.after(1, 16));
    code.mem(A64Access.LDR_Q, 1, A64Address.after(2, 16));
    code.v(NeonOp.FADD, S4, 0, 0, 1);
    code.mem(A64Access.STR_Q, 0, A64Address.after(0, 16));
    code.imm(A64Op.SUBS, X, 3, 3, 4);
    code.b(A64Condition.GE, four);
    code.bind(rest);
    code.imm(A64Op.ADDS, X, 3, 3, 4);
    code.b(A64Condition.EQ, done);
    code.bind(one);
    code.mem(A64Access.LDR_S, 0, A64Address.after(1, 4));
    code.mem(A64Access.LDR_S, 1, A64Address.after(2, 4));
    code.v(NeonOp.FADD, Arrangement.S2, 0, 0, 1);
    code.mem(A64Access.STR_S, 0, A64Address.after(0, 4));
    code.imm(A64Op.SUBS, X, 3, 3, 1);
    code.b(A64Condition.NE, one);
    code.bind(done);
    code.ret();
    return code;
  }

  @Test
  void addsArraysOfManyLengths() {
    int longest = 40;
    int stride = 64;
    var qemu = new Qemu(3 * stride * longest * 4);
    var random = new Random(3);
    long add = qemu.function(add().toBytes());
    for (int length = 0; length < longest; length++) {
      int at = 3 * stride * 4 * length;
      for (int i = 0; i < length; i++) {
        qemu.memory().putFloat(at + 4 * (stride + i), random.nextFloat());
        qemu.memory().putFloat(at + 4 * (2 * stride + i), random.nextFloat());
      }
      long sum = Qemu.MEMORY + at;
      qemu.call(add, sum, sum + 4 * stride, sum + 8 * stride, length);
    }
    qemu.run();
    for (int length = 0; length < longest; length++) {
      int at = 3 * stride * 4 * length;
      for (int i = 0; i < stride; i++) {
        float a = qemu.memory().getFloat(at + 4 * (stride + i));
        float b = qemu.memory().getFloat(at + 4 * (2 * stride + i));
        assertEquals(i < length ? a + b : 0, qemu.memory().getFloat(at + 4 * i));
      }
    }
  }

  /** Turns the sign of every other lane by a mask that stands behind the code, and adds a constant from there. */
  @Test
  void readsConstantsBehindTheCode() {
    var code = new A64();
    Label mask = code.label();
    Label half = code.label();
    code.mem(A64Access.LDR_Q, 0, A64Address.at(0, 0));
    code.mem(A64Access.LDR_Q, 1, mask);
    code.mem(A64Access.LDR_S, 2, half);
    code.v(NeonOp.EOR, B16, 0, 0, 1);
    code.dup(S4, 2, 2, 0);
    code.v(NeonOp.FADD, S4, 0, 0, 2);
    code.mem(A64Access.STR_Q, 0, A64Address.at(0, 0));
    code.adr(0, half);
    code.mem(A64Access.LDR_X, 0, A64Address.at(0, 0));
    code.ret();
    code.align(16);
    code.bind(mask);
    code.data64(0x8000_0000_0000_0000L);
    code.data64(0x8000_0000_0000_0000L);
    code.bind(half);
    code.data64(7L << 32 | Float.floatToRawIntBits(0.5f));

    var qemu = new Qemu(16);
    for (int i = 0; i < 4; i++) {
      qemu.memory().putFloat(4 * i, i + 1);
    }
    int call = qemu.call(qemu.function(code.toBytes()), Qemu.MEMORY);
    assertEquals(7L << 32 | Float.floatToRawIntBits(0.5f), qemu.run()[call]);
    float[] wanted = {1.5f, -1.5f, 3.5f, -3.5f};
    for (int i = 0; i < 4; i++) {
      assertEquals(wanted[i], qemu.memory().getFloat(4 * i));
    }
  }

  /** Every way to set a register, in thousands of calls of one process. */
  @Test
  void setsRegistersToNumbers() {
    var random = new Random(5);
    var wanted = new long[4_000];
    var qemu = new Qemu(0);
    for (int i = 0; i < wanted.length; i++) {
      long value = random.nextLong();
      for (int part = 0; part < 64; part += 16) {
        switch (random.nextInt(4)) {
          case 0 -> value &= ~(0xFFFFL << part);
          case 1 -> value |= 0xFFFFL << part;
          default -> {}
        }
      }
      wanted[i] = i % 8 == 0 ? -1L >>> random.nextInt(64) << random.nextInt(64) : value;
      var code = new A64();
      code.move(0, wanted[i]);
      assertTrue(code.size() <= 16);
      code.ret();
      qemu.call(qemu.function(code.toBytes()));
    }
    assertArrayEquals(wanted, qemu.run());
  }

  @Test
  void passesSixArguments() {
    var code = new A64();
    for (int i = 1; i < 6; i++) {
      code.op(A64Op.ADD, X, 0, i, 0, A64Shift.LSL, 4);
    }
    code.ret();
    var qemu = new Qemu(0);
    qemu.call(qemu.function(code.toBytes()), 1, 2, 3, 4, 5, 6);
    assertArrayEquals(new long[] {0x123456}, qemu.run());
  }

  @Test
  void namesTheCallThatFails() {
    var good = new A64();
    good.ret();
    var bad = new A64();
    bad.move(0, 8);
    bad.mem(A64Access.LDR_X, 0, A64Address.at(0, 0));
    bad.ret();
    refused("call 2 of 3 ended with 139", good, bad);
  }

  @Test
  void refusesCodeThatChangesRegistersOfItsCaller() {
    var good = new A64();
    good.ret();
    for (int register = 18; register < 30; register++) {
      var bad = new A64();
      bad.move(register, 1);
      bad.ret();
      refused("call 2 of 3 changed a register of its caller", good, bad);
    }
    var vector = new A64();
    vector.movi(S4, 15, 0, 0);
    vector.ret();
    refused("call 2 of 3 changed a register of its caller", good, vector);
    var stack = new A64();
    stack.imm(A64Op.SUB, X, A64.SP, A64.SP, 16);
    stack.ret();
    refused("call 2 of 3 changed a register of its caller", good, stack);
  }

  private static void refused(String message, A64 good, A64 bad) {
    var qemu = new Qemu(8);
    long fine = qemu.function(good.toBytes());
    qemu.call(fine);
    qemu.call(fine);
    qemu.call(qemu.function(bad.toBytes()));
    String actual = assertThrows(AssertionError.class, qemu::run).getMessage();
    assertTrue(actual.startsWith(message), actual);
  }
}
