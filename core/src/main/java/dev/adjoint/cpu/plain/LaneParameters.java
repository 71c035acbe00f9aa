package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Kernel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a method that runs over the lanes of one stage takes as its parameters. For each access that the stage touches:
 * position and, unless it is contiguous, stride along the lanes. Then the scalars, the reductions of earlier
 * stages, and the column to stop at.
 *
 * @param touched which accesses the stage touches
 * @param known the number of reductions of earlier stages
 */
record LaneParameters(LoopShape shape, boolean[] touched, int known) {
  /** The parameters of the stage with an index. */
  static LaneParameters of(LoopShape shape, int stage) {
    return new LaneParameters(
        shape, shape.touched(shape.kernel().stages().get(stage)), shape.firstSlot(stage));
  }

  private Kernel.Loop kernel() {
    return shape.kernel();
  }

  private boolean hasStride(int access) {
    return kernel().accesses().get(access).lane() != Access.Lane.CONTIGUOUS;
  }

  /** The types of the parameters. */
  List<ClassDesc> types() {
    List<ClassDesc> types = new ArrayList<>();
    for (int a = 0; a < touched.length; a++) {
      if (touched[a]) {
        types.add(CD_long);
        if (hasStride(a)) {
          types.add(CD_long);
        }
      }
    }
    kernel().scalars().forEach(s -> types.add(Emitter.descriptor(s)));
    shape.reduced().subList(0, known).forEach(r -> types.add(Emitter.descriptor(r)));
    types.add(CD_int);
    return types;
  }

  /** Makes the parameters of a static method the variables of its writer; returns where the accesses stand. */
  NestWriter.Position adopt(VectorWriter writer) {
    Emitter emitter = writer.emitter;
    emitter.release(0);
    int[] positions = new int[touched.length];
    Arrays.fill(positions, -1);
    for (int a = 0; a < touched.length; a++) {
      if (touched[a]) {
        positions[a] = emitter.allocate(TypeKind.LONG);
        if (hasStride(a)) {
          writer.laneStrides[a] = emitter.allocate(TypeKind.LONG);
        }
      }
    }
    for (int s = 0; s < writer.scalars.length; s++) {
      writer.scalars[s] = emitter.allocate(Emitter.kind(kernel().scalars().get(s)));
    }
    for (int r = 0; r < known; r++) {
      writer.reduced[r] = emitter.allocate(Emitter.kind(shape.reduced().get(r)));
    }
    writer.cols = emitter.allocate(TypeKind.INT);
    return new NestWriter.Position(positions, -1);
  }

  /**
   * Pushes the arguments of a call.
   *
   * @param cols the variable with the column to stop at
   */
  void pass(NestWriter from, NestWriter.Position position, int[] reduced, int cols) {
    for (int a = 0; a < touched.length; a++) {
      if (touched[a]) {
        from.code.lload(position.bases()[a]);
        if (hasStride(a)) {
          from.laneStride(a);
        }
      }
    }
    for (int s = 0; s < from.scalars.length; s++) {
      from.code.loadLocal(Emitter.kind(kernel().scalars().get(s)), from.scalars[s]);
    }
    for (int r = 0; r < known; r++) {
      from.code.loadLocal(Emitter.kind(shape.reduced().get(r)), reduced[r]);
    }
    from.code.iload(cols);
  }
}
