package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.function.ObjIntConsumer;

/**
 * Writes what the folds of a kernel do beside their elements. An int variable counts the elements of the current block, {@link
 * Partials} are in variables, and so are their arrays.
 */
final class FoldWriter {
  private static final ClassDesc PARTIALS = Partials.class.describeConstable().orElseThrow();
  private static final ClassDesc REDUCE_OP = ReduceOp.class.describeConstable().orElseThrow();
  private static final ClassDesc DTYPE = DType.class.describeConstable().orElseThrow();

  /** For each fold of the kernel the variable with the array of its partials. */
  final int[] arrays;

  private final Emitter emitter;
  private final CodeBuilder code;
  private final int columns;
  private final int[] partials;

  /** Writes the start: partials for one column. */
  FoldWriter(NestWriter nest) {
    this(nest, -1);
  }

  /** Writes the start: partials for some columns, a variable. */
  FoldWriter(NestWriter nest, int columns) {
    this.emitter = nest.emitter;
    this.code = nest.code;
    this.columns = columns;
    this.arrays = new int[nest.shape.reduced().size()];
    this.partials = new int[arrays.length];
    for (int s = 0; s < nest.kernel.stages().size(); s++) {
      if (nest.kernel.stages().get(s) instanceof Stage.Reduce reduce) {
        each(reduce, nest.shape.firstSlot(s), this::create);
      }
    }
  }

  private void create(Stage.Fold fold, int slot) {
    code.new_(PARTIALS).dup();
    code.getstatic(REDUCE_OP, fold.op().name(), REDUCE_OP);
    code.getstatic(DTYPE, fold.type().name(), DTYPE);
    if (columns < 0) {
      code.loadConstant(1);
    } else {
      code.iload(columns);
    }
    code.invokespecial(PARTIALS, INIT_NAME, MethodTypeDesc.of(CD_void, REDUCE_OP, DTYPE, CD_int));
    partials[slot] = emitter.storeNew(TypeKind.REFERENCE);
    code.aload(partials[slot]);
    emitter.invoke(PARTIALS, "values", CD_Object);
    code.checkcast(Emitter.array(FoldValues.accumulator(fold)));
    arrays[slot] = emitter.storeNew(TypeKind.REFERENCE);
  }

  private static void each(Stage.Reduce reduce, int first, ObjIntConsumer<Stage.Fold> action) {
    for (int f = 0; f < reduce.folds().size(); f++) {
      action.accept(reduce.folds().get(f), first + f);
    }
  }

  /** Pushes where the row of the next element's partial begins in an array. */
  void row(int filled) {
    code.iload(filled).loadConstant(Kernel.Loop.PARTIALS - 1).iand();
    if (columns >= 0) {
      code.iload(columns).imul();
    }
  }

  /** Pushes the number of columns, a variable. */
  void columns() {
    code.iload(columns);
  }

  /** Pushes where the result of a column, a variable, is in an array. */
  void result(int column) {
    code.iload(columns).loadConstant(Partials.RESULT).imul().iload(column).iadd();
  }

  /** Writes the fold of the partials of the current block into the first row. */
  private void fold(int slot, int filled) {
    code.aload(partials[slot]).iload(filled);
    emitter.invoke(PARTIALS, "fold", CD_void, CD_int);
  }

  /** Writes what follows elements: if they fill the block, it ends. */
  void endBlock(Stage.Reduce reduce, int first, int filled) {
    endBlock(reduce, first, filled, (_, slot) -> fold(slot, filled));
  }

  /** The same with partials that are folded into the first row in another way. */
  void endBlock(
      Stage.Reduce reduce, int first, int filled, ObjIntConsumer<Stage.Fold> foldPartials) {
    Label end = code.newLabel();
    code.iload(filled).loadConstant(reduce.block()).if_icmplt(end);
    each(
        reduce,
        first,
        (fold, slot) -> {
          foldPartials.accept(fold, slot);
          code.aload(partials[slot]).iload(filled);
          emitter.invoke(PARTIALS, "push", CD_void, CD_int);
        });
    code.loadConstant(0).istore(filled);
    code.labelBinding(end);
  }

  /** Writes the end of the folds of a stage; their results are in the last row. */
  void finish(Stage.Reduce reduce, int first, int filled) {
    finish(reduce, first, filled, (_, slot) -> fold(slot, filled));
  }

  /** The same with partials that are folded into the first row in another way. */
  void finish(Stage.Reduce reduce, int first, int filled, ObjIntConsumer<Stage.Fold> foldPartials) {
    each(
        reduce,
        first,
        (fold, slot) -> {
          foldPartials.accept(fold, slot);
          code.aload(partials[slot]).iload(filled);
          emitter.invoke(PARTIALS, "finish", CD_void, CD_int);
        });
  }

  /** Writes that the results of one column become variables. */
  void results(Stage.Reduce reduce, int first, int[] variables) {
    each(
        reduce,
        first,
        (fold, slot) -> {
          TypeKind kind = Emitter.kind(FoldValues.accumulator(fold));
          code.aload(arrays[slot]).loadConstant(Partials.RESULT).arrayLoad(kind);
          code.storeLocal(kind, variables[slot]);
        });
  }
}
