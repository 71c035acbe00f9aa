package dev.adjoint.cpu.loop;

import dev.adjoint.DType;
import dev.adjoint.cpu.asm.Label;
import dev.adjoint.kernel.ScalarOp;
import org.jspecify.annotations.Nullable;

/**
 * Writes loops that load or store the elements of a vector one by one: for elements that are no neighbours, and for what the
 * processor's vector instructions cannot reach. The vector passes through memory.
 */
final class ElementLoops {
  private final LoopWriter nest;
  private final Machine machine;

  ElementLoops(LoopWriter nest) {
    this.nest = nest;
    this.machine = nest.machine;
  }

  /** The bytes of a lane in memory: masks are numbers of unit bytes. */
  private int width(DType memory) {
    return memory == DType.BOOL ? machine.unit : Math.max(Integer.BYTES, memory.bytes());
  }

  /**
   * Loads elements.
   *
   * @param address the place of the first lane's address
   * @param stride the place of the bytes from one lane to the next; null if all lanes read one element
   * @param further how many lanes further on the vector lies than the lane register says
   * @param at for each lane a distance in elements, of type {@code atType}; -1 for none
   * @param mask where to load; -1 for all lanes
   */
  void load(
      DType memory,
      int to,
      Place address,
      @Nullable Place stride,
      int further,
      int at,
      DType atType,
      int mask,
      BodyWriter.Lanes lanes) {
    Place elements = nest.elements(0);
    Place distances = nest.elements(1);
    Place chosen = nest.elements(2);
    int width = width(memory);
    if (at >= 0) {
      machine.keep(atType, distances, at);
    }
    if (mask >= 0) {
      machine.keepMask(chosen, mask);
    }
    DType whole = width == Long.BYTES ? DType.I64 : DType.I32;
    if (mask >= 0 || lanes != BodyWriter.Lanes.ALL) {
      machine.keep(whole, elements, machine.constant(whole, 0));
    }
    int place = machine.temporary(0);
    int value = machine.temporary(1);
    int index = machine.temporary(2);
    Label head = machine.label();
    Label next = machine.label();
    machine.set(index, 0);
    machine.bind(head);
    if (mask >= 0) {
      element(chosen, index, machine.unit, place);
      machine.getSigned(Integer.BYTES, value, new Place(place, 0, 0));
      machine.branchIf(Machine.Relation.EQUAL, value, 0, next);
    }
    place(place, address, stride, index, further);
    if (at >= 0) {
      element(distances, index, atType.bytes(), value);
      machine.getSigned(atType.bytes(), value, new Place(value, 0, 0));
      if (memory.bytes() > 1) {
        machine.shiftLeft(value, Integer.numberOfTrailingZeros(memory.bytes()));
      }
      machine.add(place, value);
    }
    machine.getElement(memory.bytes(), value, place);
    element(elements, index, width, place);
    machine.putElement(width, place, value);
    machine.bind(next);
    machine.increase(index, 1);
    end(index, head, lanes);
    if (memory == DType.BOOL) {
      if (lanes == BodyWriter.Lanes.ONE) {
        int numbers = machine.passing(whole);
        machine.broadcast(whole, numbers, elements);
        machine.keep(whole, elements, numbers);
      }
      machine.maskOf(to, elements);
    } else if (lanes == BodyWriter.Lanes.ONE) {
      machine.broadcast(whole, to, elements);
    } else {
      machine.load(whole, to, elements);
    }
    if (memory == DType.F16) {
      machine.apply(ScalarOp.WIDEN, whole, DType.F32, to, to, -1, -1);
    }
  }

  /** Stores elements; as in {@link #load}. */
  void store(
      DType memory, int operand, Place address, Place stride, int further, BodyWriter.Lanes lanes) {
    Place elements = nest.elements(0);
    int width = width(memory);
    if (memory == DType.BOOL) {
      machine.keepMask(elements, operand);
    } else if (memory == DType.F16) {
      int bits = machine.passing(DType.I32);
      machine.apply(ScalarOp.NARROW, DType.F32, DType.I32, bits, operand, -1, -1);
      machine.keep(DType.I32, elements, bits);
    } else {
      machine.keep(width == Long.BYTES ? DType.I64 : DType.I32, elements, operand);
    }
    int place = machine.temporary(0);
    int value = machine.temporary(1);
    int index = machine.temporary(2);
    Label head = machine.label();
    machine.set(index, 0);
    machine.bind(head);
    element(elements, index, width, place);
    machine.getElement(width, value, place);
    if (memory == DType.BOOL) {
      machine.and(value, 1);
    }
    place(place, address, stride, index, further);
    machine.putElement(memory.bytes(), place, value);
    machine.increase(index, 1);
    end(index, head, lanes);
  }

  /** Puts the address of an element of a vector in memory into a register. */
  private void element(Place vector, int index, int bytes, int register) {
    machine.move(register, index);
    machine.shiftLeft(register, Integer.numberOfTrailingZeros(bytes));
    machine.add(register, machine.block());
    machine.increase(register, vector.distance());
  }

  private void place(int register, Place address, @Nullable Place stride, int index, int further) {
    if (stride == null) {
      machine.get(register, address);
      return;
    }
    machine.move(register, index);
    machine.add(register, machine.lane());
    machine.increase(register, further);
    machine.multiplyFrom(register, stride);
    machine.addFrom(register, address);
  }

  private void end(int index, Label head, BodyWriter.Lanes lanes) {
    switch (lanes) {
      case ALL -> machine.branchIf(Machine.Relation.LESS, index, machine.lanes, head);
      case TAIL -> {
        int count = machine.temporary(3);
        machine.get(count, machine.slot(Block.TAIL));
        machine.branch(Machine.Relation.LESS, index, count, head);
      }
      case ONE -> {}
    }
  }
}
