package dev.adjoint.cpu;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Writes a loop kernel as plain loops over elements, with the bits of the vector loops. */
final class ScalarWriter extends NestWriter {
  private static final ClassDesc PARTIALS = Partials.class.describeConstable().orElseThrow();
  private static final ClassDesc REDUCE_OP = ReduceOp.class.describeConstable().orElseThrow();

  private final ScalarOps ops;
  private final int lanes;
  private final int[] reduced;
  private final int[] partials;

  ScalarWriter(LoopShape shape, CodeBuilder code) {
    super(shape, code);
    ops = new ScalarOps(emitter);
    lanes = kernel.lanes();
    reduced = new int[shape.reduced().size()];
    partials = new int[reduced.length];
  }

  @Override
  void before() {
    for (int s = 0; s < reduced.length; s++) {
      DType type = shape.reduced().get(s);
      emitter.constant(type, 0);
      reduced[s] = emitter.storeNew(Emitter.kind(type));
      if (kernel.laneReduces()) {
        partials[s] = emitter.newArray(FoldValues.accumulator(type), 4 * lanes + 1);
      }
    }
  }

  @Override
  void row(Position position) {
    if (kernel.laneReduces()) {
      for (int s = 0; s < kernel.stages().size(); s++) {
        lanesInside(s, position);
      }
    } else if (kernel.reduceRank() == 0) {
      for (Stage stage : kernel.stages()) {
        lanes(stage, LoopShape.roots(stage), position, body -> body.store(LoopShape.stores(stage)));
      }
    } else {
      int lane = emitter.newInt(0);
      emitter.loop(lane, cols, 1, () -> lanesOutside(position, lane));
    }
  }

  /** All columns of a stage, with what all lanes share before them. */
  private void lanes(
      Stage stage, List<Integer> roots, Position position, Consumer<ScalarBody> each) {
    emitter.ifPositive(
        cols,
        () -> {
          int mark = emitter.mark();
          ScalarBody body = shared(stage, roots, position);
          int lane = emitter.newInt(0);
          body.move(position.at(lane));
          emitter.loop(lane, cols, 1, () -> each.accept(body));
          emitter.release(mark);
        });
  }

  /** A body with the values that all lanes share in variables. */
  private ScalarBody shared(Stage stage, List<Integer> roots, Position position) {
    ScalarBody body = new ScalarBody(this, stage, roots, reduced, position);
    for (int value : shape.frontier(stage)) {
      body.variable(value);
    }
    return body;
  }

  private void lanesInside(int index, Position position) {
    Stage stage = kernel.stages().get(index);
    boolean[] touched = shape.touched(stage);
    int mark = emitter.mark();
    switch (stage) {
      case Stage.Reduce reduce -> {
        int first = shape.firstSlot(index);
        partials(reduce, first, true);
        reduceLoops(
            position, touched, p -> emitter.ifPositive(cols, () -> foldLanes(reduce, first, p)));
        partials(reduce, first, false);
      }
      case Stage.Map map ->
          reduceLoops(
              position,
              touched,
              p -> lanes(map, LoopShape.roots(map), p, body -> body.store(map.stores())));
      case Stage.Finish finish ->
          new ScalarBody(this, finish, LoopShape.roots(finish), reduced, position)
              .store(finish.stores());
    }
    emitter.release(mark);
  }

  /** Sets the partials to the identity, or folds them. */
  private void partials(Stage.Reduce reduce, int first, boolean reset) {
    for (int f = 0; f < reduce.folds().size(); f++) {
      Stage.Fold fold = reduce.folds().get(f);
      DType type = FoldValues.accumulator(fold);
      ClassDesc t = Emitter.descriptor(type);
      code.aload(partials[first + f]);
      emitter.constant(type, FoldValues.identity(fold));
      if (reset) {
        code.loadConstant(lanes).iload(cols);
        emitter.call(PARTIALS, "reset", CD_void, t.arrayType(), t, CD_int, CD_int);
      } else {
        code.getstatic(REDUCE_OP, fold.op().name(), REDUCE_OP).loadConstant(lanes).iload(cols);
        emitter.call(PARTIALS, "finish", t, t.arrayType(), t, REDUCE_OP, CD_int, CD_int);
        code.storeLocal(Emitter.kind(type), reduced[first + f]);
      }
    }
  }

