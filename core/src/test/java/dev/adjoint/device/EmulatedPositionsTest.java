package dev.adjoint.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.EmulatedLoops;
import dev.adjoint.cpu.loop.EmulatedProcessor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels that compute where they read, as code for emulated processors: the bits of the interpreter. */
@ParameterizedClass
@EnumSource
class EmulatedPositionsTest {
  private static final LongUnaryOperator GOOD = i -> (i * 31 + 5) % PositionKernels.TABLE;

  private final EmulatedProcessor processor;

  EmulatedPositionsTest(EmulatedProcessor processor) {
    this.processor = processor;
  }

  private static LongUnaryOperator bad(long where, long position) {
    return i -> i == where ? position : GOOD.applyAsLong(i);
  }

  private static List<PositionCase> cases() {
    List<PositionCase> cases = new ArrayList<>();
    for (DType type : List.of(DType.F32, DType.F64, DType.I64, DType.U8, DType.BOOL)) {
      cases.add(PositionKernels.pad(type));
    }
    cases.add(PositionKernels.concat());
    cases.add(PositionKernels.diagonal());
    cases.add(PositionKernels.checkNumbers());
    cases.add(PositionKernels.highProducts());
    cases.add(PositionKernels.philox(0x0123456789abcdefL, 0xfffffff0L, 1, 203));
    for (LongUnaryOperator at : List.of(GOOD, bad(6, PositionKernels.TABLE), bad(5, -1))) {
      for (DType type : List.of(DType.F32, DType.F64, DType.I64, DType.U8, DType.BOOL)) {
        for (DType index : List.of(DType.I32, DType.I64)) {
          for (int stride = 1; stride <= 2; stride++) {
            cases.add(PositionKernels.gather(type, index, stride, 0, at));
            cases.add(PositionKernels.gather(type, index, stride, 1, at));
          }
        }
      }
      cases.add(PositionKernels.gatherWhere(at));
      cases.add(PositionKernels.gatherWhere(i -> i % 2 == 0 ? at.applyAsLong(i) : -1000 * i));
      cases.add(PositionKernels.checkAlone(at));
      for (boolean laneReduces : new boolean[] {true, false}) {
        cases.add(PositionKernels.rows(laneReduces, 5, at));
        cases.add(PositionKernels.rows(laneReduces, 203, at));
        cases.add(PositionKernels.picked(laneReduces, at));
      }
    }
    for (DType index : List.of(DType.I32, DType.I64)) {
      for (DType type : List.of(DType.F32, DType.F64, DType.U8, DType.BOOL)) {
        cases.add(PositionKernels.elements(type, index, 21, GOOD));
        cases.add(PositionKernels.rowsFromEnd(type, index, 29, i -> 1 + i));
        cases.add(PositionKernels.rowsFromEnd(type, index, 29, i -> i == 4 ? -1 : 1 + i));
      }
      // The second of three rows has whole vectors and a tail: each lane of both.
      for (int lane = 0; lane < 31; lane++) {
        long far = lane % 2 == 0 ? -1 - lane : PositionKernels.TABLE + lane;
        cases.add(PositionKernels.elements(DType.F32, index, 31, bad(31 + lane, far)));
      }
    }
    // So far away that code which reads before it looks does not survive.
    cases.add(PositionKernels.gather(DType.F32, DType.I64, 1, 1, bad(20, 1L << 40)));
    cases.add(PositionKernels.checkAlone(bad(89, PositionKernels.TABLE)));
    return cases;
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void positions(int unit) {
    var loops = new EmulatedLoops(processor, unit);
    List<PositionCase> cases = cases();
    List<List<MemorySegment>> expected = new ArrayList<>();
    for (PositionCase c : cases) {
      expected.add(c.expected());
      MemorySegment[] memory = c.memory().toArray(MemorySegment[]::new);
      loops.add(c.kernel(), c.geometry(), memory, new long[memory.length], c.scalars());
    }
    boolean[] wanted = new boolean[cases.size()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = cases.get(i).isInRange();
    }
    assertArrayEquals(wanted, loops.run());
    for (int i = 0; i < wanted.length; i++) {
      for (int a = 0; a < expected.get(i).size(); a++) {
        assertEquals(
            -1,
            expected.get(i).get(a).mismatch(cases.get(i).memory().get(a)),
            "operand " + a + " of case " + i + ", " + cases.get(i).kernel().name());
      }
    }
  }
}
