package dev.adjoint.cpu;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.List;

/**
 * Writes a stage that reduces along the lanes. The 4L partials of a fold are 4 vectors, or more where vectors are
 * narrower than L.
 */
final class LaneReduction {
  /** Bodies up to this many values are written once per vector of partials; of longer ones there is one that takes turns. */
  private static final int SIDE_BY_SIDE = 12;

  private final VectorWriter nest;
  private final Emitter emitter;
  private final CodeBuilder code;
  private final Stage.Reduce stage;
  private final List<Stage.Fold> folds;
  private final int[] results;
  private final int lanes;
  private final int order;
  private final int[][] partials;
  private final int[] tails;

  /** A stage whose folds end in the given variables. */
  LaneReduction(VectorWriter nest, Stage.Reduce stage, int[] results) {
    this.nest = nest;
    this.emitter = nest.emitter;
    this.code = nest.code;
    this.stage = stage;
    this.folds = stage.folds();
    this.results = results;
    this.lanes = nest.types.lanes();
    this.order = nest.kernel.lanes();
    this.partials = new int[folds.size()][4 * order / lanes];
    this.tails = new int[folds.size()];
  }

  private DType type(int fold) {
    return NestWriter.accumulator(folds.get(fold));
  }

  void write(NestWriter.Position position, boolean[] touched) {
    for (int f = 0; f < tails.length; f++) {
      long identity = NestWriter.identity(folds.get(f));
      DType type = type(f);
      int vector = nest.broadcast(type, () -> emitter.constant(type, identity));
      for (int k = 0; k < partials[f].length; k++) {
        code.aload(vector);
        partials[f][k] = emitter.storeNew(TypeKind.REFERENCE);
      }
      emitter.constant(type, identity);
      tails[f] = emitter.storeNew(Emitter.kind(type));
    }
    nest.reduceLoops(position, touched, p -> emitter.ifPositive(NestWriter.COLS, () -> columns(p, touched)));
    for (int f = 0; f < tails.length; f++) {
      finish(f);
    }
  }

  private void columns(NestWriter.Position position, boolean[] touched) {
    int[] broadcasts = nest.broadcasts(stage, position);
    int lane = emitter.newInt(0);
    int width = partials[0].length;
    boolean sideBySide = stage.body().size() <= SIDE_BY_SIDE;
    int copies = sideBySide ? width : 1;
    VectorWriter.Spot spot = new VectorWriter.Spot(position.at(lane), 0, results, null, -1);
    emitter.loop(
        lane,
        nest.multiple(4 * order),
        copies * lanes,
        () -> {
          for (int copy = 0; copy < copies; copy++) {
            VectorBody body = new VectorBody(nest, stage, broadcasts, spot.further(copy * lanes));
            for (int f = 0; f < folds.size(); f++) {
              code.aload(partials[f][copy]);
              body.pushNumber(folds.get(f).value());
              nest.ops.fold(folds.get(f).op(), type(f));
              code.astore(partials[f][copy]);
            }
          }
          if (!sideBySide) {
            turn(width);
          }
        });
    int full = nest.multiple(order);
    emitter.loop(lane, NestWriter.COLS, lanes, () -> rest(broadcasts, spot, lane, full, touched));
  }

  /** Lets each of the first vectors of partials take the place of the one before it. */
  private void turn(int count) {
    for (int[] vectors : partials) {
      code.aload(vectors[0]);
      for (int k = 1; k < count; k++) {
        code.aload(vectors[k]).astore(vectors[k - 1]);
      }
      code.astore(vectors[count - 1]);
    }
  }

  /** A vector behind the last group of 4L lanes: folded whole, or behind the last group of L lane by lane. */
  private void rest(int[] broadcasts, VectorWriter.Spot spot, int lane, int full, boolean[] touched) {
    VectorWriter.Spot masked = nest.masked(spot, lane, touched);
    VectorBody body = new VectorBody(nest, stage, broadcasts, masked);
    int[] values = new int[folds.size()];
    for (int f = 0; f < values.length; f++) {
      body.pushNumber(folds.get(f).value());
      values[f] = emitter.storeNew(TypeKind.REFERENCE);
    }
    Label tail = code.newLabel();
    Label end = code.newLabel();
    code.iload(lane).iload(full).if_icmpge(tail);
    for (int f = 0; f < values.length; f++) {
      code.aload(partials[f][0]).aload(values[f]);
      nest.ops.fold(folds.get(f).op(), type(f));
      code.astore(partials[f][0]);
    }
    if (order > lanes) {
      turn(order / lanes);
    }
    code.goto_(end).labelBinding(tail);
    for (int f = 0; f < values.length; f++) {
      oneByOne(f, values[f], masked.count());
    }
    code.labelBinding(end);
  }

  private void oneByOne(int fold, int value, int count) {
    DType type = type(fold);
    TypeKind kind = Emitter.kind(type);
    int array = nest.array(type);
    code.aload(value).aload(array).loadConstant(0);
    emitter.invoke(VectorTypes.vector(type), "intoArray", CD_void, Emitter.array(type), CD_int);
    int k = emitter.newInt(0);
    emitter.loop(
        k,
        count,
        1,
        () -> {
          code.loadLocal(kind, tails[fold]).aload(array).iload(k).arrayLoad(kind);
          ScalarBody.fold(emitter, folds.get(fold).op(), type);
          code.storeLocal(kind, tails[fold]);
        });
  }

  /** Partials j and j + 2L, then j and j + L, then halves, then the tail. */
  private void finish(int fold) {
    int[] vectors = partials[fold];
    DType type = type(fold);
    for (int half = vectors.length / 2; half > 0; half /= 2) {
      for (int k = 0; k < half; k++) {
        code.aload(vectors[k]).aload(vectors[k + half]);
        nest.ops.fold(folds.get(fold).op(), type);
        code.astore(vectors[k]);
      }
    }
    code.aload(vectors[0]);
    nest.ops.foldLanes(folds.get(fold).op(), type);
    code.loadLocal(Emitter.kind(type), tails[fold]);
    ScalarBody.fold(emitter, folds.get(fold).op(), type);
    code.storeLocal(Emitter.kind(type), results[fold]);
  }
}
