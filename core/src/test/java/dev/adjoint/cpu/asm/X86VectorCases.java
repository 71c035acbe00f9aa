package dev.adjoint.cpu.asm;

import static dev.adjoint.cpu.asm.VectorForm.EVEX;
import static dev.adjoint.cpu.asm.VectorForm.EW;
import static dev.adjoint.cpu.asm.VectorForm.GREG;
import static dev.adjoint.cpu.asm.VectorForm.GRM;
import static dev.adjoint.cpu.asm.VectorForm.IMM;
import static dev.adjoint.cpu.asm.VectorForm.IS4;
import static dev.adjoint.cpu.asm.VectorForm.KREG;
import static dev.adjoint.cpu.asm.VectorForm.KRM;
import static dev.adjoint.cpu.asm.VectorForm.KVV;
import static dev.adjoint.cpu.asm.VectorForm.LAST;
import static dev.adjoint.cpu.asm.VectorForm.LASTV;
import static dev.adjoint.cpu.asm.VectorForm.NDD;
import static dev.adjoint.cpu.asm.VectorForm.NDS;
import static dev.adjoint.cpu.asm.VectorForm.NOMASK;
import static dev.adjoint.cpu.asm.VectorForm.NOMEM;
import static dev.adjoint.cpu.asm.VectorForm.NOREG;
import static dev.adjoint.cpu.asm.VectorForm.STORE;
import static dev.adjoint.cpu.asm.VectorForm.VEX;
import static dev.adjoint.cpu.asm.VectorForm.VSIB;
import static dev.adjoint.cpu.asm.VectorForm.VW;
import static dev.adjoint.cpu.asm.VectorForm.memoryBytes;
import static dev.adjoint.cpu.asm.VectorForm.repeats;

/** Random operands for the forms of {@link VectorOp}. */
final class X86VectorCases {
  private final X86Cases cases;

  X86VectorCases(X86Cases cases) {
    this.cases = cases;
  }

  /** Adds a case. Gives back its code, or null if the form has no such one. */
  byte[] add(VectorOp op, long form, int bytes, boolean evex, boolean memory) {
    boolean store = memory && (form & STORE) != 0;
    if ((form & (evex ? EVEX : VEX)) == 0
        || (!evex && (bytes == 64 || (memory && (form & NDD) != 0)))
        || (form & (memory ? NOMEM : NOREG)) != 0) {
      return null;
    }
    if ((form & VSIB) != 0) {
      return memory ? gather(op, form, bytes, evex) : null;
    }
    int registers = evex ? 32 : 16;
    int mask = evex && (form & NOMASK) == 0 ? Math.max(cases.below(12) - 4, 0) : 0;
    boolean zero = mask > 0 && !store && (form & KREG) == 0 && cases.below(2) == 0;
    boolean broadcast = evex && memory && repeats(form) && cases.below(2) == 0;
    int reg = cases.below(limit(form, KREG, GREG, registers));
    int a = cases.below(limit(form, KVV, 0, registers));
    int rm = cases.below(limit(form, KRM, GRM, registers));
    if (evex && (op.forms[0] & VEX) != 0 && bytes < 64 && mask == 0 && !broadcast) {
      // A high register is the only reason left for EVEX.
      if ((form & (KREG | GREG)) == 0) {
        reg |= 16;
      } else {
        rm |= 16;
      }
    }
    int last = (form & IMM) != 0 ? cases.below(256) : cases.below(16);
    if (evex && (form & NDD) != 0) {
      a |= reg & 16;
    }
    int size = memoryBytes(form, bytes, broadcast);
    Mem mem = cases.memory(evex ? size : 1, 0);

    modify(mask, zero, broadcast);
    X86 x86 = cases.x86;
    boolean hasLast = (form & LAST) != 0;
    int first = (form & NDD) != 0 ? a : reg;
    int second = (form & NDS) != 0 ? a : -1;
    if (store) {
      if (hasLast) {
        x86.v(op, bytes, mem, reg, last);
      } else {
        x86.v(op, bytes, mem, reg);
      }
    } else if (memory) {
      if (hasLast) {
        x86.v(op, bytes, first, second, mem, last);
      } else {
        x86.v(op, bytes, first, second, mem);
      }
    } else {
      int dst = (form & STORE) != 0 ? rm : first;
      int src = (form & STORE) != 0 ? reg : rm;
      if ((form & IS4) != 0) {
        x86.blendv(op, bytes, dst, second, src, last);
      } else if (hasLast) {
        x86.v(op, bytes, dst, second, src, last);
      } else {
        x86.v(op, bytes, dst, second, src);
      }
    }

    String regText = name(form, KREG, GREG, reg, registerBytes(op, bytes));
    String aText = name(form, KVV, 0, a, bytes);
    String rmText = name(form, KRM, GRM, rm, Math.max(16, memoryBytes(form, bytes, false)));
    if (memory) {
      rmText = cases.text(mem, size);
      if (broadcast) {
        rmText += "{1to" + memoryBytes(form, bytes, false) / size + "}";
      }
    }
    String maskText = mask == 0 ? "" : "{k" + mask + "}" + (zero ? "{z}" : "");
    var text = new StringBuilder(op.mnemonic()).append(" ");
    if ((form & NDD) != 0) {
      text.append(aText).append(maskText).append(", ").append(rmText);
    } else if ((form & STORE) != 0) {
      text.append(rmText).append(maskText);
      if ((form & LASTV) != 0) {
        text.append(", ").append(X86Cases.vector(last, bytes));
      }
      text.append(", ").append(regText);
    } else {
      text.append(regText).append(maskText);
      if ((form & NDS) != 0) {
        text.append(", ").append(aText);
      }
      text.append(", ").append(rmText);
    }
    if ((form & IMM) != 0) {
      text.append(", ").append(last);
    } else if ((form & IS4) != 0) {
      text.append(", ").append(X86Cases.vector(last, bytes));
    }
    return cases.add(text.toString());
  }

