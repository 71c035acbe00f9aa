package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.plain.VectorTypes.SPECIES;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Writes a row whose lanes lie along a parallel axis: for each block of columns all stages, with loops over the vectors of the
 * block inside of the reduction loops. The partial results of a block lie in arrays that the first cache holds.
 */
final class LaneBlocks {
  /** The bytes of a block's columns. */
  private static final int BYTES = 512;

  /** Bodies up to this many values are written for several elements of a partial at once. */
  private static final int SHORT = 12;

  private static final int TOGETHER = 4;

  private final VectorWriter nest;
  private final Emitter emitter;
  private final CodeBuilder code;
  private final int lanes;
  private final FoldWriter folds;

  LaneBlocks(VectorWriter nest, FoldWriter folds) {
    this.nest = nest;
    this.emitter = nest.emitter;
    this.code = nest.code;
    this.lanes = nest.types.lanes();
    this.folds = folds;
  }

  /** The number of columns of a block. */
  static int columns(LoopShape shape) {
    return BYTES / shape.widest();
  }

  void write(NestWriter.Position position) {
    each(nest, (column, columns) -> block(position, column, columns));
  }

  /** What is written for a block: it gets the variables with its first column and the number of its columns. */
  interface Block {
    void write(int column, int columns);
  }

  /** Writes a loop over blocks of columns. */
  static void each(NestWriter nest, Block block) {
    Emitter emitter = nest.emitter;
    int mark = emitter.mark();
    int column = emitter.newInt(0);
    int most = columns(nest.shape);
    emitter.loop(
        column,
        nest.cols,
        most,
        () -> {
          nest.code.iload(nest.cols).iload(column).isub().loadConstant(most);
          emitter.call(NestWriter.MATH, "min", CD_int, CD_int, CD_int);
          block.write(column, emitter.storeNew(TypeKind.INT));
        });
    emitter.release(mark);
  }

  private void block(NestWriter.Position position, int column, int columns) {
    boolean[] all = new boolean[nest.kernel.accesses().size()];
    Arrays.fill(all, true);
    NestWriter.Position here = nest.moved(position, column, all);
    for (int s = 0; s < nest.kernel.stages().size(); s++) {
      Stage stage = nest.kernel.stages().get(s);
      switch (stage) {
        case Stage.Reduce reduce -> reduce(reduce, nest.shape.firstSlot(s), here, columns);
        case Stage.Map map ->
            nest.reduceLoops(here, nest.shape.touched(map), p -> store(map, p, columns));
        case Stage.Finish finish -> store(finish, here, columns);
      }
    }
  }

  private void reduce(Stage.Reduce reduce, int first, NestWriter.Position here, int columns) {
    int filled = emitter.newInt(0);
    boolean[] touched = nest.shape.touched(reduce);
    Runnable end =
        () -> folds.endBlock(reduce, first, filled, (fold, slot) -> fold(fold, slot, filled));
    Consumer<NestWriter.Position> single =
        p -> {
          elements(reduce, first, List.of(p), columns, filled);
          end.run();
        };
    if (nest.shape.loops() > 1 || reduce.body().size() > SHORT) {
      nest.reduceLoops(here, touched, single);
    } else {
      nest.reduceGroups(
          here,
          touched,
          Kernel.Loop.PARTIALS,
          TOGETHER,
          group -> elements(reduce, first, group, columns, filled),
          () -> {
            code.iinc(filled, Kernel.Loop.PARTIALS * (TOGETHER - 1));
            end.run();
          },
          single);
    }
    folds.finish(reduce, first, filled, (fold, slot) -> fold(fold, slot, filled));
  }

  /** Folds elements into one row of partials, which then is loaded and stored but once, and counts one element. */
  private void elements(
      Stage.Reduce reduce,
      int first,
      List<NestWriter.Position> positions,
      int columns,
      int filled) {
    folds.row(filled);
    int row = emitter.storeNew(TypeKind.INT);
    vectors(
        reduce,
        positions,
        columns,
        (bodies, lane) -> {
          for (int f = 0; f < reduce.folds().size(); f++) {
            Runnable at = () -> code.iload(row).iload(lane).iadd();
            take(reduce.folds().get(f), first + f, bodies, at);
          }
        });
    code.iinc(filled, 1);
  }

  /** Folds the partials of a block of elements into the first row. */
  private void fold(Stage.Fold fold, int slot, int filled) {
    code.aload(folds.arrays[slot]).iload(filled).loadConstant(Kernel.Loop.PARTIALS);
    emitter.call(NestWriter.MATH, "min", CD_int, CD_int, CD_int);
    folds.columns();
    code.invokestatic(GeneratedClass.loops(), "fold" + slot, foldType(fold));
  }

  private static MethodTypeDesc foldType(Stage.Fold fold) {
    return MethodTypeDesc.of(CD_void, Emitter.array(FoldValues.accumulator(fold)), CD_int, CD_int);
  }

