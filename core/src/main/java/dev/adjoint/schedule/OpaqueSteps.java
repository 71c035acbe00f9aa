package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.Shape;
import dev.adjoint.graph.Factorization;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongToIntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The launches of ops that have kernels of their own kind, and of what is assembled out of parts. */
final class OpaqueSteps {
  private static final Step.Scalar[] NONE = {};

  /** Along shorter axes, and with more threads side by side, a scatter goes in sequence. */
  private static final int LONG_SCATTER = 64;

  private static final long MANY_LANES = 1 << 16;

  private final Walk walk;
  private final boolean[] stored;
  private final Group group;
  private final Space space;
  private final LongToIntFunction scratch;
  private final int node;
  private final Node at;
  private @Nullable Lowered why;

  private OpaqueSteps(
      Walk walk, boolean[] stored, Group group, Space space, LongToIntFunction scratch) {
    this.walk = walk;
    this.stored = stored;
    this.group = group;
    this.space = space;
    this.scratch = scratch;
    this.node = group.members[0];
    this.at = walk.nodes[node];
  }

  /**
   * The launches of a group.
   *
   * @param outputs the members that the epilogue stores
   * @param scratch takes a size in bytes and returns the number of a new scratch value
   */
  static Lowered of(
      Walk walk, boolean[] stored, Group group, int[] outputs, LongToIntFunction scratch) {
    return Lowered.over(
        group,
        space -> {
          var steps = new OpaqueSteps(walk, stored, group, space, scratch);
          List<Step> launches = steps.steps(outputs);
          return steps.why == null ? new Lowered.Launches(launches) : steps.why;
        });
  }

  /** The launches over a refinement of the group's space; if {@link #why} is set then, they are of no use. */
  private List<Step> steps(int[] outputs) {
    Op op = walk.op(node);
    if (op instanceof Op.Scatter(var f, int axis)) {
      return scatter(f, axis);
    } else if (op instanceof Op.Scan(var f, int axis, boolean reverse)) {
      return list(scan(f, axis, reverse, outputs));
    } else if (op instanceof Op.ArgSort(int axis, boolean descending)) {
      return argSort(axis, descending);
    } else if (op instanceof Op.Factorize(var f)) {
      return list(factorize(f));
    } else if (op instanceof Op.SolveTriangular(boolean upper, boolean unit)) {
      return list(solveTriangular(upper, unit));
    } else if (op instanceof Op.Attention attention) {
      return list(attention(attention));
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
      Views.Split wanted = trace.wanted();
      why = wanted != null && splits(wanted) ? new Lowered.Wanted(wanted) : trace.unfit();
    }
    return operand;
  }

  /** Whether an axis of the launch is one of the space and may be split. */
  private boolean splits(Views.Split split) {
    return group.hasHead()
        && split.axis() < space.sizes().length
        && space.split(split, group::keepsWhole) != null;
  }

  private List<Step> scatter(ScatterOp f, int axis) {
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
    var operands = new ArrayList<Operand>();
    operands.add(new Operand(Access.Kind.WRITE, at.dtype(), node, new Affine(0, strides)));
    operands.add(index);
    operands.add(source);
    var steps = new ArrayList<Step>();
    steps.add(start);
    boolean sorted = sortsPositions(indexShape, axis);
    if (sorted) {
      operands.add(order(index, sizes, axis, steps));
    }
    steps.add(
        new Step(
            new Kernel.Scatter(f, sizes.length, axis, at.dtype(), index.dtype(), sorted),
            sizes,
            operands,
            Step.Scalar.ofAxis(along, shape.dim(axis))));
    return steps;
  }

  /** Whether a scatter had better know the order of its positions, as too few threads could go along the axis in sequence. */
  private boolean sortsPositions(Shape index, int axis) {
    long n = index.dim(axis);
    return at.device().backend().hasManyThreads()
        && n >= LONG_SCATTER
        && index.size() / n < MANY_LANES
        && index.size() <= Integer.MAX_VALUE;
  }

