package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.A64Width.W;
import static dev.adjoint.cpu.asm.A64Width.X;
import static dev.adjoint.cpu.asm.Arrangement.B16;
import static dev.adjoint.cpu.asm.Arrangement.D2;
import static dev.adjoint.cpu.asm.Arrangement.H8;
import static dev.adjoint.cpu.asm.Arrangement.S2;
import static dev.adjoint.cpu.asm.Arrangement.S4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the AArch64 assembler refuses, with the values. */
class A64RefusalTest {
  private final A64 code = new A64();

  private void refused(String message, Executable written) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, written).getMessage());
    assertEquals(0, code.size(), message);
  }

  @Test
  void vectors() {
    refused("register 32 is not in 0..31", () -> code.v(NeonOp.ADD, S4, 0, 32, 1));
    refused("register -1 is not in 0..31", () -> code.v(NeonOp.ADD, S4, 0, 1, -1));
    refused("FADD does not take lanes H8", () -> code.v(NeonOp.FADD, H8, 0, 1, 2));
    refused("MUL does not take lanes D2", () -> code.v(NeonOp.MUL, D2, 0, 1, 2));
    refused("EOR does not take lanes S4", () -> code.v(NeonOp.EOR, S4, 0, 1, 2));
    refused("UMAXV does not take lanes S2", () -> code.v(NeonUnary.UMAXV, S2, 0, 1));
    refused("shift 32 is not in 0..31", () -> code.v(NeonShift.SHL, S4, 0, 1, 32));
    refused("shift 0 is not in 1..32", () -> code.v(NeonShift.USHR, S4, 0, 1, 0));
    refused("SSHLL does not take lanes D2", () -> code.v(NeonShift.SSHLL, D2, 0, 1, 0));
    refused("lane 4 is not in 0..3", () -> code.fmla(S4, 0, 1, 2, 4));
    refused("lane 2 is not in 0..1", () -> code.dup(D2, 0, 1, 2));
    refused("ext does not take lanes H8", () -> code.ext(H8, 0, 1, 2, 1));
    refused("position 16 is not in 0..15", () -> code.ext(B16, 0, 1, 2, 16));
    refused("smov: a lane of S4 is not narrower than W", () -> code.smov(W, S4, 0, 1, 0));
    refused("movi does not shift lanes H8 by 16", () -> code.movi(H8, 0, 1, 16));
    refused("value 1 is not in 0..0", () -> code.movi(D2, 0, 1, 0));
  }

  @Test
  void general() {
    refused("ADD X takes no immediate 4097", () -> code.imm(A64Op.ADD, X, 0, 1, 4097));
    refused("ADD X takes no immediate -1", () -> code.imm(A64Op.ADD, X, 0, 1, -1));
    refused("AND X takes no immediate 5", () -> code.imm(A64Op.AND, X, 0, 1, 5));
    refused("AND W takes no immediate 4294967296", () -> code.imm(A64Op.AND, W, 0, 1, 1L << 32));
    refused("MUL X takes no immediate 1", () -> code.imm(A64Op.MUL, X, 0, 1, 1));
    refused("shift 32 is not in 0..31", () -> code.op(A64Op.ADD, W, 0, 1, 2, A64Shift.LSL, 32));
    refused("ADD takes no ROR", () -> code.op(A64Op.ADD, W, 0, 1, 2, A64Shift.ROR, 1));
    refused("MUL takes no LSL", () -> code.op(A64Op.MUL, W, 0, 1, 2, A64Shift.LSL, 1));
    refused("ORR takes no SXTW", () -> code.op(A64Op.ORR, X, 0, 1, 2, A64Extend.SXTW, 1));
    refused("shift 5 is not in 0..4", () -> code.op(A64Op.ADD, X, 0, 1, 2, A64Extend.SXTW, 5));
    refused("SMULH is of 64 bits only", () -> code.op(A64Op.SMULH, W, 0, 1, 2));
    refused("16 bits of W do not begin at 32", () -> code.movz(W, 0, 1, 32));
    refused("value 65536 is not in 0..65535", () -> code.movk(X, 0, 65536, 0));
    refused("ROR by a number is not supported", () -> code.shift(A64Shift.ROR, X, 0, 1, 3));
    refused("bit 64 is not in 0..63", () -> code.tbz(0, 64, code.label()));
    assertTrue(A64.isImmediate(A64Op.SUB, X, 4095L << 12));
    assertFalse(A64.isImmediate(A64Op.SUB, X, 4096L << 12));
    assertTrue(A64.isImmediate(A64Op.AND, W, -2));
    assertFalse(A64.isImmediate(A64Op.EOR, X, 0));
    assertFalse(A64.isImmediate(A64Op.EOR, X, -1));
  }

  @Test
  void memory() {
    A64Address far = A64Address.at(1, 4096 * 4);
    refused("offset 16384 is not in -256..255", () -> code.mem(A64Access.LDR_S, 0, far));
    refused(
        "step 256 is not in -256..255",
        () -> code.mem(A64Access.LDR_S, 0, A64Address.after(1, 256)));
    refused(
        "LDR_S shifts an index by 0 or 2, not by 3",
        () -> code.mem(A64Access.LDR_S, 0, A64Address.indexed(1, 2, 3)));
    refused(
        "PRFM leaves its base as it is", () -> code.mem(A64Access.PRFM, 0, A64Address.after(1, 8)));
    refused("LDRB takes no label", () -> code.mem(A64Access.LDRB, 0, code.label()));
    refused(
        "LDP_D: 4 is no multiple of 8", () -> code.mem(A64Pair.LDP_D, 0, 1, A64Address.at(2, 4)));
    refused(
        "offset 64 is not in -64..63", () -> code.mem(A64Pair.LDP_D, 0, 1, A64Address.at(2, 512)));
    refused(
        "LDP_D takes no index", () -> code.mem(A64Pair.LDP_D, 0, 1, A64Address.indexed(2, 3, 0)));
    refused(
        "ld1, st1: no address for lanes of S4: A64Address[mode=OFFSET, base=1, value=4, shift=0]",
        () -> code.ld1(S4, 0, 1, A64Address.at(1, 4)));
  }

  /** The furthest distances to a label behind and before, and the next ones. */
  @Test
  void distances() {
    String bits14 = "distance in words 8192 is not in -8192..8191";
    String back14 = "distance in words -8193 is not in -8192..8191";
    distances(1 << 13, bits14, back14, (far, label) -> far.tbz(3, 4, label));
    String bits19 = "distance in words 262144 is not in -262144..262143";
    String back19 = "distance in words -262145 is not in -262144..262143";
    distances(1 << 18, bits19, back19, (far, label) -> far.b(A64Condition.NE, label));
    distances(1 << 18, bits19, back19, (far, label) -> far.cbnz(X, 1, label));
    distances(1 << 18, bits19, back19, (far, label) -> far.mem(A64Access.LDR_Q, 1, label));
    distances(
        1 << 18,
        "distance 1048576 is not in -1048576..1048575",
        "distance -1048580 is not in -1048576..1048575",
        (far, label) -> far.adr(1, label));
  }

  private static void distances(
      int words, String behind, String before, BiConsumer<A64, Label> jump) {
    assertEquals(4 * words, forward(words - 1, jump).toBytes().length);
    A64 forward = forward(words, jump);
    assertEquals(
        behind, assertThrows(IllegalArgumentException.class, forward::toBytes).getMessage());
    assertEquals(4 * words + 4, backward(words, jump).toBytes().length);
    A64 backward = backward(words + 1, jump);
    assertEquals(
        before, assertThrows(IllegalArgumentException.class, backward::toBytes).getMessage());
  }

  private static A64 forward(int words, BiConsumer<A64, Label> jump) {
    var code = new A64();
    Label label = code.label();
    jump.accept(code, label);
    for (int i = 0; i < words - 1; i++) {
      code.ret();
    }
    code.bind(label);
    code.ret();
    return code;
  }

  private static A64 backward(int words, BiConsumer<A64, Label> jump) {
    var code = new A64();
    Label label = code.label();
    code.bind(label);
    for (int i = 0; i < words; i++) {
      code.ret();
    }
    jump.accept(code, label);
    return code;
  }

  @Test
  void labels() {
    Label label = code.label();
    code.b(label);
    assertEquals(
        "the label that is named at 0 was never bound",
        assertThrows(IllegalStateException.class, code::toBytes).getMessage());
    code.bind(label);
    assertEquals(
        "the label is bound, at 4",
        assertThrows(IllegalArgumentException.class, () -> code.bind(label)).getMessage());
    assertEquals(4, code.toBytes().length);
  }
}
