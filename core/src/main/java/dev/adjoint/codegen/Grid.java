package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How many groups a launch has, of how many work-items. A launch may make several passes, one after the other: each sees what the
 * ones before it have written, and finds its number in the field {@code pass}.
 *
 * @param groups the groups along the first dimension
 * @param rowGroups for each pass the groups along the second dimension
 * @param items the work-items of a group along the first dimension
 * @param rowItems the work-items of a group along the second dimension
 * @param counts the values of the fields that describe the grid
 */
record Grid(long groups, List<Long> rowGroups, int items, int rowItems, Map<String, Long> counts) {
  /** A grid of one pass. */
  Grid(long groups, long rowGroups, int items, int rowItems, Map<String, Long> counts) {
    this(groups, List.of(rowGroups), items, rowItems, counts);
  }

  /** The axes of a launch but one. */
  static List<Integer> axesBut(int axis, Geometry geometry) {
    return IntStream.range(0, geometry.sizes().length).filter(a -> a != axis).boxed().toList();
  }

  static final Grid EMPTY = new Grid(0, 0, 1, 1, Map.of());

  static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }

  /** The smallest power of two that is not below a number, within bounds. */
  static int power(long n, int least, int most) {
    int p = least;
    while (p < n && p < most) {
      p *= 2;
    }
    return p;
  }
}
