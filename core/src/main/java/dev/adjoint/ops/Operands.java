package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.UnaryOp;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Promotion and broadcasting: brings arguments of elementwise operations to one type, shape and device. */
public final class Operands {
  private Operands() {}

  /**
   * The type that an operation on two tensors is done in. As in PyTorch, a scalar tensor counts only if its kind (bool,
   * integer, float) is above that of the other one.
   */
  public static DType promote(Tensor a, Tensor b) {
    return promote(a.dtype(), a.rank() == 0, b.dtype(), b.rank() == 0);
  }

  /** The type that an operation on several tensors is done in: that of the scalars counts as one scalar does. */
  static DType promote(List<Tensor> tensors) {
    Optional<DType> scalars = highest(tensors.stream().filter(x -> x.rank() == 0));
    Optional<DType> others = highest(tensors.stream().filter(x -> x.rank() > 0));
    return scalars.isPresent() && others.isPresent()
        ? promote(others.get(), false, scalars.get(), true)
        : others.or(() -> scalars).orElseThrow();
  }

  private static Optional<DType> highest(Stream<Tensor> tensors) {
    return tensors.map(Tensor::dtype).reduce(DType::promote);
  }

  private static DType promote(DType x, boolean xIsScalar, DType y, boolean yIsScalar) {
    if (x == y) {
      return x;
    }
    if (xIsScalar != yIsScalar) {
      DType scalar = xIsScalar ? x : y;
      DType other = xIsScalar ? y : x;
      return kind(scalar) > kind(other) ? scalar : other;
    }
    return DType.promote(x, y);
  }

  /** The type that an operation on a tensor and a Java number is done in. */
  public static DType promote(DType dtype, Number value) {
    if (value instanceof Double || value instanceof Float) {
      return dtype.isFloat() ? dtype : Scope.dtype();
    }
    return dtype == DType.BOOL ? DType.I64 : dtype;
  }

  private static int kind(DType dtype) {
    return dtype.isFloat() ? 2 : dtype == DType.BOOL ? 0 : 1;
  }

  /** A tensor times a factor, in the type of a sum with another one. */
  public static Tensor scaled(String op, Tensor x, Tensor other, Number factor) {
    DType dtype = promote(x, other);
    if (dtype == DType.BOOL) {
      throw OpError.of(op, "a factor needs numbers, not bool");
    }
    return binary(
        BinaryOp.MUL,
        cast(other, dtype),
        new Tensor(Graph.constant(dtype, bits(op, factor, dtype), x.device())));
  }

  /** A tensor of a float type: itself, or converted to the default type. */
  public static Tensor floating(Tensor x) {
    return x.dtype().isFloat() ? x : cast(x, Scope.dtype());
  }

  public static Tensor cast(Tensor x, DType dtype) {
    return x.dtype() == dtype ? x : new Tensor(Graph.cast(x.node(), dtype));
  }

  /** A number as a constant of a type, stretched to the shape of a tensor. */
  public static Tensor like(String op, Number value, DType dtype, Tensor x) {
    return new Tensor(Graph.full(dtype, bits(op, value, dtype), x.shape(), x.device()));
  }

  /**
   * The raw bits of a number in a type.
   *
   * @throws IllegalArgumentException if an integer type cannot hold the number
   */
  public static long bits(String op, Number value, DType dtype) {
    if (!dtype.isInteger()) {
      return dtype.bits(value.doubleValue());
    }
    long n = value.longValue();
    boolean fractional = value instanceof Double || value instanceof Float;
    if (n < dtype.leastBits()
        || n > dtype.greatestBits()
        || (fractional && n != value.doubleValue())) {
      throw OpError.of(op, value + " is no value of " + dtype);
    }
    return n;
  }

  public static Tensor unary(UnaryOp f, Tensor x) {
    return new Tensor(Graph.unary(f, x.node()));
  }

  /** A unary function that is defined for floats only; other types are converted. */
  public static Tensor floatUnary(UnaryOp f, Tensor x) {
    return new Tensor(Graph.unary(f, floating(x).node()));
  }

  public static Tensor binary(BinaryOp f, Tensor a, Tensor b) {
    return binary(f, a, b, promote(a, b));
  }

  public static Tensor binary(BinaryOp f, Tensor a, Number b) {
    DType dtype = promote(a.dtype(), b);
    return record(f, Graph.cast(a.node(), dtype), like(OpError.name(f), b, dtype, a).node());
  }

  public static Tensor binary(BinaryOp f, Number a, Tensor b) {
    DType dtype = promote(b.dtype(), a);
    return record(f, like(OpError.name(f), a, dtype, b).node(), Graph.cast(b.node(), dtype));
  }

