package dev.adjoint;

import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.schedule.Engine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reading values, which computes them. Arrays are in row-major order; elements are converted as a Java cast would. */
public sealed interface ReadingOps permits Tensor {
  /**
   * The one element as a double; bool is 0 or 1.
   *
   * @throws IllegalArgumentException if there is not exactly one element
   */
  default double item() {
    return one("item").toDoubles()[0];
  }

  /** The one element as an int. */
  default int itemInt() {
    return one("itemInt").toInts()[0];
  }

  /** The one element as a long. */
  default long itemLong() {
    return one("itemLong").toLongs()[0];
  }

  /** Whether the one element is true or not zero. */
  default boolean itemBoolean() {
    return one("itemBoolean").toBooleans()[0];
  }

  /** All elements as floats. */
  default float[] toFloats() {
    return HostData.read((Tensor) this).floats();
  }

  /** All elements as doubles. */
  default double[] toDoubles() {
    return HostData.read((Tensor) this).doubles();
  }

  /** All elements as ints. */
  default int[] toInts() {
    return HostData.read((Tensor) this).ints();
  }

  /** All elements as longs. */
  default long[] toLongs() {
    return HostData.read((Tensor) this).longs();
  }

  /** Whether each element is true or not zero. */
  default boolean[] toBooleans() {
    return HostData.read((Tensor) this).booleans();
  }

  /**
   * The elements as nested Java arrays of the natural type: {@code float[][]} for an f32 matrix, {@code int} for u8 and
   * i32, a boxed value for a scalar.
   */
  default Object toArray() {
    return HostData.read((Tensor) this).nested(((Tensor) this).shape());
  }

  /** The elements in memory of an arena, in native byte order and row-major order. */
  default MemorySegment toSegment(Arena arena) {
    Node node = ((Tensor) this).node();
    MemorySegment memory =
        arena.allocate(node.shape().bytes(node.dtype(), "toSegment"), Long.BYTES);
    Engine.read(node, memory);
    return memory;
  }

  /**
   * The elements in a direct buffer, in native byte order and row-major order.
   *
   * @throws IllegalArgumentException if they have more bytes than a buffer can
   */
  default ByteBuffer toBuffer() {
    Tensor x = (Tensor) this;
    if (x.shape().bytes(x.dtype(), "toBuffer") > Integer.MAX_VALUE) {
      throw OpError.of("toBuffer", x.dtype() + "" + x.shape() + " does not fit: call toSegment");
    }
    return toSegment(Arena.ofAuto()).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /** Whether shapes are equal and all elements are equal. */
  default boolean allEqual(Tensor other) {
    Tensor x = (Tensor) this;
    return x.shape().equals(other.shape()) && x.eq(other).all().itemBoolean();
  }

  /** Whether all elements are close, with the tolerances 1e-5 relative and 1e-8 absolute; shapes are broadcast. */
  default boolean allClose(Tensor other) {
    return ((Tensor) this).isClose(other).all().itemBoolean();
  }

  /** Whether all elements are close, and none is NaN, see {@link #allClose(Tensor, double, double, boolean)}. */
  default boolean allClose(Tensor other, double relative, double absolute) {
    return allClose(other, relative, absolute, false);
  }

  /** Whether all elements are close, as {@link ComparisonOps#isClose(Tensor, double, double, boolean)} says. */
  default boolean allClose(Tensor other, double relative, double absolute, boolean equalNan) {
    return ((Tensor) this).isClose(other, relative, absolute, equalNan).all().itemBoolean();
  }

  private Tensor one(String op) {
    Tensor x = (Tensor) this;
    if (x.size() != 1) {
      throw OpError.of(op, "needs exactly one element, not shape " + x.shape());
    }
    return x;
  }
}
