package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Along which axis the vectors of a reduction lie. */
class LoopStepsTest {
  /** The sums of windows of a size, as many and as far apart as is said, in a vector. */
  private static Lowering.Result windows(int count, int step, int size, Stage last) {
    Space space = Space.of(new int[] {count}, new int[] {size});
    var read = new Operand(Access.Kind.READ, DType.F32, 0, new Affine(0, new long[] {step, 1}));
    long[] written = last instanceof Stage.Map ? new long[] {size, 1} : new long[] {1, 0};
    var write = new Operand(Access.Kind.WRITE, DType.F32, 1, new Affine(0, written));
    var fold = new Stage.Fold(ReduceOp.SUM, 0, DType.F32);
    var sums = new Stage.Reduce(List.of(new Instr.Load(0, DType.F32)), List.of(fold));
    return new Lowering.Result(space, List.of(read, write), new Scalars(), List.of(sums, last));
  }

  private static boolean lanesReduce(Lowering.Result lowered) {
    return ((Kernel.Loop) LoopSteps.of(lowered).kernel()).laneReduces();
  }

  @Test
  void lanesOfShortFoldsAreResultsAndThoseOfLongOnesElements() {
    var sum = List.<Instr>of(new Instr.Reduced(0, DType.F32));
    var result = new Stage.Finish(sum, List.of(new Stage.Store(1, 0)));
    assertFalse(lanesReduce(windows(8, 2, 2, result)));
    assertFalse(lanesReduce(windows(8, 15, 15, result)));
    assertTrue(lanesReduce(windows(8, 16, 16, result)));
    assertTrue(lanesReduce(windows(7, 2, 2, result)));
    assertTrue(lanesReduce(windows(8, 15, 15, new Stage.Map(sum, List.of(new Stage.Store(1, 0))))));
  }

  @Test
  void whatIsReadOnceForARowDoesNotMatter() {
    Space space = Space.of(new int[] {16}, new int[] {32});
    var read = new Operand(Access.Kind.READ, DType.F32, 0, new Affine(0, new long[] {32, 1}));
    var ofRow = new Operand(Access.Kind.READ, DType.F32, 1, new Affine(0, new long[] {1, 0}));
    var ofRowToo = new Operand(Access.Kind.READ, DType.F32, 2, new Affine(0, new long[] {1, 0}));
    var write = new Operand(Access.Kind.WRITE, DType.F32, 3, new Affine(0, new long[] {1, 0}));
    var fold = new Stage.Fold(ReduceOp.SUM, 0, DType.F32);
    var sums = new Stage.Reduce(List.of(new Instr.Load(0, DType.F32)), List.of(fold));
    List<Instr> last =
        List.of(
            new Instr.Load(1, DType.F32),
            new Instr.Load(2, DType.F32),
            new Instr.Reduced(0, DType.F32));
    var result = new Stage.Finish(last, List.of(new Stage.Store(3, 2)));
    var operands = List.of(read, ofRow, ofRowToo, write);
    assertTrue(
        lanesReduce(new Lowering.Result(space, operands, new Scalars(), List.of(sums, result))));
  }
}
