package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;

/**
 * Writes the folds of a stage whose lanes are elements of one fold, in the order of {@link Kernel.Loop}. The partial results of
 * the current block lie in memory, and in registers while whole rounds of them are folded.
 */
final class RowFolds {
  private static final int PARTIALS = Kernel.Loop.PARTIALS;

  /** Bodies up to this many values are written once for each vector of partial results. */
  private static final int SHORT = 14;

  /** Registers for partial results, so that enough are left for values. */
  private static final int MOST_REGISTERS = 8;

  private static final int LEVELS = Long.SIZE;

  private final LoopWriter nest;
  private final Machine machine;
  private final Stage.Reduce stage;
  private final int firstSlot;
  private final BodyWriter body;
  private final int[] partials;
  private final int[] trees;
  private final int filled;
  private final int blocks;

  RowFolds(LoopWriter nest, Stage.Reduce stage, int firstSlot, BodyWriter body) {
    this.nest = nest;
    this.machine = nest.machine;
    this.stage = stage;
    this.firstSlot = firstSlot;
    this.body = body;
    partials = new int[stage.folds().size()];
    trees = new int[partials.length];
    for (int f = 0; f < partials.length; f++) {
      // A vector may reach beyond the last partial result, and beyond the top of the tree.
      partials[f] = nest.block.room((PARTIALS + machine.lanes) * type(f).bytes());
      trees[f] = nest.block.room(LEVELS * Long.BYTES + machine.bytes(type(f)));
    }
    filled = nest.block.word();
    blocks = nest.block.word();
  }

  private DType type(int fold) {
    return stage.folds().get(fold).type().folded();
  }

  private ScalarOp operation(int fold) {
    return LoopWriter.operation(stage.folds().get(fold).op());
  }

  private int identity(int fold) {
    Stage.Fold f = stage.folds().get(fold);
    return machine.constant(type(fold), f.op().identity(f.type()));
  }

  /** Writes the state before the first element. */
  void begin() {
    int zero = machine.temporary(0);
    machine.set(zero, 0);
    machine.put(machine.slot(blocks), zero);
    beginBlock();
  }

  private void beginBlock() {
    int zero = machine.temporary(0);
    machine.set(zero, 0);
    machine.put(machine.slot(filled), zero);
    for (int f = 0; f < partials.length; f++) {
      machine.copy(type(f), 0, identity(f));
      for (int k = 0; k < PARTIALS / machine.lanes; k++) {
        machine.keep(type(f), partial(f, k), 0);
      }
    }
  }

  private Place partial(int fold, int vector) {
    return machine.slot(partials[fold] + vector * machine.lanes * type(fold).bytes());
  }

  /** Writes the folding of a row of lanes. */
  void take(int[] positions) {
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
    if (stage.block() > 1) {
      machine.get(t0, machine.slot(filled));
      machine.and(t0, PARTIALS - 1);
      machine.branchIf(Machine.Relation.NOT_EQUAL, t0, 0, single);
      machine.move(t1, limit);
      machine.subtract(t1, lane);
      machine.and(t1, -PARTIALS);
      machine.branchIf(Machine.Relation.EQUAL, t1, 0, single);
      machine.set(t0, stage.block());
      machine.get(limit, machine.slot(filled));
      machine.subtract(t0, limit);
      machine.branch(Machine.Relation.LESS, t1, t0, fits);
      machine.move(t1, t0);
      machine.bind(fits);
      machine.addTo(machine.slot(filled), t1);
      machine.add(t1, lane);
      machine.move(limit, t1);
      rounds();
      machine.jump(taken);
      machine.bind(single);
    }
    single();
    machine.bind(taken);
    machine.get(t0, machine.slot(filled));
    machine.branchIf(Machine.Relation.LESS, t0, stage.block(), head);
    foldBlock();
    beginBlock();
    machine.jump(head);
    machine.bind(done);
  }

  /** Writes the loop over lanes that fill rounds of all partial results. */
  private void rounds() {
    int copies = PARTIALS / machine.lanes;
    int registers = copies * partials.length;
    Label head = machine.label();
    if (stage.body().size() <= SHORT && registers <= MOST_REGISTERS) {
      int first = machine.vectors() - registers;
      for (int f = 0; f < partials.length; f++) {
        for (int k = 0; k < copies; k++) {
          machine.copy(type(f), first + f * copies + k, machine.operand(partial(f, k)));
        }
      }
      body.pin(registers);
      machine.head(head);
      for (int k = 0; k < copies; k++) {
        body.vector(BodyWriter.Lanes.ALL, k * machine.lanes, registers);
        for (int f = 0; f < partials.length; f++) {
          int register = first + f * copies + k;
          fold(f, register, register, number(f));
        }
      }
      machine.increase(machine.lane(), PARTIALS);
      machine.branch(Machine.Relation.LESS, machine.lane(), machine.limit(), head);
      for (int f = 0; f < partials.length; f++) {
        for (int k = 0; k < copies; k++) {
          machine.keep(type(f), partial(f, k), first + f * copies + k);
        }
      }
    } else {
      int row = machine.partial(0);
      body.pin(0);
      machine.set(row, 0);
      machine.head(head);
      body.vector(BodyWriter.Lanes.ALL, 0, 0);
      for (int f = 0; f < partials.length; f++) {
        accumulate(f, number(f));
      }
      machine.increase(row, machine.lanes);
      machine.and(row, PARTIALS - 1);
      machine.increase(machine.lane(), machine.lanes);
      machine.branch(Machine.Relation.LESS, machine.lane(), machine.limit(), head);
    }
    body.unpin();
  }

