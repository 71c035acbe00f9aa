package dev.adjoint.cpu;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a loop kernel that reduces along the lanes: plain loops over rows and outer reduction axes, from which the
 * methods over vectors are called.
 */
final class LaneRowWriter extends NestWriter {
  /** Which columns a method handles. */
  private enum Part {
    /** As many as fill groups of vectors. */
    MAIN,
    /** The others. */
    REST
  }

  private static final ClassDesc PARTIALS = Partials.class.describeConstable().orElseThrow();
  private static final ClassDesc REDUCE_OP = ReduceOp.class.describeConstable().orElseThrow();
  private static final int MAX_SLOTS = 255;

  private final VectorTypes types;
  private final int order;
  private final int[] reduced;
  private final int[] arrays;

  LaneRowWriter(LoopShape shape, VectorTypes types, CodeBuilder code) {
    super(shape, code);
    this.types = types;
    this.order = kernel.lanes();
    this.reduced = new int[shape.reduced().size()];
    this.arrays = new int[reduced.length];
  }

  @Override
  void before() {
    for (int r = 0; r < reduced.length; r++) {
      DType type = shape.reduced().get(r);
      reduced[r] = emitter.allocate(Emitter.kind(type));
      arrays[r] = emitter.newArray(FoldValues.accumulator(type), LaneReduction.arrayLength(order));
    }
  }

  @Override
  void row(Position position) {
    for (int s = 0; s < kernel.stages().size(); s++) {
      int index = s;
      Stage stage = kernel.stages().get(s);
      boolean[] touched = shape.touched(stage);
      int mark = emitter.mark();
      switch (stage) {
        case Stage.Reduce reduce -> {
          reset(reduce, shape.firstSlot(s));
          reduceLoops(position, touched, p -> calls(index, p, 4 * order));
          finish(reduce, index);
        }
        case Stage.Map _ -> reduceLoops(position, touched, p -> calls(index, p, types.lanes()));
        case Stage.Finish finish ->
            new ScalarBody(this, finish, LoopShape.roots(finish), reduced, position)
                .store(finish.stores());
      }
      emitter.release(mark);
    }
  }

  private void reset(Stage.Reduce reduce, int first) {
    for (int f = 0; f < reduce.folds().size(); f++) {
      Stage.Fold fold = reduce.folds().get(f);
      ClassDesc t = Emitter.descriptor(FoldValues.accumulator(fold));
      code.aload(arrays[first + f]);
      emitter.constant(FoldValues.accumulator(fold), FoldValues.identity(fold));
      code.loadConstant(order).iload(cols);
      emitter.call(PARTIALS, "reset", CD_void, t.arrayType(), t, CD_int, CD_int);
    }
  }

  /** Calls the main loop if there is a group of columns for it, and the rest if some are left over. */
  private void calls(int stage, Position position, int group) {
    Label rest = code.newLabel();
    Label end = code.newLabel();
    code.iload(cols).loadConstant(group).if_icmplt(rest);
    call(Part.MAIN, stage, position);
    code.labelBinding(rest).iload(cols).loadConstant(group - 1).iand().ifeq(end);
    call(Part.REST, stage, position);
    code.labelBinding(end);
  }

  private void call(Part part, int stage, Position position) {
    int first = shape.firstSlot(stage);
    LaneParameters.of(shape, stage).pass(this, position, reduced);
    if (kernel.stages().get(stage) instanceof Stage.Reduce reduce) {
      for (int f = 0; f < reduce.folds().size(); f++) {
        code.aload(arrays[first + f]);
      }
    }
    code.invokestatic(BytecodeCompiler.className(), name(part, stage), type(shape, stage));
  }

  private static String name(Part part, int stage) {
    return switch (part) {
      case MAIN -> "main" + stage;
      case REST -> "rest" + stage;
    };
  }

  private static MethodTypeDesc type(LoopShape shape, int index) {
    Stage stage = shape.kernel().stages().get(index);
    List<ClassDesc> parameters = new ArrayList<>(LaneParameters.of(shape, index).types());
    if (stage instanceof Stage.Reduce reduce) {
      reduce.folds().forEach(f -> parameters.add(Emitter.array(FoldValues.accumulator(f))));
    }
    int slots = parameters.stream().mapToInt(p -> TypeKind.from(p).slotSize()).sum();
    if (slots > MAX_SLOTS) {
      throw new IllegalStateException(
          "kernel "
              + shape.kernel().name()
              + ": a stage needs "
              + slots
              + " parameters, more than "
              + MAX_SLOTS);
    }
    return MethodTypeDesc.of(CD_void, parameters);
  }

