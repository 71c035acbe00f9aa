package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Label;

/**
 * The tree that combines the results of the blocks of a fold along the lanes, in the order of a binary counter: where the number
 * of blocks so far has a bit, the tree holds the result of that many blocks.
 */
final class RowTree {
  private static final int LEVELS = Long.SIZE;

  private final Machine machine;
  private final FoldResults results;
  private final int fold;

  /** Where the results are in the block, from the lowest level on. */
  private final int levels;

  RowTree(LoopWriter nest, FoldResults results, int fold) {
    this.machine = nest.machine;
    this.results = results;
    this.fold = fold;
    // A vector may reach beyond the top of the tree.
    levels = nest.block.room(LEVELS * Long.BYTES + machine.bytes(results.type(fold)));
  }

  /**
   * Takes the result of a block, in register 0, into the tree.
   *
   * @param blocks where the number of blocks before it is
   */
  void push(Place blocks) {
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
    results.fold(fold, 0, machine.operand(new Place(level, 0, levels)), 0);
    machine.increase(level, Long.BYTES);
    machine.shiftRight(rest, 1);
    machine.jump(head);
    machine.bind(place);
    machine.storeFirst(results.type(fold), new Place(level, 0, levels), 0);
  }

  /** Folds the tree, from its lowest level on, into register 0. */
  void combine(Place blocks) {
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
    Place place = new Place(level, 0, levels);
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
