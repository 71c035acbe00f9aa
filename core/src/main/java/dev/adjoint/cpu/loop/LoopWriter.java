package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.KernelPrinter;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a loop kernel as machine code: the loops over rows, reduction axes and lanes. Where accesses stand is kept in the {@link
 * Block}; the loop over lanes has addresses in registers.
 */
final class LoopWriter {
  /** The bytes of a block of columns, where lanes lie along a parallel axis: its partial results stay in the first cache. */
  private static final int COLUMN_BYTES = 512;

  final LoopShape shape;
  final Kernel.Loop kernel;
  final Machine machine;
  final Block block;

  private final Place[] scalars;
  private final @Nullable Place[] iotas;
  private final Place[] reduced;
  private final Place[] elements = new Place[3];
  private final List<List<Stage.Store>> kept;
  private final @Nullable CodeListing listing;

  /** Whether results go past the caches, see {@link Streaming}. */
  final boolean streams;

  final LaneLoops lanes;

  private Place[] spills = {};
  private int spillCount;

  /** Code at some positions: for each access the place in the block that holds its address. */
  interface Inner {
    void write(int[] positions);
  }

  /**
   * A writer.
   *
   * @param kept for each stage what it keeps, see {@link RowReuse}
   * @param streams whether results go past the caches, see {@link Streaming}
   * @param listing to which is added what the code does, or null
   */
  LoopWriter(
      LoopShape shape,
      List<List<Stage.Store>> kept,
      Machine machine,
      boolean streams,
      @Nullable CodeListing listing) {
    this.kept = kept;
    this.streams = streams;
    this.listing = listing;
    this.shape = shape;
    this.kernel = shape.kernel();
    this.machine = machine;
    block = new Block(shape);
    scalars = new Place[kernel.scalars().size()];
    iotas = new Place[kernel.accesses().size()];
    reduced = new Place[shape.reduced().size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = machine.slot(block.room(Long.BYTES * machine.lanes));
    }
    machine.passage = elements;
    lanes = new LaneLoops(this);
  }

  /** The code of the kernel. */
  byte[] write() {
    for (int r = 0; r < reduced.length; r++) {
      reduced[r] = reducedPlace(shape.reduced().get(r));
    }
    note("enter");
    machine.enter();
    for (int s = 0; s < scalars.length; s++) {
      DType type = kernel.scalars().get(s);
      int register = machine.passing(type);
      scalars[s] = machine.slot(block.room(machine.bytes(type)));
      machine.broadcast(type, register, machine.slot(block.scalars + s * Long.BYTES));
      machine.keep(type, scalars[s], register);
    }
    iotas();
    lanes.prepare();
    BodyWriter[] bodies = new BodyWriter[kernel.stages().size()];
    RowStage[] rows = new RowStage[bodies.length];
    ColumnFolds[] columns = new ColumnFolds[bodies.length];
    for (int s = 0; s < bodies.length; s++) {
      bodies[s] = new BodyWriter(this, new StageBody(shape, kernel.stages().get(s), kept.get(s)));
      if (kernel.stages().get(s) instanceof Stage.Reduce reduce) {
        var results = new FoldResults(this, reduce, shape.firstSlot(s));
        if (kernel.laneReduces()) {
          rows[s] =
              RowExtremes.fits(machine, reduce)
                  ? new RowExtremes(this, reduce, bodies[s], results)
                  : RowFolds.fits(shape, reduce)
                      ? new RowFolds(this, reduce, bodies[s], results)
                      : new RowParts(this, reduce, bodies[s], results);
        } else {
          columns[s] = new ColumnFolds(this, reduce, bodies[s], results);
          columns[s].prepare();
        }
      }
    }
    int[] bases = new int[kernel.accesses().size()];
    for (int a = 0; a < bases.length; a++) {
      bases[a] = Block.BASES + a * Long.BYTES;
    }
    for (int a = 0; a < bases.length; a++) {
      if (base(a) >= 0) {
        machine.get(base(a), machine.slot(bases[a]));
      }
    }
    Label row = machine.label();
    machine.bind(row);
    if (kernel.reduceRank() == 0) {
      lanes.write(bodies[0], bases, Block.COLUMNS, bodies[0]::store);
    } else if (kernel.laneReduces()) {
      for (int s = 0; s < bodies.length; s++) {
        rowStage(kernel.stages().get(s), bodies[s], rows[s], bases);
      }
    } else {
      chunks(bodies, columns, bases);
    }
    note("next row");
    int left = machine.temporary(0);
    for (int a = 0; a < bases.length; a++) {
      Place stride = machine.slot(block.stride(a, LoopCode.ROW));
      if (base(a) >= 0) {
        machine.addFrom(base(a), stride);
        machine.put(machine.slot(bases[a]), base(a));
      } else {
        machine.get(left, stride);
        machine.addTo(machine.slot(bases[a]), left);
      }
    }
    machine.get(left, machine.slot(Block.ROWS));
    machine.increase(left, -1);
    machine.put(machine.slot(Block.ROWS), left);
    machine.branchIf(Machine.Relation.NOT_EQUAL, left, 0, row);
    if (streams) {
      machine.fence();
    }
    machine.leave();
    note("constants");
    return machine.finish();
  }

