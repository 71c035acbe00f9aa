package dev.adjoint.cpu.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The assembler writes what that of GNU writes. */
final class X86Test {
  private static final int TRIES = 32;
  private static final String HEADER = ".intel_syntax noprefix\n";

  /** What an instruction is padded to, so that a wrong length leaves those behind it in place. */
  private static final int SLOT = 16;

  @Test
  void vectorsAreEncodedAsByGnu(@TempDir Path folder) throws IOException, InterruptedException {
    var cases = new X86Cases();
    var vectors = new X86VectorCases(cases);
    for (VectorOp op : VectorOp.values()) {
      for (long form : op.forms) {
        boolean vex = false;
        boolean evex = false;
        for (int i = 0; i < 16; i++) {
          int bytes = new int[] {0, 16, 32, 64}[i & 3];
          long width = bytes == 0 ? 0 : (long) (bytes >> 4) << VectorForm.WIDTH_SHIFT;
          if (width == 0
              ? (form & VectorForm.WIDTHS) != 0
              : (form & width & VectorForm.WIDTHS) == 0) {
            continue;
          }
          for (int k = 0; k < TRIES; k++) {
            byte[] code = vectors.add(op, form, bytes, (i & 4) != 0, (i & 8) != 0);
            vex |= code != null && (code[0] == (byte) 0xC4 || code[0] == (byte) 0xC5);
            evex |= code != null && code[0] == 0x62;
          }
        }
        assertThat(vex).as("%s with VEX", op).isEqualTo((form & VectorForm.VEX) != 0);
        assertThat(evex).as("%s with EVEX", op).isEqualTo((form & VectorForm.EVEX) != 0);
      }
    }
    assertThat(cases.texts).hasSizeGreaterThan(20_000);
    compare(folder, cases);
  }

  @Test
  void generalInstructionsAreEncodedAsByGnu(@TempDir Path folder)
      throws IOException, InterruptedException {
    var cases = new X86Cases();
    var general = new X86GeneralCases(cases);
    for (GeneralOp op : GeneralOp.values()) {
      for (int form : op.forms) {
        for (int i = 0; i < 800; i++) {
          if (X86GeneralCases.takes(form, (i & 1) != 0)) {
            general.add(op, form, (i & 1) != 0);
          }
        }
      }
    }
    general.addOthers();
    assertThat(cases.texts).hasSizeGreaterThan(20_000);
    compare(folder, cases);
  }

  @Test
  void labelsAreReachedFromAnyDistance(@TempDir Path folder)
      throws IOException, InterruptedException {
    var x86 = new X86();
    var text = new StringBuilder(HEADER);
    for (int distance : new int[] {0, 1, 120, 121, 122, 123, 124, 125, 126, 127, 128, 1000}) {
      Label back = x86.label();
      Label ahead = x86.label();
      Label constant = x86.label();
      x86.jump(ahead);
      x86.bind(back);
      x86.data(new byte[distance]);
      x86.jump(Condition.LESS, back);
      x86.jump(back);
      x86.v(VectorOp.VSHUFPS, 64, 1, 2, Mem.of(constant, 4), 7);
      x86.gi(GeneralOp.CMP32, Mem.of(constant), 1000);
      x86.bind(ahead);
      x86.call(back);
      x86.bind(constant);
      x86.data(new byte[] {5, 0, 0, 0});
      text.append(
          """
          {disp32} jmp .La@
          .Lb@: .skip @
          jl .Lb@
          jmp .Lb@
          vshufps zmm1, zmm2, [rip + .Lc@ + 4], 7
          cmp DWORD PTR [rip + .Lc@], 1000
          .La@: call .Lb@
          .Lc@: .long 5
          """
              .replace("@", Integer.toString(distance)));
    }
    assertThat(x86.toBytes())
        .isEqualTo(GnuAssembler.assemble(folder, "x86_64-linux-gnu-", text.toString()));
  }

