package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopArguments;
import dev.adjoint.cpu.loop.LoopCode;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes {@link LoopCode#run} as plain loops: over rows, then over columns unless lanes reduce, and in each stage over the
 * reduction axes. Where accesses stand is given by the variables of their addresses, or of the numbers of index accesses.
 */
final class ScalarWriter {
  private static final ClassDesc ARGUMENTS = LoopArguments.class.describeConstable().orElseThrow();
  private static final ClassDesc PARTIALS = Partials.class.describeConstable().orElseThrow();
  private static final ClassDesc REDUCE_OP = ReduceOp.class.describeConstable().orElseThrow();
  private static final ClassDesc DTYPE = DType.class.describeConstable().orElseThrow();
  private static final int PACKED = 1;
  private static final int ROW0 = 2;
  private static final int ROWS = 3;
  private static final int COL0 = 4;
  private static final int COLS = 5;
  private static final int FREE = 6;

  final Kernel.Loop kernel;
  final Emitter emitter;
  final CodeBuilder code;

  /** The variables of the run-time scalars. */
  final int[] scalars;

  /** The variables of the results of reductions. */
  final int[] reduced;

  /** The variable of the array that tells whether a checked position was out of range. */
  final int failed;

  private final LoopShape shape;

  /** For each access the variables of its strides. */
  private final int[][] strides;

  /** The variables of the sizes of the reduction axes. */
  private final int[] sizes;

  /** The variables of the {@link Partials} of the reductions. */
  private final int[] folds;

  ScalarWriter(LoopShape shape, CodeBuilder code) {
    this.shape = shape;
    this.kernel = shape.kernel();
    this.code = code;
    this.emitter = new Emitter(code, FREE);
    this.scalars = new int[kernel.scalars().size()];
    this.reduced = new int[shape.reduced().size()];
    this.folds = new int[reduced.length];
    this.strides = new int[kernel.accesses().size()][shape.strides()];
    this.sizes = new int[shape.loops()];
    this.failed = component("failed", CD_boolean);
  }

  /** Writes the method. */
  void write() {
    unpackScalars();
    unpackSizes();
    int[] origins = unpackAccesses();
    for (int s = 0; s < kernel.stages().size(); s++) {
      if (kernel.stages().get(s) instanceof Stage.Reduce reduce) {
        createFolds(reduce, shape.firstSlot(s));
      }
    }
    loop(
        ROWS,
        LoopCode.ROW,
        origins,
        row -> {
          if (kernel.laneReduces()) {
            stages(row);
          } else {
            loop(COLS, LoopCode.LANE, row, this::stages);
          }
        });
    code.return_();
  }

  private int component(String name, ClassDesc element) {
    code.aload(PACKED);
    emitter.invoke(ARGUMENTS, name, element.arrayType());
    return emitter.storeNew(TypeKind.REFERENCE);
  }

  private void unpackScalars() {
    int packed = component("scalars", CD_long);
    for (int s = 0; s < scalars.length; s++) {
      DType type = kernel.scalars().get(s);
      code.aload(packed).loadConstant(s).laload();
      emitter.fromBits(type);
      scalars[s] = emitter.storeNew(Emitter.kind(type));
    }
  }

  private void unpackSizes() {
    int packed = component("sizes", CD_int);
    for (int k = 0; k < sizes.length; k++) {
      code.aload(packed).loadConstant(k).iaload();
      sizes[k] = emitter.storeNew(TypeKind.INT);
    }
  }

  /** Unpacks strides and bases; returns the variables with where the accesses begin. */
  private int[] unpackAccesses() {
    int packedStrides = component("strides", CD_long);
    int bases = component("bases", CD_long);
    int[] origins = new int[strides.length];
    for (int a = 0; a < origins.length; a++) {
      for (int k = 0; k < strides[a].length; k++) {
        code.aload(packedStrides).loadConstant(a * strides[a].length + k).laload();
        strides[a][k] = emitter.storeNew(TypeKind.LONG);
      }
      code.aload(bases).loadConstant(a).laload();
      code.iload(ROW0).i2l().lload(strides[a][LoopCode.ROW]).lmul().ladd();
      if (!kernel.laneReduces()) {
        code.iload(COL0).i2l().lload(strides[a][LoopCode.LANE]).lmul().ladd();
      }
      origins[a] = emitter.storeNew(TypeKind.LONG);
    }
    return origins;
  }

  private void createFolds(Stage.Reduce reduce, int first) {
    for (int f = 0; f < reduce.folds().size(); f++) {
      Stage.Fold fold = reduce.folds().get(f);
      code.new_(PARTIALS).dup();
      code.getstatic(REDUCE_OP, fold.op().name(), REDUCE_OP);
      code.getstatic(DTYPE, fold.type().name(), DTYPE);
      code.loadConstant(reduce.block());
      code.invokespecial(PARTIALS, INIT_NAME, MethodTypeDesc.of(CD_void, REDUCE_OP, DTYPE, CD_int));
      folds[first + f] = emitter.storeNew(TypeKind.REFERENCE);
    }
  }

  /** Writes the stages at one parallel index. */
  private void stages(int[] position) {
    for (int s = 0; s < kernel.stages().size(); s++) {
      Stage stage = kernel.stages().get(s);
      int[] touched = position.clone();
      boolean[] used = shape.touched(stage);
      for (int a = 0; a < touched.length; a++) {
        touched[a] = used[a] ? position[a] : -1;
      }
      switch (stage) {
        case Stage.Reduce reduce -> reduce(reduce, shape.firstSlot(s), touched);
        case Stage.Map map -> reduceLoops(0, touched, here -> body(map, here).store(map.stores()));
        case Stage.Finish finish -> body(finish, touched).store(finish.stores());
      }
    }
  }

  private ScalarBody body(Stage stage, int[] position) {
    return new ScalarBody(this, stage, position);
  }

  private void reduce(Stage.Reduce reduce, int first, int[] position) {
    List<Stage.Fold> all = reduce.folds();
    reduceLoops(
        0,
        position,
        here -> {
          ScalarBody body = body(reduce, here);
          body.check();
          for (int f = 0; f < all.size(); f++) {
            code.aload(folds[first + f]);
            body.push(all.get(f).value());
            emitter.toBits(all.get(f).type());
            emitter.invoke(PARTIALS, "take", CD_void, CD_long);
          }
        });
    for (int f = 0; f < all.size(); f++) {
      DType type = all.get(f).type();
      code.aload(folds[first + f]);
      emitter.invoke(PARTIALS, "result", CD_long);
      emitter.fromBits(type);
      reduced[first + f] = emitter.storeNew(Emitter.kind(type));
    }
  }

  /** Writes the loops over the reduction axes from one on, the lanes last if they reduce. */
  private void reduceLoops(int axis, int[] from, Consumer<int[]> body) {
    if (axis < sizes.length) {
      loop(sizes[axis], LoopCode.REDUCE + axis, from, here -> reduceLoops(axis + 1, here, body));
    } else if (kernel.laneReduces()) {
      loop(COLS, LoopCode.LANE, from, body);
    } else {
      body.accept(from);
    }
  }

  /** Writes a loop over an axis: its size is a variable, its strides have a number. The body gets the variables at its index. */
  private void loop(int size, int stride, int[] from, Consumer<int[]> body) {
    int mark = emitter.mark();
    int[] here = new int[from.length];
    Arrays.fill(here, -1);
    for (int a = 0; a < here.length; a++) {
      if (from[a] >= 0) {
        code.lload(from[a]);
        here[a] = emitter.storeNew(TypeKind.LONG);
      }
    }
    int index = emitter.newInt(0);
    emitter.loop(
        index,
        size,
        1,
        () -> {
          int inner = emitter.mark();
          body.accept(here);
          emitter.release(inner);
          for (int a = 0; a < here.length; a++) {
            if (here[a] >= 0) {
              code.lload(here[a]).lload(strides[a][stride]).ladd().lstore(here[a]);
            }
          }
        });
    emitter.release(mark);
  }
}
