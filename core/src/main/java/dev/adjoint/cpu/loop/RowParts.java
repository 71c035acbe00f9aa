package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;

/**
 * Writes the folds of a stage whose lanes are elements of one fold, in the order of {@link Kernel.Loop}, where lanes come in
 * parts of any length: those of several axes, and the results of blocks. The state between parts is in the {@link Block}.
 */
final class RowParts implements RowStage {
  private final LoopWriter nest;
  private final Machine machine;
  private final int block;
  private final BodyWriter body;
  private final FoldResults results;
  private final PartialResults partials;
  private final RowTree tree;

  /** How many elements of the current block there are. */
  private final int filled;

  RowParts(LoopWriter nest, Stage.Reduce stage, BodyWriter body, FoldResults results) {
    this.nest = nest;
    this.machine = nest.machine;
    this.block = stage.block();
    this.body = body;
    this.results = results;
    partials = new PartialResults(nest, stage, body, results);
    tree = new RowTree(nest, results);
    filled = nest.block.word();
  }

  @Override
  public void begin() {
    tree.begin();
    beginBlock();
  }

  private void beginBlock() {
    int zero = machine.temporary(0);
    machine.set(zero, 0);
    machine.put(machine.slot(filled), zero);
    partials.clear();
  }

  @Override
  public void take(int[] positions) {
    int limit = machine.limit();
    int lane = machine.lane();
    int t0 = machine.temporary(0);
    int t1 = machine.temporary(1);
    Label head = machine.label();
    Label single = machine.label();
    Label fits = machine.label();
    Label taken = machine.label();
    Label done = machine.label();
    body.begin(positions);
    machine.set(lane, 0);
    machine.bind(head);
    machine.get(limit, machine.slot(Block.COLUMNS));
    machine.branch(Machine.Relation.AT_LEAST, lane, limit, done);
    if (block > 1) {
      machine.get(t0, machine.slot(filled));
      machine.and(t0, PartialResults.COUNT - 1);
      machine.branchIf(Machine.Relation.NOT_EQUAL, t0, 0, single);
      machine.move(t1, limit);
      machine.subtract(t1, lane);
      machine.and(t1, -PartialResults.COUNT);
      machine.branchIf(Machine.Relation.EQUAL, t1, 0, single);
      machine.set(t0, block);
      machine.get(limit, machine.slot(filled));
      machine.subtract(t0, limit);
      machine.branch(Machine.Relation.LESS, t1, t0, fits);
      machine.move(t1, t0);
      machine.bind(fits);
      machine.addTo(machine.slot(filled), t1);
      machine.add(t1, lane);
      machine.move(limit, t1);
      partials.load();
      partials.rounds();
      partials.keep();
      machine.jump(taken);
      machine.bind(single);
    }
    single();
    machine.bind(taken);
    machine.get(t0, machine.slot(filled));
    machine.branchIf(Machine.Relation.LESS, t0, block, head);
    foldBlock();
    beginBlock();
    machine.jump(head);
    machine.bind(done);
  }

  /** Folds as many lanes as fit into a vector and before the last partial result. */
  private void single() {
    int t0 = machine.temporary(0);
    int row = machine.partial(0);
    machine.get(row, machine.slot(filled));
    machine.and(row, PartialResults.COUNT - 1);
    if (block == 1) {
      machine.set(t0, 1);
    } else {
      Label fits = machine.label();
      machine.set(t0, PartialResults.COUNT);
      machine.subtract(t0, row);
      machine.subtract(machine.limit(), machine.lane());
      machine.branch(Machine.Relation.LESS, t0, machine.limit(), fits);
      machine.move(t0, machine.limit());
      machine.bind(fits);
      nest.atMost(t0, machine.lanes);
    }
    nest.lanes.beginTail(t0);
    partials.tail();
    machine.get(t0, machine.slot(Block.TAIL));
    machine.add(machine.lane(), t0);
    machine.addTo(machine.slot(filled), t0);
  }

  private void foldBlock() {
    nest.note("end of the block");
    for (int f = 0; f < results.count(); f++) {
      partials.endKept(f);
      tree.push(f);
    }
    tree.next();
  }

  @Override
  public void finish() {
    int t0 = machine.temporary(0);
    Label last = machine.label();
    Label combine = machine.label();
    machine.get(t0, machine.slot(filled));
    machine.branchIf(Machine.Relation.NOT_EQUAL, t0, 0, last);
    tree.branchIfAny(combine);
    machine.bind(last);
    foldBlock();
    machine.bind(combine);
    tree.combine();
  }
}
