package dev.adjoint.reference;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The definition of every op, by naive loops: floats are computed in double precision whatever their type and never rounded to
 * f32, but the value of each op is rounded to f16 or bf16 if that is its type; integers and bool are exact. It shares no code
 * with the kernels, and is what tests compare devices with.
 */
public final class Reference {
  private final Map<Node, Values> known = new IdentityHashMap<>();

  private Reference() {}

  /** The elements of a tensor in row-major order, computed from the graph below it. */
  public static double[] evaluate(Tensor tensor) {
    return values(tensor).toDoubles();
  }

  /**
   * The elements of a tensor of an integer type or bool (0 or 1).
   *
   * @throws IllegalStateException if the tensor is of a float type
   */
  public static long[] evaluateLongs(Tensor tensor) {
    return values(tensor).toLongs();
  }

  /** The elements of a tensor, with their type. */
  public static Values values(Tensor tensor) {
    return new Reference().evaluate(tensor.node());
  }

  private Values evaluate(Node root) {
    var pending = new ArrayDeque<Node>();
    pending.push(root);
    while (!pending.isEmpty()) {
      Node node = pending.peek();
      int waiting = pending.size();
      if (!known.containsKey(node)) {
        for (Node input : node.inputs()) {
          if (!known.containsKey(input)) {
            pending.push(input);
          }
        }
      }
      if (pending.size() == waiting) {
        pending.pop();
        known.computeIfAbsent(node, this::compute);
      }
    }
    return input(root);
  }

  private Values input(Node node) {
    Values values = known.get(node);
    if (values == null) {
      throw new IllegalStateException("reference: not yet computed: " + node);
    }
    return values;
  }

  private Values compute(Node node) {
    int n = Math.toIntExact(node.shape().size());
    DType dtype = node.dtype();
    return switch (node.op()) {
      case Op.Source() -> read(node, n);
      case Op.Const() -> constant(dtype, n, node.scalars()[0]);
      case Op.Iota() -> Values.of(dtype, n, i -> i, i -> i);
      case Op.Random() ->
          Values.integers(dtype, n, i -> PhiloxWords.word(node.scalars()[0], node.scalars()[1], i));
      case Op.Unary(var f) -> {
        Values x = input(node.input(0));
        boolean bool = x.dtype() == DType.BOOL;
        yield f.isTest()
            ? Values.integers(dtype, n, i -> (long) ScalarFunctions.unary(f, x.toDouble(i)))
            : x.map(v -> ScalarFunctions.unary(f, v), v -> ScalarFunctions.unary(f, v, bool));
      }
      case Op.Binary(var f) -> {
        Values x = input(node.input(0));
        Values y = input(node.input(1));
        int width = x.dtype() == DType.I64 ? 64 : 32;
        if (f.isComparison() && x.dtype().isFloat()) {
          yield Values.integers(
              dtype, n, i -> (long) ScalarFunctions.binary(f, x.toDouble(i), y.toDouble(i)));
        }
        yield Values.of(
            dtype,
            n,
            i -> ScalarFunctions.binary(f, x.toDouble(i), y.toDouble(i)),
            i -> ScalarFunctions.binary(f, x.toLong(i), y.toLong(i), width));
      }
      case Op.Where() -> {
        Values condition = input(node.input(0));
        Values x = input(node.input(1));
        Values y = input(node.input(2));
        yield Values.of(
            dtype,
            n,
            i -> condition.toLong(i) != 0 ? x.toDouble(i) : y.toDouble(i),
            i -> condition.toLong(i) != 0 ? x.toLong(i) : y.toLong(i));
      }
      case Op.Fma() -> {
        Values x = input(node.input(0));
        Values y = input(node.input(1));
        Values z = input(node.input(2));
        yield Values.floats(dtype, n, i -> Math.fma(x.toDouble(i), y.toDouble(i), z.toDouble(i)));
      }
      case Op.Cast() -> cast(input(node.input(0)), dtype);
      case Op.Bitcast() -> bitcast(input(node.input(0)), dtype);
      case Op.Reduce(var f, var axes) ->
          Folds.reduce(f, axes, input(node.input(0)), node.input(0).shape(), node.shape());
      case Op.Reshape(), Op.Detach(), Op.Custom(var _), Op.Copy() -> input(node.input(0));
      case Op.Permute(var order) -> {
        long[] from = node.input(0).shape().strides();
        long[] strides = new long[from.length];
        for (int i = 0; i < strides.length; i++) {
          strides[i] = from[order.get(i)];
        }
        yield input(node.input(0)).pick(Indices.positions(node.shape(), 0, strides));
      }
      case Op.Expand() -> {
        Shape from = node.input(0).shape();
        long[] strides = from.strides();
        for (int i = 0; i < strides.length; i++) {
          strides[i] = from.dim(i) == 1 ? 0 : strides[i];
        }
        yield input(node.input(0)).pick(Indices.positions(node.shape(), 0, strides));
      }
      case Op.Slice(var starts, var steps) -> {
        long[] strides = node.input(0).shape().strides();
        long offset = 0;
        for (int i = 0; i < strides.length; i++) {
          offset += starts.get(i) * strides[i];
          strides[i] *= steps.get(i);
        }
        yield input(node.input(0)).pick(Indices.positions(node.shape(), offset, strides));
      }
      case Op.Unfold(var axes, var steps, var dilations) -> {
        long[] inner = node.input(0).shape().strides();
        long[] strides = Arrays.copyOf(inner, node.shape().rank());
        for (int j = 0; j < axes.size(); j++) {
          strides[axes.get(j)] = inner[axes.get(j)] * steps.get(j);
          strides[inner.length + j] = inner[axes.get(j)] * dilations.get(j);
        }
        yield input(node.input(0)).pick(Indices.positions(node.shape(), 0, strides));
      }
      case Op.Pad(var before, var steps) -> {
        Values x = input(node.input(0));
        Values around = input(node.input(1));
        int[] from = Indices.padded(node.shape(), node.input(0).shape(), before, steps);
        yield Values.of(
            dtype,
            n,
            i -> from[i] < 0 ? around.toDouble(0) : x.toDouble(from[i]),
            i -> from[i] < 0 ? around.toLong(0) : x.toLong(from[i]));
      }
      case Op.Concat(var axis) -> concat(node, axis);
      case Op.Gather(var axis) -> {
        Values index = input(node.input(1));
        yield input(node.input(0)).pick(Indices.along(axis, node, index, node.input(0).shape()));
      }
      case Op.Scatter(var f, var axis) -> {
        int[] to = Indices.along(axis, node, input(node.input(1)), node.shape());
        yield Folds.scatter(f, input(node.input(0)), to, input(node.input(2)));
      }
      case Op.Scan(var f, var axis, var reverse) ->
          AlongAxis.scan(f, input(node.input(0)), node.shape(), axis, reverse);
      case Op.ArgSort(var axis, var descending) ->
          AlongAxis.argSort(
              input(node.input(0)), node.input(0).shape(), node.shape(), axis, descending);
      case Op.Factorize(var f) ->
          Factorizations.factorize(f, input(node.input(0)), node.input(0).shape(), node.shape());
      case Op.SolveTriangular(var upper, var unit) ->
          Factorizations.solveTriangular(
              upper, unit, input(node.input(0)), input(node.input(1)), node.shape());
      case Op.Attention op ->
          AttentionValues.of(
              op,
              node.inputs().stream().map(this::input).toList(),
              node.inputs().stream().map(Node::shape).toList(),
              node.shape());
      case Op.MatMul() ->
          Folds.matmul(
              node.dtype(),
              input(node.input(0)),
              input(node.input(1)),
              node.input(0).shape(),
              node.shape());
    };
  }