  private void modify(int mask, boolean zero, boolean broadcast) {
    if (zero) {
      cases.x86.zero(mask);
    } else if (mask > 0) {
      cases.x86.mask(mask);
    }
    if (broadcast) {
      cases.x86.broadcast();
    }
  }

  /** The name says how long the elements of the indices and of the result are. */
  private byte[] gather(VectorOp op, long form, int bytes, boolean evex) {
    String letters = op.mnemonic().substring(op.mnemonic().indexOf("gather") + 6);
    boolean longIndex = letters.startsWith("q");
    boolean longResult = letters.endsWith("pd") || letters.endsWith("q");
    int resultBytes = longIndex && !longResult ? Math.max(16, bytes / 2) : bytes;
    int indexBytes = !longIndex && longResult ? Math.max(16, bytes / 2) : bytes;
    int registers = evex ? 32 : 16;
    int size = memoryBytes(form, bytes, false);
    Mem mem = cases.memory(evex ? size : 1, registers);
    int dst = (mem.index() + 1 + cases.below(registers - 1)) % registers;
    String address = cases.address(mem, X86Cases.vector(0, indexBytes).substring(0, 3));
    String text = op.mnemonic() + " " + X86Cases.vector(dst, resultBytes);
    if (evex) {
      int k = 1 + cases.below(7);
      cases.x86.mask(k).gather(op, bytes, dst, mem);
      return cases.add(text + "{k" + k + "}, " + address);
    }
    int mask = cases.below(16);
    while (mask == dst || mask == mem.index()) {
      mask = (mask + 1) % 16;
    }
    cases.x86.gather(op, bytes, dst, mem, mask);
    return cases.add(text + ", " + address + ", " + X86Cases.vector(mask, resultBytes));
  }

  private static int limit(long form, long k, long general, int vectors) {
    return (form & k) != 0 ? 8 : (form & general) != 0 ? 16 : vectors;
  }

  /** The length of a vector in ModRM.reg; some results have half as many bytes as their source. */
  private static int registerBytes(VectorOp op, int bytes) {
    return switch (op) {
      case VCVTPD2PS, VCVTTPD2DQ, VCVTQQ2PS -> Math.max(16, bytes / 2);
      default -> bytes;
    };
  }

  private static String name(long form, long k, long general, int register, int bytes) {
    if ((form & k) != 0) {
      return "k" + register;
    }
    if ((form & general) != 0) {
      return X86Cases.general(register, (form & (VW | EW)) != 0 ? 64 : 32);
    }
    return X86Cases.vector(register, bytes);
  }
}
