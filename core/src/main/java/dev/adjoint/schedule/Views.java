package dev.adjoint.schedule;

import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pushes elements through ops that only rearrange them: given which element of a view a kernel means, tells which element of its
 * input that is.
 *
 * <p>Where this is not linear in the axes of the kernel, the result is null; {@link #wanted} then says which axis to split to
 * make it so, if that helps.
 */
final class Views {
  private final int[] sizes;
  private final List<Long> valueSizes = new ArrayList<>();
  private @Nullable Split wanted;

  /** That a kernel axis must be two axes, the inner one of the given size. */
  record Split(int axis, int inner) {}

  /** Views seen from a kernel with axes of the given sizes. */
  Views(int[] sizes) {
    this.sizes = sizes;
  }

  /** The split that the last failure asks for, or null. */
  @Nullable Split wanted() {
    return wanted;
  }

  /** A new axis for a value that the kernel computes, which is from 0 to size - 1 wherever it is used. */
  Affine valueAxis(long size) {
    long[] unit = new long[sizes.length + valueSizes.size() + 1];
    unit[unit.length - 1] = 1;
    valueSizes.add(size);
    return new Affine(0, unit);
  }

  /** The number of axes, those for values included. */
  int axes() {
    return sizes.length + valueSizes.size();
  }

  private long size(int axis) {
    return axis < sizes.length ? sizes[axis] : valueSizes.get(axis - sizes.length);
  }

  /** The least value that a number takes. */
  long least(Affine number) {
    long least = number.offset;
    for (int a = 0; a < number.coefficients.length; a++) {
      least += Math.min(number.coefficients[a] * (size(a) - 1), 0);
    }
    return least;
  }

  /** The largest value that a number takes. */
  long most(Affine number) {
    long most = number.offset;
    for (int a = 0; a < number.coefficients.length; a++) {
      most += Math.max(number.coefficients[a] * (size(a) - 1), 0);
    }
    return most;
  }

  /** Whether a number is from 0 to below a size wherever it is used. */
  boolean isWithin(Affine index, long dim) {
    return least(index) >= 0 && most(index) < dim;
  }

  /** An element given by indices along axes of a node. */
  Element element(long[] dims, Affine[] indices, int condition) {
    var element = new Element(dims, indices, condition);
    long size = 1;
    for (int d = 0; d < dims.length; d++) {
      if (!isWithin(indices[d], dims[d])) {
        return element;
      }
      size *= dims[d];
    }
    return Element.of(element.number(), size, condition);
  }

  /** How the axes of a view lie in its input. */
  private record Mapping(int[] axes, int[] starts, int[] steps) {
    static final int REPEATED = -1;
  }

  /**
   * The element of a view's input.
   *
   * @param op the view
   * @param shape the view's shape
   * @param input the input's shape
   * @param element an element of the view
   * @return null if it is not linear in the kernel's axes
   */
  @Nullable Element through(Op op, Shape shape, Shape input, Element element) {
    wanted = null;
    if (op.kind() == Op.Kind.ALIAS) {
      return element;
    }
    Mapping mapping = mapping(op, shape, input);
    return element.dims.length == 1 && isWithin(element.number(), element.dims[0])
        ? joined(mapping, shape, input, element)
        : apart(mapping, shape, input, element);
  }

  private static Mapping mapping(Op op, Shape shape, Shape input) {
    int rank = shape.rank();
    int[] axes = new int[rank];
    int[] starts = new int[rank];
    int[] steps = new int[rank];
    for (int d = 0; d < rank; d++) {
      axes[d] = d;
      steps[d] = 1;
      if (op instanceof Op.Unfold(Axes of, Axes by, Axes dilations)) {
        int window = d < input.rank() ? indexOf(of, d) : d - input.rank();
        axes[d] = d < input.rank() ? d : of.get(window);
        steps[d] = d >= input.rank() ? dilations.get(window) : window < 0 ? 1 : by.get(window);
      } else if (op instanceof Op.Permute(var order)) {
        axes[d] = order.get(d);
      } else if (op instanceof Op.Slice(Axes from, Axes by)) {
        starts[d] = from.get(d);
        steps[d] = by.get(d);
      } else if (input.dim(d) == 1 && shape.dim(d) != 1) {
        axes[d] = Mapping.REPEATED;
      }
    }
    return new Mapping(axes, starts, steps);
  }

  private static int indexOf(Axes axes, int axis) {
    for (int j = 0; j < axes.size(); j++) {
      if (axes.get(j) == axis) {
        return j;
      }
    }
    return -1;
  }

  /** Of neighbouring axes that move alike: they are taken together, so that a kernel axis may span them. */
  private @Nullable Element joined(Mapping mapping, Shape shape, Shape input, Element element) {
    var runs = new Runs();
    long[] inputStrides = input.strides();
    long offset = 0;
    for (int d = 0; d < shape.rank(); d++) {
      int axis = mapping.axes[d];
      long stride = axis == Mapping.REPEATED ? 0 : inputStrides[axis];
      offset += mapping.starts[d] * stride;
      runs.add(shape.dim(d), mapping.steps[d] * stride);
    }
    Affine number = runs.map(element.number());
    return number == null ? null : Element.of(number.plus(offset), input.size(), element.condition);
  }

  private @Nullable Element apart(Mapping mapping, Shape shape, Shape input, Element element) {
    Affine[] outer = indices(element, longs(shape.dims()));
    if (outer == null) {
      return null;
    }
    Affine[] inner = new Affine[input.rank()];
    Arrays.fill(inner, Affine.constant(0));
    for (int d = 0; d < outer.length; d++) {
      int axis = mapping.axes[d];
      if (axis != Mapping.REPEATED) {
        inner[axis] = outer[d].timesPlus(mapping.steps[d], inner[axis]).plus(mapping.starts[d]);
      }
    }
    return element(longs(input.dims()), inner, element.condition);
  }

  private static long[] longs(int[] dims) {
    long[] longs = new long[dims.length];
    for (int d = 0; d < dims.length; d++) {
      longs[d] = dims[d];
    }
    return longs;
  }

  /**
   * The indices of an element along other axes than those by which it is given.
   *
   * @param wantedDims sizes that multiply to the size of the node, in row-major order
   * @return null if they are not linear in the kernel's axes
   */
  Affine @Nullable [] indices(Element element, long[] wantedDims) {
    wanted = null;
    int rank = wantedDims.length;
    Affine[] result = new Affine[rank];
    int d = 0;
    int w = 0;
    while (w < rank) {
      if (wantedDims[w] == 1) {
        result[w++] = Affine.constant(0);
        continue;
      }
      while (element.dims[d] == 1) {
        d++;
      }
      Affine given = element.indices[d];
      long have = element.dims[d++];
      int from = w;
      long want = wantedDims[w++];
      while (have != want) {
        if (have < want) {
          given = given.timesPlus(element.dims[d], element.indices[d]);
          have *= element.dims[d++];
        } else {
          want *= wantedDims[w++];
        }
      }
      if (w - from == 1) {
        result[from] = given;
        continue;
      }
      Affine[] parts =
          isWithin(given, have) ? split(given, Arrays.copyOfRange(wantedDims, from, w)) : null;
      if (parts == null) {
        return null;
      }
      System.arraycopy(parts, 0, result, from, parts.length);
    }
    return result;
  }

  /**
   * Takes a number apart into indices along axes.
   *
   * <p>Each coefficient is written in the strides of the axes, the largest first, like a number in its digits; mostly it is a
   * multiple of one of them. The result is right if every index then stays within its axis, as such a decomposition is unique.
   *
   * @param dims the sizes of the axes
   * @return one function per axis, or null if the indices are not linear in these kernel axes
   */
  private Affine @Nullable [] split(Affine number, long[] dims) {
    int rank = dims.length;
    int axes = number.coefficients.length;
    long[] strides = new long[rank];
    long stride = 1;
    for (int d = rank - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= dims[d];
    }
    long[][] parts = new long[rank][axes];
    long[] starts = new long[rank];
    long rest = number.offset;
    for (int d = 0; d < rank; d++) {
      starts[d] = dims[d] == 1 ? 0 : rest / strides[d];
      rest -= starts[d] * strides[d];
    }
    if (rest != 0) {
      return null;
    }
    for (int a = 0; a < axes; a++) {
      long c = number.coefficients[a];
      if (c == 0 || size(a) == 1) {
        continue;
      }
      int d = owner(Math.abs(c), dims, strides);
      if (c % strides[d] != 0) {
        for (int e = d; e < rank; e++) {
          parts[e][a] = dims[e] == 1 ? 0 : c / strides[e];
          c -= parts[e][a] * strides[e];
        }
        continue;
      }
      long steps = dims[d] * strides[d] / Math.abs(c);
      if (size(a) > steps) {
        if (a < sizes.length
            && dims[d] * strides[d] % Math.abs(c) == 0
            && steps >= 1
            && size(a) % steps == 0) {
          wanted = new Split(a, (int) steps);
        }
        return null;
      }
      parts[d][a] = c / strides[d];
    }
    Affine[] indices = new Affine[rank];
    for (int d = 0; d < rank; d++) {
      indices[d] = new Affine(starts[d], parts[d]);
      if (!isWithin(indices[d], dims[d])) {
        return null;
      }
    }
    return indices;
  }

  /** The axis with the largest stride up to a coefficient; the last has stride 1. */
  private static int owner(long c, long[] dims, long[] strides) {
    int d = 0;
    while (d < dims.length - 1 && (dims[d] == 1 || strides[d] > c)) {
      d++;
    }
    return d;
  }

  /** Neighbouring axes that move alike, taken together; stride 0 means repeated. */
  final class Runs {
    private long[] dims = new long[8];
    private long[] strides = new long[8];
    private int count;

    /** Adds an axis with its size and its stride in the input. */
    void add(int dim, long stride) {
      if (dim == 1) {
        return;
      }
      if (count > 0 && strides[count - 1] == stride * dim) {
        dims[count - 1] *= dim;
        strides[count - 1] = stride;
        return;
      }
      if (count == dims.length) {
        dims = Arrays.copyOf(dims, 2 * count);
        strides = Arrays.copyOf(strides, 2 * count);
      }
      dims[count] = dim;
      strides[count++] = stride;
    }

    /** The number in the input of a number over these axes; null if it is not linear. */
    @Nullable Affine map(Affine number) {
      wanted = null;
      Affine[] indices = split(number, Arrays.copyOf(dims, count));
      if (indices == null) {
        return null;
      }
      Affine sum = Affine.constant(0);
      for (int d = 0; d < count; d++) {
        sum = indices[d].timesPlus(strides[d], sum);
      }
      return sum;
    }
  }
}
