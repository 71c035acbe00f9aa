package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;

/**
 * Writes the folds of a stage whose lanes are elements of one fold, in the order of {@link Kernel.Loop}. The partial results of
 * the current block lie in memory, and in registers while whole rounds of them are folded.
 *
 * <p>Where the lanes are all elements, blocks begin at known lanes, and a row of one block needs no tree. Else elements come in
 * parts of any length, and the state between them is in the {@link Block}.
 */
final class RowFolds implements RowStage {
  private static final int PARTIALS = Kernel.Loop.PARTIALS;

  /** Bodies up to this many values are written once for each vector of partial results. */
  private static final int SHORT = 14;

  private final LoopWriter nest;
  private final Machine machine;
  private final int block;
  private final BodyWriter body;
  private final FoldResults results;
  private final boolean oneAxis;

  /** The vectors of a round of partial results. */
  private final int copies;

  /** The first of the registers for partial results, or -1 if they stay in memory. */
  private final int firstRegister;

  private final int[] partials;
  private final RowTree[] trees;

  /** How many elements of the current block there are, or the end of the current block. */
  private final int filled;

  private final int blocks;

  RowFolds(LoopWriter nest, Stage.Reduce stage, BodyWriter body, FoldResults results) {
    this.nest = nest;
    this.machine = nest.machine;
    this.block = stage.block();
    this.body = body;
    this.results = results;
    oneAxis = nest.shape.loops() == 0 && block > 1;
    copies = PARTIALS / machine.lanes;
    partials = new int[results.count()];
    trees = new RowTree[partials.length];
    int registers = copies * partials.length;
    // A third of the registers is left for values.
    firstRegister =
        stage.body().size() <= SHORT && 3 * registers <= 2 * machine.vectors()
            ? machine.vectors() - registers
            : -1;
    for (int f = 0; f < partials.length; f++) {
      // A vector may reach beyond the last partial result.
      partials[f] = nest.block.room((PARTIALS + machine.lanes) * results.type(f).bytes());
      trees[f] = new RowTree(nest, results, f);
    }
    filled = nest.block.word();
    blocks = nest.block.word();
  }

  private Place partial(int fold, int vector) {
    return machine.slot(partials[fold] + vector * machine.lanes * results.type(fold).bytes());
  }

  private int register(int fold, int vector) {
    return firstRegister + fold * copies + vector;
  }

  @Override
  public void begin() {
    clear(blocks);
    if (!oneAxis) {
      beginBlock();
    }
  }

  private void clear(int word) {
    int zero = machine.temporary(0);
    machine.set(zero, 0);
    machine.put(machine.slot(word), zero);
  }

  private void beginBlock() {
    clear(filled);
    for (int f = 0; f < partials.length; f++) {
      machine.copy(results.type(f), 0, results.identity(f));
      for (int k = 0; k < copies; k++) {
        machine.keep(results.type(f), partial(f, k), 0);
      }
    }
  }

  @Override
  public void take(int[] positions) {
    body.begin(positions);
    machine.set(machine.lane(), 0);
    if (oneAxis) {
      row();
    } else {
      part();
    }
  }

  /** Writes the folds of a row whose lanes are all elements. */
  private void row() {
    int limit = machine.limit();
    int lane = machine.lane();
    int end = machine.temporary(0);
    Label head = machine.label();
    Label fits = machine.label();
    Label noRounds = machine.label();
    Label tail = machine.label();
    Label whole = machine.label();
    Label several = machine.label();
    Label done = machine.label();
    nest.note("block of the row");
    machine.bind(head);
    for (int f = 0; f < partials.length; f++) {
      if (firstRegister < 0) {
        machine.copy(results.type(f), 0, results.identity(f));
      }
      for (int k = 0; k < copies; k++) {
        if (firstRegister < 0) {
          machine.keep(results.type(f), partial(f, k), 0);
        } else {
          machine.copy(results.type(f), register(f, k), results.identity(f));
        }
      }
    }
    machine.move(end, lane);
    machine.increase(end, block);
    machine.get(limit, machine.slot(Block.COLUMNS));
    machine.branch(Machine.Relation.LESS, end, limit, fits);
    machine.move(end, limit);
    machine.bind(fits);
    machine.put(machine.slot(filled), end);
    machine.move(limit, end);
    machine.subtract(limit, lane);
    machine.and(limit, -PARTIALS);
    machine.branchIf(Machine.Relation.EQUAL, limit, 0, noRounds);
    machine.add(limit, lane);
    rounds();
    machine.bind(noRounds);
    machine.get(limit, machine.slot(filled));
    machine.branch(Machine.Relation.EQUAL, lane, limit, whole);
    keepRegisters();
    machine.set(machine.partial(0), 0);
    machine.bind(tail);
    tail();
    machine.get(limit, machine.slot(filled));
    machine.branch(Machine.Relation.LESS, lane, limit, tail);
    loadRegisters();
    machine.bind(whole);
    machine.get(end, machine.slot(Block.COLUMNS));
    machine.branchIf(Machine.Relation.AT_LEAST, end, block + 1, several);
    for (int f = 0; f < partials.length; f++) {
      foldPartials(f, firstRegister);
      results.keep(f);
    }
    machine.jump(done);
    machine.bind(several);
    foldBlock(firstRegister);
    machine.get(end, machine.slot(Block.COLUMNS));
    machine.branch(Machine.Relation.LESS, lane, end, head);
    combine();
    machine.bind(done);
  }

