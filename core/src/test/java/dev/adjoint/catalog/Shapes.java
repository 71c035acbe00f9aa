package dev.adjoint.catalog;

import dev.adjoint.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shapes written as {@code [2, 3] [3]}. */
final class Shapes {
  private static final Pattern SHAPE = Pattern.compile("\\[([^]]*)]");

  private Shapes() {}

  static List<Shape> parse(String text) {
    var shapes = new ArrayList<Shape>();
    Matcher matcher = SHAPE.matcher(text);
    while (matcher.find()) {
      String inside = matcher.group(1).strip();
      String[] sizes = inside.isEmpty() ? new String[0] : inside.split(",\\s*");
      int[] dims = new int[sizes.length];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = Integer.parseInt(sizes[i]);
      }
      shapes.add(Shape.of(dims));
    }
    return List.copyOf(shapes);
  }
}
