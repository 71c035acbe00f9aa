package dev.adjoint.graph;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Records nodes: one function per {@link Op}, which checks shapes, types and devices.
 *
 * <p>Nothing is promoted or broadcast here. A result is tracked if gradients are recorded, it is of a float type and an
 * input is tracked. Errors are {@link IllegalArgumentException}s that name the op and the values.
 */
public final class Graph {
  /**
   * Pending graphs that are deeper are computed, so that a long loop without a read needs no unbounded memory. A training step by
   * a sequence of thousands of steps is not as deep: cut into parts it would take several times as long.
   */
  public static final int MAX_DEPTH = 1 << 16;

  /** What one kernel computes is not deeper, so that its text is of a length that compilers take. */
  public static final int MAX_KERNEL_DEPTH = 1 << 12;

  private static final Op.Unary[] UNARY = new Op.Unary[UnaryOp.values().length];
  private static final Op.Binary[] BINARY = new Op.Binary[BinaryOp.values().length];
  private static final Op CONST = new Op.Const();
  private static final Op IOTA = new Op.Iota();
  private static final Op RANDOM = new Op.Random();
  private static final Op WHERE = new Op.Where();
  private static final Op FMA = new Op.Fma();
  private static final Op CAST = new Op.Cast();
  private static final Op BITCAST = new Op.Bitcast();
  private static final Op RESHAPE = new Op.Reshape();
  private static final Op EXPAND = new Op.Expand();
  private static final Op MATMUL = new Op.MatMul();
  private static final Shape[] ONES = new Shape[9];

  static {
    for (UnaryOp f : UnaryOp.values()) {
      UNARY[f.ordinal()] = new Op.Unary(f);
    }
    for (BinaryOp f : BinaryOp.values()) {
      BINARY[f.ordinal()] = new Op.Binary(f);
    }
    for (int rank = 0; rank < ONES.length; rank++) {
      ONES[rank] = newOnes(rank);
    }
  }

  private Graph() {}

  /** A scalar given by its raw bits: float bits, double bits, two's complement, 0 or 1. */
  public static Node constant(DType dtype, long bits, Device device) {
    return Node.leaf(CONST, Shape.SCALAR, dtype, device, bits);
  }

  /** One number that fills a shape, given by its raw bits; it takes no memory. */
  public static Node full(DType dtype, long bits, Shape shape, Device device) {
    return Node.leaf(CONST, shape, dtype, device, bits);
  }

  private static Node constant(Node x, Shape shape) {
    return full(x.dtype(), x.scalars()[0], shape, x.device());
  }

  private static boolean isConstant(Node x) {
    return x.op() instanceof Op.Const && x.storage() == null;
  }

  /** The i32 numbers 0 to n-1. */
  public static Node iota(int n, Device device) {
    return Node.leaf(IOTA, Shape.of(n), DType.I32, device);
  }

  /** Random bits as i32: words of the Philox blocks from {@code counter} on under a key. */
  public static Node random(Shape shape, Device device, long key, long counter) {
    return Node.leaf(RANDOM, shape, DType.I32, device, key, counter);
  }

  /** A scalar function of each element. */
  public static Node unary(UnaryOp f, Node x) {
    return record(UNARY[f.ordinal()], x, x.shape(), ShapeRules.unary(f, x.dtype()));
  }

  /** A scalar function of the elements of two inputs of equal shape and type. */
  public static Node binary(BinaryOp f, Node a, Node b) {
    if (a.device() != b.device()) {
      throw devices(OpError.name(f), a, b);
    }
    return record(BINARY[f.ordinal()], a, b, a.shape(), ShapeRules.binary(f, a, b));
  }

  /** The elements of {@code a} where the condition is true, of {@code b} elsewhere; all shapes equal. */
  public static Node where(Node condition, Node a, Node b) {
    sameDevice("where", a, condition);
    sameDevice("where", a, b);
    ShapeRules.where(condition, a, b);
    return record(WHERE, List.of(condition, a, b), a.shape(), a.dtype());
  }

  /** {@code a * b + c} rounded once; all shapes and types equal, the type a float. */
  public static Node fma(Node a, Node b, Node c) {
    sameDevice("fma", a, b);
    sameDevice("fma", a, c);
    ShapeRules.fma(a, b, c);
    return record(FMA, List.of(a, b, c), a.shape(), a.dtype());
  }

  /** Conversion to a type; the input itself if it has the type. */
  public static Node cast(Node x, DType dtype) {
    return x.dtype() == dtype ? x : record(CAST, x, x.shape(), dtype);
  }

