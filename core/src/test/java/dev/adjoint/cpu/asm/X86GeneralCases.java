package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.GeneralForm.IMM16;
import static dev.adjoint.cpu.asm.GeneralForm.IMM8;
import static dev.adjoint.cpu.asm.GeneralForm.LAYOUT;
import static dev.adjoint.cpu.asm.GeneralForm.M;
import static dev.adjoint.cpu.asm.GeneralForm.MI;
import static dev.adjoint.cpu.asm.GeneralForm.MR;
import static dev.adjoint.cpu.asm.GeneralForm.NONE;
import static dev.adjoint.cpu.asm.GeneralForm.NOREG;
import static dev.adjoint.cpu.asm.GeneralForm.RM;
import static dev.adjoint.cpu.asm.GeneralForm.RMI;
import static dev.adjoint.cpu.asm.GeneralForm.RMV;
import static dev.adjoint.cpu.asm.GeneralForm.W;

import java.util.Locale;

/** Random operands for the forms of {@link GeneralOp}, and for the instructions that have methods of their own. */
final class X86GeneralCases {
  private final X86Cases cases;

  X86GeneralCases(X86Cases cases) {
    this.cases = cases;
  }

  /** Adds a case; the form has such a one. */
  void add(GeneralOp op, int form, boolean memory) {
    String name = op.name().toLowerCase(Locale.ROOT);
    int digits = name.endsWith("8") ? 1 : name.endsWith("16") || name.endsWith("32") ? 2 : 0;
    int said = digits == 0 ? 64 : Integer.parseInt(name.substring(name.length() - digits));
    String mnemonic = name.substring(0, name.length() - digits);
    boolean extends_ = mnemonic.startsWith("movs") || mnemonic.startsWith("movz");
    int dstBits = !extends_ ? said : (form & W) != 0 ? 64 : 32;
    int srcBits = mnemonic.equals("movsxd") ? 32 : mnemonic.startsWith("prefetch") ? 8 : said;
    int reg = cases.below(16);
    int rm = cases.below(16);
    int last = cases.below(16);
    Mem mem = cases.memory(1, 0);
    String source = memory ? cases.text(mem, srcBits / 8) : X86Cases.general(rm, srcBits);
    String target = X86Cases.general(reg, dstBits);
    int imm = immediate(mnemonic, form, dstBits);
    X86 x86 = cases.x86;
    String operands =
        switch (form & LAYOUT) {
          case NONE -> {
            x86.g(op);
            yield "";
          }
          case M -> {
            if (memory) {
              x86.g(op, mem);
            } else {
              x86.g(op, rm);
            }
            yield source + (mnemonic.matches("sh[lr]|sar") ? ", cl" : "");
          }
          case RM -> {
            if (memory) {
              x86.g(op, reg, mem);
            } else {
              x86.g(op, reg, rm);
            }
            yield target + ", " + source;
          }
          case MR -> {
            if (memory) {
              x86.g(op, mem, reg);
            } else {
              x86.g(op, rm, reg);
            }
            yield source + ", " + target;
          }
          case MI -> {
            if (memory) {
              x86.gi(op, mem, imm);
            } else {
              x86.gi(op, rm, imm);
            }
            yield source + ", " + imm;
          }
          case RMI -> {
            if (memory) {
              x86.gi(op, reg, mem, imm);
            } else {
              x86.gi(op, reg, rm, imm);
            }
            yield target + ", " + source + ", " + imm;
          }
          case RMV -> {
            if (memory) {
              x86.g(op, reg, mem, last);
            } else {
              x86.g(op, reg, rm, last);
            }
            yield target + ", " + source + ", " + X86Cases.general(last, dstBits);
          }
          default -> throw new IllegalStateException("no layout: " + op);
        };
    cases.add(mnemonic + " " + operands);
  }

  private int immediate(String mnemonic, int form, int bits) {
    if ((form & IMM8) != 0) {
      return mnemonic.equals("mov") ? cases.below(384) - 128 : cases.below(bits);
    }
    if ((form & IMM16) != 0) {
      return cases.below(65536 + 32768) - 32768;
    }
    return switch (cases.below(6)) {
      case 0 -> 127;
      case 1 -> 128;
      case 2 -> -128;
      case 3 -> -129;
      case 4 -> cases.below(256) - 128;
      default -> cases.random.nextInt();
    };
  }

  static boolean takes(int form, boolean memory) {
    int layout = form & LAYOUT;
    return memory ? layout != NONE : (form & NOREG) == 0;
  }

  /** Adds what has methods of its own. */
  void addOthers() {
    for (int r = 0; r < 16; r++) {
      String name = X86Cases.general(r, 64);
      String half = X86Cases.general(r, 32);
      for (long imm : new long[] {0, 1, 0x7FFFFFFF, 0x80000000L, 0xFFFFFFFFL}) {
        cases.x86.move(r, imm);
        cases.add("mov " + half + ", " + imm);
      }
      for (long imm : new long[] {-1, Integer.MIN_VALUE}) {
        cases.x86.move(r, imm);
        cases.add("mov " + name + ", " + imm);
      }
      for (long imm : new long[] {0x100000000L, Integer.MIN_VALUE - 1L, Long.MIN_VALUE}) {
        cases.x86.move(r, imm);
        cases.add("movabs " + name + ", " + imm);
      }
      Mem mem = cases.memory(1, 0);
      cases.x86.lea(r, mem);
      cases.add("lea " + name + ", " + cases.text(mem, 8));
      cases.x86.push(r);
      cases.add("push " + name);
      cases.x86.pop(r);
      cases.add("pop " + name);
    }
    for (Condition condition : Condition.values()) {
      cases.x86.jump(condition, cases.label(false));
      cases.add("j" + condition.suffix + " .Ls@");
      cases.x86.jump(condition, cases.label(true));
      cases.add("{disp32} j" + condition.suffix + " .Le@");
    }
    cases.x86.jump(cases.label(false));
    cases.add("jmp .Ls@");
    cases.x86.jump(cases.label(true));
    cases.add("{disp32} jmp .Le@");
    cases.x86.call(cases.label(false));
    cases.add("call .Ls@");
    cases.x86.call(cases.label(true));
    cases.add("call .Le@");
    cases.x86.ret();
    cases.add("ret");
    cases.x86.vzeroupper();
    cases.add("vzeroupper");
    cases.x86.xgetbv();
    cases.add("xgetbv");
    cases.x86.sfence();
    cases.add("sfence");
    String[] nops = {
      "nop",
      "xchg ax, ax",
      "nop DWORD PTR [rax]",
      "{disp8} nop DWORD PTR [rax+0]",
      "{disp8} nop DWORD PTR [rax+rax*1+0]",
      "{disp8} nop WORD PTR [rax+rax*1+0]",
      "{disp32} nop DWORD PTR [rax+0]",
      "{disp32} nop DWORD PTR [rax+rax*1+0]"
    };
    for (int length = 1; length <= nops.length; length++) {
      cases.x86.data(new byte[16 - length]);
      cases.x86.align(16);
      cases.add(".skip " + (16 - length) + "\n" + nops[length - 1]);
    }
    cases.x86.data(new byte[] {1, -1});
    cases.x86.int64(-2);
    cases.add(".byte 1, 255\n.quad -2");
  }
}
