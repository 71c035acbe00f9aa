package dev.adjoint.cpu.loop;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.cpu.plain.LoopKernels;
import dev.adjoint.device.Buffer;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
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

  /** A kernel decides itself which of a row's elements are there; what it writes is checked. */
  @Test
  void whatIsReadUnderAConditionIsNotChecked() {
    Kernel.Loop kernel =
        new Kernel.Loop(
            1,
            0,
            false,
            CHAIN.accesses().subList(1, 3),
            List.of(DType.BOOL),
            List.of(
                new Stage.Map(
                    List.of(new Instr.Scalar(0, DType.BOOL), new Instr.Load(0, -1, 0, DType.F32)),
                    List.of(new Stage.Store(1, 1)))));
    Extents extents =
        Extents.of(kernel, new Geometry(new int[] {10}, new long[2], new long[][] {{1}, {1}}));
    assertThatCode(() -> extents.check(new Buffer[] {buffer(0), buffer(10)}, new long[2]))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> extents.check(new Buffer[] {buffer(10), buffer(9)}, new long[2]))
        .hasMessageContaining("access 1 reaches bytes 0 to 40 of a block of 36");
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