  /** The same bits read as a type of the same width. */
  public static Node bitcast(Node x, DType dtype) {
    if (x.dtype() == dtype) {
      return x;
    }
    if (x.dtype().bytes() != dtype.bytes() || x.dtype() == DType.BOOL || dtype == DType.BOOL) {
      throw OpError.of("bitcast", x.dtype() + " and " + dtype + " do not have the same bits");
    }
    return Node.of(BITCAST, List.of(settled(x)), x.shape(), dtype, false);
  }

  /** A fold over sorted axes, which keep size 1; the input itself if there are no axes. */
  public static Node reduce(ReduceOp f, Node x, Axes axes) {
    Shape shape = ShapeRules.reduce(f, x, axes);
    return axes.size() == 0 ? x : record(new Op.Reduce(f, axes), x, shape, x.dtype());
  }

  /** The same elements in row-major order under another shape of equal size. */
  public static Node reshape(Node x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    ShapeRules.reshape(x, shape);
    return isConstant(x) ? constant(x, shape) : record(RESHAPE, x, shape, x.dtype());
  }

  /**
   * Axes reordered: axis i of the result is axis {@code order.get(i)} of the input. Of a permutation the two are
   * joined, and a transposed product is recorded as the product of the transposed factors, so that what follows can be
   * its epilogue.
   */
  public static Node permute(Node x, Axes order) {
    Shape shape = ShapeRules.permute(x, order);
    if (order.isIdentity()) {
      return x;
    }
    if (isConstant(x)) {
      return constant(x, shape);
    }
    if (x.storage() == null) {
      if (x.op() instanceof Op.Permute(var inner)) {
        return permute(x.input(0), inner.then(order));
      }
      if (x.op() instanceof Op.MatMul && order.swapsLastTwo()) {
        return Recording.withPrecision(
            x.precision(), () -> matmul(permute(x.input(1), order), permute(x.input(0), order)));
      }
    }
    return record(new Op.Permute(order), x, shape, x.dtype());
  }

  /** Axes of size 1 repeated up to a shape of equal rank. */
  public static Node expand(Node x, Shape shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    ShapeRules.expand(x, shape);
    return isConstant(x) ? constant(x, shape) : record(EXPAND, x, shape, x.dtype());
  }

  /** An input stretched to a shape that it broadcasts to: axes of size 1 are put in front, then expanded. */
  public static Node broadcast(Node x, Shape shape) {
    int missing = shape.rank() - x.shape().rank();
    if (missing <= 0) {
      return expand(x, shape);
    }
    int[] dims = new int[shape.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = i < missing ? 1 : x.shape().dim(i - missing);
    }
    return expand(reshape(x, Shape.of(dims)), shape);
  }

  /** Along axis i the {@code counts.dim(i)} elements start, start + step, ...; a step may be negative. */
  public static Node slice(Node x, Axes starts, Axes steps, Shape counts) {
    ShapeRules.slice(x, starts, steps, counts);
    if (x.storage() == null && x.op() instanceof Op.Pad(Axes before, Axes by)) {
      Node inner = x.input(0);
      // What was padded is taken out again, as gradients of parts are.
      if (counts.equals(inner.shape())
          && starts.equals(before)
          && steps.equals(by)
          && x.dtype() == inner.dtype()) {
        return inner;
      }
    }
    if (x.storage() == null && !x.tracked() && x.op() instanceof Op.Concat(int axis)) {
      // What was joined is taken apart again, as gradients of steps are.
      int first = starts.get(axis);
      int last = first + (counts.dim(axis) - 1) * steps.get(axis);
      int begin = 0;
      for (Node part : x.inputs()) {
        int end = begin + part.shape().dim(axis);
        if (Math.min(first, last) >= begin && Math.max(first, last) < end) {
          int[] within = starts.toArray();
          within[axis] -= begin;
          return slice(part, Axes.of(within), steps, counts);
        }
        begin = end;
      }
    }
    boolean full = counts.equals(x.shape());
    for (int i = 0; full && i < counts.rank(); i++) {
      full = starts.get(i) == 0 && (steps.get(i) == 1 || counts.dim(i) <= 1);
    }
    if (full || isConstant(x)) {
      return full ? x : constant(x, counts);
    }
    return record(new Op.Slice(starts, steps), x, counts, x.dtype());
  }

  /** An input inside a larger shape that is filled with a scalar; {@code before} elements precede it on each axis. */
  public static Node pad(Node x, Node value, Axes before, Shape shape) {
    int[] steps = new int[x.shape().rank()];
    Arrays.fill(steps, 1);
    return pad(x, value, before, Axes.of(steps), shape);
  }