  /** The register that holds the address of an access for all rows, so that short rows do not wait for memory; or -1. */
  int base(int access) {
    return access < firstPointer() ? machine.pointer(access) : -1;
  }

  /** The first register for addresses that holds none for all rows: most loads at distances leave two free. */
  int firstPointer() {
    int accesses = kernel.accesses().size();
    return kernel.reduceRank() == 0 && accesses <= machine.pointers() - 2 ? accesses : 0;
  }

  private Place reducedPlace(DType type) {
    if (kernel.laneReduces()) {
      return machine.slot(block.room(machine.bytes(type)));
    }
    int scale = type == DType.BOOL ? (machine.masks() == 0 ? machine.unit : 1) : type.bytes();
    return new Place(machine.block(), scale, block.room(columns() * Math.max(scale, 1)));
  }

  /** Writes for each strided access that is an index, or gathered, the steps of the lanes of a vector. */
  private void iotas() {
    boolean[] used = new boolean[iotas.length];
    for (Stage stage : kernel.stages()) {
      for (Instr instr : stage.body()) {
        if (instr instanceof Instr.Index index) {
          used[index.access()] = true;
        } else if (instr instanceof Instr.Load load) {
          used[load.access()] |= machine.gathers(kernel.accesses().get(load.access()).dtype());
        }
      }
    }
    for (int a = 0; a < iotas.length; a++) {
      Access access = kernel.accesses().get(a);
      if (used[a] && access.lane() == Access.Lane.STRIDED) {
        Place slot = machine.slot(block.room(machine.bytes(DType.I32)));
        int stride = machine.temporary(0);
        int register = machine.passing(DType.I32);
        machine.get(stride, laneStride(a));
        machine.shiftRight(stride, Integer.numberOfTrailingZeros(LoopShape.unit(access)));
        machine.splat(register, stride);
        machine.apply(ScalarOp.MUL, DType.I32, DType.I32, register, register, machine.iota(), -1);
        machine.keep(DType.I32, slot, register);
        iotas[a] = slot;
      }
    }
  }

  /** Says in the listing, if there is one, what the code from here on does. */
  void note(String text) {
    if (listing != null) {
      listing.add(machine.size(), text);
    }
  }

  /** The same for a value. */
  void note(int value, Instr instr) {
    if (listing != null) {
      note("  " + KernelPrinter.value(value, instr));
    }
  }

  /** The operand with what an index access adds in each lane. */
  int iota(int access) {
    Place place = iotas[access];
    return place == null ? machine.iota() : machine.operand(place);
  }

  Place scalar(int argument) {
    return scalars[argument];
  }

  /** The place of the result of a reduction, for lanes that lie further on. */
  Place reduced(int slot, int further) {
    return reduced[slot].plus(further * reduced[slot].scale());
  }

  /** The place of an access' stride along the lanes. */
  Place laneStride(int access) {
    return machine.slot(block.stride(access, LoopCode.LANE));
  }

  /** One of three places for the elements of a vector. */
  Place elements(int number) {
    return elements[number];
  }

  /** The place of a value that has no register. */
  Place spill(int number) {
    if (number >= spills.length) {
      spills = Arrays.copyOf(spills, Math.max(8, 2 * number));
    }
    for (; spillCount <= number; spillCount++) {
      spills[spillCount] = machine.slot(block.room(machine.unit * machine.lanes));
    }
    return spills[number];
  }

