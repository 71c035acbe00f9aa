package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.Arrays;

/** Writes what the body of a stage reads and stores: each access where it stands, or at distances that are values. */
final class BodyAccesses {
  /** The bytes that come into the cache at once; where they are more, some are asked for twice. */
  private static final int LINE = 64;

  /** How many rows before its turn a row at a distance that memory holds is asked for: soon enough for rows of 16 elements. */
  private static final int ROWS_AHEAD = 4;

  private final LoopWriter nest;
  private final Machine machine;
  private final StageBody values;
  private final BodyWriter body;
  private final ElementLoops elements;
  private final StridedAccesses strided;
  private final UniformIntegers integers;

  /** For each load at a uniform distance the place of its address; else null. */
  private final Place[] addresses;

  /** For each access the register of its address, or -1. */
  private final int[] pointers;

  /** For each load at a uniform distance the register of its address, or -1. */
  private final int[] rows;

  /** For each such load the register of the address that it will have some rows later, or -1. */
  private final int[] later;

  private int[] positions = {};

  /** How many lanes further on the current vector lies than the lane register says. */
  int further;

  BodyAccesses(LoopWriter nest, StageBody values, BodyWriter body, UniformIntegers integers) {
    this.integers = integers;
    this.nest = nest;
    this.machine = nest.machine;
    this.values = values;
    this.body = body;
    elements = new ElementLoops(nest);
    strided = new StridedAccesses(nest);
    addresses = new Place[values.body.size()];
    pointers = new int[nest.kernel.accesses().size()];
    rows = new int[values.body.size()];
    later = new int[values.body.size()];
  }

  private DType type(int v) {
    return values.body.get(v).type();
  }

  /** Makes room for the address of a value if it is a load at a uniform distance. */
  void reserve(int v) {
    if (isAtUniformDistance(v)) {
      addresses[v] = machine.slot(nest.block.word());
    }
  }

  private boolean isAtUniformDistance(int v) {
    return values.isComputed(v)
        && !values.uniform[v]
        && values.body.get(v) instanceof Instr.Load load
        && load.at() >= 0
        && values.uniform[load.at()];
  }

  /** Begins at some positions: for each access the place of its address. */
  void begin(int[] from) {
    positions = from;
    Arrays.fill(pointers, -1);
    Arrays.fill(rows, -1);
    Arrays.fill(later, -1);
  }

  /** Writes the addresses of loads at uniform distances to memory, and those of accesses to registers. */
  void keepAddresses() {
    int next = nest.firstPointer();
    for (int v = 0; v < addresses.length; v++) {
      if (addresses[v] != null && values.body.get(v) instanceof Instr.Load load) {
        int at = machine.temporary(0);
        if (body.isTrusting() && integers.has(load.at())) {
          integers.write(load.at(), 0, positions, 0);
        } else {
          machine.first(type(load.at()), at, body.operand(load.at()));
        }
        scale(at, memory(load.access()).bytes());
        machine.addFrom(at, machine.slot(positions[load.access()]));
        if (next < machine.pointers()) {
          rows[v] = machine.pointer(next++);
          machine.move(rows[v], at);
        }
        if (rows[v] < 0 || !body.isTrusting() || !isInRegister(load.access())) {
          machine.put(addresses[v], at);
        }
      }
    }
    for (int a = 0; a < pointers.length; a++) {
      if (nest.base(a) >= 0) {
        pointers[a] = nest.base(a);
      } else if (next < machine.pointers() && isDirect(a)) {
        pointers[a] = machine.pointer(next++);
        machine.get(pointers[a], machine.slot(positions[a]));
      }
    }
    if (body.isTrusting() && nest.kernel.reduceRank() == 0) {
      lookAhead(next);
    }
  }

  /**
   * Has registers hold the addresses that loads at distances have some rows later, or as many as are left. A distance out of
   * range does no harm, as nothing is read there.
   *
   * @param next the first pointer that is free
   */
  private void lookAhead(int next) {
    for (int v = 0; v < later.length && next < machine.pointers(); v++) {
      if (rows[v] < 0
          || !(values.body.get(v) instanceof Instr.Load load)
          || lane(load.access()) != Access.Lane.CONTIGUOUS
          || !integers.has(load.at())) {
        continue;
      }
      later[v] = machine.pointer(next++);
      int at = machine.temporary(0);
      Label last = machine.label();
      machine.move(later[v], rows[v]);
      machine.get(at, machine.slot(Block.ROWS));
      machine.branchIf(Machine.Relation.LESS, at, ROWS_AHEAD + 1, last);
      integers.write(load.at(), 0, positions, ROWS_AHEAD);
      scale(at, memory(load.access()).bytes());
      machine.addFrom(at, machine.slot(positions[load.access()]));
      integers.addRows(at, load.access(), ROWS_AHEAD);
      machine.move(later[v], at);
      machine.bind(last);
    }
  }

