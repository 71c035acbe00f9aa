package dev.adjoint;

import dev.adjoint.graph.Graph;
import dev.adjoint.ops.Autocast;
import dev.adjoint.ops.Einsum;
import dev.adjoint.ops.Joins;
import dev.adjoint.ops.Operands;
import dev.adjoint.ops.Products;
import dev.adjoint.ops.Sequences;
import dev.adjoint.schedule.HostValues;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Creates tensors.
 *
 * <p>New tensors are on {@link Devices#current()}. Java {@code double}s become {@link Scope#dtype()}, which is f32
 * unless a scope says otherwise; {@code float}, {@code int}, {@code long} and {@code boolean} keep their type. All of them can be
 * {@linkplain Tensor#to(DType) converted}.
 * Constants take no memory. Random tensors come from {@link Random#standard()}.
 */
public final class Tensors {
  private Tensors() {}

  /** A scalar of {@link Scope#dtype()}. */
  public static Tensor of(double value) {
    return full(Shape.SCALAR, value, Scope.dtype());
  }

  /** A scalar of f32. */
  public static Tensor of(float value) {
    return full(Shape.SCALAR, value, DType.F32);
  }

  /** A scalar of i32. */
  public static Tensor of(int value) {
    return full(Shape.SCALAR, value, DType.I32);
  }

  /** A scalar of i64. */
  public static Tensor of(long value) {
    return full(Shape.SCALAR, value, DType.I64);
  }

  /** A scalar of bool. */
  public static Tensor of(boolean value) {
    return full(Shape.SCALAR, value ? 1 : 0, DType.BOOL);
  }

  /** A vector of {@link Scope#dtype()}. */
  public static Tensor of(double... values) {
    return HostArrays.upload(values, Shape.of(values.length));
  }

  /** A vector of f32. */
  public static Tensor of(float... values) {
    return HostArrays.upload(values, Shape.of(values.length));
  }

  /** A vector of i32. */
  public static Tensor of(int... values) {
    return HostArrays.upload(values, Shape.of(values.length));
  }

  /** A vector of i64. */
  public static Tensor of(long... values) {
    return HostArrays.upload(values, Shape.of(values.length));
  }

  /** A vector of bool. */
  public static Tensor of(boolean... values) {
    return HostArrays.upload(values, Shape.of(values.length));
  }

  /**
   * A tensor from nested arrays of any depth, such as {@code double[][]}.
   *
   * @throws IllegalArgumentException if rows differ in length or the elements are no numbers or booleans
   */
  public static Tensor of(Object[] nested) {
    return HostArrays.nested(nested);
  }

  /** A tensor of {@link Scope#dtype()} with values in row-major order. */
  public static Tensor of(double[] values, int... shape) {
    return HostArrays.upload(values, Shape.of(shape));
  }

  /** A tensor of f32 with values in row-major order. */
  public static Tensor of(float[] values, int... shape) {
    return HostArrays.upload(values, Shape.of(shape));
  }

  /** A tensor of i32 with values in row-major order. */
  public static Tensor of(int[] values, int... shape) {
    return HostArrays.upload(values, Shape.of(shape));
  }

  /** A tensor of i64 with values in row-major order. */
  public static Tensor of(long[] values, int... shape) {
    return HostArrays.upload(values, Shape.of(shape));
  }

  /** A tensor of u8 with values in row-major order; {@code bitcast} makes it one of i8. */
  public static Tensor of(byte[] values, int... shape) {
    return HostArrays.upload(values, Shape.of(shape));
  }

  /** A tensor of bool with values in row-major order. */
  public static Tensor of(boolean[] values, int... shape) {
    return HostArrays.upload(values, Shape.of(shape));
  }

  /**
   * A tensor with a copy of memory: elements in native byte order and row-major order.
   *
   * @throws IllegalArgumentException if the memory does not have the size of the shape
   */
  public static Tensor fromSegment(MemorySegment data, DType dtype, int... shape) {
    Shape target = Shape.of(shape);
    HostArrays.requireSize(data.byteSize(), target.bytes(dtype, "tensor"), target, "bytes");
    return new Tensor(HostValues.upload(data, target, dtype, Devices.current()));
  }

  /**
   * A tensor with a copy of the remaining bytes of a buffer: elements in native byte order and row-major order.
   *
   * @throws IllegalArgumentException if the bytes are not as many as those of the shape
   */
  public static Tensor fromBuffer(ByteBuffer data, DType dtype, int... shape) {
    return fromSegment(MemorySegment.ofBuffer(data), dtype, shape);
  }

  /** Zeros of {@link Scope#dtype()}. */
  public static Tensor zeros(int... shape) {
    return zeros(Shape.of(shape));
  }

  /** Zeros of {@link Scope#dtype()}. */
  public static Tensor zeros(Shape shape) {
    return zeros(shape, Scope.dtype());
  }

  /** Zeros. */
  public static Tensor zeros(Shape shape, DType dtype) {
    return full(shape, 0, dtype);
  }

  /** Ones of {@link Scope#dtype()}. */
  public static Tensor ones(int... shape) {
    return ones(Shape.of(shape));
  }

  /** Ones of {@link Scope#dtype()}. */
  public static Tensor ones(Shape shape) {
    return ones(shape, Scope.dtype());
  }

  /** Ones. */
  public static Tensor ones(Shape shape, DType dtype) {
    return full(shape, 1, dtype);
  }

  /** A number in every element: i64 for an integer, {@link Scope#dtype()} for a fractional type. */
  public static Tensor full(Shape shape, Number value) {
    return full(shape, value, Operands.promote(DType.BOOL, value));
  }

  /** A number in every element. */
  public static Tensor full(Shape shape, Number value, DType dtype) {
    return full(shape, value, dtype, Devices.current());
  }

  /** A number in every element, on a device. */
  public static Tensor full(Shape shape, Number value, DType dtype, Device device) {
    return new Tensor(Graph.full(dtype, Operands.bits("full", value, dtype), shape, device));
  }

  /** A tensor whose values do not matter; they are zeros. */
  public static Tensor empty(int... shape) {
    return zeros(shape);
  }

  /** A tensor with the shape, type and device of another one, whose values do not matter; they are zeros. */
  public static Tensor emptyLike(Tensor x) {
    return zerosLike(x);
  }

  /** Zeros with the shape, type and device of a tensor. */
  public static Tensor zerosLike(Tensor x) {
    return fullLike(x, 0);
  }

  /** Ones with the shape, type and device of a tensor. */
  public static Tensor onesLike(Tensor x) {
    return fullLike(x, 1);
  }

  /** A number in every element, with the shape, type and device of a tensor. */
  public static Tensor fullLike(Tensor x, Number value) {
    return Operands.like("full", value, x.dtype(), x);
  }

  /** The numbers from 0 to {@code stop}, exclusive: i64 for an integer, else {@link Scope#dtype()}. */
  public static Tensor arange(Number stop) {
    return arange(0, stop, 1);
  }

  /** The numbers from {@code start} to {@code stop}, exclusive: i64 for integers, else {@link Scope#dtype()}. */
  public static Tensor arange(Number start, Number stop) {
    return arange(start, stop, 1);
  }

  /** The numbers start, start + step, ... below {@code stop}: i64 for integers, else {@link Scope#dtype()}. */
  public static Tensor arange(Number start, Number stop, Number step) {
    DType dtype =
        Operands.promote(Operands.promote(Operands.promote(DType.BOOL, start), stop), step);
    return Sequences.arange(start, stop, step, dtype);
  }

  /** The numbers start, start + step, ... below {@code stop} in a type. */
  public static Tensor arange(Number start, Number stop, Number step, DType dtype) {
    return Sequences.arange(start, stop, step, dtype);
  }

  /** Equally spaced numbers from {@code start} to {@code stop}, inclusive. */
  public static Tensor linspace(double start, double stop, int count) {
    return Sequences.linspace(start, stop, count);
  }

  /** 10 to the power of equally spaced numbers. */
  public static Tensor logspace(double start, double stop, int count) {
    return logspace(start, stop, count, 10);
  }

  /** A base to the power of equally spaced numbers. */
  public static Tensor logspace(double start, double stop, int count, double base) {
    return Sequences.linspace(start, stop, count).rpow(base);
  }

  /** The identity matrix. */
  public static Tensor eye(int n) {
    return eye(n, n);
  }

  /** A matrix with ones on the main diagonal and zeros elsewhere. */
  public static Tensor eye(int rows, int columns) {
    return Sequences.diagonal(rows, columns, Devices.current()).to(Scope.dtype());
  }

  /** The coordinates of a grid: tensor i varies along axis i only, with the values of vector i. */
  public static List<Tensor> meshgrid(Tensor... vectors) {
    return meshgrid(List.of(vectors), "ij");
  }

  /**
   * The coordinates of a grid of vectors, as a matrix is indexed ({@code "ij"}), or with the first two axes swapped ({@code
   * "xy"}).
   *
   * @throws IllegalArgumentException if these are no vectors, or the indexing is neither
   */
  public static List<Tensor> meshgrid(List<Tensor> vectors, String indexing) {
    return Joins.meshgrid(vectors, indexing);
  }

  /** The row and column numbers (i64) of a matrix's elements on and below its main diagonal, as two rows. */
  public static Tensor trilIndices(int rows, int columns) {
    return trilIndices(rows, columns, 0);
  }

  /** The row and column numbers (i64) of a matrix's elements on and below a diagonal, row by row, as two rows. */
  public static Tensor trilIndices(int rows, int columns, int offset) {
    return Sequences.triangle("trilIndices", rows, columns, true, offset);
  }

  /** The row and column numbers (i64) of a matrix's elements on and above its main diagonal, as two rows. */
  public static Tensor triuIndices(int rows, int columns) {
    return triuIndices(rows, columns, 0);
  }

  /** The row and column numbers (i64) of a matrix's elements on and above a diagonal, row by row, as two rows. */
  public static Tensor triuIndices(int rows, int columns, int offset) {
    return Sequences.triangle("triuIndices", rows, columns, false, offset);
  }

  /** Tensors that are broadcast to one shape. */
  public static List<Tensor> broadcastTensors(Tensor... tensors) {
    return Joins.broadcast(List.of(tensors));
  }

  /** All combinations of an element of each vector, as rows in lexicographic order; a single vector stays as it is. */
  public static Tensor cartesianProd(Tensor... vectors) {
    return Joins.cartesian(List.of(vectors));
  }

  /**
   * A matrix with matrices along its diagonal and zeros elsewhere; vectors are rows, a scalar is one element, types are promoted.
   */
  public static Tensor blockDiag(Tensor... matrices) {
    return Joins.blocks(List.of(matrices));
  }

  /** Tensors one after the other along the first axis. */
  public static Tensor cat(List<Tensor> tensors) {
    return cat(tensors, 0);
  }

  /** Tensors one after the other along an axis; types are promoted, other sizes must be equal. */
  public static Tensor cat(List<Tensor> tensors, int axis) {
    return Joins.cat("cat", tensors, axis);
  }

  /** Tensors one after the other along an axis. */
  public static Tensor cat(int axis, Tensor... tensors) {
    return Joins.cat("cat", List.of(tensors), axis);
  }

  /** Tensors of one shape side by side along a new first axis. */
  public static Tensor stack(List<Tensor> tensors) {
    return stack(tensors, 0);
  }

  /** Tensors of one shape side by side along a new axis. */
  public static Tensor stack(List<Tensor> tensors, int axis) {
    return Joins.stack(tensors, axis);
  }

  /** Tensors of one shape side by side along a new axis. */
  public static Tensor stack(int axis, Tensor... tensors) {
    return Joins.stack(List.of(tensors), axis);
  }

  /** Tensors one after the other along axis 1, or along axis 0 for vectors. */
  public static Tensor hstack(Tensor... tensors) {
    return Joins.hstack(List.of(tensors));
  }

  /** Tensors one after the other along axis 0, where vectors are rows. */
  public static Tensor vstack(Tensor... tensors) {
    return Joins.vstack(List.of(tensors));
  }

  /** The elements of {@code a} where a condition (bool) is true, of {@code b} elsewhere; all are broadcast. */
  public static Tensor where(Tensor condition, Tensor a, Tensor b) {
    return condition.where(a, b);
  }

  /**
   * A product of tensors summed over named axes, such as {@code einsum("bij,bjk->bik", a, b)}.
   *
   * <p>A term names the axes of a tensor by letters. Axes with names that the result lacks are summed over; without an arrow, the
   * result has those that occur once, in alphabetical order. {@code ...} stands for any number of axes, which are aligned at
   * the right, and come first in a result without an arrow. Axes of one name have equal sizes, or 1, which is broadcast.
   *
   * @throws IllegalArgumentException if terms and tensors do not fit, or types or devices differ
   */
  public static Tensor einsum(String formula, Tensor... tensors) {
    return Einsum.evaluate(formula, Arrays.stream(tensors).map(Autocast::narrow).toList());
  }

  /**
   * The matrix product of several matrices, in the order that takes the fewest multiplications. The first one may be a vector,
   * which is a row, and the last one, which is a column; what they add is dropped from the result.
   *
   * @throws IllegalArgumentException if there are less than two, or shapes, types or devices do not fit
   */
  public static Tensor multiDot(Tensor... matrices) {
    return Products.chain(Arrays.stream(matrices).map(Autocast::narrow).toList());
  }

  /** Uniform random numbers in [0, 1) of {@link Scope#dtype()}. */
  public static Tensor rand(int... shape) {
    return Random.standard().rand(shape);
  }

  /** Random numbers of the standard normal distribution, of {@link Scope#dtype()}. */
  public static Tensor randn(int... shape) {
    return Random.standard().randn(shape);
  }

  /** Random integers (i64) from 0 to {@code high}, exclusive. */
  public static Tensor randint(long high, int[] shape) {
    return randint(0, high, shape);
  }

  /** Random integers (i64) from {@code low} to {@code high}, exclusive. */
  public static Tensor randint(long low, long high, int... shape) {
    return Random.standard().randint(low, high, shape);
  }

  /** The numbers (i64) 0 to n-1 in random order. */
  public static Tensor randperm(int n) {
    return Random.standard().randperm(n);
  }

  /** Uniform random numbers in [0, 1) with the shape, type and device of a tensor. */
  public static Tensor randLike(Tensor x) {
    return Random.standard().uniform(x.shape(), x.dtype(), x.device());
  }

  /** Random integers from 0 to {@code high}, exclusive, with the shape, type and device of a tensor. */
  public static Tensor randintLike(Tensor x, long high) {
    return randintLike(x, 0, high);
  }

  /** Random integers from {@code low} to {@code high}, exclusive, with the shape, type and device of a tensor. */
  public static Tensor randintLike(Tensor x, long low, long high) {
    int[] shape = x.shape().dims();
    return Scope.on(x.device(), () -> Random.standard().randint(low, high, shape)).to(x.dtype());
  }

  /** Random numbers of the standard normal distribution with the shape, type and device of a tensor. */
  public static Tensor randnLike(Tensor x) {
    return Random.standard().normal(x.shape(), x.dtype(), x.device());
  }
}