  /** The three ranges of lanes: to 4L partials, to L partials, and to the tail. */
  private void foldLanes(Stage.Reduce reduce, int first, Position position) {
    ScalarBody body = shared(reduce, LoopShape.roots(reduce), position);
    int lane = emitter.newInt(0);
    int group = emitter.newInt(4 * lanes);
    int offset = emitter.newInt(0);
    body.move(position.at(lane));
    Label head = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(head).iload(group).ifle(end);
    code.iload(cols).iload(cols).iload(group).loadConstant(1).isub().iand().isub();
    int limit = emitter.storeNew(TypeKind.INT);
    emitter.loop(
        lane,
        limit,
        1,
        () -> {
          List<Stage.Fold> folds = reduce.folds();
          body.check();
          int[] values = folds.stream().mapToInt(f -> body.variable(f.value())).toArray();
          code.iload(lane).iload(group).loadConstant(1).isub().iand().iload(offset).iadd();
          int partial = emitter.storeNew(TypeKind.INT);
          for (int f = 0; f < values.length; f++) {
            TypeKind kind = Emitter.kind(FoldValues.accumulator(folds.get(f)));
            code.aload(partials[first + f])
                .iload(partial)
                .dup2()
                .arrayLoad(kind)
                .loadLocal(kind, values[f]);
            ops.fold(folds.get(f).op(), FoldValues.accumulator(folds.get(f)));
            code.arrayStore(kind);
          }
        });
    // Groups of 4L, L, 1 and then none.
    Label tail = code.newLabel();
    Label done = code.newLabel();
    code.iload(group).loadConstant(lanes).if_icmple(tail);
    code.loadConstant(lanes).istore(group).goto_(head);
    code.labelBinding(tail).loadConstant(4 * lanes).istore(offset);
    code.iload(group).loadConstant(1).if_icmple(done).loadConstant(1).istore(group).goto_(head);
    code.labelBinding(done).loadConstant(0).istore(group).goto_(head);
    code.labelBinding(end);
  }

  private void lanesOutside(Position position, int lane) {
    int mark = emitter.mark();
    boolean[] touched = new boolean[kernel.accesses().size()];
    Arrays.fill(touched, true);
    Position here = moved(position, lane, touched);
    for (int s = 0; s < kernel.stages().size(); s++) {
      Stage stage = kernel.stages().get(s);
      switch (stage) {
        case Stage.Reduce reduce -> {
          int first = shape.firstSlot(s);
          for (int f = 0; f < reduce.folds().size(); f++) {
            Stage.Fold fold = reduce.folds().get(f);
            emitter.constant(FoldValues.accumulator(fold), FoldValues.identity(fold));
            code.storeLocal(Emitter.kind(FoldValues.accumulator(fold)), reduced[first + f]);
          }
          reduceLoops(
              here,
              shape.touched(stage),
              p -> {
                ScalarBody body = new ScalarBody(this, reduce, LoopShape.roots(reduce), reduced, p);
                body.check();
                List<Integer> values = new ArrayList<>();
                reduce.folds().forEach(f -> values.add(body.variable(f.value())));
                IntStream.range(0, values.size())
                    .forEach(
                        f -> accumulate(reduce.folds().get(f), reduced[first + f], values.get(f)));
              });
        }
        case Stage.Map map ->
            reduceLoops(
                here,
                shape.touched(stage),
                p ->
                    new ScalarBody(this, map, LoopShape.roots(map), reduced, p)
                        .store(map.stores()));
        case Stage.Finish finish ->
            new ScalarBody(this, finish, LoopShape.roots(finish), reduced, here)
                .store(finish.stores());
      }
    }
    emitter.release(mark);
  }

  private void accumulate(Stage.Fold fold, int accumulator, int value) {
    TypeKind kind = Emitter.kind(FoldValues.accumulator(fold));
    code.loadLocal(kind, accumulator).loadLocal(kind, value);
    ops.fold(fold.op(), FoldValues.accumulator(fold));
    code.storeLocal(kind, accumulator);
  }
}
