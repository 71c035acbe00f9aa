package dev.adjoint.cpu;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.device.Buffer;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import org.junit.jupiter.api.Test;

/** Launches are refused that would leave their blocks. */
class ExtentsTest {
  private static final Kernel.Loop CHAIN = LoopKernels.chain(1);

  private static void check(int n, long stride, long offset, long start, int elements) {
    long[] one = {1};
    Geometry geometry =
        new Geometry(new int[] {n}, new long[] {offset, 0, 0}, new long[][] {{stride}, one, one});
    Buffer wide = buffer(1 << 20);
    Extents.of(CHAIN, geometry)
        .check(new Buffer[] {buffer(elements), wide, wide}, new long[] {start, 0, 0});
  }

  private static Buffer buffer(int elements) {
    return () -> (long) elements * DType.F32.bytes();
  }

  @Test
  void whatFitsPasses() {
    assertThatCode(() -> check(10, 1, 0, 0, 10)).doesNotThrowAnyException();
    assertThatCode(() -> check(10, 1, 3, 8, 15)).doesNotThrowAnyException();
    assertThatCode(() -> check(10, -1, 9, 0, 10)).doesNotThrowAnyException();
    assertThatCode(() -> check(0, 1, 0, 0, 0)).doesNotThrowAnyException();
  }

  @Test
  void oneElementTooFarIsRefused() {
    assertThatThrownBy(() -> check(11, 1, 0, 0, 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("kernel " + CHAIN.name() + ": access 0 reaches bytes 0 to 44 of a block of 40");
    assertThatThrownBy(() -> check(10, 1, 0, 4, 10))
        .hasMessageContaining("bytes 4 to 44 of a block of 40");
    assertThatThrownBy(() -> check(10, -1, 8, 0, 10))
        .hasMessageContaining("bytes -4 to 36 of a block of 40");
  }
}
