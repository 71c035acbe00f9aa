package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Label;

/**
 * The trees that combine the results of the blocks of folds along the lanes, in the order of a binary counter: where the number
 * of blocks so far has a bit, a tree holds the result of that many blocks.
 */
final class RowTree {
  private static final int LEVELS = Long.SIZE;

  private final Machine machine;
  private final FoldResults results;

  /** For each fold where its results are in the block, from the lowest level on. */
  private final int[] levels;

  /** The number of blocks so far. */
  private final Place blocks;

  RowTree(LoopWriter nest, FoldResults results) {
    this.machine = nest.machine;
    this.results = results;
    levels = new int[results.count()];
    for (int f = 0; f < levels.length; f++) {
      // A vector may reach beyond the top of a tree.
      levels[f] = nest.block.room(LEVELS * Long.BYTES + machine.bytes(results.type(f)));
    }
    blocks = machine.slot(nest.block.word());
  }

  /** Writes the state before the first block. */
  void begin() {
    int zero = machine.temporary(0);
    machine.set(zero, 0);
    machine.put(blocks, zero);
  }

  /** Branches if there was a block. */
  void branchIfAny(Label to) {
    int count = machine.temporary(0);
    machine.get(count, blocks);
    machine.branchIf(Machine.Relation.NOT_EQUAL, count, 0, to);
  }

  /** Takes the result of a block, in register 0, into the tree of a fold. */
  void push(int fold) {
    int level = machine.temporary(0);
    int rest = machine.temporary(1);
    int bit = machine.temporary(2);
    Label head = machine.label();
    Label place = machine.label();
    machine.move(level, machine.block());
    machine.get(rest, blocks);
    machine.bind(head);
    machine.move(bit, rest);
    machine.and(bit, 1);
    machine.branchIf(Machine.Relation.EQUAL, bit, 0, place);
    results.fold(fold, 0, machine.operand(new Place(level, 0, levels[fold])), 0);
    machine.increase(level, Long.BYTES);
    machine.shiftRight(rest, 1);
    machine.jump(head);
    machine.bind(place);
    machine.storeFirst(results.type(fold), new Place(level, 0, levels[fold]), 0);
  }

  /** Counts a block, whose results are all in their trees. */
  void next() {
    int count = machine.temporary(0);
    machine.get(count, blocks);
    machine.increase(count, 1);
    machine.put(blocks, count);
  }

  /** Makes what the trees hold the results of the folds. */
  void combine() {
    for (int f = 0; f < levels.length; f++) {
      combine(f);
      results.keep(f);
    }
  }

  /** Folds a tree, from its lowest level on, into register 0. */
  private void combine(int fold) {
    int level = machine.temporary(0);
    int rest = machine.temporary(1);
    int bit = machine.temporary(2);
    Label lowest = machine.label();
    Label found = machine.label();
    Label head = machine.label();
    Label end = machine.label();
    machine.move(level, machine.block());
    machine.get(rest, blocks);
    machine.bind(lowest);
    machine.move(bit, rest);
    machine.and(bit, 1);
    machine.branchIf(Machine.Relation.NOT_EQUAL, bit, 0, found);
    machine.increase(level, Long.BYTES);
    machine.shiftRight(rest, 1);
    machine.jump(lowest);
    machine.bind(found);
    Place place = new Place(level, 0, levels[fold]);
    machine.copy(results.type(fold), 0, machine.operand(place));
    machine.bind(head);
    machine.increase(level, Long.BYTES);
    machine.shiftRight(rest, 1);
    machine.branchIf(Machine.Relation.EQUAL, rest, 0, end);
    machine.move(bit, rest);
    machine.and(bit, 1);
    machine.branchIf(Machine.Relation.EQUAL, bit, 0, head);
    results.fold(fold, 0, machine.operand(place), 0);
    machine.jump(head);
    machine.bind(end);
  }
}
