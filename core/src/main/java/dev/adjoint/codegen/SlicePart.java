package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a work-item has of each slice of an operand of a product: units, runs of elements along the inner axis, which is the one
 * on which elements are neighbours in memory. Neighbouring work-items have neighbouring units; those of one work-item differ
 * along the outer axis alone.
 *
 * <p>The text has {@code t}, the number of the work-item, {@code m0} and {@code n0}, where the tile begins, and {@code k0}, where
 * the slice does. It numbers the units of a work-item {@code u}.
 */
final class SlicePart {
  /** Whether k is the inner axis and rows are the outer one; else it is the other way round. */
  final boolean deep;

  final String name;
  private final @Nullable StoredFactor stored;
  private final CodeText text;
  private final Parameters parameters;
  private final Geometry geometry;
  private final String origin;
  private final int sizeAxis;
  private final int depthAxis;
  private final int rows;
  private final int depth;
  private final int unit;

  /**
   * The units of an operand.
   *
   * @param operand 0 or 1
   * @param stored where its elements are; null if they are computed
   * @param rows the rows of a tile that it has
   * @param depth the elements of a slice along k
   * @param unit the elements of a unit
   */
  SlicePart(
      CodeText text,
      Parameters parameters,
      Kernel.MatMul kernel,
      Geometry geometry,
      int operand,
      @Nullable StoredFactor stored,
      int rows,
      int depth,
      int unit) {
    this.text = text;
    this.parameters = parameters;
    this.geometry = geometry;
    int rank = geometry.sizes().length;
    int batch = kernel.batchRank(rank);
    name = operand == 0 ? "left" : "right";
    origin = operand == 0 ? "m0" : "n0";
    sizeAxis = batch + operand;
    depthAxis = batch + 2;
    this.stored = stored;
    Kernel.Factor factor = kernel.factor(operand);
    deep = stored != null ? stored.deep(geometry) : factor != null && factor.depthInner();
    this.rows = rows;
    this.depth = depth;
    this.unit = unit;
  }

  /** The units of a work-item. */
  int units() {
    return rows * depth / unit / Tiles.ITEMS;
  }

  /** The units along the inner axis. */
  private int across() {
    return (deep ? depth : rows) / unit;
  }

  /** How far the units of a work-item are apart along the outer axis, a power of two. The first is before that. */
  int step() {
    return Tiles.ITEMS / across();
  }

  /** Prints where the units of a work-item are in each slice and, of a factor that is stored, where the first is in memory. */
  void locate() {
    text.line("const i32 " + name + "In = t % " + across() + (unit == 1 ? "" : " * " + unit) + ";");
    text.line("const i32 " + name + "Out = t / " + across() + ";");
    if (stored == null) {
      return;
    }
    String row = "(i64) (" + origin + " + " + name + (deep ? "Out" : "In") + ") * " + alongRows();
    String k = "(i64) " + name + (deep ? "In" : "Out") + " * " + alongK();
    text.line("i64 " + name + "At = b" + memory().access() + " + " + row + " + " + k + ";");
    int outer = deep ? memory().rows() : memory().depth();
    long far = (long) step() * units() * geometry.strides()[memory().access()][outer];
    String type = far == (int) far ? "i32" : "i64";
    String step = "(" + type + ") " + step() + " * " + along(outer);
    text.line("const " + type + " " + name + "Step = " + step + ";");
  }

  private String alongRows() {
    return along(memory().rows());
  }

  private String alongK() {
    return along(memory().depth());
  }

  private StoredFactor memory() {
    return Objects.requireNonNull(stored, name);
  }

  private String along(int axis) {
    int access = memory().access();
    return geometry.strides()[access][axis] == 1 ? "1" : parameters.stride(access, axis);
  }

  /** Where the first unit is in a slice along the outer axis. */
  String first() {
    return name + "Out";
  }

  /** Where unit {@code u} is in a slice along the outer axis. */
  private String outer() {
    return name + "Out + u * " + step();
  }

  /** Where an element of a unit is in a slice along the inner axis. */
  String inner(int element) {
    return name + "In" + (element == 0 ? "" : " + " + element);
  }

  /** The row of the tile in which an element of unit {@code u} is. */
  String rowOfTile(int element) {
    return deep ? outer() : inner(element);
  }

  /** The place of an element of unit {@code u} along k, in the slice. */
  String step(int element) {
    return deep ? inner(element) : outer();
  }

  /** The row of the operand in which an element of unit {@code u} is. */
  String row(int element) {
    return origin + " + " + rowOfTile(element);
  }

  /** The place along k of an element of unit {@code u}. */
  String k(int element) {
    return "k0 + " + step(element);
  }

  /** The number of rows of the operand, or its elements along k. */
  private String size(boolean alongK) {
    return parameters.size(alongK ? depthAxis : sizeAxis);
  }

  /** Whether an element of unit {@code u} is in the operand. */
  String inside(int element) {
    return row(element) + " < " + size(false) + " && " + k(element) + " < " + size(true);
  }

  /** The number of elements that the inner axis has from unit {@code u} on; may be negative. */
  String rest() {
    return deep ? size(true) + " - (" + k(0) + ")" : size(false) + " - (" + row(0) + ")";
  }

  /** Whether units end where the inner axis does. */
  boolean isWhole() {
    return geometry.sizes()[deep ? depthAxis : sizeAxis] % unit == 0;
  }

  /** The element of memory at which unit {@code u} of a factor begins that is stored. */
  String element() {
    return "a" + memory().access() + "[" + at() + "]";
  }

  /** The address of that. */
  String address() {
    return "a" + memory().access() + " + " + at();
  }

  private String at() {
    return name + "At + u * " + name + "Step";
  }

  /** Prints that the next slice follows, if the factor is stored. */
  void advance() {
    if (stored != null) {
      text.line(name + "At += (i64) " + depth + " * " + alongK() + ";");
    }
  }
}
