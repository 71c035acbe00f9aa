package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;

/**
 * Writes the folds of a stage whose lanes are all elements of one fold, in the order of {@link Kernel.Loop}: blocks begin at
 * known lanes, and a row of one block needs no tree.
 */
final class RowFolds implements RowStage {
  private final LoopWriter nest;
  private final Machine machine;
  private final int block;
  private final BodyWriter body;
  private final FoldResults results;
  private final PartialResults partials;
  private final RowTree tree;

  /** The end of the current block. */
  private final int end;

  RowFolds(LoopWriter nest, Stage.Reduce stage, BodyWriter body, FoldResults results) {
    this.nest = nest;
    this.machine = nest.machine;
    this.block = stage.block();
    this.body = body;
    this.results = results;
    partials = new PartialResults(nest, stage, body, results);
    tree = new RowTree(nest, results);
    end = nest.block.word();
  }

  /** Whether a stage of a kernel is of this kind. */
  static boolean fits(LoopShape shape, Stage.Reduce stage) {
    return shape.loops() == 0 && stage.block() > 1;
  }

  @Override
  public void begin() {
    tree.begin();
  }

  @Override
  public void take(int[] positions) {
    int limit = machine.limit();
    int lane = machine.lane();
    int stop = machine.temporary(0);
    Label head = machine.label();
    Label fits = machine.label();
    Label noRounds = machine.label();
    Label tail = machine.label();
    Label whole = machine.label();
    Label several = machine.label();
    Label done = machine.label();
    body.begin(positions);
    machine.set(lane, 0);
    nest.note("block of the row");
    machine.bind(head);
    partials.open();
    machine.move(stop, lane);
    machine.increase(stop, block);
    machine.get(limit, machine.slot(Block.COLUMNS));
    machine.branch(Machine.Relation.LESS, stop, limit, fits);
    machine.move(stop, limit);
    machine.bind(fits);
    machine.put(machine.slot(end), stop);
    machine.move(limit, stop);
    machine.subtract(limit, lane);
    machine.and(limit, -PartialResults.COUNT);
    machine.branchIf(Machine.Relation.EQUAL, limit, 0, noRounds);
    machine.add(limit, lane);
    partials.rounds();
    machine.bind(noRounds);
    machine.get(limit, machine.slot(end));
    machine.branch(Machine.Relation.EQUAL, lane, limit, whole);
    partials.keep();
    machine.set(machine.partial(0), 0);
    machine.bind(tail);
    tail();
    machine.get(limit, machine.slot(end));
    machine.branch(Machine.Relation.LESS, lane, limit, tail);
    partials.load();
    machine.bind(whole);
    machine.get(stop, machine.slot(Block.COLUMNS));
    machine.branchIf(Machine.Relation.AT_LEAST, stop, block + 1, several);
    for (int f = 0; f < results.count(); f++) {
      partials.end(f);
      results.keep(f);
    }
    machine.jump(done);
    machine.bind(several);
    nest.note("end of the block");
    for (int f = 0; f < results.count(); f++) {
      partials.end(f);
      tree.push(f);
    }
    tree.next();
    machine.get(stop, machine.slot(Block.COLUMNS));
    machine.branch(Machine.Relation.LESS, lane, stop, head);
    tree.combine();
    machine.bind(done);
  }

  /** Folds a vector of what is left of a block, or the lanes that there are, into partial results in memory. */
  private void tail() {
    int limit = machine.limit();
    Label some = machine.label();
    Label taken = machine.label();
    Label within = machine.label();
    machine.get(limit, machine.slot(end));
    machine.subtract(limit, machine.lane());
    machine.branchIf(Machine.Relation.LESS, limit, machine.lanes, some);
    partials.vector();
    machine.jump(taken);
    machine.bind(some);
    nest.lanes.beginTail(limit);
    partials.tail();
    machine.bind(taken);
    machine.increase(machine.lane(), machine.lanes);
    machine.increase(machine.partial(0), machine.lanes);
    machine.get(limit, machine.slot(end));
    machine.branch(Machine.Relation.LESS, machine.lane(), limit, within);
    machine.move(machine.lane(), limit);
    machine.bind(within);
  }

  @Override
  public void finish() {}
}
