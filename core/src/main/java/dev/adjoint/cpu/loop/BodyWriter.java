package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.ScalarOp;
import dev.adjoint.kernel.Stage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  /** The most vectors that are written at once. */
  private static final int AT_ONCE = 2;

  private final LoopWriter nest;
  private final Machine machine;
  private final StageBody values;
  private final BodyAccesses accesses;
  private final UniformIntegers integers;
  private final Trust trust;

  /** Where code goes that trusts its checks if one does not hold; null for code that trusts none. */
  private @Nullable Label doubt;

  /** For each uniform value its place; else null. */
  private final Place[] kept;

  /** For each vector that is written at once the operands of values that are computed. */
  private final int[][] computed;

  /** Those of the vector whose turn it is. */
  private int[] operands;

  private final Pins pinsOfAll;
  private final Pins pinsOfTrusting;
  private Pins pins;

  /** The registers that the values of a vector need, from 0 on. */
  private int span;

  /** How many lanes further on the first of the vectors that are written lies than the lane register says. */
  private int distance;

  BodyWriter(LoopWriter nest, StageBody values) {
    this.nest = nest;
    this.machine = nest.machine;
    this.values = values;
    integers = new UniformIntegers(nest.kernel, machine, nest.block, values);
    trust = new Trust(nest.kernel, machine, values, integers);
    accesses = new BodyAccesses(nest, values, this, integers);
    int n = values.body.size();
    kept = new Place[n];
    computed = new int[AT_ONCE][n];
    operands = computed[0];
    forget();
    boolean[] inMemory = new boolean[n];
    for (int v = 0; v < n; v++) {
      if (values.isFrontier(v)) {
        kept[v] = machine.slot(nest.block.room(machine.bytes(type(v))));
        inMemory[v] = true;
      }
      accesses.reserve(v);
    }
    boolean hasMasks = machine.masks() > 0;
    pinsOfAll = new Pins(values, values.varying, (_, _) -> true, inMemory, hasMasks);
    pinsOfTrusting = new Pins(values, trust.varying, trust::takes, inMemory, hasMasks);
    pins = pinsOfAll;
  }

  private DType type(int v) {
    return values.body.get(v).type();
  }

  /** Writes what is done once, before a loop over lanes from some positions on: for each access the place of its address. */
  void begin(int[] from) {
    accesses.begin(from);
    keep(values.uniforms);
    accesses.keepAddresses();
  }

  /** Writes values that are the same in all lanes to memory. */
  private void keep(int[] uniforms) {
    if (uniforms.length > 0) {
      begin(0);
      compute(
          uniforms, Lanes.ONE, true, new Allocation(values, uniforms, allRegisters(), allMasks()));
      forget();
    }
  }

  /** Whether it is worth to write code that trusts the checks of positions beside code that does not. */
  boolean canTrust() {
    return trust.isUseful();
  }

  /** As {@link #begin}, for code that trusts its checks and goes to a label where one does not hold. */
  void beginTrusting(int[] from, Label otherwise) {
    accesses.begin(from);
    doubt = otherwise;
    pins = pinsOfTrusting;
    for (int v : values.uniforms) {
      if (trust.isOfIntegers(v) && values.body.get(v) instanceof Instr.Check check) {
        integers.write(check.value(), 0, from, 0);
        integers.write(check.size(), 1, from, 0);
        int value = machine.temporary(0);
        machine.branch(Machine.Relation.BEYOND, value, machine.temporary(1), otherwise);
      }
    }
    keep(trust.uniforms);
    accesses.keepAddresses();
  }

  /** Ends code that trusts its checks. */
  void endTrusting() {
    doubt = null;
    pins = pinsOfAll;
  }

  /** Whether code trusts its checks. */
  boolean isTrusting() {
    return doubt != null;
  }

  /** Where a load reads: the value that is its condition, or -1 if it reads everywhere. */
  int condition(Instr.Load load) {
    return doubt != null && trust.holds(load.condition()) ? -1 : load.condition();
  }

  /** The load of the position in memory that a load is at, lane by lane, or -1. */
  int position(int load) {
    return doubt == null ? -1 : trust.position(load);
  }

  private int[] varying() {
    return doubt == null ? values.varying : trust.varying;
  }

  private int allRegisters() {
    return (int) ((1L << machine.vectors()) - 1);
  }

  /** Mask register 0 is left out: as a predicate it means that there is none. */
  private int allMasks() {
    return machine.masks() == 0 ? 0 : ((1 << machine.masks()) - 1) << machine.firstMask();
  }

  /**
   * Loads constants, and values of all lanes, that are used most to registers that neither the values nor {@code reserved} ones
   * need; loops over full vectors find them there.
   *
   * @param reserved the number of registers, from the highest down, that hold something else
   * @param atOnce how many vectors the loop takes at once, by {@link #vectors}
   */
  void pin(int reserved, int atOnce) {
    int vectors = allRegisters() & (int) ((1L << (machine.vectors() - reserved)) - 1);
    int free = new Allocation(values, varying(), this::position, vectors, allMasks()).free;
    if (atOnce > 1) {
      free &= -1 << (atOnce * span);
    }
    for (int v = pins.next(); free != 0 && v >= 0; v = pins.next()) {
      int register = 31 - Integer.numberOfLeadingZeros(free);
      free &= ~(1 << register);
      machine.copy(type(v), register, operand(v));
      pins.put(v, register);
    }
  }

  /** Forgets what was loaded to registers. */
  void unpin() {
    pins.clear();
  }

  /**
   * Writes the values of a vector of lanes.
   *
   * @param distance how many lanes further on the vector lies than the lane register says
   * @param reserved the number of registers, from the highest down, that hold something else
   */
  void vector(Lanes lanes, int distance, int reserved) {
    begin(distance);
    int vectors = allRegisters() & (int) ((1L << (machine.vectors() - reserved)) - 1);
    var allocation =
        new Allocation(values, varying(), this::position, pins.without(vectors), allMasks());
    compute(varying(), lanes, false, allocation);
    keepRows();
  }

  /** Stores what is kept for later stages; rows have room for whole vectors. */
  private void keepRows() {
    for (Stage.Store store : values.kept) {
      accesses.store(store);
    }
  }

  /** Whether a vector takes so long that the next one had better not wait for it. */
  boolean isLong() {
    return values.varying.length > PartialResults.SHORT;
  }

  /** The most vectors that {@link #vectors} writes: all need registers, and regions that are skipped are for one. */
  int atOnce() {
    for (int v : values.varying) {
      if (v < 0) {
        return 1;
      }
    }
    var one = new Allocation(values, values.varying, allRegisters(), masks(0));
    span = machine.vectors() - Integer.bitCount(one.free);
    return one.slots == 0 && AT_ONCE * span <= machine.vectors() ? AT_ONCE : 1;
  }

  /** The mask registers of a vector of several. */
  private int masks(int turn) {
    return machine.masks() == 0 ? 0 : 1 << (machine.firstMask() + turn);
  }

  /**
   * Writes the values of all lanes of some neighbouring vectors, in turns: a value of each, then the next value of each. So the
   * processor finds work while a vector waits for a result.
   */
  void vectors(int count) {
    if (count == 1) {
      vector(Lanes.ALL, 0, 0);
      return;
    }
    begin(0);
    var allocations = new Allocation[count];
    for (int k = 0; k < count; k++) {
      int own = ((1 << span) - 1) << (k * span);
      allocations[k] = new Allocation(values, values.varying, own, masks(k));
    }
    compute(values.varying, Lanes.ALL, false, allocations);
    for (int k = 0; k < count; k++) {
      turn(k);
      keepRows();
    }
  }

  /** Makes the operands those of a vector that {@link #vectors} has written. */
  void turn(int vector) {
    operands = computed[vector];
    accesses.further = distance + vector * machine.lanes;
  }

  /** How many lanes further on the vector whose turn it is lies than the lane register says. */
  int further() {
    return accesses.further;
  }

  private void begin(int distance) {
    this.distance = distance;
    forget();
    turn(0);
  }

  private void forget() {
    for (int[] operandsOfOne : computed) {
      Arrays.fill(operandsOfOne, -1);
    }
  }

  private void compute(int[] order, Lanes lanes, boolean keeps, Allocation... allocations) {
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
      if (doubt != null && trust.holds(v)) {
        nest.note(v, values.body.get(v));
        inRange((Instr.Check) values.body.get(v), lanes, doubt);
        continue;
      }
      nest.note(v, values.body.get(v));
      for (int k = 0; k < allocations.length; k++) {
        turn(k);
        value(v, allocations[k].where[v], lanes);
        if (keeps && kept[v] != null) {
          machine.keep(type(v), kept[v], operands[v]);
        }
      }
    }
  }

  /** Writes a value to a register, or to the slot of which {@code where} is the complement. */
  private void value(int v, int where, Lanes lanes) {
    int to = where >= 0 ? where : machine.passing(type(v));
    value(lanes, v, to);
    operands[v] = to;
    if (where < 0) {
      Place slot = nest.spill(~where);
      machine.keep(type(v), slot, to);
      operands[v] = machine.operand(slot);
    }
  }

  /** The operand that a value is, if it is computed or needs not be. */
  int operand(int v) {
    if (operands[v] >= 0) {
      return operands[v];
    }
    if (doubt != null && trust.holds(v)) {
      return machine.constant(DType.BOOL, 1);
    }
    if (pins.register(v) >= 0) {
      return pins.register(v);
    }
    return switch (values.body.get(v)) {
      case Instr.Literal literal -> machine.constant(literal.type(), literal.bits());
      case Instr.Scalar scalar -> machine.operand(nest.scalar(scalar.argument()));
      case Instr.Reduced reduced -> machine.operand(nest.reduced(reduced.slot(), accesses.further));
      case Instr.Load _, Instr.Index _, Instr.Apply _, Instr.Check _ -> {
        if (kept[v] == null) {
          throw new IllegalStateException("kernel: value " + v + " is not there");
        }
        yield machine.operand(kept[v]);
      }
    };
  }

  private void value(Lanes lanes, int v, int to) {
    switch (values.body.get(v)) {
      case Instr.Load load -> accesses.load(v, load, to, lanes);
      case Instr.Index index -> accesses.index(index.access(), to, lanes);
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

  private void inRange(Instr.Check check, Lanes lanes, Label otherwise) {
    int value = operand(check.value());
    int size = operand(check.size());
    machine.branchUnlessInRange(type(check.value()), value, size, lanes == Lanes.TAIL, otherwise);
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

  /** Asks for what the values read in columns, before it is needed; see {@link BodyAccesses#prefetch}. */
  void prefetch(int[] from, int columns) {
    accesses.prefetch(from, columns);
  }

  /** Stores values of the current vector; of a stage that has no lanes, those of the first. */
  void store(Lanes lanes) {
    accesses.store(lanes);
  }
}
