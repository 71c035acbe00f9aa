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

/** The launches of ops that have kernels of their own kind, and of what is assembled out of parts. */
final class OpaqueSteps {
  private final Walk walk;
  private final boolean[] stored;
  private final Group group;
  private final int node;
  private final Node at;

  private OpaqueSteps(Walk walk, boolean[] stored, Group group) {
    this.walk = walk;
    this.stored = stored;
    this.group = group;
    this.node = group.isContraction() ? group.contraction : group.members.getFirst();
    this.at = walk.nodes[node];
  }

  /**
   * Finds out whether a group can be written.
   *
   * @throws Lowering.Demand if a node must be stored first
   */
  static void check(Walk walk, boolean[] stored, Group group) throws Lowering.Demand {
    of(walk, stored, group, new int[0], group.members.getFirst());
  }

  /**
   * The launches of a group.
   *
   * @param outputs the members that the epilogue of a contraction stores
   * @param raw the value that takes the raw product of a contraction
   * @throws Lowering.Demand if a node must be stored first
   */
  static List<Step> of(Walk walk, boolean[] stored, Group group, int[] outputs, int raw)
      throws Lowering.Demand {
    return new OpaqueSteps(walk, stored, group).steps(outputs, raw);
  }

  private List<Step> steps(int[] outputs, int raw) throws Lowering.Demand {
    return switch (walk.op(node)) {
      case Op.MatMul() -> List.of(matmul(outputs, raw));
      case Op.Random() -> List.of(random());
      case Op.Gather(int axis, String rule) -> List.of(gather(axis, rule));
      case Op.ScatterAdd(int axis) -> scatterAdd(axis);
      case Op.Scan(var f, int axis, boolean reverse) -> List.of(scan(f, axis, reverse));
      case Op.ArgSort(int axis, boolean descending) -> List.of(argSort(axis, descending));
      case Op.Concat(int axis) -> concat(axis);
      case Op.Pad(var before) -> pad(before.toArray());
      case Op.Source(),
          Op.Const(),
          Op.Iota(),
          Op.Unary(var _),
          Op.Binary(var _),
          Op.Where(),
          Op.Fma(),
          Op.Cast(),
          Op.Bitcast(),
          Op.Reduce(var _, var _),
          Op.Reshape(),
          Op.Permute(var _),
          Op.Expand(),
          Op.Slice(var _, var _),
          Op.Detach(),
          Op.Custom(var _),
          Op.Copy() ->
          throw new IllegalStateException("no kernel of its own: " + at);
    };
  }

  private Step matmul(int[] outputs, int raw) throws Lowering.Demand {
    Space space = group.space;
    while (true) {
      try {
        return matmul(outputs, raw, space);
      } catch (Affine.Split split) {
        space = space.split(split, group);
      }
    }
  }

