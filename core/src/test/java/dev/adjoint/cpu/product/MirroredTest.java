package dev.adjoint.cpu.product;

import static dev.adjoint.cpu.memory.NativeMemory.ALL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.adjoint.cpu.memory.CpuAllocator;
import dev.adjoint.cpu.memory.CpuBuffer;
import dev.adjoint.cpu.memory.Scratch;
import dev.adjoint.cpu.work.Workers;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirroredTest {
  private static final CpuAllocator MEMORY = new CpuAllocator(() -> 1L << 30);

  /** Filters [out, channels, run], read over (channels, out x run) from the end of each run. */
  private static Copied filters(int out, int channels, int run) {
    return new Copied(
        new int[] {channels},
        new long[] {4L * run},
        new int[] {out, run},
        new long[] {4L * run * channels, -4},
        4);
  }

  @ParameterizedTest
  @CsvSource({
    "40, 70, 9, 0, 70, 0, 360",
    "40, 70, 9, 3, 50, 5, 300",
    "3, 1, 2, 0, 1, 1, 4",
    "2, 33, 400, 1, 32, 7, 790"
  })
  void partsHaveTheirElements(
      int out, int channels, int run, int row, int rows, int depth, int deep) {
    CpuBuffer memory = MEMORY.allocate(4L * out * channels * run);
    for (int i = 0; i < out * channels * run; i++) {
      memory.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
    }
    Mirrored mirrored = Mirrored.of(filters(out, channels, run));
    assertNotNull(mirrored);
    try (Scratch scratch = Scratch.take();
        var workers = new Workers(2)) {
      Matrix part =
          mirrored
              .at(memory.address() + 4L * (run - 1))
              .part(row, rows, depth, deep, scratch, workers);
      assertEquals(mirrored.layout().columnStride(), part.columnStride());
      for (int i = row; i < row + rows; i++) {
        for (int p = depth; p < depth + deep; p++) {
          float found = ALL.get(ValueLayout.JAVA_FLOAT, part.at(i, p));
          assertEquals((p / run * channels + i) * run + run - 1 - p % run, found);
        }
      }
    }
    MEMORY.free(memory);
  }

  @Test
  void axesThatAreOneRunAreTakenTogether() {
    var steps = new long[] {4 * 9 * 5, -4 * 3, -4};
    var copied = new Copied(new int[] {5}, new long[] {36}, new int[] {7, 3, 3}, steps, 4);
    Mirrored mirrored = Mirrored.of(copied);
    assertNotNull(mirrored);
    assertEquals(9, mirrored.run());
    assertEquals(1, mirrored.outer());
  }

  @Test
  void othersAreNone() {
    assertNull(Mirrored.of(filters(4, 3, 1)), "runs of one element");
    var forwards = new long[] {4 * 9, 4};
    var copied = new Copied(new int[] {5}, new long[] {36}, new int[] {4, 9}, forwards, 4);
    assertNull(Mirrored.of(copied), "forwards");
    var rows = new int[] {5, 2};
    var two = new Copied(rows, new long[] {72, 36}, new int[] {9}, new long[] {-4}, 4);
    assertNull(Mirrored.of(two), "two axes of rows");
  }
}
