package dev.adjoint.graph;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The shapes and types of results, and the errors for arguments that have none. */
final class ShapeRules {
  private ShapeRules() {}

  /** The type of a unary function's result. */
  static DType unary(UnaryOp f, DType dtype) {
    if (!f.takes(dtype)) {
      throw OpError.of(OpError.name(f), "not defined for " + dtype + ": call .to(...)");
    }
    return f.isTest() ? DType.BOOL : dtype;
  }

  /** The type of a binary function's result. */
  static DType binary(BinaryOp f, Node a, Node b) {
    DType dtype = a.dtype();
    if (dtype != b.dtype()) {
      throw OpError.of(OpError.name(f), "left is " + dtype + ", right is " + b.dtype());
    }
    if (!a.shape().equals(b.shape())) {
      throw OpError.of(OpError.name(f), "shapes differ: " + a.shape() + " and " + b.shape());
    }
    boolean valid =
        switch (f) {
          case ADD, SUB, MUL, FLOOR_DIV, REMAINDER, FMOD, MAXIMUM, MINIMUM -> dtype != DType.BOOL;
          case DIV, POW, ATAN2 -> dtype.isFloat();
          case EQ, NE, LT, LE, GT, GE -> true;
          case AND, OR, XOR -> !dtype.isFloat();
          case SHIFT_LEFT, SHIFT_RIGHT -> dtype.isInteger();
        };
    if (!valid) {
      throw OpError.of(OpError.name(f), "not defined for " + dtype + ": call .to(...)");
    }
    return f.isComparison() ? DType.BOOL : dtype;
  }

  static void where(Node condition, Node a, Node b) {
    if (condition.dtype() != DType.BOOL) {
      throw OpError.of("where", "the condition must be bool, not " + condition.dtype());
    }
    if (a.dtype() != b.dtype()) {
      throw OpError.of("where", "the branches are " + a.dtype() + " and " + b.dtype());
    }
    if (!condition.shape().equals(a.shape()) || !a.shape().equals(b.shape())) {
      throw OpError.of(
          "where", "shapes differ: " + condition.shape() + ", " + a.shape() + " and " + b.shape());
    }
  }

  static void fma(Node a, Node b, Node c) {
    if (!a.dtype().isFloat() || a.dtype() != b.dtype() || a.dtype() != c.dtype()) {
      throw OpError.of(
          "fma",
          "defined for one float type, not " + a.dtype() + ", " + b.dtype() + " and " + c.dtype());
    }
    if (!a.shape().equals(b.shape()) || !a.shape().equals(c.shape())) {
      throw OpError.of(
          "fma", "shapes differ: " + a.shape() + ", " + b.shape() + " and " + c.shape());
    }
  }

  static Shape reduce(ReduceOp f, Node x, Axes axes) {
    String op = OpError.name(f);
    if (!x.dtype().isFloat() && x.dtype() != x.dtype().folded()) {
      throw OpError.of(op, "not defined for " + x.dtype() + ": call .to(...)");
    }
    int[] dims = x.shape().dims();
    int last = -1;
    for (int i = 0; i < axes.size(); i++) {
      int axis = axes.get(i);
      if (axis <= last || axis >= dims.length) {
        throw OpError.of(
            op, "axes " + axes + " are not sorted, distinct axes of shape " + x.shape());
      }
      if (dims[axis] == 0 && (f == ReduceOp.MAX || f == ReduceOp.MIN)) {
        throw OpError.of(op, "no elements along axis " + axis + " of shape " + x.shape());
      }
      dims[axis] = 1;
      last = axis;
    }
    return Shape.of(dims);
  }

  static void reshape(Node x, Shape shape) {
    if (x.shape().size() != shape.size()) {
      throw OpError.of(
          "reshape",
          x.shape() + " has " + x.shape().size() + " elements, " + shape + " has " + shape.size());
    }
  }