  private Values concat(Node node, int axis) {
    Values[] parts = new Values[node.shape().dim(axis)];
    int[] positions = new int[parts.length];
    Shape[] shapes = new Shape[parts.length];
    int start = 0;
    for (Node input : node.inputs()) {
      for (int i = 0; i < input.shape().dim(axis); i++) {
        parts[start] = input(input);
        positions[start] = i;
        shapes[start++] = input.shape();
      }
    }
    int[][] index = Indices.indices(node.shape());
    return Values.of(
        node.dtype(),
        index.length,
        i -> parts[index[i][axis]].toDouble(Indices.moved(index[i], axis, positions, shapes)),
        i -> parts[index[i][axis]].toLong(Indices.moved(index[i], axis, positions, shapes)));
  }

  private static Values cast(Values x, DType to) {
    if (to == DType.BOOL) {
      return Values.integers(
          to, x.size(), i -> x.dtype().isFloat() ? (x.toDouble(i) != 0 ? 1 : 0) : x.toLong(i));
    }
    if (!x.dtype().isFloat()) {
      return Values.of(to, x.size(), x::toDouble, x::toLong);
    }
    return Values.of(
        to,
        x.size(),
        x::toDouble,
        i -> to == DType.I64 ? (long) x.toDouble(i) : (int) x.toDouble(i));
  }

  private static Values bitcast(Values x, DType to) {
    return Values.of(to, x.size(), i -> ofBits(to, bits(x, i)), i -> bits(x, i));
  }

  private static long bits(Values x, int i) {
    DType dtype = x.dtype();
    if (!dtype.isFloat()) {
      return x.toLong(i);
    }
    return dtype.isNarrow() ? dtype.narrow((float) x.toDouble(i)) : dtype.bits(x.toDouble(i));
  }

  private static double ofBits(DType dtype, long bits) {
    return dtype.isFloat() && dtype.isNarrow() ? dtype.widen((short) bits) : dtype.value(bits);
  }

  private static Values constant(DType dtype, int n, long bits) {
    return Values.of(dtype, n, i -> dtype.value(bits), i -> bits);
  }

  private static Values read(Node node, int n) {
    Storage storage = node.storage();
    if (storage == null) {
      throw new IllegalStateException("reference: a source without a value: " + node);
    }
    String refusal = storage.refusal();
    if (refusal != null) {
      throw new StaleTensorException(node, refusal);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(Math.max(1, (long) n * node.dtype().bytes()), 8);
      if (n > 0) {
        node.device()
            .backend()
            .read(storage.buffer(), 0, data.asSlice(0, (long) n * node.dtype().bytes()));
      }
      DType dtype = node.dtype();
      if (dtype.bytes() == 1) {
        return Values.integers(dtype, n, i -> data.get(ValueLayout.JAVA_BYTE, i));
      } else if (dtype.bytes() == 2) {
        return Values.floats(
            dtype, n, i -> dtype.widen(data.getAtIndex(ValueLayout.JAVA_SHORT, i)));
      }
      return switch (dtype.carrier()) {
        case INT -> Values.integers(dtype, n, i -> data.getAtIndex(ValueLayout.JAVA_INT, i));
        case LONG -> Values.integers(dtype, n, i -> data.getAtIndex(ValueLayout.JAVA_LONG, i));
        case FLOAT -> Values.floats(dtype, n, i -> data.getAtIndex(ValueLayout.JAVA_FLOAT, i));
        case DOUBLE -> Values.floats(dtype, n, i -> data.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
      };
    }
  }
}