  /** The order of positions along an axis, found once for all indices that have the same positions, by one more launch. */
  private Operand order(Operand index, int[] sizes, int axis, List<Step> steps) {
    long[] coefficients = index.element().over(sizes.length).coefficients;
    int[] distinct = sizes.clone();
    for (int a = 0; a < sizes.length; a++) {
      distinct[a] = a != axis && coefficients[a] == 0 ? 1 : sizes[a];
    }
    Shape shape = Shape.of(distinct);
    long[] strides = shape.strides();
    for (int a = 0; a < sizes.length; a++) {
      strides[a] = distinct[a] == sizes[a] ? strides[a] : 0;
    }
    int memory = scratch.applyAsInt(shape.size() * DType.I32.bytes());
    long stride = coefficients[axis];
    coefficients[axis] = 0;
    var rows =
        new Operand(
            index.kind(),
            index.dtype(),
            index.node(),
            new Affine(index.element().offset, coefficients));
    steps.addAll(sort(distinct, axis, false).steps(memory, rows, stride, sizes[axis]));
    return new Operand(Access.Kind.READ, DType.I32, memory, new Affine(0, strides));
  }

  private @Nullable Step scan(ScanOp f, int axis, boolean reverse, int[] outputs) {
    int[] sizes = space.sizes();
    int rank = sizes.length;
    int along = space.place(Group.scannedAxis(at.shape(), axis));
    UnaryOperator<Affine> place = e -> reverse ? backwards(e, along, sizes[along]) : e;
    Affine all = place.apply(space.row());
    var operands =
        new ArrayList<>(List.of(new Operand(Access.Kind.WRITE, at.dtype(), Operand.RAW, all)));
    var scalars = new Scalars();
    Kernel.Loop prologue = null;
    if (new Trace(walk, stored).isInMemory(walk.input(node, 0))) {
      Operand x = trace(0, space.row(), sizes);
      if (x == null) {
        return null;
      }
      operands.add(new Operand(x.kind(), x.dtype(), x.node(), place.apply(x.element())));
    } else {
      Lowering.Result before = source(scalars);
      if (before == null) {
        return null;
      }
      FusedMap map = FusedMap.of(before, walk.input(node, 0), place, rank - 1);
      operands.add(new Operand(Access.Kind.READ, at.dtype(), Operand.RAW, all));
      operands.addAll(map.operands());
      prologue = map.loop();
    }
    Kernel.Loop epilogue = null;
    if (outputs.length > 0) {
      Lowered lowered = Lowering.lower(walk, stored, group, outputs, space, scalars);
      if (!(lowered instanceof Lowering.Result behind)) {
        why = lowered;
        return null;
      }
      FusedMap map = FusedMap.of(behind, node, place, rank - 1);
      operands.addAll(map.operands());
      epilogue = map.loop();
    }
    return new Step(
        new Kernel.Scan(rank, along, f, at.dtype(), prologue, epilogue),
        sizes,
        operands,
        scalars.sources());
  }

  /** The map that computes the source of a scan; null, with the reason in {@link #why}, if it cannot be within its kernel. */
  private Lowering.@Nullable Result source(Scalars scalars) {
    int source = walk.input(node, 0);
    Lowered lowered = Lowering.lowerInput(walk, stored, group, source, space, scalars);
    if (lowered instanceof Lowering.Result result) {
      return result;
    }
    boolean helps =
        lowered instanceof Lowered.Wanted(var split)
            ? splits(split)
            : !lowered.equals(new Lowered.Unfit(Lowered.Unfit.SPACE));
    why = helps ? lowered : new Lowered.Unfit(source);
    return null;
  }

  /** An element that is walked along an axis from its end to its beginning. */
  private static Affine backwards(Affine element, int axis, int size) {
    long[] c = element.coefficients.clone();
    c[axis] = -c[axis];
    return new Affine(element.offset + element.coefficients[axis] * (size - 1), c);
  }

  private List<Step> argSort(int axis, boolean descending) {
    Shape shape = at.shape();
    Shape source = at.input(0).shape();
    int rank = shape.rank();
    int[] sizes = shape.dims();
    Operand x = traceAlong(0, axis, source, sizes);
    if (x == null) {
      return List.of();
    }
    long stride = x.element().coefficients[rank];
    return sort(sizes, axis, descending)
        .steps(node, withoutLast(x, rank), stride, source.dim(axis));
  }