  static Shape permute(Node x, Axes order) {
    Shape shape = x.shape();
    int rank = shape.rank();
    if (order.size() != rank) {
      throw OpError.of(
          "permute", "order " + order + " does not have the " + rank + " axes of shape " + shape);
    }
    int[] dims = new int[rank];
    long seen = 0;
    for (int i = 0; i < rank; i++) {
      int axis = order.get(i);
      if (axis < 0 || axis >= rank || ((seen >> axis) & 1) != 0) {
        throw OpError.of(
            "permute", "order " + order + " is no permutation of the axes of shape " + shape);
      }
      seen |= 1L << axis;
      dims[i] = shape.dim(axis);
    }
    return Shape.of(dims);
  }

  static void expand(Node x, Shape shape) {
    boolean valid = x.shape().rank() == shape.rank();
    for (int i = 0; valid && i < shape.rank(); i++) {
      int from = x.shape().dim(i);
      valid = from == shape.dim(i) || from == 1;
    }
    if (!valid) {
      throw OpError.of(
          "expand", x.shape() + " does not expand to " + shape + ": only axes of size 1 stretch");
    }
  }

  static void slice(Node x, Axes starts, Axes steps, Shape counts) {
    int rank = x.shape().rank();
    if (starts.size() != rank || steps.size() != rank || counts.rank() != rank) {
      throw OpError.of(
          "slice",
          "starts "
              + starts
              + ", steps "
              + steps
              + " and counts "
              + counts
              + " do not fit shape "
              + x.shape());
    }
    for (int i = 0; i < rank; i++) {
      long first = starts.get(i);
      long last = first + (counts.dim(i) - 1L) * steps.get(i);
      int size = x.shape().dim(i);
      if (counts.dim(i) > 0 && (first < 0 || first >= size || last < 0 || last >= size)) {
        throw OpError.of(
            "slice",
            "elements "
                + first
                + " to "
                + last
                + " are out of range for axis "
                + i
                + " of shape "
                + x.shape());
      }
    }
  }

  static void pad(Node x, Node value, Axes before, Axes steps, Shape shape) {
    if (value.shape().rank() != 0 || value.dtype() != x.dtype()) {
      throw OpError.of(
          "pad",
          "the value must be a scalar of " + x.dtype() + ", not " + value.dtype() + value.shape());
    }
    int rank = x.shape().rank();
    boolean valid = before.size() == rank && steps.size() == rank && shape.rank() == rank;
    for (int i = 0; valid && i < rank; i++) {
      long extent = Math.max(0, (x.shape().dim(i) - 1L) * steps.get(i) + 1);
      valid = before.get(i) >= 0 && steps.get(i) > 0 && before.get(i) + extent <= shape.dim(i);
    }
    if (!valid) {
      throw OpError.of(
          "pad", x.shape() + " does not fit into " + shape + " with " + before + " before it");
    }
  }

  static Shape unfold(Node x, Axes axes, Axes sizes, Axes steps, Axes dilations) {
    int rank = x.shape().rank();
    int[] dims = Arrays.copyOf(x.shape().dims(), rank + axes.size());
    for (int j = 0; j < axes.size(); j++) {
      int axis = axes.get(j);
      long extent = (sizes.get(j) - 1L) * dilations.get(j) + 1;
      if (sizes.get(j) < 1 || steps.get(j) < 1 || dilations.get(j) < 1) {
        throw OpError.of(
            "unfold",
            "sizes "
                + sizes
                + ", steps "
                + steps
                + " and dilations "
                + dilations
                + " must be positive");
      }
      if (extent > dims[axis]) {
        throw OpError.of(
            "unfold",
            "a window spans "
                + extent
                + " elements, and axis "
                + axis
                + " of "
                + x.shape()
                + " has fewer");
      }
      dims[axis] = (int) ((dims[axis] - extent) / steps.get(j)) + 1;
      dims[rank + j] = sizes.get(j);
    }
    return Shape.of(dims);
  }

  static Shape concat(List<Node> inputs, int axis) {
    Node first = inputs.getFirst();
    Shape shape = first.shape();
    if (axis < 0 || axis >= shape.rank()) {
      throw OpError.of("cat", "axis " + axis + " is out of range for shape " + shape);
    }
    long total = 0;
    for (Node input : inputs) {
      if (input.dtype() != first.dtype()) {
        throw OpError.of("cat", "tensors are " + first.dtype() + " and " + input.dtype());
      }
      Shape other = input.shape();
      if (other.rank() != shape.rank() || !other.with(axis, 0).equals(shape.with(axis, 0))) {
        throw OpError.of(
            "cat", "shapes differ outside axis " + axis + ": " + shape + " and " + other);
      }
      total += other.dim(axis);
    }
    if (total > Integer.MAX_VALUE) {
      throw OpError.of("cat", "an axis cannot have " + total + " elements");
    }
    return shape.with(axis, (int) total);
  }

