package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The launches of ops that have kernels of their own kind, and of what is assembled out of parts. */
final class OpaqueSteps {
  private final Walk walk;
  private final boolean[] stored;
  private final Group group;
  private final int node;
  private final Node at;
  private @Nullable Lowered why;

  private OpaqueSteps(Walk walk, boolean[] stored, Group group) {
    this.walk = walk;
    this.stored = stored;
    this.group = group;
    this.node = group.members[0];
    this.at = walk.nodes[node];
  }

  /** The launches of a group. */
  static Lowered of(Walk walk, boolean[] stored, Group group) {
    var steps = new OpaqueSteps(walk, stored, group);
    List<Step> launches = steps.steps();
    return steps.why == null ? new Lowered.Launches(launches) : steps.why;
  }

  /** The launches; if {@link #why} is set then, they are of no use. */
  private List<Step> steps() {
    Op op = walk.op(node);
    if (op instanceof Op.ScatterAdd(int axis)) {
      return scatterAdd(axis);
    } else if (op instanceof Op.Scan(var f, int axis, boolean reverse)) {
      return list(scan(f, axis, reverse));
    } else if (op instanceof Op.ArgSort(int axis, boolean descending)) {
      return list(argSort(axis, descending));
    } else if (op instanceof Op.Concat(int axis)) {
      return concat(axis);
    }
    throw new IllegalStateException("no kernel of its own: " + at);
  }

  private static List<Step> list(@Nullable Step step) {
    return step == null ? List.of() : List.of(step);
  }

  /** An input as an operand; null, with the reason in {@link #why}, if it cannot be one. */
  private @Nullable Operand trace(int input, Affine element, int[] sizes) {
    var trace = new Trace(walk, stored);
    Operand operand = trace.operand(walk.input(node, input), element, sizes);
    if (operand == null) {
      why = trace.unfit();
    }
    return operand;
  }

  private static Step.Scalar[] bounds(long stride, int size) {
    return new Step.Scalar[] {Step.Scalar.fixed(stride), Step.Scalar.fixed(size)};
  }

  private List<Step> scatterAdd(int axis) {
    Shape shape = at.shape();
    Shape indexShape = at.input(1).shape();
    int[] sizes = indexShape.dims();
    Step start = part(0, new Affine(0, shape.strides()), shape);
    if (start == null || indexShape.size() == 0) {
      return list(start);
    }
    long[] strides = shape.strides();
    long along = strides[axis];
    strides[axis] = 0;
    Operand index = trace(1, new Affine(0, indexShape.strides()), sizes);
    Operand source = trace(2, new Affine(0, at.input(2).shape().strides()), sizes);
    if (index == null || source == null) {
      return List.of();
    }
    var operands =
        List.of(
            new Operand(Access.Kind.WRITE, at.dtype(), node, new Affine(0, strides)),
            index,
            source);
    return List.of(
        start,
        launch(
            new Kernel.ScatterAdd(sizes.length, axis, at.dtype(), index.dtype()),
            sizes,
            operands,
            bounds(along, shape.dim(axis))));
  }

  private @Nullable Step scan(ScanOp f, int axis, boolean reverse) {
    int[] sizes = at.shape().dims();
    Affine all = new Affine(0, at.shape().strides());
    Operand x = trace(0, all, sizes);
    if (x == null) {
      return null;
    }
    var operands = List.of(new Operand(Access.Kind.WRITE, at.dtype(), node, all), x);
    return launch(
        new Kernel.Scan(sizes.length, axis, f, at.dtype()),
        sizes,
        reverse ? operands.stream().map(o -> backwards(o, axis, sizes[axis])).toList() : operands,
        new Step.Scalar[0]);
  }

  /** An operand that is walked along an axis from its end to its beginning. */
  private static Operand backwards(Operand o, int axis, int size) {
    long[] c = o.element().coefficients.clone();
    long offset = o.element().offset + c[axis] * (size - 1);
    c[axis] = -c[axis];
    return new Operand(o.kind(), o.dtype(), o.node(), new Affine(offset, c));
  }