  /** A binary function done in the default type if the promoted type is no float. */
  public static Tensor floatBinary(BinaryOp f, Tensor a, Tensor b) {
    DType dtype = promote(a, b);
    return binary(f, a, b, dtype.isFloat() ? dtype : Scope.dtype());
  }

  /** A binary function with arguments converted to a type and broadcast. */
  public static Tensor binary(BinaryOp f, Tensor a, Tensor b, DType dtype) {
    Node x = Graph.cast(a.node(), dtype);
    Node y = Graph.cast(b.node(), dtype);
    if (!x.shape().equals(y.shape())) {
      Shape shape = broadcast(f, x.shape(), y.shape());
      x = Graph.broadcast(x, shape);
      y = Graph.broadcast(y, shape);
    }
    return record(f, x, y);
  }

  private static Shape broadcast(BinaryOp f, Shape a, Shape b) {
    return a.rank() == 0 ? b : b.rank() == 0 ? a : Shape.broadcast(a, b, OpError.name(f));
  }

  private static Tensor record(BinaryOp f, Node x, Node y) {
    return new Tensor(
        x.dtype() == DType.BOOL && y.dtype() == DType.BOOL ? bool(f, x, y) : Graph.binary(f, x, y));
  }

  /** Arithmetic and order on bool, as for 0 and 1, in terms of the logical functions. */
  private static Node bool(BinaryOp f, Node x, Node y) {
    return switch (f) {
      case ADD, MAXIMUM -> Graph.binary(BinaryOp.OR, x, y);
      case MUL, MINIMUM -> Graph.binary(BinaryOp.AND, x, y);
      case NE -> Graph.binary(BinaryOp.XOR, x, y);
      case EQ -> not(Graph.binary(BinaryOp.XOR, x, y));
      case LT -> Graph.binary(BinaryOp.AND, not(x), y);
      case LE -> Graph.binary(BinaryOp.OR, not(x), y);
      case GT -> Graph.binary(BinaryOp.AND, x, not(y));
      case GE -> Graph.binary(BinaryOp.OR, x, not(y));
      case AND,
          OR,
          XOR,
          SUB,
          DIV,
          FLOOR_DIV,
          REMAINDER,
          FMOD,
          POW,
          ATAN2,
          SHIFT_LEFT,
          SHIFT_RIGHT ->
          Graph.binary(f, x, y);
    };
  }

  private static Node not(Node x) {
    return Graph.unary(UnaryOp.NOT, x);
  }

  /** The condition as bool and two branches promoted, all broadcast to one shape. */
  public static Tensor where(Tensor condition, Tensor a, Tensor b) {
    DType dtype = promote(a, b);
    Node c = condition.node();
    Node x = Graph.cast(a.node(), dtype);
    Node y = Graph.cast(b.node(), dtype);
    if (!c.shape().equals(x.shape()) || !x.shape().equals(y.shape())) {
      Shape shape =
          Shape.broadcast(c.shape(), Shape.broadcast(x.shape(), y.shape(), "where"), "where");
      c = Graph.broadcast(c, shape);
      x = Graph.broadcast(x, shape);
      y = Graph.broadcast(y, shape);
    }
    return new Tensor(Graph.where(c, x, y));
  }

  /** {@code a * b + c}, promoted and broadcast; floats are rounded once. */
  public static Tensor fma(Tensor a, Tensor b, Tensor c) {
    DType dtype = promote(promote(a, b), a.rank() == 0 && b.rank() == 0, c.dtype(), c.rank() == 0);
    Shape shape = Shape.broadcast(Shape.broadcast(a.shape(), b.shape(), "fma"), c.shape(), "fma");
    if (!dtype.isFloat()) {
      return a.mul(b).add(c);
    }
    return new Tensor(
        Graph.fma(
            stretched(a, dtype, shape), stretched(b, dtype, shape), stretched(c, dtype, shape)));
  }

  private static Node stretched(Tensor x, DType dtype, Shape shape) {
    return Graph.broadcast(Graph.cast(x.node(), dtype), shape);
  }

  /** Two tensors promoted and broadcast to one shape, checked under the name of a composed operation. */
  public static Aligned align(String op, Tensor a, Tensor b, boolean floating) {
    Graph.sameDevice(op, a.node(), b.node());
    DType dtype = promote(a, b);
    DType target = floating && !dtype.isFloat() ? Scope.dtype() : dtype;
    Shape shape = Shape.broadcast(a.shape(), b.shape(), op);
    return new Aligned(
        new Tensor(stretched(a, target, shape)), new Tensor(stretched(b, target, shape)));
  }

  /** Two tensors of one type and shape. */
  public record Aligned(Tensor a, Tensor b) {}

  /** Requires a tensor of a float type. */
  static void requireFloat(String op, Tensor x) {
    if (!x.dtype().isFloat()) {
      throw OpError.of(op, "defined for floats, not " + x.dtype() + ": call toFloat()");
    }
  }
}