  private Step matmul(int[] outputs, int raw, Space space) throws Lowering.Demand, Affine.Split {
    int k = at.input(0).shape().dim(-1);
    int[] sizes = space.sizesWith(k);
    int rank = sizes.length;
    int m = at.shape().dim(-2);
    int n = at.shape().dim(-1);
    var operands = new ArrayList<Operand>();
    operands.add(trace(0, over(space, rank, (long) m * k, rank - 3, k, rank - 1, 1), sizes));
    operands.add(trace(1, over(space, rank, (long) k * n, rank - 2, 1, rank - 1, n), sizes));
    operands.add(
        new Operand(
            Access.Kind.WRITE,
            at.dtype(),
            raw,
            over(space, rank, (long) m * n, rank - 3, n, rank - 2, 1)));
    Kernel.Loop epilogue = null;
    Step.Scalar[] scalars = {};
    if (outputs.length > 0) {
      Lowering.Result lowered = Lowering.lower(walk, stored, group, outputs, space);
      for (Operand o : lowered.operands()) {
        long[] c = Arrays.copyOf(o.element().coefficients, rank);
        int value = o.node() == node ? raw : o.node();
        operands.add(new Operand(o.kind(), o.dtype(), value, new Affine(o.element().offset, c)));
      }
      List<Access> accesses =
          operands.stream()
              .skip(3)
              .map(o -> new Access(o.kind(), o.dtype(), lane(o, rank - 2)))
              .toList();
      epilogue =
          new Kernel.Loop(2, 0, false, accesses, List.copyOf(lowered.scalars()), lowered.stages());
      scalars =
          Arrays.stream(lowered.scalarNodes())
              .mapToObj(s -> Step.Scalar.of(s, 0))
              .toArray(Step.Scalar[]::new);
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

  /** An input as an operand: views below it become strides. */
  private Operand trace(int input, Affine element, int[] sizes)
      throws Lowering.Demand, Affine.Split {
    int i = walk.inputs[node][input];
    int top = i;
    Affine e = element;
    while (walk.isView(i) && !stored[i] && !walk.isLeaf(i)) {
      Node view = walk.nodes[i];
      Affine below;
      try {
        below = Views.through(walk.op(i), view.shape(), view.input(0).shape(), e, sizes);
      } catch (Affine.Split split) {
        if (group.isContraction() && split.axis < sizes.length - 3) {
          throw split;
        }
        below = null;
      }
      if (below == null) {
        throw new Lowering.Demand(top);
      }
      e = below;
      i = walk.inputs[i][0];
    }
    if (!walk.isLeaf(i) && !stored[i]) {
      throw new Lowering.Demand(i);
    }
    return new Operand(Access.Kind.READ, walk.nodes[i].dtype(), i, e);
  }

  private Operand traceWhole(int input, Affine element, int[] sizes) throws Lowering.Demand {
    try {
      return trace(input, element, sizes);
    } catch (Affine.Split split) {
      throw new IllegalStateException("only the batch axes of a contraction are split", split);
    }
  }

  private Step random() {
    int[] sizes = {Math.toIntExact(at.shape().size())};
    var out = new Operand(Access.Kind.WRITE, DType.I32, node, new Affine(0, new long[] {1}));
    return launch(
        new Kernel.Random(),
        sizes,
        List.of(out),
        new Step.Scalar[] {Step.Scalar.of(node, 0), Step.Scalar.of(node, 1)});
  }

  private Step gather(int axis, String rule) throws Lowering.Demand {
    Shape shape = at.shape();
    Shape source = at.input(0).shape();
    int rank = shape.rank();
    int[] sizes = shape.dims();
    Operand x = traceAlong(0, axis, source, sizes);
    Operand index = traceWhole(1, new Affine(0, at.input(1).shape().strides()), sizes);
    long along = x.element().coefficients[rank];
    var operands =
        List.of(
            new Operand(Access.Kind.WRITE, at.dtype(), node, new Affine(0, shape.strides())),
            index,
            withoutLast(x, rank));
    return launch(
        new Kernel.Gather(rank, axis, at.dtype(), index.dtype(), rule),
        sizes,
        operands,
        bounds(along, source.dim(axis)));
  }

  /** An input over the launch axes without its own axis, which is added as one more axis at the end. */
  private Operand traceAlong(int input, int axis, Shape source, int[] sizes)
      throws Lowering.Demand {
    int rank = sizes.length;
    int[] more = Arrays.copyOf(sizes, rank + 1);
    more[axis] = 1;
    more[rank] = source.dim(axis);
    long[] strides = Arrays.copyOf(source.strides(), rank + 1);
    strides[rank] = strides[axis];
    strides[axis] = 0;
    return traceWhole(input, new Affine(0, strides), more);
  }

  private static Operand withoutLast(Operand o, int rank) {
    return new Operand(
        o.kind(),
        o.dtype(),
        o.node(),
        new Affine(o.element().offset, Arrays.copyOf(o.element().coefficients, rank)));
  }

  private static Step.Scalar[] bounds(long stride, int size) {
    return new Step.Scalar[] {Step.Scalar.fixed(stride), Step.Scalar.fixed(size)};
  }

  private List<Step> scatterAdd(int axis) throws Lowering.Demand {
    Shape shape = at.shape();
    Shape indexShape = at.input(1).shape();
    int[] sizes = indexShape.dims();
    Step start = part(0, new Affine(0, shape.strides()), shape);
    if (indexShape.size() == 0) {
      return List.of(start);
    }
    long[] strides = shape.strides();
    long along = strides[axis];
    strides[axis] = 0;
    Operand index = traceWhole(1, new Affine(0, indexShape.strides()), sizes);
    Operand source = traceWhole(2, new Affine(0, at.input(2).shape().strides()), sizes);
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

  private Step scan(ScanOp f, int axis, boolean reverse) throws Lowering.Demand {
    int[] sizes = at.shape().dims();
    var operands =
        List.of(
            new Operand(Access.Kind.WRITE, at.dtype(), node, new Affine(0, at.shape().strides())),
            traceWhole(0, new Affine(0, at.shape().strides()), sizes));
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

  private Step argSort(int axis, boolean descending) throws Lowering.Demand {
    Shape shape = at.shape();
    Shape source = at.input(0).shape();
    int rank = shape.rank();
    int[] sizes = shape.dims();
    Operand x = traceAlong(0, axis, source, sizes);
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

  private List<Step> concat(int axis) throws Lowering.Demand {
    long[] strides = at.shape().strides();
    var steps = new ArrayList<Step>();
    long offset = 0;
    for (int k = 0; k < walk.inputs[node].length; k++) {
      Shape part = at.input(k).shape();
      if (part.size() > 0) {
        steps.add(part(k, new Affine(offset, strides), part));
      }
      offset += part.dim(axis) * strides[axis];
    }
    return steps;
  }

  private List<Step> pad(int[] before) throws Lowering.Demand {
    Shape shape = at.shape();
    Step fill = part(1, new Affine(0, shape.strides()), shape);
    Shape inner = at.input(0).shape();
    if (inner.size() == 0) {
      return List.of(fill);
    }
    long offset = 0;
    long[] strides = shape.strides();
    for (int d = 0; d < before.length; d++) {
      offset += before[d] * strides[d];
    }
    return List.of(fill, part(0, new Affine(offset, strides), inner));
  }

  /**
   * A loop that computes an input and writes it into a region of this node's value.
   *
   * @param region for each index along the axes of {@code over} the element to write
   * @param over the shape of the input, or what it is repeated over
   */
  private Step part(int input, Affine region, Shape over) throws Lowering.Demand {
    int source = walk.inputs[node][input];
    boolean repeated = walk.nodes[source].shape().size() == 1;
    Group part = Group.map(node, Space.nonTrivial(over));
    Lowering.Result lowered = Lowering.lowerPart(walk, stored, part, source, repeated);
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
            lowered.space(), operands, lowered.scalars(), lowered.scalarNodes(), lowered.stages()));
  }

  private static Step launch(
      Kernel kernel, int[] sizes, List<Operand> operands, Step.Scalar[] scalars) {
    long[] offsets = operands.stream().mapToLong(o -> o.element().offset).toArray();
    long[][] strides = operands.stream().map(o -> o.element().coefficients).toArray(long[][]::new);
    int[] values = operands.stream().mapToInt(Operand::node).toArray();
    return new Step(kernel, new Geometry(sizes, offsets, strides), values, scalars);
  }
}
