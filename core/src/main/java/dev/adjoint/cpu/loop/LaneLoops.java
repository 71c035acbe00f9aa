package dev.adjoint.cpu.loop;

import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;

/** Writes the loops over the lanes of a row: over whole vectors, one or some at once, and over the last lanes. */
final class LaneLoops {
  private final LoopWriter nest;
  private final Machine machine;

  /** Whether all rows of lanes end with the same lanes. */
  private final boolean tailsAreEqual;

  /** Code for what is done with the values of a vector of lanes, {@link BodyWriter#further} on from the lane register. */
  interface Vector {
    void write(BodyWriter.Lanes lanes);
  }

  LaneLoops(LoopWriter nest) {
    this.nest = nest;
    this.machine = nest.machine;
    tailsAreEqual = tailsAreEqual(nest.shape);
  }

  /** Lanes of several axes, and the results of blocks, are folded in parts of any length; columns are cut into blocks. */
  private static boolean tailsAreEqual(LoopShape shape) {
    Kernel.Loop kernel = shape.kernel();
    if (!kernel.laneReduces()) {
      return kernel.reduceRank() == 0;
    }
    for (Stage stage : kernel.stages()) {
      if (stage instanceof Stage.Reduce reduce && !RowFolds.fits(shape, reduce)) {
        return false;
      }
    }
    return shape.loops() == 0;
  }

  /** Writes what is done once for all rows of the kernel. */
  void prepare() {
    if (tailsAreEqual) {
      int tail = machine.temporary(0);
      machine.get(tail, machine.slot(Block.COLUMNS));
      machine.and(tail, machine.lanes - 1);
      machine.put(machine.slot(Block.TAIL), tail);
      machine.beginTail();
    }
  }

  /**
   * Writes a loop over the lanes of a row from some positions on, in which each vector is independent of all others; {@code
   * count} is where their number is. Where positions are checked, there are two such loops: the first one goes over to the
   * second, which reads only what is in range, at the first vector that has a position out of range.
   */
  void write(BodyWriter body, int[] positions, int count, Vector each) {
    machine.set(machine.lane(), 0);
    Label general = machine.label();
    Label end = machine.label();
    if (body.canTrust()) {
      nest.note("lanes in range");
      body.beginTrusting(positions, general);
      row(body, count, 0, 1, each);
      body.endTrusting();
      machine.jump(end);
    }
    machine.bind(general);
    nest.note("lanes");
    body.begin(positions);
    row(body, count, 0, body.isLong() ? body.atOnce() : 1, each);
    machine.bind(end);
  }

  /**
   * The same, with some registers, from the highest down, that hold something else.
   *
   * @param atOnce how many vectors are taken at once, as long as there are as many
   * @param before code that loads the registers
   */
  void write(
      BodyWriter body,
      int[] positions,
      int count,
      int reserved,
      int atOnce,
      Runnable before,
      Vector each) {
    nest.note("lanes");
    body.begin(positions);
    before.run();
    machine.set(machine.lane(), 0);
    row(body, count, reserved, atOnce, each);
  }

  /** Writes loops over the lanes of a row from the current lane on. */
  private void row(BodyWriter body, int count, int reserved, int atOnce, Vector each) {
    Label end = machine.label();
    if (atOnce > 1) {
      vectors(body, count, reserved, atOnce, each);
    }
    vectors(body, count, reserved, 1, each);
    nest.note("last lanes");
    machine.get(machine.limit(), machine.slot(count));
    machine.subtract(machine.limit(), machine.lane());
    machine.branchIf(Machine.Relation.EQUAL, machine.limit(), 0, end);
    beginTail(machine.limit());
    body.vector(BodyWriter.Lanes.TAIL, 0, reserved);
    each.write(BodyWriter.Lanes.TAIL);
    machine.bind(end);
  }

  /** Makes tail operations work on the first lanes, as many as a register says, unless all tails of the kernel are the same. */
  void beginTail(int lanes) {
    if (!tailsAreEqual) {
      machine.put(machine.slot(Block.TAIL), lanes);
      machine.beginTail();
    }
  }

  /** Writes a loop that takes some whole vectors at once, as long as there are as many; in turns if all registers are theirs. */
  private void vectors(BodyWriter body, int count, int reserved, int atOnce, Vector each) {
    int lane = machine.lane();
    int limit = machine.limit();
    Label head = machine.label();
    Label end = machine.label();
    machine.get(limit, machine.slot(count));
    machine.and(limit, -machine.lanes * atOnce);
    machine.branch(Machine.Relation.AT_LEAST, lane, limit, end);
    boolean inTurns = atOnce > 1 && reserved == 0;
    body.pin(reserved, inTurns ? atOnce : 1);
    machine.head(head);
    if (inTurns) {
      body.vectors(atOnce);
    }
    for (int k = 0; k < atOnce; k++) {
      if (inTurns) {
        body.turn(k);
      } else {
        body.vector(BodyWriter.Lanes.ALL, k * machine.lanes, reserved);
      }
      each.write(BodyWriter.Lanes.ALL);
    }
    machine.increase(lane, atOnce * machine.lanes);
    machine.branch(Machine.Relation.LESS, lane, limit, head);
    body.unpin();
    machine.bind(end);
  }
}