  /** The number of columns of a block, where lanes lie along a parallel axis. */
  int columns() {
    return COLUMN_BYTES / shape.widest();
  }

  private void rowStage(Stage stage, BodyWriter body, @Nullable RowStage folds, int[] bases) {
    switch (stage) {
      case Stage.Reduce _ -> {
        RowStage fold = Objects.requireNonNull(folds);
        fold.begin();
        reduceLoops(stage, bases, fold::take);
        fold.finish();
      }
      case Stage.Map _ ->
          reduceLoops(stage, bases, p -> lanes.write(body, p, Block.COLUMNS, body::store));
      case Stage.Finish _ -> {
        body.begin(bases);
        body.store(BodyWriter.Lanes.ONE);
      }
    }
  }

  /** Writes the loop over blocks of columns, with all stages for each. */
  private void chunks(BodyWriter[] bodies, ColumnFolds[] folds, int[] bases) {
    int done = block.word();
    int count = block.word();
    int register = machine.temporary(0);
    int other = machine.temporary(1);
    machine.set(register, 0);
    machine.put(machine.slot(done), register);
    Label head = machine.label();
    machine.bind(head);
    int[] here = new int[bases.length];
    for (int a = 0; a < bases.length; a++) {
      here[a] = block.word();
      machine.get(register, machine.slot(done));
      machine.multiplyFrom(register, laneStride(a));
      machine.addFrom(register, machine.slot(bases[a]));
      machine.put(machine.slot(here[a]), register);
    }
    machine.get(register, machine.slot(Block.COLUMNS));
    machine.get(other, machine.slot(done));
    machine.subtract(register, other);
    atMost(register, columns());
    machine.put(machine.slot(count), register);
    for (int s = 0; s < bodies.length; s++) {
      Stage stage = kernel.stages().get(s);
      BodyWriter body = bodies[s];
      switch (stage) {
        case Stage.Reduce _ -> {
          ColumnFolds fold = folds[s];
          fold.begin(count);
          reduceLoops(stage, here, fold::take);
          fold.finish();
        }
        case Stage.Map _ -> reduceLoops(stage, here, p -> lanes.write(body, p, count, body::store));
        case Stage.Finish _ -> lanes.write(body, here, count, body::store);
      }
    }
    machine.get(register, machine.slot(done));
    machine.increase(register, columns());
    machine.put(machine.slot(done), register);
    machine.get(other, machine.slot(Block.COLUMNS));
    machine.branch(Machine.Relation.LESS, register, other, head);
  }

  /** Makes a register hold no more than a number. */
  void atMost(int register, int number) {
    Label end = machine.label();
    machine.branchIf(Machine.Relation.LESS, register, number, end);
    machine.set(register, number);
    machine.bind(end);
  }

  /** Writes the loops over the reduction axes around the lanes. */
  private void reduceLoops(Stage stage, int[] from, Inner inner) {
    reduceLoops(0, shape.touched(stage), from, inner);
  }

  private void reduceLoops(int axis, boolean[] touched, int[] from, Inner inner) {
    if (axis == shape.loops()) {
      inner.write(from);
      return;
    }
    int register = machine.temporary(0);
    int[] here = from.clone();
    for (int a = 0; a < here.length; a++) {
      if (touched[a]) {
        here[a] = block.word();
        machine.get(register, machine.slot(from[a]));
        machine.put(machine.slot(here[a]), register);
      }
    }
    Label head = machine.label();
    Label end = machine.label();
    int left = block.word();
    machine.get(register, machine.slot(block.sizes + axis * Long.BYTES));
    machine.branchIf(Machine.Relation.EQUAL, register, 0, end);
    machine.put(machine.slot(left), register);
    machine.bind(head);
    reduceLoops(axis + 1, touched, here, inner);
    for (int a = 0; a < here.length; a++) {
      if (touched[a]) {
        machine.get(register, machine.slot(block.stride(a, LoopCode.REDUCE + axis)));
        machine.addTo(machine.slot(here[a]), register);
      }
    }
    machine.get(register, machine.slot(left));
    machine.increase(register, -1);
    machine.put(machine.slot(left), register);
    machine.branchIf(Machine.Relation.NOT_EQUAL, register, 0, head);
    machine.bind(end);
  }
}
