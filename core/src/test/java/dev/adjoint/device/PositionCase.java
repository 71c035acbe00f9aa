package dev.adjoint.device;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.BodyBuilder;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.LoopInterpreter;
import dev.adjoint.kernel.Stage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;

/** A loop kernel that a test writes by hand, with its geometry and what its operands hold. */
final class PositionCase {
  private final int[] sizes;
  private final int parallelRank;
  private final boolean laneReduces;
  private final List<Access> accesses = new ArrayList<>();
  private final List<Long> offsets = new ArrayList<>();
  private final List<long[]> strides = new ArrayList<>();
  private final List<DType> scalarTypes = new ArrayList<>();
  private final List<Long> scalars = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();
  private final List<MemorySegment> memory = new ArrayList<>();
  private final Random random = new Random(5);

  /** A kernel over axes of which the first are parallel. */
  PositionCase(int parallelRank, boolean laneReduces, int... sizes) {
    this.sizes = sizes;
    this.parallelRank = parallelRank;
    this.laneReduces = laneReduces;
  }

  private int operand(
      Access.Kind kind, DType dtype, long offset, long[] stride, MemorySegment data) {
    int lane = laneReduces ? sizes.length - 1 : parallelRank - 1;
    Access.Lane step =
        switch ((int) stride[lane]) {
          case 0 -> Access.Lane.BROADCAST;
          case 1 -> Access.Lane.CONTIGUOUS;
          default -> Access.Lane.STRIDED;
        };
    accesses.add(new Access(kind, dtype, step));
    offsets.add(offset);
    strides.add(stride);
    memory.add(data);
    return accesses.size() - 1;
  }

  /** A value of each index: an affine number. */
  int index(long offset, long... stride) {
    return operand(Access.Kind.INDEX, DType.I32, offset, stride, MemorySegment.NULL);
  }

  /** An operand of random elements. */
  int read(DType dtype, int elements, long offset, long... stride) {
    return read(dtype, elements, i -> value(dtype), offset, stride);
  }

  /** An operand of given elements, as raw bits. */
  int read(DType dtype, int elements, LongUnaryOperator bits, long offset, long... stride) {
    MemorySegment data = MemorySegment.ofArray(new byte[elements * dtype.bytes()]);
    for (int i = 0; i < elements; i++) {
      long value = bits.applyAsLong(i);
      switch (dtype.bytes()) {
        case 1 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) value);
        case 4 -> data.set(ValueLayout.JAVA_INT_UNALIGNED, 4L * i, (int) value);
        default -> data.set(ValueLayout.JAVA_LONG_UNALIGNED, 8L * i, value);
      }
    }
    return operand(Access.Kind.READ, dtype, offset, stride, data);
  }

  private long value(DType dtype) {
    return switch (dtype) {
      case F16, BF16, F32, F64 -> dtype.bits(random.nextGaussian());
      case I32, I64 -> random.nextLong();
      case I8, U8 -> random.nextInt(256);
      case BOOL -> random.nextInt(2);
    };
  }

  /** An operand that is written. */
  int write(DType dtype, int elements, long... stride) {
    MemorySegment data = MemorySegment.ofArray(new byte[elements * dtype.bytes()]);
    return operand(Access.Kind.WRITE, dtype, 0, stride, data);
  }

  /** A run-time scalar in a body. */
  int scalar(BodyBuilder body, DType dtype, long bits) {
    scalarTypes.add(dtype);
    scalars.add(bits);
    return body.add(new Instr.Scalar(scalars.size() - 1, dtype));
  }

  PositionCase reduce(BodyBuilder body, Stage.Fold... folds) {
    stages.add(new Stage.Reduce(body.build(), List.of(folds)));
    return this;
  }

  PositionCase map(BodyBuilder body, Stage.Store... stores) {
    stages.add(new Stage.Map(body.build(), List.of(stores)));
    return this;
  }

  PositionCase finish(BodyBuilder body, Stage.Store... stores) {
    stages.add(new Stage.Finish(body.build(), List.of(stores)));
    return this;
  }

  Kernel.Loop kernel() {
    return new Kernel.Loop(
        parallelRank,
        sizes.length - parallelRank,
        laneReduces,
        List.copyOf(accesses),
        List.copyOf(scalarTypes),
        List.copyOf(stages));
  }

  Geometry geometry() {
    return new Geometry(
        sizes, offsets.stream().mapToLong(o -> o).toArray(), strides.toArray(long[][]::new));
  }

  long[] scalars() {
    return scalars.stream().mapToLong(s -> s).toArray();
  }

  /** What the operands hold at first. */
  List<MemorySegment> memory() {
    return memory;
  }

  /** What they hold after a launch, by the interpreter, which reads nothing outside of them. */
  List<MemorySegment> expected() {
    List<MemorySegment> copies = memory.stream().map(PositionCase::copy).toList();
    LoopInterpreter.run(
        kernel(),
        geometry(),
        copies.toArray(MemorySegment[]::new),
        new long[copies.size()],
        scalars());
    return copies;
  }

  /** Whether all checked positions are in range, by the interpreter. */
  boolean isInRange() {
    return LoopInterpreter.run(
        kernel(),
        geometry(),
        memory.stream().map(PositionCase::copy).toArray(MemorySegment[]::new),
        new long[memory.size()],
        scalars());
  }

  private static MemorySegment copy(MemorySegment from) {
    return MemorySegment.ofArray(from.toArray(ValueLayout.JAVA_BYTE));
  }
}
