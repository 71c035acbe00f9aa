package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.Arrays;

/**
 * Writes the values of a stage: first those that are the same in all lanes, once, to memory; then, for each vector of lanes, the
 * others, in registers.
 */
final class BodyWriter {
  /** Which lanes code works on. */
  enum Lanes {
    /** All of a vector. */
    ALL,
    /** The first ones, as many as the block says. */
    TAIL,
    /** One, whose value is that of all. */
    ONE
  }

  private final LoopWriter nest;
  private final Machine machine;
  private final StageBody values;
  private final ElementLoops elements;

  /** For each uniform value its place, and for each load at a uniform distance the place of its address; else null. */
  private final Place[] kept;

  private final Place[] addresses;

  /** For each access the register of its address, or -1. */
  private final int[] pointers;

  /** The operands of values that are computed. */
  private final int[] operands;

  /** The registers of values that stay in one for all vectors. */
  private final int[] pins;

  private int[] positions = {};
  private int further;

  BodyWriter(LoopWriter nest, StageBody values) {
    this.nest = nest;
    this.machine = nest.machine;
    this.values = values;
    elements = new ElementLoops(nest);
    int n = values.body.size();
    kept = new Place[n];
    addresses = new Place[n];
    operands = new int[n];
    pins = new int[n];
    Arrays.fill(operands, -1);
    Arrays.fill(pins, -1);
    pointers = new int[nest.kernel.accesses().size()];
    for (int v = 0; v < n; v++) {
      if (values.isFrontier(v)) {
        kept[v] = machine.slot(nest.block.room(machine.bytes(type(v))));
      }
      if (isAtUniformDistance(v)) {
        addresses[v] = machine.slot(nest.block.word());
      }
    }
  }

  private DType type(int v) {
    return values.body.get(v).type();
  }

  private boolean isAtUniformDistance(int v) {
    return values.isComputed(v)
        && !values.uniform[v]
        && values.body.get(v) instanceof Instr.Load load
        && load.at() >= 0
        && values.uniform[load.at()];
  }

  /** Writes what is done once, before a loop over lanes from some positions on: for each access the place of its address. */
  void begin(int[] from) {
    positions = from;
    Arrays.fill(pointers, -1);
    if (values.uniforms.length > 0) {
      compute(values.uniforms, Lanes.ONE, allRegisters(), allMasks(), true);
    }
    for (int v = 0; v < addresses.length; v++) {
      if (addresses[v] != null && values.body.get(v) instanceof Instr.Load load) {
        int at = machine.temporary(0);
        machine.first(type(load.at()), at, operand(load.at()));
        scale(at, memory(load.access()).bytes());
        machine.addFrom(at, machine.slot(positions[load.access()]));
        machine.put(addresses[v], at);
      }
    }
    int next = 0;
    for (int a = 0; a < pointers.length && next < machine.pointers(); a++) {
      if (isDirect(a)) {
        pointers[a] = machine.pointer(next++);
        machine.get(pointers[a], machine.slot(positions[a]));
      }
    }
  }

  /** Whether values that differ between lanes read or write an access where it stands. */
  private boolean isDirect(int access) {
    if (nest.kernel.accesses().get(access).lane() != Access.Lane.CONTIGUOUS) {
      return false;
    }
    for (int v : values.varying) {
      if (v >= 0
          && values.body.get(v) instanceof Instr.Load load
          && load.access() == access
          && load.at() < 0) {
        return true;
      }
    }
    for (Stage.Store store : LoopShape.stores(values.stage)) {
      if (store.access() == access) {
        return true;
      }
    }
    for (Stage.Store store : values.kept) {
      if (store.access() == access) {
        return true;
      }
    }
    return false;
  }

  private void scale(int register, int bytes) {
    if (bytes > 1) {
      machine.shiftLeft(register, Integer.numberOfTrailingZeros(bytes));
    }
  }

  private int allRegisters() {
    return (int) ((1L << machine.vectors()) - 1);
  }

  /** Mask register 0 is left out: as a predicate it means that there is none. */
  private int allMasks() {
    return machine.masks() == 0 ? 0 : ((1 << machine.masks()) - 1) << nest.firstMask();
  }

  /**
   * Loads constants, and values of all lanes, that are used most to registers that neither the values nor {@code reserved} ones
   * need; loops over full vectors find them there.
   *
   * @param reserved the number of registers, from the highest down, that hold something else
   */
  void pin(int reserved) {
    int vectors = allRegisters() & (int) ((1L << (machine.vectors() - reserved)) - 1);
    int free = new Allocation(values, values.varying, vectors, allMasks()).free;
    int[] wanted = new int[values.body.size()];
    for (int v : values.varying) {
      if (v >= 0) {
        for (int operand : values.body.get(v).operands()) {
          wanted[operand]++;
        }
      }
    }
    for (int root : values.roots) {
      wanted[root]++;
    }
    while (free != 0) {
      int best = -1;
      for (int v = 0; v < wanted.length; v++) {
        if (wanted[v] > (best < 0 ? 0 : wanted[best]) && isPinned(v)) {
          best = v;
        }
      }
      if (best < 0) {
        return;
      }
      int register = 31 - Integer.numberOfLeadingZeros(free);
      free &= ~(1 << register);
      machine.copy(type(best), register, operand(best));
      pins[best] = register;
      wanted[best] = 0;
    }
  }

