package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Precision;
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
  /** Stands for the value that takes the raw product of a contraction, which is chosen when all outputs are known. */
  static final int RAW = -2;

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

  /**
   * The launches of a group.
   *
   * @param outputs the members that the epilogue of a contraction stores
   */
  static Lowered of(Walk walk, boolean[] stored, Group group, int[] outputs) {
    return Lowered.over(
        group,
        space -> {
          var steps = new OpaqueSteps(walk, stored, group);
          List<Step> launches = steps.steps(outputs, space);
          return steps.why == null ? new Lowered.Launches(launches) : steps.why;
        });
  }

  /** The launches over a refinement of the group's space; if {@link #why} is set then, they are of no use. */
  private List<Step> steps(int[] outputs, Space space) {
    Op op = walk.op(node);
    if (op instanceof Op.MatMul) {
      return list(matmul(outputs, space));
    } else if (op instanceof Op.ScatterAdd(int axis)) {
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

  private @Nullable Step matmul(int[] outputs, Space space) {
    int k = at.input(0).shape().dim(-1);
    int[] sizes = space.sizesWith(k);
    int rank = sizes.length;
    int m = at.shape().dim(-2);
    int n = at.shape().dim(-1);
    Operand a = trace(0, over(space, rank, (long) m * k, rank - 3, k, rank - 1, 1), sizes);
    Operand b =
        a == null
            ? null
            : trace(1, over(space, rank, (long) k * n, rank - 2, 1, rank - 1, n), sizes);
    if (a == null || b == null) {
      return null;
    }
    Affine written = over(space, rank, (long) m * n, rank - 3, n, rank - 2, 1);
    var operands = new ArrayList<>(List.of(a, b));
    operands.add(new Operand(Access.Kind.WRITE, at.dtype(), RAW, written));
    Kernel.Loop epilogue = null;
    Step.Scalar[] scalars = {};
    if (outputs.length > 0) {
      Lowered lowered = Lowering.lower(walk, stored, group, outputs, space);
      if (!(lowered instanceof Lowering.Result loop)) {
        why = lowered;
        return null;
      }
      for (Operand o : loop.operands()) {
        long[] c = Arrays.copyOf(o.element().coefficients, rank);
        int value = o.node() == node ? RAW : o.node();
        operands.add(new Operand(o.kind(), o.dtype(), value, new Affine(o.element().offset, c)));
      }
      List<Access> accesses =
          operands.stream()
              .skip(3)
              .map(o -> new Access(o.kind(), o.dtype(), lane(o, rank - 2)))
              .toList();
      epilogue = new Kernel.Loop(2, 0, false, accesses, List.copyOf(loop.scalars()), loop.stages());
      scalars = loop.sources().toArray(Step.Scalar[]::new);
    }
    return launch(new Kernel.MatMul(at.dtype(), precision(), epilogue), sizes, operands, scalars);
  }

  /** What the device makes of the recorded precision: kernels in full f32 are shared. */
  private Precision precision() {
    return at.device().backend().hasUnitFor(at.precision()) ? at.precision() : Precision.F32;
  }

  private static Access.Lane lane(Operand operand, int axis) {
    return LoopSteps.lane(operand.element().coefficients[axis]);
  }

  /** An element function over (batch..., m, n, k) with a stride for whole matrices and for two of the last axes. */
  private static Affine over(
      Space space, int rank, long matrix, int axis1, long stride1, int axis2, long stride2) {
    long[] c = new long[rank];
    int[] sizes = space.sizes();
    long stride = matrix;
    for (int a = rank - 4; a >= 0; a--) {
      c[a] = stride;
      stride *= sizes[a];
    }
    c[axis1] = stride1;
    c[axis2] = stride2;
    return new Affine(0, c);
  }

  /** An input as an operand: views below it become strides; null, with the reason in {@link #why}, if they cannot. */
  private @Nullable Operand trace(int input, Affine element, int[] sizes) {
    int i = walk.input(node, input);
    int top = i;
    var views = new Views(sizes);
    Element e = Element.of(element, walk.nodes[i].shape().size(), Element.ALWAYS);
    while (walk.isView(i) && !stored[i]) {
      Node view = walk.nodes[i];
      e = views.through(view.op(), view.shape(), view.input(0).shape(), e);
      if (e == null) {
        Views.Split split = views.wanted();
        why =
            split != null && group.isContraction() && split.axis() < sizes.length - 3
                ? new Lowered.Wanted(split)
                : new Lowered.Unfit(top);
        return null;
      }
      i = walk.input(i, 0);
    }
    if (!walk.isLeaf(i) && !stored[i]) {
      why = new Lowered.Unfit(i);
      return null;
    }
    Affine number = e.number();
    return new Operand(
        Access.Kind.READ,
        walk.nodes[i].dtype(),
        i,
        new Affine(number.offset, Arrays.copyOf(number.coefficients, sizes.length)));
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

  private static Step launch(
      Kernel kernel, int[] sizes, List<Operand> operands, Step.Scalar[] scalars) {
    long[] offsets = operands.stream().mapToLong(o -> o.element().offset).toArray();
    long[][] strides = operands.stream().map(o -> o.element().coefficients).toArray(long[][]::new);
    int[] values = operands.stream().mapToInt(Operand::node).toArray();
    return new Step(kernel, new Geometry(sizes, offsets, strides), values, scalars);
  }
}
