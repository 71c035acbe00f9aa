package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;

/**
 * Writes the folding of lanes into the partial results of a block of elements, in the order of {@link Kernel.Loop}. They lie in
 * memory; where the body is short, they are in registers while whole rounds of them are folded.
 */
final class PartialResults {
  /** The number of partial results. */
  static final int COUNT = Kernel.Loop.PARTIALS;

  /** Bodies up to this many values for each fold are written several times in a loop. */
  static final int SHORT = 14;

  private final Machine machine;
  private final BodyWriter body;
  private final FoldResults results;

  /** For each fold where its partial results are in the block. */
  private final int[] places;

  /** The vectors of a round of partial results. */
  private final int copies;

  /** The first of the registers for partial results, or -1 if they stay in memory. */
  private final int firstRegister;

  PartialResults(LoopWriter nest, Stage.Reduce stage, BodyWriter body, FoldResults results) {
    this.machine = nest.machine;
    this.body = body;
    this.results = results;
    copies = COUNT / machine.lanes;
    places = new int[results.count()];
    int registers = copies * places.length;
    // A third of the registers is left for values.
    firstRegister =
        stage.body().size() <= SHORT * places.length && 3 * registers <= 2 * machine.vectors()
            ? machine.vectors() - registers
            : -1;
    for (int f = 0; f < places.length; f++) {
      // A vector may reach beyond the last partial result.
      places[f] = nest.block.room((COUNT + machine.lanes) * results.type(f).bytes());
    }
  }

  private Place place(int fold, int vector) {
    return machine.slot(places[fold] + vector * machine.lanes * results.type(fold).bytes());
  }

  private int register(int fold, int vector) {
    return firstRegister + fold * copies + vector;
  }

  /** Makes them what folds begin with, in memory. */
  void clear() {
    for (int f = 0; f < places.length; f++) {
      machine.copy(results.type(f), 0, results.identity(f));
      for (int k = 0; k < copies; k++) {
        machine.keep(results.type(f), place(f, k), 0);
      }
    }
  }

  /** Makes them what folds begin with, in registers if they have some. */
  void open() {
    if (firstRegister < 0) {
      clear();
      return;
    }
    for (int f = 0; f < places.length; f++) {
      for (int k = 0; k < copies; k++) {
        machine.copy(results.type(f), register(f, k), results.identity(f));
      }
    }
  }

  /** Moves those in registers to memory. */
  void keep() {
    for (int f = 0; f < places.length && firstRegister >= 0; f++) {
      for (int k = 0; k < copies; k++) {
        machine.keep(results.type(f), place(f, k), register(f, k));
      }
    }
  }

  /** Moves those that have registers there. */
  void load() {
    for (int f = 0; f < places.length && firstRegister >= 0; f++) {
      for (int k = 0; k < copies; k++) {
        machine.copy(results.type(f), register(f, k), machine.operand(place(f, k)));
      }
    }
  }

  /** Writes the loop over lanes up to the limit, which fill rounds of all partial results. */
  void rounds() {
    Label head = machine.label();
    if (firstRegister >= 0) {
      int reserved = machine.vectors() - firstRegister;
      body.pin(reserved, 1);
      machine.head(head);
      for (int k = 0; k < copies; k++) {
        body.vector(BodyWriter.Lanes.ALL, k * machine.lanes, reserved);
        for (int f = 0; f < places.length; f++) {
          results.fold(f, register(f, k), register(f, k), results.number(body, f));
        }
      }
      machine.increase(machine.lane(), COUNT);
    } else {
      int row = machine.partial(0);
      int vectors = body.atOnce();
      body.pin(0, vectors);
      machine.set(row, 0);
      machine.head(head);
      body.vectors(vectors);
      for (int k = 0; k < vectors; k++) {
        body.turn(k);
        fold(k);
      }
      machine.increase(row, vectors * machine.lanes);
      machine.and(row, COUNT - 1);
      machine.increase(machine.lane(), vectors * machine.lanes);
    }
    machine.branch(Machine.Relation.LESS, machine.lane(), machine.limit(), head);
    body.unpin();
  }

  /** Folds a vector of lanes into those in memory, from the one on that the row register tells. */
  void vector() {
    body.vector(BodyWriter.Lanes.ALL, 0, 0);
    fold(0);
  }

  /** The same for the lanes of the tail. */
  void tail() {
    body.vector(BodyWriter.Lanes.TAIL, 0, 0);
    for (int f = 0; f < places.length; f++) {
      int register = machine.passing(results.type(f));
      machine.ofTail(results.type(f), register, results.number(body, f), results.identity(f));
      fold(f, register, 0);
    }
  }

  private void fold(int vector) {
    for (int f = 0; f < places.length; f++) {
      fold(f, results.number(body, f), vector);
    }
  }

  private void fold(int fold, int value, int vector) {
    DType type = results.type(fold);
    int address = machine.temporary(0);
    machine.move(address, machine.partial(0));
    machine.shiftLeft(address, Integer.numberOfTrailingZeros(type.bytes()));
    machine.add(address, machine.block());
    Place place = new Place(address, 0, places[fold] + vector * machine.lanes * type.bytes());
    int register = machine.passing(type);
    results.fold(fold, register, machine.operand(place), value);
    machine.keep(type, place, register);
  }

  /** Folds those of a fold into register 0; they are in memory. */
  void endKept(int fold) {
    for (int k = 0; k < copies; k++) {
      machine.copy(results.type(fold), k, machine.operand(place(fold, k)));
    }
    end(fold, 0);
  }

  /** The same; they are in registers, if they have some. */
  void end(int fold) {
    if (firstRegister < 0) {
      endKept(fold);
    } else {
      end(fold, register(fold, 0));
    }
  }

  private void end(int fold, int first) {
    for (int half = copies / 2; half > 0; half /= 2) {
      for (int k = 0; k < half; k++) {
        results.fold(fold, first + k, first + k, first + k + half);
      }
    }
    machine.copy(results.type(fold), 0, first);
    machine.foldLanes(results.operation(fold), results.type(fold), 0, 1);
  }
}
