package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;

/**
 * Positions in the order of elements, for GPUs, with a group of work-items for each row, which needs no memory but the result. No
 * two pairs of key and position are equal: so any way to sort gives the same positions.
 *
 * <p>If not all positions are wanted, those that are come first. A bitonic network sorts them in place. All its comparisons put
 * the least first, so pairs of places of which one is behind the end are left out.
 */
final class ArgSortForm implements Form {
  private static final int ITEMS = 256;

  private final Kernel.ArgSort kernel;
  private final Target target;
  private final Geometry geometry;
  private final List<Integer> rows;
  private final SortKeys keys;

  private ArgSortForm(Kernel.ArgSort kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.rows = Grid.axesBut(kernel.axis(), geometry);
    this.keys = new SortKeys(kernel, target.dialect(), ITEMS);
  }

  /** The form that suits a machine and the sizes. */
  static Form of(Kernel.ArgSort kernel, Target target, Geometry geometry) {
    if (target.few()) {
      return new RowSortForm(kernel, target, geometry);
    }
    return kernel.spare() || TeamSortForm.isBlock(kernel, geometry)
        ? new TeamSortForm(kernel, target, geometry)
        : new ArgSortForm(kernel, target, geometry);
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    return TeamScanForm.teams(geometry, rows, ITEMS);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    Dialect d = target.dialect();
    keys.define(text);
    int axis = kernel.axis();
    var places = new Places(text, parameters, kernel.accesses());
    keys.declare(text);
    text.line("const i32 t = " + d.item(0) + ";");
    text.line("const i32 row = " + d.group(0) + ";");
    places.unravel(rows, "row");
    places.bases(rows);
    text.line("const i32 n = (i32) " + parameters.scalar(1, DType.I64) + ";");
    text.line("const i32 wanted = " + parameters.size(axis) + ";");
    String key = SortKeys.at(parameters, "%s");
    String place = "a0[b0 + (i64) (%s) * " + parameters.stride(0, axis) + "]";
    text.open("if (wanted == n)");
    text.open("for (i32 i = t; i < n; i += " + ITEMS + ")");
    text.line(place.formatted("i") + " = i;");
    text.close();
    text.close();
    text.open("else");
    keys.first(text, key, place);
    text.close();
    text.line(d.barrier);
    sort(text, key, place);
  }

  /** Sorts the first {@code wanted} places. */
  private void sort(CodeText text, String key, String place) {
    text.line("u32 pairs = 1;");
    text.open("while (2 * pairs < (u32) wanted)");
    text.line("pairs *= 2;");
    text.close();
    text.open("for (u32 sorted = 1; sorted < (u32) wanted; sorted *= 2)");
    text.open("for (u32 step = sorted; step > 0; step /= 2)");
    text.open("for (u32 pair = t; pair < pairs; pair += " + ITEMS + ")");
    text.line("const u32 inside = pair & (step - 1);");
    text.line("const u32 first = 2 * (pair - inside);");
    text.line("const u32 low = first + inside;");
    // The first step compares places that mirror each other, the others such with a distance.
    text.line("const u32 high = step == sorted ? first + 2 * step - 1 - inside : low + step;");
    text.open("if (high < (u32) wanted)");
    text.line("const i32 a = " + place.formatted("low") + ";");
    text.line("const i32 b = " + place.formatted("high") + ";");
    text.line("const " + keys.word() + " x = " + key.formatted("a") + ";");
    text.line("const " + keys.word() + " y = " + key.formatted("b") + ";");
    text.open("if (y < x || (y == x && b < a))");
    text.line(place.formatted("low") + " = b;");
    text.line(place.formatted("high") + " = a;");
    text.close();
    text.close();
    text.close();
    text.line(target.dialect().barrier);
    text.close();
    text.close();
  }
}