  /** Whether no code for loads of an access takes its address from memory if a register holds it. */
  private boolean isInRegister(int access) {
    return lane(access) == Access.Lane.CONTIGUOUS && machine.masksMemory(memory(access));
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

  /**
   * Asks for what is read where it stands: the elements of some columns, two steps of the innermost reduction axis further on.
   *
   * @param from for each access the place of its address
   */
  void prefetch(int[] from, int columns) {
    int address = machine.temporary(0);
    for (int a = 0; a < pointers.length; a++) {
      if (isDirect(a)) {
        machine.get(address, machine.slot(nest.block.stride(a, nest.shape.strides() - 1)));
        machine.shiftLeft(address, 1);
        machine.addFrom(address, machine.slot(from[a]));
        for (int line = 0; line < columns * memory(a).bytes(); line += LINE) {
          machine.prefetch(new Place(address, 0, line));
        }
      }
    }
  }

  private void scale(int register, int bytes) {
    if (bytes > 1) {
      machine.shiftLeft(register, Integer.numberOfTrailingZeros(bytes));
    }
  }

  private DType memory(int access) {
    return nest.kernel.accesses().get(access).dtype();
  }

  /** What a machine takes elements for that are loaded or stored as values of a type: the bits of f16 for any 16 bits. */
  private DType memory(int access, DType type) {
    DType memory = memory(access);
    return memory == DType.F16 && type == DType.I32 ? DType.BF16 : memory;
  }

  private Access.Lane lane(int access) {
    return nest.kernel.accesses().get(access).lane();
  }

  /** Writes the numbers of an index access. */
  void index(int access, int to, BodyWriter.Lanes lanes) {
    int number = machine.temporary(0);
    number(access, number, lanes);
    machine.splat(to, number);
    if (lanes != BodyWriter.Lanes.ONE && lane(access) != Access.Lane.BROADCAST) {
      machine.apply(ScalarOp.ADD, DType.I32, DType.I32, to, to, nest.iota(access), -1);
    }
  }

  /** Puts the number of the first lane of an index access into a register. */
  private void number(int access, int register, BodyWriter.Lanes lanes) {
    Access.Lane lane = lane(access);
    if (lanes == BodyWriter.Lanes.ONE || lane == Access.Lane.BROADCAST) {
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
    return new Place(base(v, access), bytes, further * bytes);
  }

  /** A register with the address of the first lane. */
  private int base(int v, int access) {
    boolean atUniform = v >= 0 && addresses[v] != null;
    int base = atUniform ? rows[v] : pointers[access];
    if (base < 0 && atUniform) {
      base = machine.temporary(0);
      machine.get(base, addresses[v]);
    } else if (base < 0) {
      base = machine.temporary(0);
      machine.get(base, machine.slot(positions[access]));
    }
    return base;
  }

  void load(int v, Instr.Load load, int to, BodyWriter.Lanes lanes) {
    DType memory = memory(load.access(), load.type());
    int condition = body.condition(load);
    if (later[v] >= 0) {
      machine.prefetch(new Place(later[v], memory.bytes(), further * memory.bytes()));
    }
    if (lanes == BodyWriter.Lanes.ONE) {
      if (condition >= 0) {
        elements(v, load, to, lanes);
        return;
      }
      int address = machine.temporary(0);
      machine.get(address, machine.slot(positions[load.access()]));
      if (load.at() >= 0) {
        int at = machine.temporary(1);
        machine.first(type(load.at()), at, body.operand(load.at()));
        scale(at, memory.bytes());
        machine.add(address, at);
      }
      machine.broadcast(memory, to, new Place(address, 0, 0));
      return;
    }
    Access.Lane lane = lane(load.access());
    boolean scattered = values.isScattered(load);
    boolean tail = lanes == BodyWriter.Lanes.TAIL;
    int position = body.position(v);
    if (position >= 0) {
      gather(load, position, to, tail);
      return;
    }
    if (lane == Access.Lane.CONTIGUOUS && !scattered) {
      if (condition >= 0) {
        if (machine.masksMemory(memory)) {
          machine.loadWhere(memory, to, place(v, load.access()), body.operand(condition), tail);
          return;
        }
      } else if (!tail) {
        machine.load(memory, to, place(v, load.access()));
        return;
      } else if (machine.masksMemory(memory)) {
        machine.loadTail(memory, to, place(v, load.access()));
        return;
      }
    } else if (lane == Access.Lane.STRIDED && !scattered) {
      strided.load(
          memory,
          to,
          load.access(),
          addresses[v] == null ? machine.slot(positions[load.access()]) : addresses[v],
          further,
          condition < 0 ? -1 : body.operand(condition),
          tail,
          () -> elements(v, load, to, lanes));
      return;
    } else if (lane == Access.Lane.BROADCAST
        && condition >= 0
        && !scattered
        && machine.broadcastsWhere(memory)) {
      machine.broadcastWhere(
          memory, to, new Place(base(v, load.access()), 0, 0), body.operand(condition), tail);
      return;
    } else if (lane == Access.Lane.BROADCAST && scattered && machine.gathers(memory)) {
      int address = machine.temporary(0);
      machine.get(address, machine.slot(positions[load.access()]));
      machine.gather(
          memory,
          to,
          address,
          body.operand(load.at()),
          type(load.at()),
          condition < 0 ? -1 : body.operand(condition),
          tail);
      return;
    }
    elements(v, load, to, lanes);
  }

  /** Loads at positions in range that stand in memory; those of a tail are in a register, with 0 in the lanes behind it. */
  private void gather(Instr.Load load, int position, int to, boolean tail) {
    int address = machine.temporary(2);
    machine.get(address, machine.slot(positions[load.access()]));
    DType memory = memory(load.access());
    DType type = type(position);
    if (tail) {
      machine.gather(memory, to, address, body.operand(position), type, -1, true);
    } else if (values.body.get(position) instanceof Instr.Load from) {
      machine.gatherFrom(memory, to, address, place(-1, from.access()), type);
    }
  }

  /** Loads element by element. */
  private void elements(int v, Instr.Load load, int to, BodyWriter.Lanes lanes) {
    int access = load.access();
    int condition = body.condition(load);
    boolean steps = lanes != BodyWriter.Lanes.ONE && lane(access) != Access.Lane.BROADCAST;
    boolean atUniform = addresses[v] != null;
    elements.load(
        memory(access, load.type()),
        to,
        atUniform ? addresses[v] : machine.slot(positions[access]),
        steps ? nest.laneStride(access) : null,
        further,
        load.at() < 0 || atUniform ? -1 : body.operand(load.at()),
        load.at() < 0 ? DType.I32 : type(load.at()),
        condition < 0 ? -1 : body.operand(condition),
        lanes);
  }

  /** Stores values of the current vector; of a stage that has no lanes, those of the first. */
  void store(BodyWriter.Lanes lanes) {
    for (Stage.Store store : LoopShape.stores(values.stage)) {
      DType memory = memory(store.access(), type(store.value()));
      int value = body.operand(store.value());
      if (lanes == BodyWriter.Lanes.ONE) {
        int address = machine.temporary(0);
        machine.get(address, machine.slot(positions[store.access()]));
        machine.storeFirst(memory, new Place(address, 0, 0), value);
      } else if (lane(store.access()) == Access.Lane.STRIDED) {
        Place to = machine.slot(positions[store.access()]);
        strided.store(
            memory,
            value,
            store.access(),
            to,
            further,
            lanes == BodyWriter.Lanes.TAIL,
            () ->
                elements.store(memory, value, to, nest.laneStride(store.access()), further, lanes));
      } else if (lane(store.access()) != Access.Lane.CONTIGUOUS
          || (lanes == BodyWriter.Lanes.TAIL && !machine.masksMemory(memory))) {
        elements.store(
            memory,
            value,
            machine.slot(positions[store.access()]),
            nest.laneStride(store.access()),
            further,
            lanes);
      } else if (lanes == BodyWriter.Lanes.TAIL) {
        machine.storeTail(memory, place(-1, store.access()), value);
      } else if (nest.streams && Streaming.suits(memory)) {
        machine.stream(memory, place(-1, store.access()), value);
      } else {
        machine.store(memory, place(-1, store.access()), value);
      }
    }
  }

  /** Stores a value of a whole vector where its access stands. */
  void store(Stage.Store store) {
    machine.store(memory(store.access()), place(-1, store.access()), body.operand(store.value()));
  }
}
