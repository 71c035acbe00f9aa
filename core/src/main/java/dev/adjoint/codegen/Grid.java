package dev.adjoint.codegen;

import java.util.Map;

/**
 * How many groups a launch has, of how many work-items.
 *
 * @param groups the groups along the first dimension
 * @param rowGroups the groups along the second dimension
 * @param items the work-items of a group along the first dimension
 * @param rowItems the work-items of a group along the second dimension
 * @param counts the values of the fields that describe the grid
 */
record Grid(long groups, long rowGroups, int items, int rowItems, Map<String, Long> counts) {
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
