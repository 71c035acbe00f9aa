package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.device.Backend;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToIntFunction;

/**
 * The launches of a sort along an axis. A processor that goes over long rows again and again, of elements that are no neighbours,
 * takes a line of its cache for each of them: so they are copied to where they are neighbours, and the positions back.
 *
 * @param sizes those of the positions
 * @param scratch takes a size in bytes and returns the number of a new scratch value
 */
record SortSteps(
    int[] sizes, int axis, boolean descending, Backend backend, LongToIntFunction scratch) {
  /**
   * The launches.
   *
   * @param value takes the positions
   * @param x what is sorted, without the axis, along which it has a stride and a size
   */
  List<Step> steps(int value, Operand x, long stride, int size) {
    boolean spare = size > backend.sortsAlone() && sizes[axis] == size;
    var place = new Affine(0, Shape.of(sizes).strides());
    if (!spare || backend.hasManyThreads() || place.along(axis) == 1) {
      return List.of(sort(value, place, x, stride, size, spare));
    }
    Affine turned = turned();
    var steps = new ArrayList<Step>();
    Operand keys = x;
    if (stride != 1) {
      long[] c = x.element().coefficients.clone();
      c[axis] = stride;
      int copy = memory(x.dtype());
      steps.add(copy(x.dtype(), x.node(), new Affine(x.element().offset, c), copy, turned));
      long[] rows = turned.coefficients.clone();
      rows[axis] = 0;
      keys = new Operand(Access.Kind.READ, x.dtype(), copy, new Affine(0, rows));
    }
    int positions = memory(DType.I32);
    steps.add(sort(positions, turned, keys, 1, size, true));
    steps.add(copy(DType.I32, positions, turned, value, place));
    return steps;
  }

  /** Where elements are if those along the axis are neighbours. */
  private Affine turned() {
    long[] strides = new long[sizes.length];
    strides[axis] = 1;
    long stride = sizes[axis];
    for (int a = sizes.length - 1; a >= 0; a--) {
      if (a != axis) {
        strides[a] = stride;
        stride *= sizes[a];
      }
    }
    return new Affine(0, strides);
  }

  private int memory(DType dtype) {
    return scratch.applyAsInt(Shape.of(sizes).bytes(dtype, "argsort"));
  }

  private Step sort(int value, Affine place, Operand x, long stride, int size, boolean spare) {
    var operands = new ArrayList<Operand>();
    operands.add(new Operand(Access.Kind.WRITE, DType.I32, value, place));
    operands.add(x);
    if (spare) {
      operands.add(new Operand(Access.Kind.WRITE, DType.I32, memory(DType.I32), place));
    }
    return new Step(
        new Kernel.ArgSort(sizes.length, axis, x.dtype(), descending, spare),
        sizes,
        operands,
        Step.Scalar.ofAxis(stride, size));
  }

  private Step copy(DType dtype, int from, Affine read, int to, Affine written) {
    var operands =
        List.of(
            new Operand(Access.Kind.READ, dtype, from, read),
            new Operand(Access.Kind.WRITE, dtype, to, written));
    Instr load = new Instr.Load(0, dtype.element());
    Stage map = new Stage.Map(List.of(load), List.of(new Stage.Store(1, 0)));
    Space space = Space.of(sizes, new int[0]);
    return LoopSteps.of(new Lowering.Result(space, operands, new Scalars(), List.of(map)));
  }
}
