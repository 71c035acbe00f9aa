package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.cpu.loop.EmulatedLoops;
import dev.adjoint.kernel.LoopInterpreter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Kernels that an emulator runs, many in one process, and that an interpreter runs as well: all bits must agree. */
final class EmulatedCases {
  private record Case(String name, RandomLoop loop, long seed, MemorySegment[] memory) {}

  /** Launches that take more are not run in one process. */
  private static final int MOST_BYTES = 32 << 20;

  private final EmulatedLoops loops;
  private final List<Case> cases = new ArrayList<>();
  private final List<String> differences = new ArrayList<>();
  private int compared;

  EmulatedCases(EmulatedLoops loops) {
    this.loops = loops;
  }

  /** Adds a kernel, unless it has operations that machine code lacks. */
  void add(String name, RandomLoop loop, long seed) {
    if (!loops.has(loop.kernel)) {
      return;
    }
    MemorySegment[] memory = loop.memory(seed, Arena.ofAuto());
    loops.add(loop.kernel, loop.geometry, memory, loop.starts, loop.scalars);
    cases.add(new Case(name, loop, seed, memory));
    if (loops.bytes() > MOST_BYTES) {
      run();
    }
  }

  private void run() {
    boolean[] inRange = loops.run();
    for (int i = 0; i < inRange.length; i++) {
      Case c = cases.get(i);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment[] expected = c.loop.memory(c.seed, arena);
        boolean expectedInRange =
            LoopInterpreter.run(
                c.loop.kernel, c.loop.geometry, expected, c.loop.starts, c.loop.scalars);
        String difference = c.loop.difference(expected, c.memory);
        if (inRange[i] != expectedInRange) {
          difference += " positions are in range: " + expectedInRange;
        }
        if (!difference.isEmpty()) {
          differences.add(c.name + ": " + difference);
        }
      }
    }
    compared += cases.size();
    cases.clear();
  }

  /** Runs what is left, and fails if any kernel had other bits; gives how many there were. */
  int mustAgree() {
    run();
    assertEquals(List.of(), differences);
    return compared;
  }
}