  private void keepRegisters() {
    for (int f = 0; f < partials.length && firstRegister >= 0; f++) {
      for (int k = 0; k < copies; k++) {
        machine.keep(results.type(f), partial(f, k), register(f, k));
      }
    }
  }

  private void loadRegisters() {
    for (int f = 0; f < partials.length && firstRegister >= 0; f++) {
      for (int k = 0; k < copies; k++) {
        machine.copy(results.type(f), register(f, k), machine.operand(partial(f, k)));
      }
    }
  }

  /** Folds a vector of what is left of a block, or the lanes that there are, into partial results in memory. */
  private void tail() {
    int limit = machine.limit();
    int row = machine.partial(0);
    Label some = machine.label();
    Label taken = machine.label();
    machine.get(limit, machine.slot(filled));
    machine.subtract(limit, machine.lane());
    machine.branchIf(Machine.Relation.LESS, limit, machine.lanes, some);
    body.vector(BodyWriter.Lanes.ALL, 0, 0);
    for (int f = 0; f < partials.length; f++) {
      accumulate(f, results.number(body, f));
    }
    machine.jump(taken);
    machine.bind(some);
    machine.put(machine.slot(Block.TAIL), limit);
    masked();
    machine.bind(taken);
    machine.increase(machine.lane(), machine.lanes);
    machine.increase(row, machine.lanes);
    Label within = machine.label();
    machine.get(limit, machine.slot(filled));
    machine.branch(Machine.Relation.LESS, machine.lane(), limit, within);
    machine.move(machine.lane(), limit);
    machine.bind(within);
  }

  /** Folds the lanes of the tail into partial results in memory. */
  private void masked() {
    machine.beginTail();
    body.vector(BodyWriter.Lanes.TAIL, 0, 0);
    for (int f = 0; f < partials.length; f++) {
      int register = machine.passing(results.type(f));
      machine.ofTail(results.type(f), register, results.number(body, f), results.identity(f));
      accumulate(f, register);
    }
  }

  /** Writes the folding of lanes that are a part of the elements. */
  private void part() {
    int limit = machine.limit();
    int lane = machine.lane();
    int t0 = machine.temporary(0);
    int t1 = machine.temporary(1);
    Label head = machine.label();
    Label single = machine.label();
    Label fits = machine.label();
    Label taken = machine.label();
    Label done = machine.label();
    machine.bind(head);
    machine.get(limit, machine.slot(Block.COLUMNS));
    machine.branch(Machine.Relation.AT_LEAST, lane, limit, done);
    if (block > 1) {
      machine.get(t0, machine.slot(filled));
      machine.and(t0, PARTIALS - 1);
      machine.branchIf(Machine.Relation.NOT_EQUAL, t0, 0, single);
      machine.move(t1, limit);
      machine.subtract(t1, lane);
      machine.and(t1, -PARTIALS);
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
      loadRegisters();
      rounds();
      keepRegisters();
      machine.jump(taken);
      machine.bind(single);
    }
    single();
    machine.bind(taken);
    machine.get(t0, machine.slot(filled));
    machine.branchIf(Machine.Relation.LESS, t0, block, head);
    foldBlock(-1);
    beginBlock();
    machine.jump(head);
    machine.bind(done);
  }

