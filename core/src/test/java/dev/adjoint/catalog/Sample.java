package dev.adjoint.catalog;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * One choice of operands for an op.
 *
 * @param op the op
 * @param dtype the type under test
 * @param shapes a shape per operand
 * @param layout the layout of operand 0; further operands take the next ones
 * @param special whether some values are NaN, infinite or a signed zero, or for integers 0, -1 or the largest or
 * smallest
 */
public record Sample(OpSpec op, DType dtype, List<Shape> shapes, Layout layout, boolean special) {
  /** The operands, on the current device: equal ones at every call. */
  public List<Tensor> operands() {
    var operands = new ArrayList<Tensor>();
    for (int i = 0; i < shapes.size(); i++) {
      Domain domain = op.operands().get(i);
      DType type = domain.dtype(dtype);
      Layout way = layoutOf(i);
      Shape shape = shapes.get(i);
      Shape stored = way.stored(shape);
      double[] values = domain.values(Math.toIntExact(stored.size()), type, random(i));
      if (special && (type.isFloat() || domain.isFree())) {
        double[] specials = specials(type);
        for (int k = i; k < values.length; k += i + 2) {
          values[k] = specials[(k + i) % specials.length];
        }
      }
      operands.add(way.arrange(shape).apply(tensor(values, type, stored)));
    }
    return operands;
  }

  /** The result of the op for these operands. */
  public Tensor result() {
    return op.apply(operands());
  }

  /**
   * The gradients of the result by the numbers of the operands, those it does not depend on left out: equal ones at every call.
   * They are products with a vector of distinct numbers of both signs. They need the autograd module.
   */
  public SortedMap<Integer, Tensor> gradients() {
    List<Tensor> operands = tracked(operands());
    return gradients(op.apply(operands), operands, random(shapes.size()));
  }

  /** The operands with their gradients asked for. */
  static List<Tensor> tracked(List<Tensor> operands) {
    return operands.stream().map(x -> x.dtype().isFloat() ? x.requiresGrad() : x).toList();
  }

  /** The gradients of a result by the numbers of the operands on which it depends. */
  static SortedMap<Integer, Tensor> gradients(Tensor result, List<Tensor> operands, Random random) {
    var gradients = new TreeMap<Integer, Tensor>();
    if (result.tracked()) {
      Map<Node, Tensor> byLeaf = result.backward(cotangent(result, random)).byLeaf();
      for (int i = 0; i < operands.size(); i++) {
        Tensor gradient = byLeaf.get(operands.get(i).node());
        if (gradient != null) {
          gradients.put(i, gradient);
        }
      }
    }
    return gradients;
  }

  private static Tensor cotangent(Tensor result, Random random) {
    Domain domain = Domain.of(-1, 1).awayFrom(0);
    double[] values = domain.values(Math.toIntExact(result.size()), result.dtype(), random);
    return tensor(values, result.dtype(), result.shape());
  }

  private Random random(int stream) {
    return new Random(op.label().hashCode() * 31L + stream);
  }

  static double[] specials(DType dtype) {
    if (dtype.isFloat()) {
      return new double[] {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0
      };
    }
    double least = dtype.min();
    double greatest = dtype.max();
    return dtype.isSigned()
        ? new double[] {least, greatest, -1, 0, 1}
        : dtype == DType.U8 ? new double[] {255, 128, 127, 0, 1} : new double[] {0, 1};
  }

  private Layout layoutOf(int operand) {
    if (layout == Layout.CONTIGUOUS) {
      return layout;
    }
    Layout[] all = Layout.values();
    Layout way = all[(layout.ordinal() + operand) % all.length];
    return way.fits(shapes.get(operand)) ? way : Layout.CONTIGUOUS;
  }

  /** A tensor with values, which must be values of the type. */
  static Tensor tensor(double[] values, DType dtype, Shape shape) {
    int n = values.length;
    int[] dims = shape.dims();
    if (dtype.isFloat()) {
      return Scope.withDType(dtype, () -> Tensors.of(values, dims));
    } else if (dtype == DType.BOOL) {
      boolean[] truths = new boolean[n];
      for (int i = 0; i < n; i++) {
        truths[i] = values[i] != 0;
      }
      return Tensors.of(truths, dims);
    }
    return switch (dtype.bytes()) {
      case 1 -> {
        byte[] bytes = new byte[n];
        for (int i = 0; i < n; i++) {
          bytes[i] = (byte) values[i];
        }
        yield Tensors.of(bytes, dims).bitcast(dtype);
      }
      case 4 -> Tensors.of(DoubleStream.of(values).mapToInt(v -> (int) v).toArray(), dims);
      default -> Tensors.of(DoubleStream.of(values).mapToLong(v -> (long) v).toArray(), dims);
    };
  }

  @Override
  public String toString() {
    return op.label()
        + "["
        + dtype
        + ", "
        + shapes
        + ", "
        + layout
        + (special ? ", special values]" : "]");
  }
}