  private static MethodTypeDesc foldType(Stage.Fold fold) {
    DType type = FoldValues.accumulator(fold);
    return MethodTypeDesc.of(Emitter.descriptor(type), Emitter.array(type));
  }

  /** Folds the partials, in vectors if there are any. */
  private void finish(Stage.Reduce reduce, int stage) {
    int first = shape.firstSlot(stage);
    Label few = code.newLabel();
    Label end = code.newLabel();
    code.iload(cols).loadConstant(order).if_icmplt(few);
    for (int f = 0; f < reduce.folds().size(); f++) {
      Stage.Fold fold = reduce.folds().get(f);
      code.aload(arrays[first + f]);
      code.invokestatic(BytecodeCompiler.className(), "fold" + (first + f), foldType(fold));
      code.storeLocal(Emitter.kind(fold.type()), reduced[first + f]);
    }
    code.goto_(end).labelBinding(few);
    for (int f = 0; f < reduce.folds().size(); f++) {
      Stage.Fold fold = reduce.folds().get(f);
      ClassDesc t = Emitter.descriptor(FoldValues.accumulator(fold));
      code.aload(arrays[first + f]);
      emitter.constant(FoldValues.accumulator(fold), FoldValues.identity(fold));
      code.getstatic(REDUCE_OP, fold.op().name(), REDUCE_OP).loadConstant(order).iload(cols);
      emitter.call(PARTIALS, "finish", t, t.arrayType(), t, REDUCE_OP, CD_int, CD_int);
      code.storeLocal(Emitter.kind(fold.type()), reduced[first + f]);
    }
    code.labelBinding(end);
  }

  /** Declares the methods over vectors. */
  static void declareParts(ClassBuilder builder, LoopShape shape, VectorTypes types) {
    for (int s = 0; s < shape.kernel().stages().size(); s++) {
      Stage stage = shape.kernel().stages().get(s);
      if (!(stage instanceof Stage.Finish)) {
        for (Part part : Part.values()) {
          method(builder, shape, types, part, s);
        }
      }
      if (stage instanceof Stage.Reduce reduce) {
        fold(builder, shape, types, reduce, shape.firstSlot(s));
      }
    }
  }

  private static void method(
      ClassBuilder builder, LoopShape shape, VectorTypes types, Part part, int index) {
    Stage stage = shape.kernel().stages().get(index);
    boolean[] touched = shape.touched(stage);
    builder.withMethodBody(
        name(part, index),
        type(shape, index),
        ClassFile.ACC_STATIC,
        code -> {
          VectorWriter writer = new VectorWriter(shape, types, 1, code);
          Position position = LaneParameters.of(shape, index).adopt(writer);
          switch (stage) {
            case Stage.Reduce reduce -> {
              int[] arrays =
                  reduce.folds().stream()
                      .mapToInt(f -> writer.emitter.allocate(TypeKind.REFERENCE))
                      .toArray();
              writer.prepare(List.of(stage), touched);
              LaneReduction reduction = new LaneReduction(writer, reduce, arrays);
              switch (part) {
                case MAIN -> reduction.main(position);
                case REST -> reduction.rest(position);
              }
            }
            case Stage.Map _ -> {
              switch (part) {
                case MAIN -> {
                  writer.prepare(List.of(stage), touched);
                  writer.map(stage, position);
                }
                case REST -> writer.mapRest(stage, position);
              }
            }
            case Stage.Finish _ ->
                throw new IllegalStateException("kernel: the last stage has no lanes");
          }
          code.return_();
        });
  }

  private static void fold(
      ClassBuilder builder, LoopShape shape, VectorTypes types, Stage.Reduce reduce, int first) {
    for (int f = 0; f < reduce.folds().size(); f++) {
      int fold = f;
      builder.withMethodBody(
          "fold" + (first + f),
          foldType(reduce.folds().get(f)),
          ClassFile.ACC_STATIC,
          code -> {
            VectorWriter writer = new VectorWriter(shape, types, 1, code);
            writer.emitter.release(0);
            int[] arrays = new int[reduce.folds().size()];
            arrays[fold] = writer.emitter.allocate(TypeKind.REFERENCE);
            new LaneReduction(writer, reduce, arrays).fold(fold);
          });
    }
  }
}