  static void gather(Node x, Node index, int axis) {
    index("gather", x, index, axis);
  }

  static void scatter(String op, Node x, Node index, Node src, int axis) {
    index(op, x, index, axis);
    if (!src.shape().equals(index.shape()) || src.dtype() != x.dtype()) {
      throw OpError.of(
          op,
          "the source is "
              + src.dtype()
              + src.shape()
              + ", it must be "
              + x.dtype()
              + index.shape()
              + " like the target and the index");
    }
  }

  private static void index(String op, Node x, Node index, int axis) {
    if (index.dtype() != DType.I32 && index.dtype() != DType.I64) {
      throw OpError.of(op, "the index must be i32 or i64, not " + index.dtype());
    }
    boolean valid =
        axis >= 0 && axis < x.shape().rank() && index.shape().rank() == x.shape().rank();
    for (int i = 0; valid && i < x.shape().rank(); i++) {
      valid = i == axis || index.shape().dim(i) <= x.shape().dim(i);
    }
    if (!valid) {
      throw OpError.of(
          op, "index " + index.shape() + " does not fit " + x.shape() + " outside axis " + axis);
    }
  }

  static void scan(ScanOp f, Node x, int axis) {
    DType dtype = x.dtype();
    boolean valid =
        switch (f) {
          case SUM, PROD, MAX, MIN -> dtype != DType.BOOL;
          case LOGSUMEXP -> dtype.isFloat();
        };
    if (!valid) {
      throw OpError.of(f.method(), "not defined for " + dtype + ": call .to(...)");
    }
    axis(f.method(), x, axis);
  }

  static Shape argSort(Node x, int axis, int count) {
    axis("argsort", x, axis);
    if (count < 0 || count > x.shape().dim(axis)) {
      throw OpError.of(
          "argsort", "no " + count + " positions along axis " + axis + " of shape " + x.shape());
    }
    return x.shape().with(axis, count);
  }

  private static void axis(String op, Node x, int axis) {
    if (axis < 0 || axis >= x.shape().rank()) {
      throw OpError.of(op, "axis " + axis + " is out of range for shape " + x.shape());
    }
  }

  static Shape factorize(Factorization f, Node x) {
    String op = f.name().toLowerCase(Locale.ROOT);
    Shape shape = x.shape();
    int rank = shape.rank();
    matrices(op, x);
    int m = shape.dim(rank - 2);
    int n = shape.dim(rank - 1);
    return switch (f) {
      case CHOLESKY -> {
        if (m != n) {
          throw OpError.of(op, "needs square matrices, not " + shape);
        }
        yield shape;
      }
      case LU -> shape.with(rank - 1, Math.addExact(n, 1));
      case QR -> {
        if (m < n) {
          throw OpError.of(op, "needs as many rows as columns, not " + shape);
        }
        yield shape.with(rank - 2, Math.addExact(m, n));
      }
    };
  }

  static void solveTriangular(Node a, Node b) {
    matrices("solveTriangular", a);
    matrices("solveTriangular", b);
    Shape x = a.shape();
    int rank = x.rank();
    if (a.dtype() != b.dtype()
        || x.dim(rank - 1) != x.dim(rank - 2)
        || b.shape().rank() != rank
        || !b.shape().with(rank - 1, 0).equals(x.with(rank - 1, 0))) {
      throw OpError.of(
          "solveTriangular", "matrices " + a.dtype() + x + " do not fit " + b.dtype() + b.shape());
    }
  }

