package dev.adjoint.nn.models;

import java.util.Arrays;

/**
 * The boxes that a {@link SSD} starts from, as torchvision's generator makes them: in each cell of each map one square of the
 * map's scale, one between it and that of the next map, and two that are twice as long as high and twice as high as long.
 */
final class DefaultBoxes {
  /** How many boxes a cell has. */
  static final int PER_CELL = 4;

  private static final double LEAST = 0.15;
  private static final double GREATEST = 0.9;

  private DefaultBoxes() {}

  /**
   * The four edges of each box in pixels; those of a map follow rows, then columns, then shapes.
   *
   * @param sides how many cells each side of each map has
   */
  static double[] of(int imageSize, int... sides) {
    int count = Arrays.stream(sides).map(side -> side * side * PER_CELL).sum();
    double[] boxes = new double[4 * count];
    int at = 0;
    for (int map = 0; map < sides.length; map++) {
      double[][] shapes = shapes(map, sides.length);
      for (int row = 0; row < sides[map]; row++) {
        for (int column = 0; column < sides[map]; column++) {
          for (double[] shape : shapes) {
            double x = (column + 0.5) / sides[map];
            double y = (row + 0.5) / sides[map];
            boxes[at++] = imageSize * (x - shape[0] / 2);
            boxes[at++] = imageSize * (y - shape[1] / 2);
            boxes[at++] = imageSize * (x + shape[0] / 2);
            boxes[at++] = imageSize * (y + shape[1] / 2);
          }
        }
      }
    }
    return boxes;
  }

  /** Widths and heights as parts of the image, which they do not exceed. */
  private static double[][] shapes(int map, int maps) {
    double scale = scale(map, maps);
    double between = Math.sqrt(scale * scale(map + 1, maps));
    double root = Math.sqrt(2);
    double[][] shapes = {
      {scale, scale}, {between, between}, {scale * root, scale / root}, {scale / root, scale * root}
    };
    for (double[] shape : shapes) {
      Arrays.setAll(shape, i -> Math.min(shape[i], 1));
    }
    return shapes;
  }

  private static double scale(int map, int maps) {
    return map == maps ? 1 : LEAST + (GREATEST - LEAST) * map / Math.max(1, maps - 1);
  }
}
