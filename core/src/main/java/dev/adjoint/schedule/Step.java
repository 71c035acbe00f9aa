package dev.adjoint.schedule;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Stage;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;

/**
 * One launch of a plan.
 *
 * @param code what is computed and where
 * @param values for each access of the kernel the value that it reads or writes: the position of a node in the walk, or a
 *     number behind the last node for scratch memory; -1 for an index
 * @param starts where each of them begins in its value, in bytes; empty if all begin with it
 * @param scalars for each run-time scalar where it comes from
 */
record Step(Code code, int[] values, long[] starts, Scalar[] scalars) {
  private static final long[] NONE = {};

  /** A launch of a kernel. */
  Step(Kernel kernel, Geometry geometry, int[] values, Scalar[] scalars) {
    this(new Code(kernel, geometry), values, NONE, scalars);
  }

  /** A launch of a kernel on operands, over axes of some sizes. */
  Step(Kernel kernel, int[] sizes, List<Operand> operands, Scalar[] scalars) {
    this(
        kernel,
        new Geometry(
            sizes,
            operands.stream().mapToLong(o -> o.element().offset).toArray(),
            operands.stream().map(o -> o.element().coefficients).toArray(long[][]::new)),
        operands.stream().mapToInt(Operand::node).toArray(),
        scalars);
  }

  /** What is computed. */
  Kernel kernel() {
    return code.kernel();
  }

  /** Where. */
  Geometry geometry() {
    return code.geometry();
  }

  /** A run-time scalar: the bits of a scalar of a node from a bit on, or a fixed number if the node is -1. */
  record Scalar(int node, long value, int shift) {
    static Scalar of(int node, int index) {
      return new Scalar(node, index, 0);
    }

    static Scalar fixed(long value) {
      return new Scalar(-1, value, 0);
    }

    /** The stride and the size of an axis, of which a kernel computes places. */
    static Scalar[] ofAxis(long stride, int size) {
      return new Scalar[] {fixed(stride), fixed(size)};
    }

    private long bits(Walk walk) {
      return node < 0 ? value : walk.nodes[node].scalars()[(int) value] >> shift;
    }
  }

  /** Where an operand begins in its value, in bytes. */
  long start(int access) {
    return starts.length == 0 ? 0 : starts[access];
  }

  /** {@link #renumbered}, with a beginning in bytes for each of the old numbers of values. */
  Step placed(IntUnaryOperator number, IntToLongFunction start) {
    long[] begin = new long[values.length];
    boolean all = true;
    for (int k = 0; k < begin.length; k++) {
      begin[k] = start.applyAsLong(values[k]);
      all &= begin[k] == 0;
    }
    Step step = renumbered(number);
    return all ? step : new Step(code, step.values, begin, step.scalars);
  }

  /** This launch with each value in the memory of another one, from a byte of that on. */
  Step moved(IntUnaryOperator whole, IntToLongFunction begin) {
    int[] other = new int[values.length];
    long[] from = new long[values.length];
    for (int k = 0; k < other.length; k++) {
      other[k] = whole.applyAsInt(values[k]);
      from[k] = start(k) + begin.applyAsLong(values[k]);
    }
    return new Step(code, other, from, scalars);
  }

  /** This launch with other numbers for its values and for the nodes of its scalars; negative ones mean no node. */
  Step renumbered(IntUnaryOperator number) {
    int[] other = new int[values.length];
    for (int k = 0; k < other.length; k++) {
      other[k] = number.applyAsInt(values[k]);
    }
    Scalar[] sources = scalars.length == 0 ? scalars : new Scalar[scalars.length];
    for (int k = 0; k < sources.length; k++) {
      Scalar s = scalars[k];
      sources[k] = s.node < 0 ? s : new Scalar(number.applyAsInt(s.node), s.value, s.shift);
    }
    return new Step(code, other, starts, sources);
  }

  /** Whether a run can fail, because the kernel checks positions. */
  boolean canFail() {
    return code.canFail();
  }

  /** Whether the kernel may read an operand at another point than that of the geometry, or after it has written there. */
  boolean readsAnywhere(int access) {
    return switch (kernel()) {
      case Kernel.Loop loop -> readsAnywhere(loop, access);
      case Kernel.MatMul product ->
          access < product.firstOfEpilogue()
              || (product.epilogue() != null
                  && readsAnywhere(product.epilogue(), access - product.firstOfEpilogue()));
      case Kernel.Scatter _,
          Kernel.Scan _,
          Kernel.ArgSort _,
          Kernel.Factorize _,
          Kernel.SolveTriangular _,
          Kernel.Attention _ ->
          true;
    };
  }

  private static boolean readsAnywhere(Kernel.Loop loop, int access) {
    for (Stage stage : loop.stages()) {
      for (Instr instr : stage.body()) {
        if (instr instanceof Instr.Load load && load.access() == access && load.at() >= 0) {
          return true;
        }
      }
    }
    return false;
  }

  /** The bits of all scalars in a run over a walk. */
  long[] bits(Walk walk) {
    if (scalars.length == 0) {
      return NONE;
    }
    long[] bits = new long[scalars.length];
    for (int k = 0; k < bits.length; k++) {
      bits[k] = scalars[k].bits(walk);
    }
    return bits;
  }
}
