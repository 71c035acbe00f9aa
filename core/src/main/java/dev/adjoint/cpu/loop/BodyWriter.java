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

  /** The operands of values that are computed. */
  private final int[] operands;

  /** The registers of values that stay in one for all vectors. */
  private final int[] pins;

  BodyWriter(LoopWriter nest, StageBody values) {
    this.nest = nest;
    this.machine = nest.machine;
    this.values = values;
    integers = new UniformIntegers(nest.kernel, machine, nest.block, values);
    trust = new Trust(nest.kernel, machine, values, integers);
    accesses = new BodyAccesses(nest, values, this, integers);
    int n = values.body.size();
    kept = new Place[n];
    operands = new int[n];
    pins = new int[n];
    Arrays.fill(operands, -1);
    Arrays.fill(pins, -1);
    for (int v = 0; v < n; v++) {
      if (values.isFrontier(v)) {
        kept[v] = machine.slot(nest.block.room(machine.bytes(type(v))));
      }
      accesses.reserve(v);
    }
  }

  private DType type(int v) {
    return values.body.get(v).type();
  }

  /** Writes what is done once, before a loop over lanes from some positions on: for each access the place of its address. */
  void begin(int[] from) {
    accesses.begin(from);
    if (values.uniforms.length > 0) {
      compute(values.uniforms, Lanes.ONE, allRegisters(), allMasks(), true);
    }
    accesses.keepAddresses();
  }

  /** Whether it is worth to write code that trusts the checks of positions beside code that does not. */
  boolean canTrust() {
    return trust.isUseful();
  }

  /** As {@link #begin}, for code that trusts its checks and goes to a label where one does not hold. */
  void beginTrusting(int[] from, Label otherwise) {
    accesses.begin(from);
    doubt = otherwise;
    for (int v : values.uniforms) {
      if (trust.isOfIntegers(v) && values.body.get(v) instanceof Instr.Check check) {
        integers.write(check.value(), 0, from);
        integers.write(check.size(), 1, from);
        int value = machine.temporary(0);
        machine.branch(Machine.Relation.BEYOND, value, machine.temporary(1), otherwise);
      }
    }
    if (trust.uniforms.length > 0) {
      compute(trust.uniforms, Lanes.ONE, allRegisters(), allMasks(), true);
    }
    accesses.keepAddresses();
  }

  /** Ends code that trusts its checks. */
  void endTrusting() {
    doubt = null;
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
   */
  void pin(int reserved) {
    int vectors = allRegisters() & (int) ((1L << (machine.vectors() - reserved)) - 1);
    int free = new Allocation(values, varying(), vectors, allMasks()).free;
    int[] wanted = new int[values.body.size()];
    for (int v : varying()) {
      if (v >= 0) {
        for (int operand : values.body.get(v).operands()) {
          wanted[operand] += doubt == null || trust.takes(v, operand) ? 1 : 0;
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
    accesses.further = distance;
    int vectors = allRegisters() & (int) ((1L << (machine.vectors() - reserved)) - 1);
    for (int pin : pins) {
      vectors &= pin < 0 ? -1 : ~(1 << pin);
    }
    Arrays.fill(operands, -1);
    compute(varying(), lanes, vectors, allMasks(), false);
    for (Stage.Store store : values.kept) {
      // Rows have room for whole vectors.
      accesses.store(store);
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
      if (doubt != null && trust.holds(v)) {
        nest.note(v, values.body.get(v));
        inRange((Instr.Check) values.body.get(v), lanes);
        continue;
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
    if (doubt != null && trust.holds(v)) {
      return machine.constant(DType.BOOL, 1);
    }
    if (pins[v] >= 0) {
      return pins[v];
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

  private void value(int v, int to, Lanes lanes) {
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

  private void inRange(Instr.Check check, Lanes lanes) {
    int value = operand(check.value());
    int size = operand(check.size());
    machine.branchUnlessInRange(type(check.value()), value, size, lanes == Lanes.TAIL, doubt);
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

  /** Stores values of the current vector; of a stage that has no lanes, those of the first. */
  void store(Lanes lanes) {
    accesses.store(lanes);
  }
}
