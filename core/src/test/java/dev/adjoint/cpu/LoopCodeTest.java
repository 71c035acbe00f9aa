package dev.adjoint.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Generated code against an interpreter, on random kernels, sizes and layouts: all bits must agree. */
class LoopCodeTest {
  private static final int KERNELS = 400;

  @ParameterizedTest
  @EnumSource(names = {"SCALAR", "VECTOR"})
  void randomKernelsHaveTheBitsOfTheInterpreter(TieredCode.Tier tier) {
    try (Workers workers = new Workers(2)) {
      for (int seed = 0; seed < KERNELS; seed++) {
        assertEquals("", run(seed, tier, workers), "kernel of seed " + seed);
      }
    }
  }

  /** Runs a random kernel; returns how it differs from the interpreter. */
  static String run(long seed, TieredCode.Tier tier, Workers workers) {
    RandomLoop loop = new RandomLoop(seed);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment[] expected = loop.memory(seed, arena);
      MemorySegment[] actual = loop.memory(seed, arena);
      LoopInterpreter.run(loop.kernel, loop.geometry, expected, loop.starts, loop.scalars);
      TieredCode code = new TieredCode(loop.kernel, tier);
      LoopLaunch launch = new LoopLaunch(code, workers, LoopGrid.of(code.shape(), loop.geometry));
      launch.run(actual, loop.starts, loop.scalars);
      return loop.difference(expected, actual);
    }
  }
}