  private boolean isPinned(int v) {
    Instr instr = values.body.get(v);
    boolean constant =
        instr instanceof Instr.Literal
            || instr instanceof Instr.Scalar
            || (values.uniform[v] && (kept[v] != null || instr instanceof Instr.Reduced));
    return constant && pins[v] < 0 && (machine.masks() == 0 || type(v) != DType.BOOL);
  }

  /** Forgets what was loaded to registers. */
  void unpin() {
    Arrays.fill(pins, -1);
  }

  /**
   * Writes the values of a vector of lanes.
   *
   * @param distance how many lanes further on the vector lies than the lane register says
   * @param reserved the number of registers, from the highest down, that hold something else
   */
  void vector(Lanes lanes, int distance, int reserved) {
    further = distance;
    int vectors = allRegisters() & (int) ((1L << (machine.vectors() - reserved)) - 1);
    for (int pin : pins) {
      vectors &= pin < 0 ? -1 : ~(1 << pin);
    }
    Arrays.fill(operands, -1);
    compute(values.varying, lanes, vectors, allMasks(), false);
    for (Stage.Store store : values.kept) {
      // Rows have room for whole vectors.
      machine.store(memory(store.access()), place(-1, store.access()), operand(store.value()));
    }
  }

  private void compute(int[] order, Lanes lanes, int vectors, int masks, boolean keeps) {
    var allocation = new Allocation(values, order, vectors, masks);
    Label[] ends = new Label[values.body.size()];
    for (int v : order) {
      if (v < 0) {
        ends[~v] = machine.label();
        machine.branchIfAll(operand(((Instr.Apply) values.body.get(~v)).a()), ends[~v]);
        continue;
      }
      if (ends[v] != null) {
        machine.bind(ends[v]);
      }
      int where = allocation.where[v];
      int to = where >= 0 ? where : machine.passing(type(v));
      nest.note(v, values.body.get(v));
      value(v, to, lanes);
      operands[v] = to;
      if (where < 0) {
        Place slot = nest.spill(~where);
        machine.keep(type(v), slot, to);
        operands[v] = machine.operand(slot);
      }
      if (keeps && kept[v] != null) {
        machine.keep(type(v), kept[v], to);
      }
    }
    if (keeps) {
      for (int v : order) {
        operands[v] = -1;
      }
    }
  }

  /** The operand that a value is, if it is computed or needs not be. */
  int operand(int v) {
    if (operands[v] >= 0) {
      return operands[v];
    }
    if (pins[v] >= 0) {
      return pins[v];
    }
    return switch (values.body.get(v)) {
      case Instr.Literal literal -> machine.constant(literal.type(), literal.bits());
      case Instr.Scalar scalar -> machine.operand(nest.scalar(scalar.argument()));
      case Instr.Reduced reduced -> machine.operand(nest.reduced(reduced.slot(), further));
      case Instr.Load _, Instr.Index _, Instr.Apply _, Instr.Check _ -> {
        if (kept[v] == null) {
          throw new IllegalStateException("kernel: value " + v + " is not there");
        }
        yield machine.operand(kept[v]);
      }
    };
  }

  private void value(int v, int to, Lanes lanes) {
    switch (values.body.get(v)) {
      case Instr.Load load -> load(v, load, to, lanes);
      case Instr.Index index -> {
        int number = machine.temporary(0);
        number(index.access(), number, lanes);
        machine.splat(to, number);
        if (lanes != Lanes.ONE && lane(index.access()) != Access.Lane.BROADCAST) {
          machine.apply(ScalarOp.ADD, DType.I32, DType.I32, to, to, nest.iota(index.access()), -1);
        }
      }
      case Instr.Check check ->
          machine.check(
              type(check.value()),
              to,
              operand(check.value()),
              operand(check.size()),
              check.condition() < 0 ? -1 : operand(check.condition()),
              lanes == Lanes.TAIL);
      case Instr.Apply apply -> apply(apply, to);
      case Instr.Literal _, Instr.Scalar _, Instr.Reduced _ ->
          throw new IllegalStateException("kernel: value " + v + " is computed nowhere");
    }
  }

  private void apply(Instr.Apply apply, int to) {
    DType from = values.operandType(apply);
    if ((apply.op() == ScalarOp.SHL || apply.op() == ScalarOp.SHR || apply.op() == ScalarOp.USHR)
        && values.body.get(apply.b()) instanceof Instr.Literal literal) {
      int bits = (int) literal.bits() & (8 * from.bytes() - 1);
      machine.shift(apply.op(), from, to, operand(apply.a()), bits);
      return;
    }
    machine.apply(
        apply.op(),
        from,
        apply.type(),
        to,
        operand(apply.a()),
        apply.b() < 0 ? -1 : operand(apply.b()),
        apply.c() < 0 ? -1 : operand(apply.c()));
  }

  private DType memory(int access) {
    return nest.kernel.accesses().get(access).dtype();
  }

