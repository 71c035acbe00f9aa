package dev.adjoint.cpu.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The emulated PC makes calls, with AVX-512, and says what went wrong in one. */
final class BochsTest {
  private static final int BYTES = 5 << 20;

  @BeforeEach
  void need() {
    Bochs.need();
  }

  @Test
  void callsReadAndWriteMemory() {
    var bochs = new Bochs(BYTES);
    ByteBuffer memory = bochs.memory();
    for (int i = 0; i < BYTES; i += 4) {
      memory.putInt(i, i * 0x9E37_79B9);
    }
    // Adds the vectors of 16 integers at the first two arguments and writes the sum to the third,
    // where a mask says so.
    var code = new X86();
    code.v(VectorOp.KMOVW_FROM_GPR, 0, 1, -1, X86.RCX);
    code.v(VectorOp.VMOVUPS, 64, 17, -1, Mem.at(X86.RDI, 0));
    code.v(VectorOp.VPADDD, 64, 17, 17, Mem.at(X86.RSI, 0));
    code.mask(1).v(VectorOp.VMOVUPS, 64, Mem.at(X86.RDX, 0), 17);
    code.g(GeneralOp.MOV, X86.RAX, X86.R8);
    code.g(GeneralOp.ADD, X86.RAX, X86.R9);
    code.ret();
    long function = bochs.function(code.toBytes());
    long last = Bochs.MEMORY + BYTES - 64;
    bochs.call(function, Bochs.MEMORY, last, last - 64, 0x5555, 7, 1L << 40);
    bochs.call(function, last - 64, last - 64, last - 64, 0xFFFF, -1, 5);
    assertThat(bochs.run()).containsExactly((1L << 40) + 7, 4);
    for (int i = 0; i < BYTES / 4; i++) {
      int value = i * 4 * 0x9E37_79B9;
      int k = i - (BYTES / 4 - 32);
      if (k >= 0 && k < 16) {
        int sum = k * 4 * 0x9E37_79B9 + (BYTES - 64 + 4 * k) * 0x9E37_79B9;
        value = 2 * (k % 2 == 0 ? sum : value);
      }
      assertThat(memory.getInt(4 * i)).as("word %d", i).isEqualTo(value);
    }
  }

  @Test
  void whatGoesWrongIsAnError() {
    var broken = new Bochs(64);
    var code = new X86();
    code.move(X86.R12, 0);
    code.ret();
    broken.call(broken.function(code.toBytes()));
    assertThatThrownBy(broken::run).hasMessage("call 0 of 1 changed a register of its caller");

    var forbidden = new Bochs(64);
    code = new X86();
    code.ret();
    forbidden.call(forbidden.function(code.toBytes()));
    byte[] undefined = {(byte) 0x90, (byte) 0x0F, (byte) 0x0B};
    forbidden.call(forbidden.function(undefined));
    assertThatThrownBy(forbidden::run)
        .hasMessageStartingWith("call 1 of 2 had exception 6 at 0x1011041: 0f 0b");
    var outside = new Bochs(64);
    code = new X86();
    code.g(GeneralOp.MOV, X86.RAX, Mem.at(X86.RDI, 0));
    code.ret();
    outside.call(outside.function(code.toBytes()), 1L << 40);
    assertThatThrownBy(outside::run).hasMessageContaining("call 0 of 1 had exception 14 at");
  }
}
