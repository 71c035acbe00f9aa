package dev.adjoint.cpu.plain;

import static java.lang.constant.ConstantDescs.CD_int;

import dev.adjoint.DType;
import dev.adjoint.cpu.loop.LoopShape;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** Writes a loop kernel as plain loops over elements, with the bits of the vector loops. */
final class ScalarWriter extends NestWriter {
  private final ScalarOps ops;
  private final int[] reduced;
  private @Nullable FoldWriter folds;

  ScalarWriter(LoopShape shape, CodeBuilder code) {
    super(shape, code);
    ops = new ScalarOps(emitter);
    reduced = new int[shape.reduced().size()];
  }

  @Override
  void before() {
    for (int s = 0; s < reduced.length; s++) {
      DType type = shape.reduced().get(s);
      emitter.constant(type, 0);
      reduced[s] = emitter.storeNew(Emitter.kind(type));
    }
    if (kernel.laneReduces()) {
      folds = new FoldWriter(this);
    } else if (kernel.reduceRank() > 0) {
      code.iload(cols).loadConstant(LaneBlocks.columns(shape));
      emitter.call(MATH, "min", CD_int, CD_int, CD_int);
      folds = new FoldWriter(this, emitter.storeNew(TypeKind.INT));
    }
  }

  @Override
  void row(Position position) {
    if (kernel.laneReduces()) {
      for (int s = 0; s < kernel.stages().size(); s++) {
        lanesInside(s, position);
      }
    } else if (kernel.reduceRank() == 0) {
      kernel.stages().forEach(stage -> store(stage, position, cols));
    } else {
      LaneBlocks.each(this, (column, columns) -> lanesOutside(position, column, columns));
    }
  }

  /** Some columns of a stage, from the position on, with what all lanes share before them. */
  private void lanes(Stage stage, Position position, int columns, ObjIntConsumer<ScalarBody> each) {
    emitter.ifPositive(
        columns,
        () -> {
          int mark = emitter.mark();
          ScalarBody body = new ScalarBody(this, stage, LoopShape.roots(stage), reduced, position);
          for (int value : shape.frontier(stage)) {
            body.variable(value);
          }
          int lane = emitter.newInt(0);
          body.move(position.at(lane));
          emitter.loop(lane, columns, 1, () -> each.accept(body, lane));
          emitter.release(mark);
        });
  }

  private void store(Stage stage, Position position, int columns) {
    lanes(
        stage,
        position,
        columns,
        (body, lane) -> {
          loadReduced(stage, lane);
          body.store(LoopShape.stores(stage));
        });
  }

  private void lanesInside(int index, Position position) {
    Stage stage = kernel.stages().get(index);
    boolean[] touched = shape.touched(stage);
    int mark = emitter.mark();
    switch (stage) {
      case Stage.Reduce reduce -> {
        int first = shape.firstSlot(index);
        int filled = emitter.newInt(0);
        reduceLoops(
            position,
            touched,
            p ->
                lanes(
                    reduce,
                    p,
                    cols,
                    (body, _) -> {
                      take(reduce, first, body, () -> folds().row(filled));
                      code.iinc(filled, 1);
                      folds().endBlock(reduce, first, filled);
                    }));
        folds().finish(reduce, first, filled);
        folds().results(reduce, first, reduced);
      }
      case Stage.Map map -> reduceLoops(position, touched, p -> store(map, p, cols));
      case Stage.Finish finish ->
          new ScalarBody(this, finish, LoopShape.roots(finish), reduced, position)
              .store(finish.stores());
    }
    emitter.release(mark);
  }

  private void lanesOutside(Position position, int column, int columns) {
    boolean[] all = new boolean[kernel.accesses().size()];
    Arrays.fill(all, true);
    Position here = moved(position, column, all);
    for (int s = 0; s < kernel.stages().size(); s++) {
      Stage stage = kernel.stages().get(s);
      switch (stage) {
        case Stage.Reduce reduce -> {
          int first = shape.firstSlot(s);
          int filled = emitter.newInt(0);
          reduceLoops(
              here,
              shape.touched(stage),
              p -> {
                folds().row(filled);
                int row = emitter.storeNew(TypeKind.INT);
                lanes(
                    reduce,
                    p,
                    columns,
                    (body, lane) -> {
                      loadReduced(reduce, lane);
                      take(reduce, first, body, () -> code.iload(row).iload(lane).iadd());
                    });
                code.iinc(filled, 1);
                folds().endBlock(reduce, first, filled);
              });
          folds().finish(reduce, first, filled);
        }
        case Stage.Map map -> reduceLoops(here, shape.touched(stage), p -> store(map, p, columns));
        case Stage.Finish finish -> store(finish, here, columns);
      }
    }
  }

  private FoldWriter folds() {
    return Objects.requireNonNull(folds);
  }

  /** An element of the folds of a stage; {@code at} pushes where its partial is in an array. */
  private void take(Stage.Reduce reduce, int first, ScalarBody body, Runnable at) {
    body.check();
    List<Stage.Fold> all = reduce.folds();
    int[] values = all.stream().mapToInt(f -> body.variable(f.value())).toArray();
    for (int f = 0; f < values.length; f++) {
      DType type = FoldValues.accumulator(all.get(f));
      TypeKind kind = Emitter.kind(type);
      code.aload(folds().arrays[first + f]);
      at.run();
      code.dup2().arrayLoad(kind).loadLocal(kind, values[f]);
      ops.fold(all.get(f).op(), type);
      code.arrayStore(kind);
    }
  }

  /** Loads the results of earlier reductions that a stage uses, where each lane has its own. */
  private void loadReduced(Stage stage, int lane) {
    for (Instr.Reduced result :
        kernel.laneReduces() ? List.<Instr.Reduced>of() : LoopShape.reduced(stage)) {
      TypeKind kind = Emitter.kind(FoldValues.accumulator(result.type()));
      code.aload(folds().arrays[result.slot()]);
      folds().result(lane);
      code.arrayLoad(kind).storeLocal(kind, reduced[result.slot()]);
    }
  }
}
