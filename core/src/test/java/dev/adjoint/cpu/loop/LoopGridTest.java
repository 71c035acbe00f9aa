package dev.adjoint.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.cpu.plain.LoopKernels;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How launches are cut into tasks. */
class LoopGridTest {
  /** A kernel that adds to each element, after some additions that are the same in all lanes of a row. */
  private static Kernel.Loop kernel(int additionsPerRow) {
    var body = new BodyBuilder();
    int row = body.add(new Instr.Load(0, DType.F32));
    int sum = row;
    for (int i = 0; i < additionsPerRow; i++) {
      sum = body.apply(ScalarOp.ADD, sum, row);
    }
    int element = body.apply(ScalarOp.ADD, body.add(new Instr.Load(1, DType.F32)), sum);
    var accesses =
        List.of(
            new Access(Access.Kind.READ, DType.F32, Access.Lane.BROADCAST),
            new Access(Access.Kind.READ, DType.F32, Access.Lane.CONTIGUOUS),
            new Access(Access.Kind.WRITE, DType.F32, Access.Lane.CONTIGUOUS));
    var stage = new Stage.Map(body.build(), List.of(new Stage.Store(2, element)));
    return new Kernel.Loop(2, 0, false, accesses, List.of(), List.of(stage));
  }

  private static int tasks(int additionsPerRow, int columns) {
    int[] sizes = {(1 << 20) / columns, columns};
    long[] all = {columns, 1};
    Geometry geometry = LoopKernels.geometry(sizes, new long[] {1, 0}, all, all);
    return LoopGrid.of(new LoopShape(kernel(additionsPerRow)), geometry).tasks();
  }

  @Test
  void whatIsTheSameInAllLanesCountsOncePerRow() {
    assertEquals(tasks(0, 4096), tasks(20, 4096));
    assertTrue(tasks(0, 4) < tasks(20, 4));
  }
}