  /** An input whose elements lie steps apart in a larger shape that is filled with a scalar. */
  public static Node pad(Node x, Node value, Axes before, Axes steps, Shape shape) {
    sameDevice("pad", x, value);
    ShapeRules.pad(x, value, before, steps, shape);
    return x.shape().equals(shape)
        ? x
        : record(new Op.Pad(before, steps), x, value, shape, x.dtype());
  }

  /**
   * All windows of some sizes along axes: windows begin steps apart, and their elements are dilations apart. The axes count
   * windows then, and axes at the end, one for each, count the elements of a window.
   */
  public static Node unfold(Node x, Axes axes, Axes sizes, Axes steps, Axes dilations) {
    Shape shape = ShapeRules.unfold(x, axes, sizes, steps, dilations);
    return record(new Op.Unfold(axes, steps, dilations), x, shape, x.dtype());
  }

  /** Inputs one after the other along an axis. */
  public static Node concat(List<Node> inputs, int axis) {
    Shape shape = ShapeRules.concat(inputs, axis);
    for (Node input : inputs) {
      sameDevice("cat", inputs.getFirst(), input);
    }
    return inputs.size() == 1
        ? inputs.getFirst()
        : record(new Op.Concat(axis), List.copyOf(inputs), shape, inputs.getFirst().dtype());
  }

  /** The elements of x at positions along an axis; the result has the shape of the index. */
  public static Node gather(Node x, Node index, int axis) {
    return gather(Origin.ofCheck(null), x, index, axis);
  }

  /** The elements at positions along an axis; the error about a position names an origin. */
  public static Node gather(Origin origin, Node x, Node index, int axis) {
    sameDevice("gather", x, index);
    ShapeRules.gather(x, index, axis);
    return record(origin, new Op.Gather(axis), List.of(x, index), index.shape(), x.dtype());
  }

  /** The input with the elements of a source added at positions along an axis. */
  public static Node scatterAdd(Node x, Node index, Node src, int axis) {
    return scatter("scatterAdd", ScatterOp.ADD, x, index, src, axis);
  }

  /**
   * The input with the elements of a source combined with those at positions along an axis, see {@link Op.Scatter}; errors name
   * an op. What is computed in f16 and bf16 is rounded once.
   */
  public static Node scatter(String op, ScatterOp f, Node x, Node index, Node src, int axis) {
    sameDevice(op, x, index);
    sameDevice(op, x, src);
    ShapeRules.scatter(op, x, index, src, axis);
    return scatter(f, Origin.ofCheck(null), x, index, src, axis);
  }

  /** A scatter of inputs that fit; the error about a position names an origin. */
  public static Node scatter(ScatterOp f, Origin origin, Node x, Node index, Node src, int axis) {
    DType dtype = x.dtype();
    boolean computed = f == ScatterOp.ADD ? dtype.isFloat() : f != ScatterOp.PUT;
    DType wide = dtype.folded();
    if (computed && dtype != wide) {
      return cast(scatter(f, origin, cast(x, wide), index, cast(src, wide), axis), dtype);
    }
    return record(origin, new Op.Scatter(f, axis), List.of(x, index, src), x.shape(), dtype);
  }

  /** At each element the fold of all elements along an axis up to it, or of those from it on. */
  public static Node scan(ScanOp f, Node x, int axis, boolean reverse) {
    ShapeRules.scan(f, x, axis);
    if (x.dtype().isNarrow()) {
      return cast(scan(f, cast(x, x.dtype().register()), axis, reverse), x.dtype());
    }
    return record(new Op.Scan(f, axis, reverse), x, x.shape(), x.dtype());
  }

  /** The first positions (i32) along an axis in the order of the elements; equal elements keep their order. */
  public static Node argSort(Node x, int axis, boolean descending, int count) {
    Shape shape = ShapeRules.argSort(x, axis, count);
    boolean wider = x.dtype().isNarrow() && x.dtype() != DType.U8;
    Node keys = wider ? cast(x, x.dtype().register()) : x;
    return record(new Op.ArgSort(axis, descending), keys, shape, DType.I32);
  }

  /** The factors of matrices [..., m, n] of f32 or f64, packed as the {@link Factorization} says. */
  public static Node factorize(Factorization f, Node x) {
    return record(new Op.Factorize(f), x, ShapeRules.factorize(f, x), x.dtype());
  }

