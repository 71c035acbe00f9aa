package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Label;

/** Writes loads and stores of vectors whose elements lie a stride apart, which is known when the code runs. */
final class StridedAccesses {
  /** Bytes between lanes from which on the distances of a vector's lanes may not fit an I32. */
  private static final long FAR = 1 << 26;

  private final LoopWriter nest;
  private final Machine machine;

  StridedAccesses(LoopWriter nest) {
    this.nest = nest;
    this.machine = nest.machine;
  }

  /**
   * Loads elements of a vector. Those of every second place, such as the windows of a pooling, are taken out of their neighbours.
   *
   * @param from the place of the address of lane 0
   * @param further how many lanes further on the vector lies than the lane register says
   * @param mask where to load; -1 for all lanes
   * @param oneByOne code that loads element by element
   */
  void load(
      DType memory,
      int to,
      int access,
      Place from,
      int further,
      int mask,
      boolean tail,
      Runnable oneByOne) {
    Label done = machine.label();
    if (machine.alternates(memory, tail || mask >= 0)) {
      Label apart = machine.label();
      int address = machine.temporary(2);
      machine.get(address, nest.laneStride(access));
      machine.branchIf(Machine.Relation.NOT_EQUAL, address, 2L * memory.bytes(), apart);
      address(address, from, further);
      machine.loadAlternate(memory, to, address, mask, tail);
      machine.jump(done);
      machine.bind(apart);
    }
    if (mask < 0 && !tail && machine.stridesMemory(memory)) {
      int address = machine.temporary(0);
      int stride = machine.temporary(1);
      machine.get(stride, nest.laneStride(access));
      machine.move(address, machine.lane());
      machine.increase(address, further);
      machine.multiply(address, stride);
      machine.addFrom(address, from);
      machine.loadStrided(memory, to, address, stride);
    } else if (machine.gathers(memory)) {
      Label far = machine.label();
      int address = machine.temporary(2);
      machine.get(address, nest.laneStride(access));
      machine.increase(address, FAR);
      machine.branchIf(Machine.Relation.BEYOND, address, 2 * FAR, far);
      machine.increase(address, -FAR);
      address(address, from, further);
      machine.gather(memory, to, address, nest.iota(access), DType.I32, mask, tail);
      machine.jump(done);
      machine.bind(far);
      oneByOne.run();
    } else {
      oneByOne.run();
    }
    machine.bind(done);
  }

  /** Stores a vector; as in {@link #load}. */
  void store(
      DType memory,
      int operand,
      int access,
      Place to,
      int further,
      boolean tail,
      Runnable oneByOne) {
    Label done = machine.label();
    int address = machine.temporary(2);
    if (machine.alternatesStores(memory)) {
      Label apart = machine.label();
      machine.get(address, nest.laneStride(access));
      machine.branchIf(Machine.Relation.NOT_EQUAL, address, 2L * memory.bytes(), apart);
      address(address, to, further);
      machine.storeAlternate(memory, operand, address, tail);
      machine.jump(done);
      machine.bind(apart);
    }
    if (!tail && machine.stridesStores(memory)) {
      int stride = machine.temporary(1);
      machine.get(stride, nest.laneStride(access));
      machine.move(address, stride);
      address(address, to, further);
      machine.storeStrided(memory, operand, address, stride);
    } else {
      oneByOne.run();
    }
    machine.bind(done);
  }

  /** Makes a register with the bytes from lane to lane that with the address of a vector. */
  private void address(int register, Place from, int further) {
    int lane = machine.temporary(0);
    machine.move(lane, machine.lane());
    machine.increase(lane, further);
    machine.multiply(register, lane);
    machine.addFrom(register, from);
  }
}
