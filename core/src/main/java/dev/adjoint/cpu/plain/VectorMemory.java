package dev.adjoint.cpu.plain;

import static dev.adjoint.cpu.plain.VectorTypes.ORDER;
import static dev.adjoint.cpu.plain.VectorTypes.SPECIES;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import java.lang.constant.ClassDesc;

/** Writes loads and stores of vectors; lanes with a stride go through an array. */
final class VectorMemory {
  private static final ClassDesc STRIDED = StridedLanes.class.describeConstable().orElseThrow();

  private final VectorWriter nest;
  private final Emitter emitter;
  private final VectorTypes types;
  private final VectorOps ops;

  VectorMemory(VectorWriter nest) {
    this.nest = nest;
    this.emitter = nest.emitter;
    this.types = nest.types;
    this.ops = nest.ops;
  }

  /** Loads a vector of register values. */
  void load(int index, VectorWriter.Spot spot) {
    Access access = nest.kernel.accesses().get(index);
    DType memory = access.dtype();
    ClassDesc vector = VectorTypes.vector(memory);
    if (access.lane() == Access.Lane.STRIDED) {
      int array = nest.array(memory);
      nest.code.aload(array);
      nest.number(spot.position(), index, spot.further());
      nest.laneStride(index);
      nest.code.loadConstant(types.lanes());
      emitter.call(STRIDED, "read", CD_void, Emitter.array(memory), CD_long, CD_long, CD_int);
      types.species(nest.code, memory);
      nest.code.aload(array).loadConstant(0);
      emitter.call(vector, "fromArray", vector, SPECIES, Emitter.array(memory), CD_int);
    } else {
      types.species(nest.code, memory);
      nest.address(spot.position(), index, spot.further(), () -> {});
      VectorTypes.order(nest.code);
      emitter.call(vector, "fromMemorySegment", vector, SPECIES, Emitter.SEGMENT, CD_long, ORDER);
    }
    if (memory == DType.BOOL) {
      ops.isNotZero(memory);
    } else if (memory.isNarrow()) {
      ops.widen(memory);
    }
  }

  /** Stores the vector of elements on the stack. */
  void store(int index, VectorWriter.Spot spot) {
    DType memory = nest.kernel.accesses().get(index).dtype();
    ClassDesc vector = VectorTypes.vector(memory);
    if (nest.isContiguous(index)) {
      nest.address(spot.position(), index, spot.further(), () -> {});
      VectorTypes.order(nest.code);
      emitter.invoke(vector, "intoMemorySegment", CD_void, Emitter.SEGMENT, CD_long, ORDER);
      return;
    }
    int array = nest.array(memory);
    nest.code.aload(array).loadConstant(0);
    emitter.invoke(vector, "intoArray", CD_void, Emitter.array(memory), CD_int);
    nest.code.aload(array);
    nest.number(spot.position(), index, spot.further());
    nest.laneStride(index);
    nest.code.loadConstant(types.lanes());
    emitter.call(STRIDED, "write", CD_void, Emitter.array(memory), CD_long, CD_long, CD_int);
  }
}
