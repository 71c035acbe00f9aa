package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.cpu.asm.Bochs;
import dev.adjoint.cpu.loop.EmulatedLoops;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Code with AVX-512 against an interpreter, on any machine that has an emulator: all bits must agree. */
class MachineLoopAvx512Test {
  private static final int KERNELS = Integer.getInteger("adjoint.test.kernels", 300);
  private static final int FIRST = Integer.getInteger("adjoint.test.seed", 0);

  @BeforeEach
  void emulator() {
    Bochs.need();
  }

  @Test
  void randomKernels() {
    var cases = new EmulatedCases(EmulatedLoops.avx512());
    for (int seed = FIRST; seed < FIRST + KERNELS; seed++) {
      cases.add("seed " + seed, new RandomLoop(seed), seed);
    }
    assertTrue(cases.mustAgree() > KERNELS / 2);
  }
}
