package dev.adjoint.schedule;

import dev.adjoint.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The index space of a kernel under construction: parallel axes, then reduction axes, without those of size 1. An axis may
 * be split into several, so that a reshaped operand stays affine.
 */
final class Space {
  /** The sizes of the parallel axes before splitting. */
  final int[] parallel;

  /** The sizes of the reduction axes before splitting. */
  final int[] reduced;

  private final int[][] factors;

  private Space(int[] parallel, int[] reduced, int[][] factors) {
    this.parallel = parallel;
    this.reduced = reduced;
    this.factors = factors;
  }

  /** A space with axes of the given sizes. */
  static Space of(int[] parallel, int[] reduced) {
    int[][] factors = new int[parallel.length + reduced.length][];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = new int[] {i < parallel.length ? parallel[i] : reduced[i - parallel.length]};
    }
    return new Space(parallel, reduced, factors);
  }

  /** Passes on the ranks and sizes of the axes before splitting. */
  void describe(IntConsumer code) {
    code.accept(parallel.length);
    code.accept(reduced.length);
    for (int size : parallel) {
      code.accept(size);
    }
    for (int size : reduced) {
      code.accept(size);
    }
  }

  /** Whether two spaces had the same axes before splitting. */
  boolean matches(Space other) {
    return Arrays.equals(parallel, other.parallel) && Arrays.equals(reduced, other.reduced);
  }

  /** The sizes of all axes. */
  int[] sizes() {
    int n = 0;
    for (int[] parts : factors) {
      n += parts.length;
    }
    int[] sizes = new int[n];
    int at = 0;
    for (int[] parts : factors) {
      for (int size : parts) {
        sizes[at++] = size;
      }
    }
    return sizes;
  }

  /** The number of index points. */
  long points() {
    long points = 1;
    for (int[] parts : factors) {
      for (int size : parts) {
        points *= size;
      }
    }
    return points;
  }

  /** The number of parallel axes. */
  int parallelRank() {
    int n = 0;
    for (int i = 0; i < parallel.length; i++) {
      n += factors[i].length;
    }
    return n;
  }

  /** This space with one axis split in two; null if it is one of those, before splitting, that must stay whole. */
  @Nullable Space split(Views.Split split, IntPredicate whole) {
    int[][] refined = factors.clone();
    int axis = split.axis();
    for (int i = 0; i < refined.length; i++) {
      if (axis < refined[i].length) {
        if (whole.test(i)) {
          return null;
        }
        var parts = new ArrayList<Integer>();
        for (int k = 0; k < refined[i].length; k++) {
          if (k == axis) {
            parts.add(refined[i][k] / split.inner());
            parts.add(split.inner());
          } else {
            parts.add(refined[i][k]);
          }
        }
        refined[i] = parts.stream().mapToInt(Integer::intValue).toArray();
        return new Space(parallel, reduced, refined);
      }
      axis -= refined[i].length;
    }
    throw new IllegalStateException("space: no axis " + split.axis());
  }

  /** How many axes one of the axes before splitting has become. */
  int pieces(int axis) {
    return factors[axis].length;
  }

  /** Where an axis that was not split stands, given its place before splitting. */
  int place(int axis) {
    int place = 0;
    for (int i = 0; i < axis; i++) {
      place += factors[i].length;
    }
    return place;
  }

  /** The parallel axes of this space, as they are split, followed by another axis. */
  int[] sizesWith(int size) {
    int[] sizes = sizes();
    int[] more = Arrays.copyOf(sizes, sizes.length + 1);
    more[sizes.length] = size;
    return more;
  }

  /** The elements of a value that lies over the parallel axes alone, in row-major order. */
  Affine row() {
    long[] strides = new long[parallel.length + reduced.length];
    long stride = 1;
    for (int i = parallel.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= parallel[i];
    }
    return affine(strides);
  }

  /** The elements of a value that lies over all axes; {@code axes} are those of its non-trivial axes that are reduced. */
  Affine full(boolean[] axes) {
    long[] strides = new long[parallel.length + reduced.length];
    long stride = 1;
    int p = parallel.length - 1;
    int r = reduced.length - 1;
    for (int d = axes.length - 1; d >= 0; d--) {
      if (axes[d]) {
        strides[parallel.length + r] = stride;
        stride *= reduced[r--];
      } else {
        strides[p] = stride;
        stride *= parallel[p--];
      }
    }
    return affine(strides);
  }

  /** An element function with a stride added along each reduction axis before splitting. */
  Affine alongReduced(Affine element, long[] strides) {
    long[] all = new long[parallel.length + reduced.length];
    System.arraycopy(strides, 0, all, parallel.length, strides.length);
    Affine added = affine(all);
    return element.timesPlus(1, added);
  }

  /** The elements of a region of a larger value, with a stride along each parallel axis before splitting. */
  Affine region(long offset, long[] strides) {
    return new Affine(offset, affine(strides).coefficients);
  }

  /** An element function with the given stride along each axis before splitting. */
  private Affine affine(long[] strides) {
    long[] coefficients = new long[sizes().length];
    int at = 0;
    for (int i = 0; i < factors.length; i++) {
      long inner = strides[i];
      for (int k = factors[i].length - 1; k >= 0; k--) {
        coefficients[at + k] = inner;
        inner *= factors[i][k];
      }
      at += factors[i].length;
    }
    return new Affine(0, coefficients);
  }

  /** The sizes of a shape that are not 1. */
  static int[] nonTrivial(Shape shape) {
    return nonTrivial(shape.dims());
  }

  /** The sizes that are not 1. */
  static int[] nonTrivial(int[] sizes) {
    int[] dims = new int[sizes.length];
    int n = 0;
    for (int size : sizes) {
      if (size != 1) {
        dims[n++] = size;
      }
    }
    return Arrays.copyOf(dims, n);
  }
}
