package dev.adjoint.cpu;

import dev.adjoint.DType;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.Arrays;

/**
 * Writes a row whose lanes lie along a parallel axis: for each block of a few vectors all stages, with the reduction
 * loops inside and the reductions in vectors.
 */
final class LaneBlocks {
  private static final int MANY = 4;
  private static final int FEW = 2;
  private static final int SHORT = 12;
  private static final int MEDIUM = 40;

  private final VectorWriter nest;
  private final Emitter emitter;
  private final CodeBuilder code;
  private final int width;
  private final int lanes;

  LaneBlocks(VectorWriter nest, int width) {
    this.nest = nest;
    this.width = width;
    this.emitter = nest.emitter;
    this.code = nest.code;
    this.lanes = nest.types.lanes();
  }

  void write(NestWriter.Position position) {
    int mark = emitter.mark();
    int lane = emitter.newInt(0);
    emitter.loop(lane, nest.cols, width * lanes, () -> block(position, lane));
    emitter.release(mark);
  }

  /** The best number of vectors of a block. */
  static int width(LoopShape shape) {
    int instructions = shape.instructions();
    return instructions <= SHORT ? MANY : instructions <= MEDIUM ? FEW : 1;
  }

  private void block(NestWriter.Position position, int lane) {
    boolean[] all = new boolean[nest.kernel.accesses().size()];
    Arrays.fill(all, true);
    NestWriter.Position here = nest.moved(position, lane, all);
    VectorWriter.Spot[] spots = new VectorWriter.Spot[width];
    for (int g = 0; g < width; g++) {
      int[] reduced = new int[nest.shape.reduced().size()];
      spots[g] = new VectorWriter.Spot(here, g * lanes, reduced);
    }
    for (int s = 0; s < nest.kernel.stages().size(); s++) {
      Stage stage = nest.kernel.stages().get(s);
      switch (stage) {
        case Stage.Reduce reduce -> reduce(reduce, nest.shape.firstSlot(s), here, spots);
        case Stage.Map map ->
            nest.reduceLoops(here, nest.shape.touched(map), p -> store(map, p, spots));
        case Stage.Finish finish -> store(finish, here, spots);
      }
    }
  }

  private void reduce(
      Stage.Reduce reduce, int first, NestWriter.Position here, VectorWriter.Spot[] spots) {
    for (int f = 0; f < reduce.folds().size(); f++) {
      Stage.Fold fold = reduce.folds().get(f);
      DType type = FoldValues.accumulator(fold);
      int identity = nest.broadcast(type, () -> emitter.constant(type, FoldValues.identity(fold)));
      for (VectorWriter.Spot spot : spots) {
        code.aload(identity);
        spot.reduced()[first + f] = emitter.storeNew(TypeKind.REFERENCE);
      }
    }
    nest.reduceLoops(
        here,
        nest.shape.touched(reduce),
        p -> {
          int[] broadcasts = nest.broadcasts(reduce, p);
          for (VectorWriter.Spot spot : spots) {
            VectorBody body = new VectorBody(nest, reduce, broadcasts, spot.at(p));
            for (int f = 0; f < reduce.folds().size(); f++) {
              Stage.Fold fold = reduce.folds().get(f);
              int accumulator = spot.reduced()[first + f];
              body.pushNumber(fold.value());
              nest.ops.accumulate(accumulator, fold.op(), FoldValues.accumulator(fold));
            }
          }
        });
  }

  private void store(Stage stage, NestWriter.Position position, VectorWriter.Spot[] spots) {
    int[] broadcasts = nest.broadcasts(stage, position);
    for (VectorWriter.Spot spot : spots) {
      new VectorBody(nest, stage, broadcasts, spot.at(position)).store(LoopShape.stores(stage));
    }
  }
}
