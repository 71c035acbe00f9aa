package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.kernel.Stage;

/**
 * Writes the folds of a stage whose lanes are elements of one fold, if all look for largest or smallest values: these are exact
 * in any order, so a vector of lanes is enough.
 */
final class RowExtremes implements RowStage {
  private final LoopWriter nest;
  private final Machine machine;
  private final BodyWriter body;
  private final FoldResults results;

  /** For each fold the first of its registers, and where they are kept between rows of lanes. */
  private final int[] registers;

  private final int[] kept;
  private final int reserved;

  RowExtremes(LoopWriter nest, Stage.Reduce stage, BodyWriter body, FoldResults results) {
    this.nest = nest;
    this.machine = nest.machine;
    this.body = body;
    this.results = results;
    registers = new int[stage.folds().size()];
    kept = new int[registers.length];
    int next = machine.vectors();
    for (int f = 0; f < registers.length; f++) {
      int count = machine.extremeRegisters(results.type(f));
      next -= count;
      registers[f] = next;
      kept[f] = nest.block.room(count * machine.bytes(results.type(f)));
    }
    reserved = machine.vectors() - next;
  }

  /** Whether a stage is of this kind, and leaves registers for its values. */
  static boolean fits(Machine machine, Stage.Reduce stage) {
    int registers = 0;
    for (Stage.Fold fold : stage.folds()) {
      if (!LoopWriter.isExtreme(fold)) {
        return false;
      }
      registers += machine.extremeRegisters(fold.type().folded());
    }
    return registers <= machine.vectors() / 2;
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
      for (int r = 0; r < machine.extremeRegisters(type); r++) {
        machine.copy(type, 0, results.identity(f));
        machine.keep(type, kept(f, r), 0);
      }
    }
  }

  @Override
  public void take(int[] positions) {
    boolean once = nest.shape.loops() == 0;
    nest.lanes(
        body,
        positions,
        Block.COLUMNS,
        reserved,
        () -> open(once),
        lanes -> {
          for (int f = 0; f < registers.length; f++) {
            int value = results.number(body, f);
            if (lanes == BodyWriter.Lanes.TAIL) {
              int passing = machine.passing(results.type(f));
              machine.ofTail(results.type(f), passing, value, results.identity(f));
              value = passing;
            }
            machine.takeExtreme(results.operation(f), results.type(f), registers[f], value);
          }
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
      machine.beginExtreme(results.type(f), registers[f], results.identity(f));
    }
  }

  /** Loads the registers, or stores them. */
  private void pass(boolean loads) {
    for (int f = 0; f < registers.length; f++) {
      DType type = results.type(f);
      for (int r = 0; r < machine.extremeRegisters(type); r++) {
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
      machine.endExtreme(results.operation(f), type, registers[f]);
      machine.copy(type, 0, registers[f]);
      machine.foldLanes(results.operation(f), type, 0, 1);
      results.keep(f);
    }
  }
}
