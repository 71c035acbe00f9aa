package dev.adjoint.nn.models;

import java.util.Arrays;
import java.util.Comparator;

/** Which of many boxes that overlap are kept. */
final class Suppression {
  private Suppression() {}

  /**
   * The numbers of the boxes that are kept, the highest score first.
   *
   * @param boxes four edges of each
   * @param classes those of one class take away each other
   */
  static int[] kept(double[] boxes, double[] scores, long[] classes, double threshold) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    // Sorting of objects is stable: of equal scores the first box comes first.
    Arrays.sort(order, Comparator.comparingDouble((Integer i) -> scores[i]).reversed());
    int[] kept = new int[scores.length];
    int count = 0;
    for (int candidate : order) {
      boolean free = true;
      for (int k = 0; k < count && free; k++) {
        free =
            classes[kept[k]] != classes[candidate] || !(iou(boxes, kept[k], candidate) > threshold);
      }
      if (free) {
        kept[count++] = candidate;
      }
    }
    return Arrays.copyOf(kept, count);
  }

  private static double iou(double[] boxes, int a, int b) {
    double width =
        Math.min(boxes[4 * a + 2], boxes[4 * b + 2]) - Math.max(boxes[4 * a], boxes[4 * b]);
    double height =
        Math.min(boxes[4 * a + 3], boxes[4 * b + 3]) - Math.max(boxes[4 * a + 1], boxes[4 * b + 1]);
    double shared = Math.max(width, 0) * Math.max(height, 0);
    return shared / (area(boxes, a) + area(boxes, b) - shared);
  }

  private static double area(double[] boxes, int a) {
    return (boxes[4 * a + 2] - boxes[4 * a]) * (boxes[4 * a + 3] - boxes[4 * a + 1]);
  }
}
