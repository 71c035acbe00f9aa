package dev.adjoint.cpu.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Instructions as text and as the bytes that {@link X86} writes, with random operands. */
final class X86Cases {
  final List<String> texts = new ArrayList<>();
  final List<byte[]> codes = new ArrayList<>();
  final Random random = new Random(1);

  /** The assembler of the next instruction, which writes nothing else. */
  X86 x86 = new X86();

  private Label start = start();
  private Label end = x86.label();

  private Label start() {
    Label label = x86.label();
    x86.bind(label);
    return label;
  }

  /** Takes what was written as the code of a text. */
  byte[] add(String text) {
    x86.bind(end);
    byte[] code = x86.toBytes();
    int n = texts.size();
    texts.add((".Ls@: " + text + "\n.Le@:").replace("@", Integer.toString(n)));
    codes.add(code);
    x86 = new X86();
    start = start();
    end = x86.label();
    return code;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** The label before the instruction, which is {@code .Ls@} in its text, or the one behind it, {@code .Le@}. */
  Label label(boolean behind) {
    return behind ? end : start;
  }

  /**
   * Some operand in memory.
   *
   * @param unit what a displacement of eight bits may count in
   * @param vectors how many vectors may be its index, or 0
   */
  Mem memory(int unit, int vectors) {
    int disp = displacement(unit);
    int scale = 1 << below(4);
    if (vectors > 0) {
      return Mem.at(below(5) == 0 ? -1 : below(16), below(vectors), scale, disp);
    }
    int index = below(15);
    index += index >= X86.RSP ? 1 : 0;
    return switch (below(8)) {
      case 0 -> Mem.of(label(false), disp >> 8);
      case 1 -> Mem.of(label(true), disp >> 8);
      case 2 -> new Mem(-1, index, scale < 2 ? 2 : scale, disp, null);
      case 3 -> new Mem(-1, -1, 1, disp, null);
      case 4, 5 -> Mem.at(below(16), index, scale, disp);
      default -> Mem.at(below(16), disp);
    };
  }

  private int displacement(int unit) {
    int factor = below(2) == 0 ? unit : 1;
    return switch (below(8)) {
      case 0, 1 -> 0;
      case 2 -> 127 * factor;
      case 3 -> 128 * factor;
      case 4 -> -128 * factor;
      case 5 -> -129 * factor;
      case 6 -> (below(400) - 200) * factor;
      default -> random.nextInt();
    };
  }

  /** The memory as text, of so many bytes. */
  String text(Mem mem, int bytes) {
    String size =
        switch (bytes) {
          case 1 -> "BYTE";
          case 2 -> "WORD";
          case 4 -> "DWORD";
          case 8 -> "QWORD";
          case 16 -> "XMMWORD";
          case 32 -> "YMMWORD";
          case 64 -> "ZMMWORD";
          default -> throw new IllegalArgumentException("no operand has " + bytes + " bytes");
        };
    return size + " PTR " + address(mem, "");
  }

  /** The memory as text; {@code vector} is the kind of vector that is its index. */
  String address(Mem mem, String vector) {
    var parts = new StringBuilder("[");
    if (mem.label() != null) {
      parts.append("rip+").append(mem.label() == end ? ".Le@" : ".Ls@");
    }
    if (mem.base() >= 0) {
      parts.append(general(mem.base(), 64));
    }
    if (mem.index() >= 0) {
      parts.append(mem.base() >= 0 ? "+" : "");
      parts.append(vector.isEmpty() ? general(mem.index(), 64) : vector + mem.index());
      parts.append("*").append(mem.scale());
    }
    if (parts.length() == 1) {
      return "ds:" + mem.disp();
    }
    return parts.append(mem.disp() < 0 ? "" : "+").append(mem.disp()).append("]").toString();
  }

  private static final String[] LOW = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};

  /** The name of a general register. */
  static String general(int register, int bits) {
    if (register >= 8) {
      return "r" + register + (bits == 64 ? "" : bits == 32 ? "d" : bits == 16 ? "w" : "b");
    }
    String low = LOW[register];
    return switch (bits) {
      case 64 -> "r" + low;
      case 32 -> "e" + low;
      case 16 -> low;
      default -> register < 4 ? low.charAt(0) + "l" : low + "l";
    };
  }

  /** The name of a vector of so many bytes. */
  static String vector(int register, int bytes) {
    return (bytes == 64 ? "zmm" : bytes == 32 ? "ymm" : "xmm") + register;
  }
}