  /** Writes the loop over lanes that fill rounds of all partial results. */
  private void rounds() {
    Label head = machine.label();
    if (firstRegister >= 0) {
      int reserved = machine.vectors() - firstRegister;
      body.pin(reserved);
      machine.head(head);
      for (int k = 0; k < copies; k++) {
        body.vector(BodyWriter.Lanes.ALL, k * machine.lanes, reserved);
        for (int f = 0; f < partials.length; f++) {
          results.fold(f, register(f, k), register(f, k), results.number(body, f));
        }
      }
      machine.increase(machine.lane(), PARTIALS);
    } else {
      int row = machine.partial(0);
      body.pin(0);
      machine.set(row, 0);
      machine.head(head);
      body.vector(BodyWriter.Lanes.ALL, 0, 0);
      for (int f = 0; f < partials.length; f++) {
        accumulate(f, results.number(body, f));
      }
      machine.increase(row, machine.lanes);
      machine.and(row, PARTIALS - 1);
      machine.increase(machine.lane(), machine.lanes);
    }
    machine.branch(Machine.Relation.LESS, machine.lane(), machine.limit(), head);
    body.unpin();
  }

  /** Folds a vector into the partial results from the one on that the row register tells. */
  private void accumulate(int fold, int value) {
    DType type = results.type(fold);
    int address = machine.temporary(0);
    machine.move(address, machine.partial(0));
    machine.shiftLeft(address, Integer.numberOfTrailingZeros(type.bytes()));
    machine.add(address, machine.block());
    Place place = new Place(address, 0, partials[fold]);
    int register = machine.passing(type);
    results.fold(fold, register, machine.operand(place), value);
    machine.keep(type, place, register);
  }

  /** Folds as many lanes as fit into a vector and before the last partial result. */
  private void single() {
    int t0 = machine.temporary(0);
    int row = machine.partial(0);
    machine.get(row, machine.slot(filled));
    machine.and(row, PARTIALS - 1);
    if (block == 1) {
      machine.set(t0, 1);
    } else {
      Label fits = machine.label();
      machine.set(t0, PARTIALS);
      machine.subtract(t0, row);
      machine.subtract(machine.limit(), machine.lane());
      machine.branch(Machine.Relation.LESS, t0, machine.limit(), fits);
      machine.move(t0, machine.limit());
      machine.bind(fits);
      nest.atMost(t0, machine.lanes);
    }
    machine.put(machine.slot(Block.TAIL), t0);
    masked();
    machine.get(t0, machine.slot(Block.TAIL));
    machine.add(machine.lane(), t0);
    machine.addTo(machine.slot(filled), t0);
  }

  /** Folds the partial results of a block, in registers from one on, or in memory if that is -1, into register 0. */
  private void foldPartials(int fold, int from) {
    int first = from < 0 ? 0 : register(fold, 0);
    for (int k = 0; k < copies && from < 0; k++) {
      machine.copy(results.type(fold), k, machine.operand(partial(fold, k)));
    }
    for (int half = copies / 2; half > 0; half /= 2) {
      for (int k = 0; k < half; k++) {
        results.fold(fold, first + k, first + k, first + k + half);
      }
    }
    machine.copy(results.type(fold), 0, first);
    machine.foldLanes(results.operation(fold), results.type(fold), 0, 1);
  }

  /** Writes the end of a block: its partial results are folded, and the result enters the tree. */
  private void foldBlock(int from) {
    nest.note("end of the block");
    for (int f = 0; f < partials.length; f++) {
      foldPartials(f, from);
      trees[f].push(machine.slot(blocks));
    }
    int count = machine.temporary(0);
    machine.get(count, machine.slot(blocks));
    machine.increase(count, 1);
    machine.put(machine.slot(blocks), count);
  }

  @Override
  public void finish() {
    if (oneAxis) {
      return;
    }
    int t0 = machine.temporary(0);
    Label last = machine.label();
    Label combine = machine.label();
    machine.get(t0, machine.slot(filled));
    machine.branchIf(Machine.Relation.NOT_EQUAL, t0, 0, last);
    machine.get(t0, machine.slot(blocks));
    machine.branchIf(Machine.Relation.NOT_EQUAL, t0, 0, combine);
    machine.bind(last);
    foldBlock(-1);
    machine.bind(combine);
    combine();
  }

  private void combine() {
    for (int f = 0; f < partials.length; f++) {
      trees[f].combine(machine.slot(blocks));
      results.keep(f);
    }
  }
}