  static Shape attention(Op.Attention op, List<Node> inputs) {
    int count = op.operands();
    Node q = inputs.get(0);
    Node k = inputs.get(1);
    Node v = inputs.get(2);
    for (Node x : List.of(q, k, v)) {
      matrices("attention", x);
    }
    int rank = q.shape().rank();
    int l = q.shape().dim(rank - 2);
    int e = q.shape().dim(rank - 1);
    int s = k.shape().dim(k.shape().rank() - 2);
    int wide = v.shape().dim(v.shape().rank() - 1);
    int[] batch = Arrays.copyOf(q.shape().dims(), rank - 2);
    attentionInput(k, q.dtype(), batch, s, e);
    attentionInput(v, q.dtype(), batch, s, wide);
    if (op.part() == AttentionPart.GRADIENTS) {
      attentionInput(inputs.get(3), q.dtype(), batch, l, wide);
      attentionInput(inputs.get(4), q.dtype(), batch, l);
      attentionInput(inputs.get(5), q.dtype(), batch, l);
    }
    if (inputs.size() > count) {
      DType type = inputs.get(count).dtype();
      attentionInput(inputs.get(count), type == DType.BOOL ? DType.BOOL : q.dtype(), batch, l, s);
    }
    long row =
        switch (op.part()) {
          case OUTPUT -> wide;
          case OUTPUT_AND_LOG_SUMS -> (long) l * (wide + 1L);
          case GRADIENTS -> (long) l * e + (long) s * ((long) e + wide);
        };
    if (row > Integer.MAX_VALUE) {
      throw OpError.of("attention", "rows of " + row + " elements are too long");
    }
    return op.part() == AttentionPart.OUTPUT
        ? q.shape().with(rank - 1, wide)
        : Shape.of(extended(batch, (int) row));
  }

  private static void attentionInput(Node x, DType dtype, int[] batch, int... dims) {
    if (x.dtype() != dtype
        || !x.shape().equals(Shape.of(extended(batch, dims)))
        || x.shape().size() == 0) {
      throw OpError.of(
          "attention",
          "needs " + dtype + Shape.of(extended(batch, dims)) + ", not " + x.dtype() + x.shape());
    }
  }

  private static int[] extended(int[] batch, int... dims) {
    int[] all = Arrays.copyOf(batch, batch.length + dims.length);
    System.arraycopy(dims, 0, all, batch.length, dims.length);
    return all;
  }

  private static void matrices(String op, Node x) {
    if (x.dtype() != DType.F32 && x.dtype() != DType.F64) {
      throw OpError.of(op, "defined for f32 and f64, not " + x.dtype() + ": call toFloat()");
    }
    if (x.shape().rank() < 2) {
      throw OpError.of(op, "needs matrices, not " + x.shape());
    }
  }

  static Shape matmul(Node a, Node b) {
    Shape x = a.shape();
    Shape y = b.shape();
    boolean bytes = isByte(a) && isByte(b) && a.device().backend().multipliesBytes();
    if (a.dtype() != b.dtype() && !bytes) {
      throw OpError.of(
          "matmul", "left is " + a.dtype() + ", right is " + b.dtype() + ": call .to(...)");
    }
    if (!a.dtype().isFloat() && !bytes) {
      throw OpError.of("matmul", "defined for floats, not " + a.dtype());
    }
    int rank = x.rank();
    if (rank < 2 || y.rank() != rank) {
      throw OpError.of("matmul", "ranks do not fit: " + x + " x " + y);
    }
    if (x.dim(rank - 1) != y.dim(rank - 2)) {
      throw OpError.of("matmul", "inner sizes differ: " + x + " x " + y);
    }
    int[] dims = x.dims();
    dims[rank - 1] = y.dim(rank - 1);
    if (!Arrays.equals(dims, 0, rank - 2, y.dims(), 0, rank - 2)) {
      throw OpError.of("matmul", "batch sizes differ: " + x + " x " + y);
    }
    long batches = 1;
    for (int i = 0; i < rank - 2; i++) {
      batches *= dims[i];
      if (batches > Integer.MAX_VALUE) {
        throw OpError.of(
            "matmul", "more than " + Integer.MAX_VALUE + " products: " + x + " x " + y);
      }
    }
    return Shape.of(dims);
  }

  private static boolean isByte(Node x) {
    return x.dtype() == DType.I8 || x.dtype() == DType.U8;
  }
}
