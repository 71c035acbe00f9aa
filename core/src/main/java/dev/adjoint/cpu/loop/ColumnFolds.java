package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;

/**
 * Writes the folds of a stage whose lanes are columns, each with folds of its own, in the order of {@link Kernel.Loop}. For the
 * columns of a block there is a row of memory for each partial result, and for each level of the tree; a row holds the values of
 * all folds.
 */
final class ColumnFolds {
  /** Blocks are counted in a long, and no fold has this many. */
  private static final int LEVELS = 44;

  private final LoopWriter nest;
  private final Machine machine;
  private final BodyWriter body;
  private final FoldResults results;

  /** For each fold where its values begin in a row. */
  private final int[] starts;

  /** The rows of partial results: one for largest and smallest values, which have no order. */
  private final int rows;

  /** The elements of a block. */
  private final int elements;

  private final int rowBytes;
  private final int partials;
  private final int identities;
  private final int tree;
  private final int filled;
  private final int blocks;
  private final int left;
  private int count;

  ColumnFolds(LoopWriter nest, Stage.Reduce stage, BodyWriter body, FoldResults results) {
    this.nest = nest;
    this.machine = nest.machine;
    this.body = body;
    this.results = results;
    boolean ordered = stage.folds().stream().anyMatch(fold -> !FoldResults.isExtreme(fold));
    rows = ordered ? Kernel.Loop.PARTIALS : 1;
    elements = ordered ? stage.block() : Integer.MAX_VALUE;
    starts = new int[stage.folds().size()];
    int bytes = 0;
    for (int f = 0; f < starts.length; f++) {
      starts[f] = bytes;
      bytes += nest.columns() * results.type(f).bytes();
    }
    rowBytes = bytes;
    partials = nest.block.room(rows * rowBytes);
    identities = nest.block.room(rowBytes);
    tree = nest.block.room(LEVELS * rowBytes);
    filled = nest.block.word();
    blocks = nest.block.word();
    left = nest.block.word();
  }

  /** Writes a row of what partial results start with, once for all rows of the kernel. */
  void prepare() {
    Label head = machine.label();
    machine.set(machine.lane(), 0);
    machine.bind(head);
    for (int f = 0; f < starts.length; f++) {
      machine.copy(results.type(f), 0, results.identity(f));
      machine.keep(results.type(f), inRow(machine.block(), identities, f), 0);
    }
    machine.increase(machine.lane(), machine.lanes);
    machine.branchIf(Machine.Relation.LESS, machine.lane(), nest.columns(), head);
  }

  private Place inRow(int base, int distance, int fold) {
    return new Place(base, results.type(fold).bytes(), distance + starts[fold]);
  }

  /** Writes the state before the first element of some columns, whose number is in a word of the block. */
  void begin(int columns) {
    count = columns;
    int zero = machine.temporary(0);
    machine.set(zero, 0);
    machine.put(machine.slot(filled), zero);
    machine.put(machine.slot(blocks), zero);
  }

  /** Writes the folding of one element of each column. */
  void take(int[] positions) {
    int number = machine.temporary(0);
    int to = machine.partial(0);
    int from = machine.partial(1);
    Label later = machine.label();
    Label open = machine.label();
    machine.get(number, machine.slot(filled));
    machine.move(to, number);
    machine.and(to, rows - 1);
    machine.set(from, rowBytes);
    machine.multiply(to, from);
    machine.add(to, machine.block());
    machine.move(from, to);
    machine.branchIf(Machine.Relation.AT_LEAST, number, rows, later);
    // The first element of a partial result is folded with what all start with.
    machine.move(from, machine.block());
    machine.increase(from, (long) identities - partials);
    machine.bind(later);
    // Rows that lie apart are not read ahead by themselves.
    body.prefetch(positions, nest.columns());
    nest.lanes.write(
        body,
        positions,
        count,
        _ -> {
          for (int f = 0; f < starts.length; f++) {
            int register = machine.passing(results.type(f));
            int further = body.further() * results.type(f).bytes();
            int folded = machine.operand(inRow(from, partials, f).plus(further));
            results.fold(f, register, folded, results.number(body, f));
            machine.keep(results.type(f), inRow(to, partials, f).plus(further), register);
          }
        });
    machine.get(number, machine.slot(filled));
    machine.increase(number, 1);
    machine.put(machine.slot(filled), number);
    machine.branchIf(Machine.Relation.LESS, number, elements, open);
    foldBlock();
    machine.bind(open);
  }

  /** What is done for each vector of columns of a fold. */
  private interface Columns {
    void write(int fold);
  }

  /** Writes a loop over the vectors of a row; the last one may reach beyond the columns. */
  private void columns(Columns columns) {
    Label head = machine.label();
    machine.set(machine.lane(), 0);
    machine.get(machine.limit(), machine.slot(count));
    machine.bind(head);
    for (int f = 0; f < starts.length; f++) {
      columns.write(f);
    }
    machine.increase(machine.lane(), machine.lanes);
    machine.branch(Machine.Relation.LESS, machine.lane(), machine.limit(), head);
  }