  /** The X of {@code A X = B} for triangular matrices A [..., n, n] and B [..., n, k] of f32 or f64 with equal leading axes. */
  public static Node solveTriangular(Node a, Node b, boolean upper, boolean unit) {
    sameDevice("solveTriangular", a, b);
    ShapeRules.solveTriangular(a, b);
    return record(new Op.SolveTriangular(upper, unit), a, b, b.shape(), b.dtype());
  }

  /**
   * A part of the attention of queries [..., l, e] to keys [..., s, e] and values [..., s, v] of f32 or f64, with the inputs that
   * {@link Op.Attention} names; none of them is empty.
   */
  public static Node attention(Op.Attention op, List<Node> inputs) {
    for (Node input : inputs) {
      sameDevice("attention", inputs.getFirst(), input);
    }
    Shape shape = ShapeRules.attention(op, inputs);
    return record(op, List.copyOf(inputs), shape, inputs.getFirst().dtype());
  }

  /**
   * The batched product of [..., m, k] and [..., k, n] with equal leading axes, in the precision of the {@link Recording}. Of f16
   * and bf16 it is that of f32, rounded; of i8 and u8 it is i32, on a device that {@linkplain
   * dev.adjoint.device.Backend#multipliesBytes multiplies} them.
   */
  public static Node matmul(Node a, Node b) {
    sameDevice("matmul", a, b);
    Shape shape = ShapeRules.matmul(a, b);
    DType dtype = a.dtype();
    if (!dtype.isFloat()) {
      return record(MATMUL, a, b, shape, DType.I32);
    }
    if (dtype.isNarrow()) {
      DType wide = dtype.register();
      return cast(record(MATMUL, cast(a, wide), cast(b, wide), shape, wide), dtype);
    }
    return record(MATMUL, a, b, shape, dtype);
  }

  /** A value (input 0) whose gradient a rule gives for the inputs after it. */
  public static Node custom(Op.CustomRule rule, List<Node> inputs) {
    Node value = inputs.getFirst();
    for (Node input : inputs) {
      sameDevice(rule.name(), value, input);
    }
    return record(new Op.Custom(rule), List.copyOf(inputs), value.shape(), value.dtype());
  }

  /**
   * Checks that two inputs are on one device.
   *
   * @throws IllegalArgumentException naming both devices if not
   */
  public static void sameDevice(String op, Node a, Node b) {
    if (a.device() != b.device()) {
      throw devices(op, a, b);
    }
  }

  /** The shape of a rank whose sizes are all 1. */
  public static Shape ones(int rank) {
    return rank < ONES.length ? ONES[rank] : newOnes(rank);
  }

  private static Shape newOnes(int rank) {
    int[] dims = new int[rank];
    Arrays.fill(dims, 1);
    return Shape.of(dims);
  }

  private static IllegalArgumentException devices(String op, Node a, Node b) {
    return OpError.of(
        op,
        "left is on "
            + a.device()
            + ", right is on "
            + b.device()
            + ": call .to(device) of one of them, or of the model");
  }

  private static Node settled(Node x) {
    if (x.depth() >= MAX_KERNEL_DEPTH && !Recording.isDeferred()) {
      String kernel = Recording.kernel();
      if (kernel != null) {
        throw OpError.of(
            kernel, "a kernel may be about 3,000 operations deep, this is deeper: use tensors");
      }
      if (x.depth() >= MAX_DEPTH) {
        Evaluation.engine().realize(List.of(x));
      }
    }
    return x;
  }

  private static Node record(Op op, Node x, Shape shape, DType dtype) {
    boolean tracked = x.tracked() && dtype.isFloat() && Recording.isTracked();
    return Node.of(op, List.of(settled(x)), shape, dtype, tracked);
  }

  private static Node record(Op op, Node a, Node b, Shape shape, DType dtype) {
    boolean tracked = (a.tracked() || b.tracked()) && dtype.isFloat() && Recording.isTracked();
    return Node.of(op, List.of(settled(a), settled(b)), shape, dtype, tracked);
  }

  private static Node record(Op op, List<Node> inputs, Shape shape, DType dtype) {
    return record(Origin.here(), op, inputs, shape, dtype);
  }

  private static Node record(Origin origin, Op op, List<Node> inputs, Shape shape, DType dtype) {
    boolean tracked = false;
    for (Node input : inputs) {
      settled(input);
      tracked |= input.tracked();
    }
    boolean flows = tracked && dtype.isFloat() && Recording.isTracked();
    return Node.of(origin, op, inputs, shape, dtype, flows);
  }
}
