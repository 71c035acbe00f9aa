package dev.adjoint.cpu;

import static dev.adjoint.cpu.VectorTypes.SPECIES;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.util.List;

/**
 * Writes the methods of a stage that reduces along the lanes. Between their calls the 4L partials and the tail of a
 * fold are in an array. In a method the partials are 4 vectors, or more where
 * vectors are narrower than L.
 */
final class LaneReduction {
  /**
   * Bodies up to this many values are written once per vector of partials; of longer ones there is one that takes
   * turns.
   */
  private static final int SIDE_BY_SIDE = 12;

  private final VectorWriter nest;
  private final Emitter emitter;
  private final CodeBuilder code;
  private final ScalarOps scalars;
  private final Stage.Reduce stage;
  private final List<Stage.Fold> folds;
  private final int[] arrays;
  private final int lanes;
  private final int order;
  private final int[][] partials;

  /** A stage whose folds have their partials in the arrays of the given variables. */
  LaneReduction(VectorWriter nest, Stage.Reduce stage, int[] arrays) {
    this.nest = nest;
    this.emitter = nest.emitter;
    this.code = nest.code;
    this.scalars = new ScalarOps(nest.emitter);
    this.stage = stage;
    this.folds = stage.folds();
    this.arrays = arrays;
    this.lanes = nest.types.lanes();
    this.order = nest.kernel.lanes();
    this.partials = new int[folds.size()][4 * order / lanes];
  }

  /** The length of the array of a fold. */
  static int arrayLength(int order) {
    return 4 * order + 1;
  }

  private DType type(int fold) {
    return FoldValues.accumulator(folds.get(fold));
  }

  private ClassDesc vector(int fold) {
    return VectorTypes.vector(type(fold));
  }

  private void load(int count) {
    for (int f = 0; f < partials.length; f++) {
      for (int k = 0; k < count; k++) {
        load(f, k);
        partials[f][k] = emitter.storeNew(TypeKind.REFERENCE);
      }
    }
  }

  private void load(int fold, int k) {
    nest.types.species(code, type(fold));
    code.aload(arrays[fold]).loadConstant(k * lanes);
    emitter.call(
        vector(fold), "fromArray", vector(fold), SPECIES, Emitter.array(type(fold)), CD_int);
  }

  private void save(int count) {
    for (int f = 0; f < partials.length; f++) {
      for (int k = 0; k < count; k++) {
        code.aload(partials[f][k]).aload(arrays[f]).loadConstant(k * lanes);
        emitter.invoke(vector(f), "intoArray", CD_void, Emitter.array(type(f)), CD_int);
      }
    }
  }

  /** Writes the loop over groups of 4L lanes. */
  void main(NestWriter.Position position) {
    int[] broadcasts = nest.broadcasts(stage, position);
    int width = 4 * order / lanes;
    load(width);
    int lane = emitter.newInt(0);
    boolean sideBySide = stage.body().size() <= SIDE_BY_SIDE;
    int copies = sideBySide ? width : 1;
    VectorWriter.Spot spot = new VectorWriter.Spot(position.at(lane), 0, nest.reduced);
    emitter.loop(
        lane,
        nest.multiple(4 * order),
        copies * lanes,
        () -> {
          for (int copy = 0; copy < copies; copy++) {
            VectorBody body = new VectorBody(nest, stage, broadcasts, spot.further(copy * lanes));
            for (int f = 0; f < folds.size(); f++) {
              body.pushNumber(folds.get(f).value());
              nest.ops.accumulate(partials[f][copy], folds.get(f).op(), type(f));
            }
          }
          if (!sideBySide) {
            turn(width);
          }
        });
    save(width);
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

  /** Writes the loops over the lanes behind the last group of 4L: groups of L are folded whole, the others one by one. */
  void rest(NestWriter.Position position) {
    int[] broadcasts = nest.broadcasts(stage, position);
    load(order / lanes);
    int lane = nest.multiple(4 * order);
    VectorWriter.Spot spot = new VectorWriter.Spot(position.at(lane), 0, nest.reduced);
    emitter.loop(
        lane,
        nest.multiple(order),
        lanes,
        () -> {
          VectorBody body = new VectorBody(nest, stage, broadcasts, spot);
          for (int f = 0; f < folds.size(); f++) {
            body.pushNumber(folds.get(f).value());
            nest.ops.accumulate(partials[f][0], folds.get(f).op(), type(f));
          }
          if (order > lanes) {
            turn(order / lanes);
          }
        });
    save(order / lanes);
    oneByOne(position, lane);
  }

  private void oneByOne(NestWriter.Position position, int lane) {
    int tail = 4 * order;
    ScalarBody body = new ScalarBody(nest, stage, LoopShape.roots(stage), nest.reduced, position);
    nest.shape.frontier(stage).forEach(body::variable);
    body.move(position.at(lane));
    emitter.loop(
        lane,
        nest.cols,
        1,
        () -> {
          for (int f = 0; f < folds.size(); f++) {
            code.aload(arrays[f]).loadConstant(tail).dup2().arrayLoad(Emitter.kind(type(f)));
            body.push(folds.get(f).value());
            scalars.fold(folds.get(f).op(), type(f));
            code.arrayStore(Emitter.kind(type(f)));
          }
        });
  }

  /** Writes the fold of partials j and j + 2L, then of j and j + L, then of halves, then with the tail. */
  void fold(int fold) {
    int[] vectors = partials[fold];
    for (int k = 0; k < vectors.length; k++) {
      load(fold, k);
      vectors[k] = emitter.storeNew(TypeKind.REFERENCE);
    }
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
    code.aload(arrays[fold]).loadConstant(4 * order).arrayLoad(Emitter.kind(type));
    scalars.fold(folds.get(fold).op(), type);
    code.with(ReturnInstruction.of(Emitter.kind(type)));
  }
}