  /** The value to fold, a number where it is a truth value. */
  private int number(int fold) {
    Stage.Fold f = stage.folds().get(fold);
    int value = body.operand(f.value());
    if (f.type() == DType.BOOL) {
      machine.number(machine.passing(DType.I32), value);
      return machine.passing(DType.I32);
    }
    return value;
  }

  private void fold(int fold, int to, int a, int b) {
    machine.apply(operation(fold), type(fold), type(fold), to, a, b, -1);
  }

  /** Folds a vector into the partial results from the one on that the row register tells. */
  private void accumulate(int fold, int value) {
    DType type = type(fold);
    int address = machine.temporary(0);
    machine.move(address, machine.partial(0));
    machine.shiftLeft(address, Integer.numberOfTrailingZeros(type.bytes()));
    machine.add(address, machine.block());
    Place place = new Place(address, 0, partials[fold]);
    int register = machine.passing(type);
    fold(fold, register, machine.operand(place), value);
    machine.keep(type, place, register);
  }

  /** Folds as many lanes as fit into a vector and before the last partial result. */
  private void single() {
    int t0 = machine.temporary(0);
    int row = machine.partial(0);
    machine.get(row, machine.slot(filled));
    machine.and(row, PARTIALS - 1);
    if (stage.block() == 1) {
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
    machine.beginTail();
    body.vector(BodyWriter.Lanes.TAIL, 0, 0);
    for (int f = 0; f < partials.length; f++) {
      int register = machine.passing(type(f));
      machine.ofTail(type(f), register, number(f), identity(f));
      accumulate(f, register);
    }
    machine.get(t0, machine.slot(Block.TAIL));
    machine.add(machine.lane(), t0);
    machine.addTo(machine.slot(filled), t0);
  }

  /** Writes the end of a block: its partial results are folded, and the result enters the tree. */
  private void foldBlock() {
    for (int f = 0; f < partials.length; f++) {
      int n = PARTIALS / machine.lanes;
      for (int k = 0; k < n; k++) {
        machine.copy(type(f), k, machine.operand(partial(f, k)));
      }
      for (int half = n / 2; half > 0; half /= 2) {
        for (int k = 0; k < half; k++) {
          fold(f, k, k, k + half);
        }
      }
      machine.foldLanes(operation(f), type(f), 0, 1);
      push(f);
    }
    int count = machine.temporary(0);
    machine.get(count, machine.slot(blocks));
    machine.increase(count, 1);
    machine.put(machine.slot(blocks), count);
  }

  /** Takes the result of a block, in register 0, into the tree. */
  private void push(int fold) {
    int level = machine.temporary(0);
    int rest = machine.temporary(1);
    int bit = machine.temporary(2);
    Label head = machine.label();
    Label place = machine.label();
    machine.move(level, machine.block());
    machine.get(rest, machine.slot(blocks));
    machine.bind(head);
    machine.move(bit, rest);
    machine.and(bit, 1);
    machine.branchIf(Machine.Relation.EQUAL, bit, 0, place);
    fold(fold, 0, machine.operand(new Place(level, 0, trees[fold])), 0);
    machine.increase(level, Long.BYTES);
    machine.shiftRight(rest, 1);
    machine.jump(head);
    machine.bind(place);
    machine.storeFirst(type(fold), new Place(level, 0, trees[fold]), 0);
  }

  /** Writes the end of the folds; their results are the values of all lanes. */
  void finish() {
    int t0 = machine.temporary(0);
    Label last = machine.label();
    Label combine = machine.label();
    machine.get(t0, machine.slot(filled));
    machine.branchIf(Machine.Relation.NOT_EQUAL, t0, 0, last);
    machine.get(t0, machine.slot(blocks));
    machine.branchIf(Machine.Relation.NOT_EQUAL, t0, 0, combine);
    machine.bind(last);
    foldBlock();
    machine.bind(combine);
    for (int f = 0; f < partials.length; f++) {
      combine(f);
      Place result = nest.reduced(firstSlot + f, 0);
      DType type = type(f);
      Place first = machine.slot(trees[f]);
      machine.storeFirst(type, first, 0);
      machine.broadcast(type, 0, first);
      if (stage.folds().get(f).type() == DType.BOOL) {
        int mask = machine.passing(DType.BOOL);
        machine.apply(ScalarOp.CAST, type, DType.BOOL, mask, 0, -1, -1);
        machine.keep(DType.BOOL, result, mask);
      } else {
        machine.keep(type, result, 0);
      }
    }
  }

  /** Folds the tree, from its lowest level on, into register 0. */
  private void combine(int fold) {
    int level = machine.temporary(0);
    int rest = machine.temporary(1);
    int bit = machine.temporary(2);
    Label lowest = machine.label();
    Label found = machine.label();
    Label head = machine.label();
    Label next = machine.label();
    Label end = machine.label();
    machine.move(level, machine.block());
    machine.get(rest, machine.slot(blocks));
    machine.bind(lowest);
    machine.move(bit, rest);
    machine.and(bit, 1);
    machine.branchIf(Machine.Relation.NOT_EQUAL, bit, 0, found);
    machine.increase(level, Long.BYTES);
    machine.shiftRight(rest, 1);
    machine.jump(lowest);
    machine.bind(found);
    Place place = new Place(level, 0, trees[fold]);
    machine.copy(type(fold), 0, machine.operand(place));
    machine.bind(head);
    machine.increase(level, Long.BYTES);
    machine.shiftRight(rest, 1);
    machine.branchIf(Machine.Relation.EQUAL, rest, 0, end);
    machine.move(bit, rest);
    machine.and(bit, 1);
    machine.branchIf(Machine.Relation.EQUAL, bit, 0, next);
    fold(fold, 0, machine.operand(place), 0);
    machine.bind(next);
    machine.jump(head);
    machine.bind(end);
  }
}