  /** Folds rows of the same columns: the row at {@code to} becomes the fold of {@code a} and {@code b}. */
  private void foldRows(int to, int toDistance, int a, int aDistance, int b, int bDistance) {
    columns(
        f -> {
          machine.copy(results.type(f), 0, machine.operand(inRow(a, aDistance, f)));
          results.fold(f, 0, 0, machine.operand(inRow(b, bDistance, f)));
          machine.keep(results.type(f), inRow(to, toDistance, f), 0);
        });
  }

  private void copyRow(int to, int toDistance, int from, int fromDistance) {
    columns(
        f -> {
          machine.copy(results.type(f), 0, machine.operand(inRow(from, fromDistance, f)));
          machine.keep(results.type(f), inRow(to, toDistance, f), 0);
        });
  }

  /** Writes the end of a block: its partial results are folded in halves, and the result enters the tree. */
  private void foldBlock() {
    nest.note("end of the block");
    int there = machine.temporary(0);
    int low = machine.partial(0);
    int high = machine.partial(1);
    machine.get(there, machine.slot(filled));
    nest.atMost(there, rows);
    machine.put(machine.slot(filled), there);
    for (int half = rows / 2; half > 0; half /= 2) {
      Label next = machine.label();
      Label head = machine.label();
      machine.get(there, machine.slot(filled));
      machine.branchIf(Machine.Relation.LESS, there, half + 1, next);
      machine.increase(there, -half);
      machine.put(machine.slot(left), there);
      machine.move(low, machine.block());
      machine.move(high, machine.block());
      machine.increase(high, (long) half * rowBytes);
      machine.bind(head);
      foldRows(low, partials, low, partials, high, partials);
      machine.increase(low, rowBytes);
      machine.increase(high, rowBytes);
      machine.get(there, machine.slot(left));
      machine.increase(there, -1);
      machine.put(machine.slot(left), there);
      machine.branchIf(Machine.Relation.NOT_EQUAL, there, 0, head);
      machine.set(there, half);
      machine.put(machine.slot(filled), there);
      machine.bind(next);
    }
    push();
    machine.set(there, 0);
    machine.put(machine.slot(filled), there);
    machine.get(there, machine.slot(blocks));
    machine.increase(there, 1);
    machine.put(machine.slot(blocks), there);
  }

  /** Takes the result of a block, in the first row, into the tree. */
  private void push() {
    int level = machine.partial(0);
    int rest = machine.temporary(0);
    Label head = machine.label();
    Label place = machine.label();
    machine.move(level, machine.block());
    machine.get(rest, machine.slot(blocks));
    machine.put(machine.slot(left), rest);
    machine.bind(head);
    machine.get(rest, machine.slot(left));
    machine.and(rest, 1);
    machine.branchIf(Machine.Relation.EQUAL, rest, 0, place);
    foldRows(machine.block(), partials, level, tree, machine.block(), partials);
    climb(level);
    machine.jump(head);
    machine.bind(place);
    copyRow(level, tree, machine.block(), partials);
  }

  private void climb(int level) {
    int rest = machine.temporary(0);
    machine.increase(level, rowBytes);
    machine.get(rest, machine.slot(left));
    machine.shiftRight(rest, 1);
    machine.put(machine.slot(left), rest);
  }

  /** Writes the end of the folds: their results are rows of memory. */
  void finish() {
    int rest = machine.temporary(0);
    Label last = machine.label();
    Label combine = machine.label();
    machine.get(rest, machine.slot(filled));
    machine.branchIf(Machine.Relation.NOT_EQUAL, rest, 0, last);
    machine.get(rest, machine.slot(blocks));
    machine.branchIf(Machine.Relation.NOT_EQUAL, rest, 0, combine);
    copyRow(machine.block(), partials, machine.block(), identities);
    machine.bind(last);
    foldBlock();
    machine.bind(combine);
    combine();
    columns(
        f -> {
          machine.copy(results.type(f), 0, machine.operand(inRow(machine.block(), partials, f)));
          results.keepLanes(f);
        });
  }

  /** Folds the tree, from its lowest level on, into the first row of the partial results. */
  private void combine() {
    int level = machine.partial(0);
    int rest = machine.temporary(0);
    Label lowest = machine.label();
    Label found = machine.label();
    Label head = machine.label();
    Label end = machine.label();
    machine.move(level, machine.block());
    machine.get(rest, machine.slot(blocks));
    machine.put(machine.slot(left), rest);
    machine.bind(lowest);
    machine.get(rest, machine.slot(left));
    machine.and(rest, 1);
    machine.branchIf(Machine.Relation.NOT_EQUAL, rest, 0, found);
    climb(level);
    machine.jump(lowest);
    machine.bind(found);
    copyRow(machine.block(), partials, level, tree);
    machine.bind(head);
    climb(level);
    machine.branchIf(Machine.Relation.EQUAL, rest, 0, end);
    machine.and(rest, 1);
    machine.branchIf(Machine.Relation.EQUAL, rest, 0, head);
    foldRows(machine.block(), partials, level, tree, machine.block(), partials);
    machine.jump(head);
    machine.bind(end);
  }
}
