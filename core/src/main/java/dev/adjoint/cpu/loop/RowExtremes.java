package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.kernel.Stage;

/**
 * Writes the folds of a stage whose lanes are elements of one fold, if all look for largest or smallest values. These are exact
 * in any order, so each fold has some sets of registers that take turns, and none waits for the vector before.
 */
final class RowExtremes implements RowStage {
  /** The vectors that are taken at once, where the body is short. */
  private static final int AT_ONCE = 4;

  private final LoopWriter nest;
  private final Machine machine;
  private final BodyWriter body;
  private final FoldResults results;

  private final int atOnce;
  private final int sets;

  /** For each fold the first of its registers, and where they are kept between rows of lanes. */
  private final int[] registers;

  private final int[] kept;
  private final int reserved;

  /** The set whose turn it is. */
  private int turn;

  RowExtremes(LoopWriter nest, Stage.Reduce stage, BodyWriter body, FoldResults results) {
    this.nest = nest;
    this.machine = nest.machine;
    this.body = body;
    this.results = results;
    registers = new int[stage.folds().size()];
    kept = new int[registers.length];
    atOnce = stage.body().size() <= PartialResults.SHORT ? AT_ONCE : 1;
    sets = Math.clamp(machine.vectors() / (2 * registers(machine, stage)), 1, atOnce);
    int next = machine.vectors();
    for (int f = 0; f < registers.length; f++) {
      int count = sets * machine.extremeRegisters(results.type(f));
      next -= count;
      registers[f] = next;
      kept[f] = nest.block.room(count * machine.bytes(results.type(f)));
    }
    reserved = machine.vectors() - next;
  }

  /** Whether a stage is of this kind, and leaves registers for its values. */
  static boolean fits(Machine machine, Stage.Reduce stage) {
    for (Stage.Fold fold : stage.folds()) {
      if (!FoldResults.isExtreme(fold)) {
        return false;
      }
    }
    return registers(machine, stage) <= machine.vectors() / 2;
  }

  /** The registers of a set for each fold. */
  private static int registers(Machine machine, Stage.Reduce stage) {
    int registers = 0;
    for (Stage.Fold fold : stage.folds()) {
      registers += machine.extremeRegisters(fold.type().folded());
    }
    return registers;
  }

  private int registers(int fold) {
    return sets * machine.extremeRegisters(results.type(fold));
  }

  private Place kept(int fold, int register) {
    return machine.slot(kept[fold] + register * machine.bytes(results.type(fold)));
  }

  @Override
  public void begin() {
    if (nest.shape.loops() == 0) {
      return;
    }
    for (int f = 0; f < registers.length; f++) {
      DType type = results.type(f);
      for (int r = 0; r < registers(f); r++) {
        machine.copy(type, 0, results.identity(f));
        machine.keep(type, kept(f, r), 0);
      }
    }
  }

  @Override
  public void take(int[] positions) {
    boolean once = nest.shape.loops() == 0;
    nest.lanes.write(
        body,
        positions,
        Block.COLUMNS,
        reserved,
        atOnce,
        () -> open(once),
        lanes -> {
          for (int f = 0; f < registers.length; f++) {
            int value = results.number(body, f);
            if (lanes == BodyWriter.Lanes.TAIL) {
              int passing = machine.passing(results.type(f));
              machine.ofTail(results.type(f), passing, value, results.identity(f));
              value = passing;
            }
            int set = registers[f] + turn * machine.extremeRegisters(results.type(f));
            machine.takeExtreme(results.operation(f), results.type(f), set, value);
          }
          turn = (turn + 1) % sets;
        });
    if (!once) {
      pass(false);
    }
  }

  /** Makes the registers those of a search that begins, or goes on. */
  private void open(boolean begins) {
    if (!begins) {
      pass(true);
      return;
    }
    for (int f = 0; f < registers.length; f++) {
      for (int r = 0; r < registers(f); r++) {
        machine.copy(results.type(f), registers[f] + r, results.identity(f));
      }
    }
  }

  /** Loads the registers, or stores them. */
  private void pass(boolean loads) {
    for (int f = 0; f < registers.length; f++) {
      DType type = results.type(f);
      for (int r = 0; r < registers(f); r++) {
        if (loads) {
          machine.copy(type, registers[f] + r, machine.operand(kept(f, r)));
        } else {
          machine.keep(type, kept(f, r), registers[f] + r);
        }
      }
    }
  }

  @Override
  public void finish() {
    if (nest.shape.loops() > 0) {
      pass(true);
    }
    for (int f = 0; f < registers.length; f++) {
      DType type = results.type(f);
      int count = machine.extremeRegisters(type);
      for (int s = 1; s < sets; s++) {
        machine.joinExtreme(results.operation(f), type, registers[f], registers[f] + s * count);
      }
      machine.endExtreme(results.operation(f), type, registers[f]);
      machine.copy(type, 0, registers[f]);
      machine.foldLanes(results.operation(f), type, 0, 1);
      results.keep(f);
    }
  }
}
