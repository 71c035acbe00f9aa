package dev.adjoint.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class PositionsTest {
  /** Index points of two rows and three columns; the index begins at its element 4 and has rows of 10. */
  private static final Geometry SPACE =
      new Geometry(new int[] {2, 3}, new long[] {0, 4, 0}, new long[][] {{3, 1}, {10, 1}, {3, 1}});

  /** The position at row 1, column 1. */
  private static long position(DType type, MemorySegment index) {
    var kernel = new Kernel.Gather(2, 1, DType.F32, type);
    return Positions.fault(
            kernel, SPACE, 4, (start, to) -> to.copyFrom(index.asSlice(start, to.byteSize())))
        .position();
  }

  @Test
  void thePositionIsReadAgainFromTheIndex() {
    int[] ints = new int[16];
    ints[15] = -9;
    assertThat(position(DType.I32, MemorySegment.ofArray(ints))).isEqualTo(-9);
    long[] longs = new long[16];
    longs[15] = 5_000_000_000L;
    assertThat(position(DType.I64, MemorySegment.ofArray(longs))).isEqualTo(5_000_000_000L);
  }
}
