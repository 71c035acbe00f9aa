package dev.adjoint.schedule;

import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Op;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Pushes element numbers through views: given which element of a view is meant, tells which element of its input that is. */
final class Views {
  private Views() {}

  /**
   * The element of a view's input.
   *
   * @param op the view
   * @param shape the view's shape
   * @param input the input's shape
   * @param element an element of the view
   * @param sizes the sizes of the kernel's axes
   * @return null if it is not affine in the kernel's axes
   * @throws Affine.Split if it would be after splitting an axis
   */
  static @Nullable Affine through(Op op, Shape shape, Shape input, Affine element, int[] sizes)
      throws Affine.Split {
    return switch (op) {
      case Op.Reshape(), Op.Detach(), Op.Custom(var _) -> element;
      case Op.Expand() -> expand(shape, input, element, sizes);
      case Op.Permute(var order) -> permute(order, shape, input, element, sizes);
      case Op.Slice(var starts, var steps) -> slice(starts, steps, shape, input, element, sizes);
      case Op.Source(),
          Op.Const(),
          Op.Iota(),
          Op.Random(),
          Op.Unary(var _),
          Op.Binary(var _),
          Op.Where(),
          Op.Fma(),
          Op.Cast(),
          Op.Bitcast(),
          Op.Reduce(var _, var _),
          Op.Pad(var _),
          Op.Concat(var _),
          Op.Gather(var _, var _),
          Op.ScatterAdd(var _),
          Op.Scan(var _, var _, var _),
          Op.ArgSort(var _, var _),
          Op.MatMul(),
          Op.Copy() ->
          throw new IllegalStateException("views: " + op + " is no view");
    };
  }

  private static @Nullable Affine expand(Shape shape, Shape input, Affine element, int[] sizes)
      throws Affine.Split {
    var runs = new Runs();
    long[] inputStrides = input.strides();
    for (int d = 0; d < shape.rank(); d++) {
      boolean repeated = input.dim(d) == 1 && shape.dim(d) != 1;
      runs.add(shape.dim(d), repeated ? 0 : inputStrides[d], repeated);
    }
    return runs.map(element, sizes);
  }

  private static @Nullable Affine permute(
      Axes order, Shape shape, Shape input, Affine element, int[] sizes) throws Affine.Split {
    var runs = new Runs();
    long[] inputStrides = input.strides();
    for (int d = 0; d < shape.rank(); d++) {
      runs.add(shape.dim(d), inputStrides[order.get(d)], false);
    }
    return runs.map(element, sizes);
  }

  private static @Nullable Affine slice(
      Axes starts, Axes steps, Shape shape, Shape input, Affine element, int[] sizes)
      throws Affine.Split {
    var runs = new Runs();
    long[] inputStrides = input.strides();
    long offset = 0;
    for (int d = 0; d < shape.rank(); d++) {
      offset += starts.get(d) * inputStrides[d];
      runs.add(shape.dim(d), steps.get(d) * inputStrides[d], false);
    }
    Affine mapped = runs.map(element, sizes);
    return mapped == null ? null : new Affine(mapped.offset + offset, mapped.coefficients);
  }

  /** Neighbouring axes that move alike, taken together so that a kernel axis may span them. */
  static final class Runs {
    private final ArrayList<Long> dims = new ArrayList<>();
    private final ArrayList<Long> strides = new ArrayList<>();

    /** Adds an axis with its size and its stride in the input; stride 0 means repeated. */
    void add(int dim, long stride, boolean repeated) {
      if (dim == 1) {
        return;
      }
      int last = dims.size() - 1;
      boolean joins =
          last >= 0 && (repeated ? strides.get(last) == 0 : strides.get(last) == stride * dim);
      if (joins) {
        dims.set(last, dims.get(last) * dim);
        strides.set(last, stride);
      } else {
        dims.add((long) dim);
        strides.add(stride);
      }
    }

    @Nullable Affine map(Affine element, int[] sizes) throws Affine.Split {
      long[] d = dims.stream().mapToLong(Long::longValue).toArray();
      Affine[] indices = element.split(d, sizes);
      return indices == null
          ? null
          : Affine.join(
              indices, strides.stream().mapToLong(Long::longValue).toArray(), sizes.length);
    }
  }
}