  /** Declares the methods that fold rows of columns in halves, see {@link Partials#fold}. */
  static void declareFolds(ClassBuilder builder, LoopShape shape, VectorTypes types) {
    for (int s = 0; s < shape.kernel().stages().size(); s++) {
      if (shape.kernel().stages().get(s) instanceof Stage.Reduce reduce) {
        for (int f = 0; f < reduce.folds().size(); f++) {
          Stage.Fold fold = reduce.folds().get(f);
          builder.withMethodBody(
              "fold" + (shape.firstSlot(s) + f),
              foldType(fold),
              ClassFile.ACC_STATIC,
              code -> foldRows(new Emitter(code, 3), types, fold));
        }
      }
    }
  }

  private static void foldRows(Emitter emitter, VectorTypes types, Stage.Fold fold) {
    CodeBuilder code = emitter.code;
    int array = 0;
    int rows = 1;
    int columns = 2;
    DType type = FoldValues.accumulator(fold);
    ClassDesc vector = VectorTypes.vector(type);
    int half = emitter.newInt(Kernel.Loop.PARTIALS / 2);
    int distance = emitter.newInt(0);
    int n = emitter.newInt(0);
    Label head = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(head).iload(half).ifeq(end);
    code.iload(half).iload(columns).imul().istore(distance);
    code.iload(rows).iload(half).isub().iload(columns).imul().istore(n);
    int at = emitter.newInt(0);
    emitter.loop(
        at,
        n,
        types.lanes(),
        () -> {
          for (boolean upper : new boolean[] {false, true}) {
            types.species(code, type);
            code.aload(array).iload(at);
            if (upper) {
              code.iload(distance).iadd();
            }
            emitter.call(vector, "fromArray", vector, SPECIES, Emitter.array(type), CD_int);
          }
          new VectorOps(emitter, types).fold(fold.op(), type);
          code.aload(array).iload(at);
          emitter.invoke(vector, "intoArray", CD_void, Emitter.array(type), CD_int);
        });
    code.iload(rows).iload(half);
    emitter.call(NestWriter.MATH, "min", CD_int, CD_int, CD_int);
    code.istore(rows).iload(half).loadConstant(1).ishr().istore(half).goto_(head);
    code.labelBinding(end).return_();
  }

  private void store(Stage stage, NestWriter.Position position, int columns) {
    vectors(
        stage,
        List.of(position),
        columns,
        (bodies, _) -> bodies.getFirst().store(LoopShape.stores(stage)));
  }

  /**
   * Writes a loop over the vectors of a block. Its inside gets a body for each position and the variable with the first column
   * of a vector.
   */
  private void vectors(
      Stage stage,
      List<NestWriter.Position> positions,
      int columns,
      ObjIntConsumer<List<VectorBody>> each) {
    List<int[]> broadcasts = positions.stream().map(p -> nest.broadcasts(stage, p)).toList();
    int lane = emitter.newInt(0);
    int[] reduced = new int[folds.arrays.length];
    emitter.loop(
        lane,
        columns,
        lanes,
        () -> {
          loadReduced(stage, lane, reduced);
          List<VectorBody> bodies = new ArrayList<>();
          for (int k = 0; k < positions.size(); k++) {
            var spot = new VectorWriter.Spot(positions.get(k).at(lane), 0, reduced);
            bodies.add(new VectorBody(nest, stage, broadcasts.get(k), spot));
          }
          each.accept(bodies, lane);
        });
  }

  /** Loads the results of earlier reductions that a stage uses. */
  private void loadReduced(Stage stage, int lane, int[] reduced) {
    for (Instr.Reduced result : LoopShape.reduced(stage)) {
      int slot = result.slot();
      load(slot, FoldValues.accumulator(result.type()), () -> folds.result(lane));
      reduced[slot] = emitter.storeNew(TypeKind.REFERENCE);
    }
  }

  /** Folds the values of some bodies into a vector of partials, which is at an index that {@code at} pushes. */
  private void take(Stage.Fold fold, int slot, List<VectorBody> bodies, Runnable at) {
    DType type = FoldValues.accumulator(fold);
    load(slot, type, at);
    int partial = emitter.storeNew(TypeKind.REFERENCE);
    for (VectorBody body : bodies) {
      body.pushNumber(fold.value());
      nest.ops.accumulate(partial, fold.op(), type);
    }
    code.aload(partial).aload(folds.arrays[slot]);
    at.run();
    emitter.invoke(VectorTypes.vector(type), "intoArray", CD_void, Emitter.array(type), CD_int);
  }

  /** Pushes a vector out of the array of a fold, from an index on that {@code at} pushes. */
  private void load(int slot, DType type, Runnable at) {
    ClassDesc vector = VectorTypes.vector(type);
    nest.types.species(code, type);
    code.aload(folds.arrays[slot]);
    at.run();
    emitter.call(vector, "fromArray", vector, SPECIES, Emitter.array(type), CD_int);
  }
}
