package dev.adjoint.cpu.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CallConventionTest {
  @Test
  void theProcessorAndTheSystemDecide() {
    assertThat(CallConvention.of("amd64", "Linux")).isEqualTo(CallConvention.SYSTEM_V);
    assertThat(CallConvention.of("x86_64", "Mac OS X")).isEqualTo(CallConvention.SYSTEM_V);
    assertThat(CallConvention.of("amd64", "Windows 11")).isEqualTo(CallConvention.WINDOWS);
    assertThat(CallConvention.of("aarch64", "Mac OS X")).isEqualTo(CallConvention.AAPCS64);
    assertThat(CallConvention.of("riscv64", "Linux")).isNull();
  }

  @Test
  void windowsHasFourArgumentsInRegisters() {
    CallConvention windows = CallConvention.WINDOWS;
    assertThat(IntStream.range(0, 6).map(windows::argument)).containsExactly(1, 2, 8, 9, -1, -1);
    assertThat(windows.stackOffset(4)).isEqualTo(40);
    assertThat(windows.stackOffset(5)).isEqualTo(48);
  }

  @Test
  void whatIsKept() {
    assertThat(kept(CallConvention.SYSTEM_V)).containsExactly(3, 5, 12, 13, 14, 15);
    assertThat(kept(CallConvention.WINDOWS)).containsExactly(3, 5, 6, 7, 12, 13, 14, 15);
    assertThat(kept(CallConvention.AAPCS64))
        .containsExactly(19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
    assertThat(keptVectors(CallConvention.SYSTEM_V)).isEmpty();
    assertThat(keptVectors(CallConvention.WINDOWS))
        .containsExactly(6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    assertThat(keptVectors(CallConvention.AAPCS64)).containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
  }

  private static IntStream kept(CallConvention convention) {
    return IntStream.range(0, 31).filter(convention::keeps);
  }

  private static IntStream keptVectors(CallConvention convention) {
    return IntStream.range(0, 32).filter(convention::keepsVector);
  }
}