  private Access.Lane lane(int access) {
    return nest.kernel.accesses().get(access).lane();
  }

  /** Puts the number of the first lane of an index access into a register. */
  private void number(int access, int register, Lanes lanes) {
    Access.Lane lane = lane(access);
    if (lanes == Lanes.ONE || lane == Access.Lane.BROADCAST) {
      machine.get(register, machine.slot(positions[access]));
      return;
    }
    machine.move(register, machine.lane());
    machine.increase(register, further);
    if (lane == Access.Lane.STRIDED) {
      machine.multiplyFrom(register, nest.laneStride(access));
    }
    machine.addFrom(register, machine.slot(positions[access]));
  }

  /** The place of the elements of an access, or of a load at a uniform distance, at the current vector of lanes. */
  private Place place(int v, int access) {
    int bytes = memory(access).bytes();
    int base = pointers[access];
    if (v >= 0 && addresses[v] != null) {
      base = machine.temporary(0);
      machine.get(base, addresses[v]);
    } else if (base < 0) {
      base = machine.temporary(0);
      machine.get(base, machine.slot(positions[access]));
    }
    return new Place(base, bytes, further * bytes);
  }

  private void load(int v, Instr.Load load, int to, Lanes lanes) {
    DType memory = memory(load.access());
    if (lanes == Lanes.ONE) {
      if (load.condition() >= 0) {
        elements(v, load, to, lanes);
        return;
      }
      int address = machine.temporary(0);
      machine.get(address, machine.slot(positions[load.access()]));
      if (load.at() >= 0) {
        int at = machine.temporary(1);
        machine.first(type(load.at()), at, operand(load.at()));
        scale(at, memory.bytes());
        machine.add(address, at);
      }
      machine.broadcast(memory, to, new Place(address, 0, 0));
      return;
    }
    Access.Lane lane = lane(load.access());
    boolean scattered = values.isScattered(load);
    boolean tail = lanes == Lanes.TAIL;
    if (lane == Access.Lane.CONTIGUOUS && !scattered) {
      if (load.condition() >= 0) {
        if (machine.masksMemory(memory)) {
          machine.loadWhere(memory, to, place(v, load.access()), operand(load.condition()), tail);
          return;
        }
      } else if (!tail) {
        machine.load(memory, to, place(v, load.access()));
        return;
      } else if (machine.masksMemory(memory)) {
        machine.loadTail(memory, to, place(v, load.access()));
        return;
      }
    } else if (lane == Access.Lane.STRIDED
        && load.condition() < 0
        && !scattered
        && !tail
        && machine.stridesMemory(memory)) {
      int address = machine.temporary(0);
      int stride = machine.temporary(1);
      machine.get(stride, nest.laneStride(load.access()));
      machine.move(address, machine.lane());
      machine.increase(address, further);
      machine.multiply(address, stride);
      machine.addFrom(
          address, addresses[v] == null ? machine.slot(positions[load.access()]) : addresses[v]);
      machine.loadStrided(memory, to, address, stride);
      return;
    } else if (lane == Access.Lane.BROADCAST && scattered && machine.gathers(memory)) {
      int address = machine.temporary(0);
      machine.get(address, machine.slot(positions[load.access()]));
      machine.gather(
          memory,
          to,
          address,
          operand(load.at()),
          type(load.at()),
          load.condition() < 0 ? -1 : operand(load.condition()),
          tail);
      return;
    }
    elements(v, load, to, lanes);
  }

  /** Loads element by element. */
  private void elements(int v, Instr.Load load, int to, Lanes lanes) {
    int access = load.access();
    boolean steps = lanes != Lanes.ONE && lane(access) != Access.Lane.BROADCAST;
    boolean atUniform = addresses[v] != null;
    elements.load(
        memory(access),
        to,
        atUniform ? addresses[v] : machine.slot(positions[access]),
        steps ? nest.laneStride(access) : null,
        further,
        load.at() < 0 || atUniform ? -1 : operand(load.at()),
        load.at() < 0 ? DType.I32 : type(load.at()),
        load.condition() < 0 ? -1 : operand(load.condition()),
        lanes);
  }

  /** Stores values of the current vector; of a stage that has no lanes, those of the first. */
  void store(Lanes lanes) {
    for (Stage.Store store : LoopShape.stores(values.stage)) {
      DType memory = memory(store.access());
      int value = operand(store.value());
      if (lanes == Lanes.ONE) {
        int address = machine.temporary(0);
        machine.get(address, machine.slot(positions[store.access()]));
        machine.storeFirst(memory, new Place(address, 0, 0), value);
      } else if (lane(store.access()) != Access.Lane.CONTIGUOUS
          || (lanes == Lanes.TAIL && !machine.masksMemory(memory))) {
        elements.store(
            memory,
            value,
            machine.slot(positions[store.access()]),
            nest.laneStride(store.access()),
            further,
            lanes);
      } else if (lanes == Lanes.TAIL) {
        machine.storeTail(memory, place(-1, store.access()), value);
      } else {
        machine.store(memory, place(-1, store.access()), value);
      }
    }
  }
}