  @Test
  void whatNoInstructionDoesIsRefused() {
    Mem mem = Mem.at(X86.RAX, 0);
    refused(x86 -> x86.v(VectorOp.VADDPS, 8, 1, 2, 3), "a vector has 16, 32 or 64 bytes, not 8");
    refused(x86 -> x86.v(VectorOp.VADDPS, 16, 1, 2, 32), "vaddps: no register 32, there are 32");
    refused(x86 -> x86.v(VectorOp.VADDPS, 16, -1, 2, 3), "vaddps: no register -1, there are 16");
    refused(
        x86 -> x86.v(VectorOp.VADDPS, 16, 1, -1, 3),
        "vaddps has no form for 16 bytes and 1, -1, 3");
    refused(x86 -> x86.v(VectorOp.VADDPS, 16, mem, 3), "vaddps has no form for 16 bytes and store");
    refused(
        x86 -> x86.v(VectorOp.VFMADD231SS, 32, 1, 2, 3), "vfmadd231ss has no form for 32 bytes");
    refused(
        x86 -> x86.v(VectorOp.VBLENDVPS, 32, 1, 2, 16, 3),
        "vblendvps has no form for 32 bytes and 1, 2, 16");
    refused(x86 -> x86.v(VectorOp.VCMPPS, 64, 1, 2, 3, 0), "vcmpps has no form for 64 bytes");
    refused(
        x86 -> x86.mask(1).v(VectorOp.VCMPPS, 32, 1, 2, 3, 0),
        "vcmpps has no form for 32 bytes and 1, 2, 3, 0, mask k1");
    refused(x86 -> x86.mask(1).v(VectorOp.VPINSRD, 16, 1, 2, 3, 0), "vpinsrd has no form");
    refused(
        x86 -> x86.broadcast().v(VectorOp.VADDPS, 16, 1, 2, 3),
        "vaddps has no form for 16 bytes and 1, 2, 3, broadcast");
    refused(x86 -> x86.broadcast().v(VectorOp.VMOVUPS, 16, 1, -1, mem), "vmovups has no form");
    refused(
        x86 -> x86.zero(1).v(VectorOp.VMOVUPS, 16, mem, 1),
        "vmovups has no form for 16 bytes and store");
    refused(x86 -> x86.zero(2).v(VectorOp.VCMPPS_K, 64, 1, 2, 3, 0), "vcmpps has no form");
    refused(x86 -> x86.mask(0), "a mask is k1 to k7, not k0");
    refused(x86 -> x86.v(VectorOp.VCMPPS_K, 64, 8, 2, 3, 0), "vcmpps: no register 8, there are 8");
    refused(x86 -> x86.v(VectorOp.VSHUFPS, 16, 1, 2, 3, 256), "no immediate of eight bits: 256");
    refused(
        x86 -> x86.v(VectorOp.VADDPS, 16, 1, 2, Mem.at(0, X86.RSP, 1, 0)),
        "no index of an address: register 4");
    refused(
        x86 -> x86.v(VectorOp.VADDPS, 16, 1, 2, Mem.at(0, 16, 1, 0)),
        "no index of an address: register 16");
    refused(x86 -> x86.gather(VectorOp.VGATHERDPS, 32, 1, mem, 2), "vgatherdps has no form");
    refused(
        x86 -> x86.gather(VectorOp.VGATHERDPS, 32, 1, Mem.at(0, 1, 4, 0), 2),
        "vgatherdps: the same register twice: 1, index 1, mask 2");
    refused(
        x86 -> x86.gather(VectorOp.VGATHERDPS, 32, 1, Mem.at(0, 2, 4, 0)),
        "vgatherdps has no form for 32 bytes");
    refused(x86 -> x86.gather(VectorOp.VADDPS, 32, 1, Mem.at(0, 2, 4, 0), 3), "vaddps has no form");
    refused(x86 -> Mem.at(0, 1, 3, 0), "a scale is 1, 2, 4 or 8, not 3");
    refused(x86 -> Mem.at(16, 0), "no such registers: base 16, index -1");
    refused(x86 -> new Mem(0, -1, 1, 0, x86.label()), "a label takes no base and no index");
    refused(x86 -> x86.g(GeneralOp.ADD, 1, 16), "no general register 16, there are 16");
    refused(
        x86 -> x86.g(GeneralOp.MOV8, 1, 2), "MOV8 has no form for two operands, none in memory");
    refused(
        x86 -> x86.g(GeneralOp.BZHI, 1, 2), "BZHI has no form for two operands, none in memory");
    refused(
        x86 -> x86.g(GeneralOp.MOVSXD, Mem.at(X86.RAX, 8), 2),
        "MOVSXD has no form for memory as the first of two operands, one Mem[base=0");
    refused(x86 -> x86.gi(GeneralOp.SHL, 1, 64), "SHL by 64");
    refused(x86 -> x86.gi(GeneralOp.MOV16, mem, 65536), "no immediate of sixteen bits: 65536");
    refused(x86 -> x86.align(12), "no power of two: 12");
  }

  @Test
  void labelsAreBoundOnceAndModifiersAreNotLost() {
    var x86 = new X86();
    Label label = x86.label();
    x86.jump(label);
    assertThatThrownBy(x86::toBytes)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the label that is named at 1 was never bound");
    x86.bind(label);
    assertThatThrownBy(() -> x86.bind(label))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the label is bound, at 5");
    assertThat(x86.toBytes()).isEqualTo(x86.toBytes()).hasSize(5);
    refused(asm -> asm.mask(1).ret(), "a mask or a broadcast was asked for");
  }

  private static void refused(Consumer<X86> call, String message) {
    assertThatThrownBy(() -> call.accept(new X86()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static void compare(Path folder, X86Cases cases)
      throws IOException, InterruptedException {
    var text = new StringBuilder(HEADER);
    for (String piece : cases.texts) {
      text.append(piece).append("\n.balign ").append(SLOT).append(", 0\n");
    }
    byte[] expected = GnuAssembler.assemble(folder, "x86_64-linux-gnu-", text.toString());
    assertThat(expected).hasSize(SLOT * cases.texts.size());
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < cases.texts.size() && wrong.size() < 50; i++) {
      byte[] code = Arrays.copyOf(cases.codes.get(i), SLOT);
      byte[] slot = Arrays.copyOfRange(expected, i * SLOT, (i + 1) * SLOT);
      if (!Arrays.equals(code, slot)) {
        HexFormat hex = HexFormat.of();
        wrong.add(
            cases.texts.get(i)
                + "\n "
                + hex.formatHex(code)
                + " instead of "
                + hex.formatHex(slot));
      }
    }
    assertThat(wrong).isEmpty();
  }
}
