package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;

/** Tensors made of counters. */
public final class Sequences {
  private Sequences() {}

  /** The position (i32) along one axis of a shape. */
  public static Tensor indices(Shape shape, int axis, Device device) {
    int[] dims = Graph.ones(shape.rank()).dims();
    dims[axis] = shape.dim(axis);
    Node counter = Graph.reshape(Graph.iota(shape.dim(axis), device), Shape.of(dims));
    return new Tensor(Graph.expand(counter, shape));
  }

  public static Tensor arange(Number start, Number stop, Number step, DType dtype) {
    double first = start.doubleValue();
    double by = step.doubleValue();
    double length = Math.ceil((stop.doubleValue() - first) / by);
    if (by == 0 || Double.isNaN(length) || length > Integer.MAX_VALUE) {
      throw OpError.of("arange", "no range from " + start + " to " + stop + " by " + step);
    }
    // In f16 and bf16 the counter itself would be rounded.
    DType wide = dtype.isFloat() ? dtype.register() : dtype;
    Tensor counter = new Tensor(Graph.iota((int) Math.max(0, length), Devices.current())).to(wide);
    Tensor scaled = by == 1 ? counter : counter.mul(step);
    return (first == 0 ? scaled : scaled.add(start)).to(dtype);
  }

  /** Counted from both ends, so that both are exact. */
  public static Tensor linspace(double start, double stop, int count) {
    if (count < 0) {
      throw OpError.of("linspace", "the count must not be negative, it is " + count);
    }
    Tensor i = new Tensor(Graph.iota(count, Devices.current()));
    double step = count > 1 ? (stop - start) / (count - 1) : 0;
    DType wide = Scope.dtype().register();
    Tensor up = i.to(wide).mul(step).add(start);
    Tensor down = i.rsub(count - 1).to(wide).mul(step).rsub(stop);
    return i.lt(Math.ceilDiv(count, 2)).where(up, down).to(Scope.dtype());
  }

  /** Where a matrix has its main diagonal. */
  public static Tensor diagonal(int rows, int columns, Device device) {
    return compare(BinaryOp.EQ, rows, columns, 0, device);
  }

  /** Where column - row is at most (lower) or at least (upper) a diagonal's number. */
  public static Tensor band(int rows, int columns, boolean lower, int diagonal, Device device) {
    return compare(lower ? BinaryOp.LE : BinaryOp.GE, rows, columns, diagonal, device);
  }

  private static Tensor compare(BinaryOp f, int rows, int columns, int diagonal, Device device) {
    Shape shape = Shape.of(rows, columns);
    Tensor column = indices(shape, 1, device);
    Tensor row = indices(shape, 0, device);
    return Operands.binary(f, column, diagonal == 0 ? row : row.add(diagonal));
  }

  /** The places of a triangle, row by row: first all row numbers, then all column numbers. */
  public static Tensor triangle(String op, int rows, int columns, boolean lower, int offset) {
    if (rows < 0 || columns < 0) {
      throw OpError.of(op, "no matrix of " + rows + " rows and " + columns + " columns");
    }
    int[] starts = new int[rows];
    int[] ends = new int[rows];
    long total = 0;
    for (int row = 0; row < rows; row++) {
      long diagonal = (long) row + offset;
      starts[row] = lower ? 0 : Math.clamp(diagonal, 0, columns);
      ends[row] = lower ? Math.clamp(diagonal + 1, 0, columns) : columns;
      total += ends[row] - starts[row];
    }
    int count = ShapeMath.size(op, 2 * total) / 2;
    long[] places = new long[2 * count];
    int next = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = starts[row]; column < ends[row]; column++) {
        places[next] = row;
        places[count + next++] = column;
      }
    }
    return Tensors.of(places, 2, count);
  }
}