  private SortSteps sort(int[] sizes, int axis, boolean descending) {
    return new SortSteps(sizes, axis, descending, at.device().backend(), scratch);
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
    return o.over(rank);
  }

  private @Nullable Step factorize(Factorization f) {
    int[] sizes = at.input(0).shape().dims();
    Operand x = trace(0, new Affine(0, at.input(0).shape().strides()), sizes);
    if (x == null) {
      return null;
    }
    var result =
        new Operand(Access.Kind.WRITE, at.dtype(), node, new Affine(0, at.shape().strides()));
    return new Step(
        new Kernel.Factorize(f, sizes.length, at.dtype()), sizes, List.of(result, x), NONE);
  }

  private @Nullable Step solveTriangular(boolean upper, boolean unit) {
    Shape shape = at.shape();
    int rank = shape.rank();
    int n = shape.dim(rank - 2);
    int[] sizes = Arrays.copyOf(shape.dims(), rank + 1);
    sizes[rank] = n;
    long[] strides = Arrays.copyOf(at.input(0).shape().strides(), rank + 1);
    strides[rank] = strides[rank - 1];
    strides[rank - 1] = 0;
    Operand a = trace(0, new Affine(0, strides), sizes);
    Operand b = trace(1, new Affine(0, Arrays.copyOf(shape.strides(), rank + 1)), sizes);
    if (a == null || b == null) {
      return null;
    }
    // An upper triangle is a lower one that is read from its end.
    UnaryOperator<Affine> place = e -> upper ? backwards(e, rank - 2, n) : e;
    Affine matrix = upper ? backwards(place.apply(a.element()), rank, n) : a.element();
    Affine result = place.apply(new Affine(0, Arrays.copyOf(shape.strides(), rank + 1)));
    return new Step(
        new Kernel.SolveTriangular(rank + 1, at.dtype(), unit),
        sizes,
        List.of(
            new Operand(Access.Kind.WRITE, at.dtype(), node, result),
            new Operand(a.kind(), a.dtype(), a.node(), matrix),
            new Operand(b.kind(), b.dtype(), b.node(), place.apply(b.element()))),
        NONE);
  }

  /** Axes of the launch: those of the batch, then l, s, e and v. */
  private @Nullable Step attention(Op.Attention op) {
    int batch = at.input(0).shape().rank() - 2;
    int[] sizes = Arrays.copyOf(at.input(0).shape().dims(), batch + 4);
    sizes[batch + 1] = at.input(1).shape().dim(batch);
    sizes[batch + 2] = at.input(0).shape().dim(batch + 1);
    sizes[batch + 3] = at.input(2).shape().dim(batch + 1);
    int[][] axes = {{0, 2}, {1, 2}, {1, 3}, {0, 3}, {0}, {0}};
    var operands = new ArrayList<Operand>();
    long[] parts = Arrays.copyOf(at.shape().strides(), batch);
    operands.add(
        new Operand(
            Access.Kind.WRITE, at.dtype(), node, new Affine(0, Arrays.copyOf(parts, batch + 4))));
    for (int input = 0; input < walk.inputs(node); input++) {
      int[] own = input < op.operands() ? axes[input] : new int[] {0, 1};
      long[] strides = at.input(input).shape().strides();
      long[] along = Arrays.copyOf(Arrays.copyOf(strides, batch), batch + 4);
      for (int a = 0; a < own.length; a++) {
        along[batch + own[a]] = strides[batch + a];
      }
      Operand x = trace(input, new Affine(0, along), sizes);
      if (x == null) {
        return null;
      }
      operands.add(x);
    }
    DType mask = walk.inputs(node) > op.operands() ? at.input(op.operands()).dtype() : null;
    var scale = Step.Scalar.fixed(at.dtype().bits(op.scale()));
    Precision precision = at.device().backend().precision(at.precision());
    return new Step(
        new Kernel.Attention(op.part(), batch + 4, at.dtype(), precision, op.causal(), mask),
        sizes,
        operands,
        new Step.Scalar[] {scale});
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
        new Lowering.Result(lowered.space(), operands, lowered.scalars(), lowered.stages()));
  }
}