  private @Nullable Step argSort(int axis, boolean descending) {
    Shape shape = at.shape();
    Shape source = at.input(0).shape();
    int rank = shape.rank();
    int[] sizes = shape.dims();
    Operand x = traceAlong(0, axis, source, sizes);
    if (x == null) {
      return null;
    }
    var operands =
        List.of(
            new Operand(Access.Kind.WRITE, DType.I32, node, new Affine(0, shape.strides())),
            withoutLast(x, rank));
    return launch(
        new Kernel.ArgSort(rank, axis, x.dtype(), descending),
        sizes,
        operands,
        bounds(x.element().coefficients[rank], source.dim(axis)));
  }

  /** An input over the launch axes without its own axis, which is added as one more axis at the end. */
  private @Nullable Operand traceAlong(int input, int axis, Shape source, int[] sizes) {
    int rank = sizes.length;
    int[] more = Arrays.copyOf(sizes, rank + 1);
    more[axis] = 1;
    more[rank] = source.dim(axis);
    long[] strides = Arrays.copyOf(source.strides(), rank + 1);
    strides[rank] = strides[axis];
    strides[axis] = 0;
    return trace(input, new Affine(0, strides), more);
  }

  private static Operand withoutLast(Operand o, int rank) {
    return new Operand(
        o.kind(),
        o.dtype(),
        o.node(),
        new Affine(o.element().offset, Arrays.copyOf(o.element().coefficients, rank)));
  }

  private List<Step> concat(int axis) {
    long[] strides = at.shape().strides();
    var steps = new ArrayList<Step>();
    long offset = 0;
    for (int k = 0; k < walk.inputs(node); k++) {
      Shape part = at.input(k).shape();
      if (part.size() > 0) {
        Step step = part(k, new Affine(offset, strides), part);
        if (step == null) {
          return steps;
        }
        steps.add(step);
      }
      offset += part.dim(axis) * strides[axis];
    }
    return steps;
  }

  /**
   * A loop that computes an input and writes it into a region of this node's value.
   *
   * @param region for each index along the axes of {@code over} the element to write
   * @param over the shape of the input, or what it is repeated over
   * @return null, with the reason in {@link #why}, if it cannot be written
   */
  private @Nullable Step part(int input, Affine region, Shape over) {
    int source = walk.input(node, input);
    boolean repeated = walk.nodes[source].shape().size() == 1;
    Group part = Group.map(node, Space.nonTrivial(over));
    Lowered result =
        Lowered.over(
            part, space -> Lowering.lowerPart(walk, stored, part, source, repeated, space));
    if (!(result instanceof Lowering.Result lowered)) {
      why = result;
      return null;
    }
    int[] dims = over.dims();
    long[] whole = new long[dims.length];
    int n = 0;
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] != 1) {
        whole[n++] = region.coefficients[d];
      }
    }
    Affine written = lowered.space().region(region.offset, Arrays.copyOf(whole, n));
    var operands = new ArrayList<Operand>();
    for (Operand o : lowered.operands()) {
      operands.add(
          o.kind() == Access.Kind.WRITE ? new Operand(o.kind(), o.dtype(), node, written) : o);
    }
    return LoopSteps.of(
        new Lowering.Result(
            lowered.space(), operands, lowered.scalars(), lowered.sources(), lowered.stages()));
  }

  static Step launch(Kernel kernel, int[] sizes, List<Operand> operands, Step.Scalar[] scalars) {
    long[] offsets = operands.stream().mapToLong(o -> o.element().offset).toArray();
    long[][] strides = operands.stream().map(o -> o.element().coefficients).toArray(long[][]::new);
    int[] values = operands.stream().mapToInt(Operand::node).toArray();
    return new Step(kernel, new Geometry(sizes, offsets, strides), values, scalars);
  }
}
