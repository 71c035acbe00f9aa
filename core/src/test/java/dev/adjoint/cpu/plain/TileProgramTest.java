package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.LoopInterpreter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** A map on rectangles against the same map on the whole index space. */
class TileProgramTest {
  private static final int ROWS = 29;
  private static final int COLS = 83;

  @Test
  void tilesTogetherGiveTheWholeMap() {
    long[] row = {COLS, 1};
    // The second operand is one row for all: a bias.
    Geometry geometry =
        new Geometry(new int[] {ROWS, COLS}, new long[] {3, 0, 5}, new long[][] {row, {0, 1}, row});
    RandomLoop loop = new RandomLoop(LoopKernels.chain(2), geometry);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment[] expected = loop.memory(1, arena);
      MemorySegment[] actual = loop.memory(1, arena);
      LoopInterpreter.run(loop.kernel, geometry, expected, loop.starts, loop.scalars);
      TileProgram.Tiles tiles =
          new TileProgram(loop.kernel).prepare(new long[] {COLS, 0, COLS}, new long[] {1, 1, 1});
      long[] origins = loop.addresses(actual);
      origins[0] += 3 * Float.BYTES;
      origins[2] += 5 * Float.BYTES;
      for (int row0 = 0; row0 < ROWS; row0 += 14) {
        for (int col0 = 0; col0 < COLS; col0 += 32) {
          int rows = Math.min(14, ROWS - row0);
          tiles.run(
              origins, loop.scalars, new boolean[1], row0, rows, col0, Math.min(32, COLS - col0));
        }
      }
      assertEquals("", loop.difference(expected, actual));
    }
  }

  @Test
  void onlyMapsOverTwoAxesRunOnTiles() {
    Kernel.Loop rows = LoopKernels.row();
    assertThrows(IllegalArgumentException.class, () -> new TileProgram(rows));
    Kernel.Loop chain = LoopKernels.chain(1);
    assertThrows(IllegalArgumentException.class, () -> new TileProgram(chain));
  }
}
