package dev.adjoint.cpu.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.work.Workers;
import dev.adjoint.device.PositionException;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kernels on their way from plain loops to warm vector loops. */
class WarmUpTest {
  private static final long[] ROWS = {207, 1};
  private static final long[] COLUMNS = {1, 207};
  private static final long[] RESULT = {1, 0};

  @BeforeEach
  void vectorsAreThere() {
    assumeTrue(VectorUnit.isUsable());
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void warmCodeHasTheBitsOfTheInterpreter() {
    int[] sizes = {5, 207};
    check(LoopKernels.chain(2), LoopKernels.geometry(sizes, ROWS, ROWS, ROWS));
    check(LoopKernels.row(), LoopKernels.geometry(sizes, ROWS, ROWS));
    check(
        LoopKernels.reduce(ReduceOp.SUM, DType.F32, true),
        LoopKernels.geometry(sizes, ROWS, RESULT));
    check(
        LoopKernels.reduce(ReduceOp.MAX, DType.F64, true),
        LoopKernels.geometry(sizes, ROWS, RESULT));
    check(
        LoopKernels.reduce(ReduceOp.SUM, DType.F32, false),
        LoopKernels.geometry(new int[] {207, 5}, COLUMNS, RESULT));
  }

  /** Such as a cross-entropy: only what is once per row computes where it reads. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void rowsThatPickAnElementKeepTheirVectors() {
    Kernel.Loop kernel = LoopKernels.picked();
    var loop =
        new RandomLoop(
            kernel, LoopKernels.geometry(new int[] {70, 207}, ROWS, RESULT, ROWS, RESULT));
    TieredCode auto = new TieredCode(kernel, TieredCode.Tier.AUTO);
    assertTrue(VectorTypes.of(auto.shape()).isPresent());
    warm(auto);
    try (Workers workers = new Workers(1)) {
      for (TieredCode code :
          List.of(
              new TieredCode(kernel, TieredCode.Tier.BLOCKS),
              new TieredCode(kernel, TieredCode.Tier.SCALAR),
              new TieredCode(kernel, TieredCode.Tier.VECTOR),
              auto)) {
        loop.scalars[0] = 207;
        assertEquals("", LoopCodeTest.difference(loop, 3, code, workers));
        loop.scalars[0] = 5;
        assertThrows(
            PositionException.class, () -> LoopCodeTest.difference(loop, 3, code, workers));
      }
    }
  }

  private static void check(Kernel.Loop kernel, Geometry geometry) {
    TieredCode code = new TieredCode(kernel, TieredCode.Tier.AUTO);
    warm(code);
    try (Workers workers = new Workers(1)) {
      assertEquals("", LoopCodeTest.difference(new RandomLoop(kernel, geometry), 3, code, workers));
    }
  }

  /** Warms the vector loops of a kernel, which then uses them. */
  private static void warm(TieredCode code) {
    LoopCode plain = code.current(0);
    WarmUpJob job = new WarmUpJob(code);
    while (job.step()) {
      LockSupport.parkNanos(100_000);
    }
    assertNotSame(plain, code.current(0), code.shape().kernel().name());
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aKernelThatWorksALotIsWarmedInTheBackground() {
    TieredCode code = new TieredCode(LoopKernels.chain(1), TieredCode.Tier.AUTO);
    LoopCode plain = code.current(10);
    while (code.current(1_000_000) == plain) {
      LockSupport.parkNanos(1_000_000);
    }
    assertNotSame(plain, code.current(10));
  }

  @Test
  void aKernelOfAFewLaunchesIsLeftAlone() {
    TieredCode code = new TieredCode(LoopKernels.chain(1), TieredCode.Tier.AUTO);
    assertFalse(code.isRequested());
    code.current(100_000_000);
    code.current(100_000_000);
    assertFalse(code.isRequested());
  }

  @Test
  void aKernelWithoutVectorFormStaysWithPlainLoops() {
    Kernel.Loop kernel = LoopKernels.one(ScalarOp.REM, DType.I32, DType.I32, DType.I32);
    TieredCode code = new TieredCode(kernel, TieredCode.Tier.AUTO);
    LoopCode plain = code.current(0);
    for (int i : List.of(1, 2, 3, 4, 5, 6)) {
      assertSame(plain, code.current(i * 10_000_000L));
    }
    assertSame(VectorTypes.of(code.shape()), Optional.empty());
  }
}
