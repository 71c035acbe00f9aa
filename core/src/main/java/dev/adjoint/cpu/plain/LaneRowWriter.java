package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

  private static final int MAX_SLOTS = 255;

  private final VectorTypes types;
  private final int[] reduced;
  private @Nullable FoldWriter folds;

  LaneRowWriter(LoopShape shape, VectorTypes types, CodeBuilder code) {
    super(shape, code);
    this.types = types;
    this.reduced = new int[shape.reduced().size()];
  }

  @Override
  void before() {
    for (int r = 0; r < reduced.length; r++) {
      reduced[r] = emitter.allocate(Emitter.kind(shape.reduced().get(r)));
    }
    folds = new FoldWriter(this);
  }

  private FoldWriter folds() {
    return Objects.requireNonNull(folds);
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
          int first = shape.firstSlot(s);
          int filled = emitter.newInt(0);
          reduceLoops(position, touched, p -> folds(index, reduce, p, filled));
          folds().finish(reduce, first, filled, this::fold);
          folds().results(reduce, first, reduced);
        }
        case Stage.Map _ -> reduceLoops(position, touched, p -> calls(index, p, types.lanes()));
        case Stage.Finish finish ->
            new ScalarBody(this, finish, LoopShape.roots(finish), reduced, position)
                .store(finish.stores());
      }
      emitter.release(mark);
    }
  }

  /** Calls the loops of a stage that reduces, for parts of the columns that stay within a block. */
  private void folds(int stage, Stage.Reduce reduce, Position position, int filled) {
    int mark = emitter.mark();
    int col = emitter.newInt(0);
    int to = emitter.newInt(0);
    int shift = emitter.newInt(0);
    Label head = code.newLabel();
    Label single = code.newLabel();
    Label taken = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(head).iload(col).iload(cols).if_icmpge(end);
    code.iload(filled).iload(col).isub().istore(shift);
    folds().row(filled);
    code.ifne(single);
    code.iload(cols).iload(col).isub().loadConstant(-Kernel.Loop.PARTIALS).iand().dup().istore(to);
    code.ifeq(single);
    code.iload(to).loadConstant(Kernel.Loop.BLOCK).iload(filled).isub();
    emitter.call(MATH, "min", CD_int, CD_int, CD_int);
    code.iload(col).iadd().istore(to);
    call(Part.MAIN, stage, position, to, col, shift);
    code.goto_(taken).labelBinding(single);
    code.iload(col).loadConstant(Kernel.Loop.PARTIALS).iadd();
    folds().row(filled);
    code.isub().iload(cols);
    emitter.call(MATH, "min", CD_int, CD_int, CD_int);
    code.istore(to);
    call(Part.REST, stage, position, to, col, shift);
    code.labelBinding(taken);
    code.iload(shift).iload(to).dup().istore(col).iadd().istore(filled);
    folds().endBlock(reduce, shape.firstSlot(stage), filled, this::fold);
    code.goto_(head).labelBinding(end);
    emitter.release(mark);
  }

  /** Calls the main loop of a map if there is a group of columns for it, and the rest if some are left over. */
  private void calls(int stage, Position position, int group) {
    Label rest = code.newLabel();
    Label end = code.newLabel();
    code.iload(cols).loadConstant(group).if_icmplt(rest);
    call(Part.MAIN, stage, position, cols);
    code.labelBinding(rest).iload(cols).loadConstant(group - 1).iand().ifeq(end);
    call(Part.REST, stage, position, cols);
    code.labelBinding(end);
  }

  /** Calls a method: {@code more} are what the loops of a stage that reduces take, see {@link LaneReduction}. */
  private void call(Part part, int stage, Position position, int to, int... more) {
    LaneParameters.of(shape, stage).pass(this, position, reduced, to);
    if (kernel.stages().get(stage) instanceof Stage.Reduce reduce) {
      for (int f = 0; f < reduce.folds().size(); f++) {
        code.aload(folds().arrays[shape.firstSlot(stage) + f]);
      }
    }
    Arrays.stream(more).forEach(code::iload);
    code.invokestatic(GeneratedClass.loops(), name(part, stage), type(shape, stage));
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
      parameters.add(CD_int);
      parameters.add(CD_int);
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

  /** Folds the partials of a block into the first of them. */
  private void fold(Stage.Fold fold, int slot) {
    code.aload(folds().arrays[slot]).loadConstant(0).aload(folds().arrays[slot]);
    code.invokestatic(GeneratedClass.loops(), "fold" + slot, foldType(fold));
    code.arrayStore(Emitter.kind(FoldValues.accumulator(fold)));
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
          VectorWriter writer = new VectorWriter(shape, types, code);
          Position position = LaneParameters.of(shape, index).adopt(writer);
          switch (stage) {
            case Stage.Reduce reduce -> {
              int[] arrays =
                  reduce.folds().stream()
                      .mapToInt(f -> writer.emitter.allocate(TypeKind.REFERENCE))
                      .toArray();
              int lane = writer.emitter.allocate(TypeKind.INT);
              int shift = writer.emitter.allocate(TypeKind.INT);
              LaneReduction reduction = new LaneReduction(writer, reduce, arrays);
              switch (part) {
                case MAIN -> {
                  writer.prepare(List.of(stage), touched);
                  reduction.main(position, lane);
                }
                case REST -> reduction.rest(position, lane, shift);
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
            VectorWriter writer = new VectorWriter(shape, types, code);
            writer.emitter.release(0);
            int[] arrays = new int[reduce.folds().size()];
            arrays[fold] = writer.emitter.allocate(TypeKind.REFERENCE);
            new LaneReduction(writer, reduce, arrays).fold(fold);
          });
    }
  }
}
