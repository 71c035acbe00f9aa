package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.plain.VectorTypes.SPECIES;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.util.List;

/**
 * Writes the methods of a stage that reduces along the lanes. Between their calls the partials of a fold are in an array, see
 * {@link Partials}; in a method they are in vectors.
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
    this.partials = new int[folds.size()][Kernel.Loop.PARTIALS / lanes];
  }

  private DType type(int fold) {
    return FoldValues.accumulator(folds.get(fold));
  }

  private ClassDesc vector(int fold) {
    return VectorTypes.vector(type(fold));
  }

  private void load(int fold) {
    for (int k = 0; k < partials[fold].length; k++) {
      nest.types.species(code, type(fold));
      code.aload(arrays[fold]).loadConstant(k * lanes);
      emitter.call(
          vector(fold), "fromArray", vector(fold), SPECIES, Emitter.array(type(fold)), CD_int);
      partials[fold][k] = emitter.storeNew(TypeKind.REFERENCE);
    }
  }

  private void save() {
    for (int f = 0; f < partials.length; f++) {
      for (int k = 0; k < partials[f].length; k++) {
        code.aload(partials[f][k]).aload(arrays[f]).loadConstant(k * lanes);
        emitter.invoke(vector(f), "intoArray", CD_void, Emitter.array(type(f)), CD_int);
      }
    }
  }

  /** Writes the loop from a column on, an int variable, over columns that fill rounds of all partials. */
  void main(NestWriter.Position position, int lane) {
    int[] broadcasts = nest.broadcasts(stage, position);
    int width = Kernel.Loop.PARTIALS / lanes;
    for (int f = 0; f < partials.length; f++) {
      load(f);
    }
    boolean sideBySide = stage.body().size() <= SIDE_BY_SIDE;
    int copies = sideBySide ? width : 1;
    VectorWriter.Spot spot = new VectorWriter.Spot(position.at(lane), 0, nest.reduced);
    emitter.loop(
        lane,
        nest.cols,
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
            turn();
          }
        });
    save();
  }

  /** Lets each vector of partials take the place of the one before it. */
  private void turn() {
    for (int[] vectors : partials) {
      code.aload(vectors[0]);
      for (int k = 1; k < vectors.length; k++) {
        code.aload(vectors[k]).astore(vectors[k - 1]);
      }
      code.astore(vectors[vectors.length - 1]);
    }
  }

  /**
   * Writes the loop from a column on, an int variable, over single columns.
   *
   * @param shift the variable with what the number of an element in its block is above its column
   */
  void rest(NestWriter.Position position, int lane, int shift) {
    ScalarBody body = new ScalarBody(nest, stage, LoopShape.roots(stage), nest.reduced, position);
    nest.shape.frontier(stage).forEach(body::variable);
    body.move(position.at(lane));
    emitter.loop(
        lane,
        nest.cols,
        1,
        () -> {
          for (int f = 0; f < folds.size(); f++) {
            code.aload(arrays[f]);
            code.iload(shift).iload(lane).iadd().loadConstant(Kernel.Loop.PARTIALS - 1).iand();
            code.dup2().arrayLoad(Emitter.kind(type(f)));
            body.push(folds.get(f).value());
            scalars.fold(folds.get(f).op(), type(f));
            code.arrayStore(Emitter.kind(type(f)));
          }
        });
  }

  /** Writes the fold of the partials in halves. */
  void fold(int fold) {
    load(fold);
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
    code.with(ReturnInstruction.of(Emitter.kind(type)));
  }
}
