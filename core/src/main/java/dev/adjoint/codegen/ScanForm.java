package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/** A scan in which each work-item walks along rows of its own: for processors, and where there are many rows. */
final class ScanForm implements Form {
  private static final int INSTRUCTIONS = 8;

  /** With so many rows, and memory in which they are neighbours, a GPU has enough to do without a team for each. */
  private static final int MANY_ROWS = 4096;

  private static final int SHORT = 64;

  private final Kernel.Scan kernel;
  private final Target target;
  private final Geometry geometry;
  private final List<Integer> rows = new ArrayList<>();
  private final int lane;

  private ScanForm(Kernel.Scan kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    // A scan along the only axis has no other; it gets one of size 1.
    this.geometry = geometry.sizes().length == 1 ? ScatterForm.withAxis(geometry) : geometry;
    int last = -1;
    for (int a = 0; a < this.geometry.sizes().length; a++) {
      if (a != kernel.axis()) {
        if (last >= 0) {
          rows.add(last);
        }
        last = a;
      }
    }
    this.lane = last;
  }

  /** The form that suits a machine and the sizes. */
  static Form of(Kernel.Scan kernel, Target target, Geometry geometry) {
    long n = geometry.sizes()[kernel.axis()];
    long rows = n == 0 ? 0 : geometry.points() / n;
    boolean near = Math.abs(geometry.strides()[0][kernel.axis()]) == 1;
    boolean alone = target.few() || n < SHORT || (rows >= MANY_ROWS && !near);
    return alone
        ? new ScanForm(kernel, target, geometry)
        : new TeamScanForm(kernel, target, geometry);
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  private LaneNest nest(CodeText text, Parameters parameters) {
    return new LaneNest(text, parameters, target, rows, lane);
  }

  @Override
  public Grid grid() {
    long each = (long) INSTRUCTIONS + kernel.instructions();
    long work = each * Math.max(1L, geometry.sizes()[kernel.axis()]);
    return nest(new CodeText(), new Parameters(target.dialect(), false)).grid(geometry, true, work);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    ScanFold.define(text, target.dialect(), kernel);
    var places = new Places(text, parameters, kernel.accesses());
    LaneNest nest = nest(text, parameters);
    nest.open(places);
    places.bases(rows);
    if (sideBySide()) {
      rows(text, parameters, places, nest);
    } else {
      nest.each(false, () -> row(text, parameters, places));
    }
    nest.close();
  }

  /** Whether a processor walks along rows that are neighbours in memory at once, instead of one after the other. */
  private boolean sideBySide() {
    long[] strides = geometry.strides()[0];
    return target.few()
        && geometry.sizes()[lane] > 1
        && Math.abs(strides[lane]) < Math.abs(strides[kernel.axis()]);
  }

  private void rows(CodeText text, Parameters parameters, Places places, LaneNest nest) {
    String type = CTypes.register(kernel.dtype());
    int axis = kernel.axis();
    String size = parameters.size(axis);
    var maps =
        new ScanMaps(kernel, text, target.dialect(), parameters, places, List.of(axis, lane));
    String array = nest.array();
    String own = nest.own();
    text.line(type + " carried" + array + "[" + ScanFold.LEVELS + "];");
    text.line(type + " before" + array + ", inside" + array + ";");
    text.open("for (i32 run = 0, start = 0; start < " + size + "; run++)");
    text.line("const i32 end = " + size + " - start < 16 ? " + size + " : start + 16;");
    text.open("for (i32 i%1$d = start; i%1$d < end; i%1$d++)".formatted(axis));
    nest.each(
        true,
        () -> {
          maps.source();
          text.line("inside%1$s = i%2$d == start ? x : fold(inside%1$s, x);".formatted(own, axis));
          text.line(
              "%1$s = run == 0 ? inside%2$s : fold(before%2$s, inside%2$s);"
                  .formatted(maps.at(0), own));
          maps.result();
        });
    text.close();
    nest.each(
        false,
        () -> text.line("before%1$s = carry(carried%1$s, 0, run, inside%1$s);".formatted(own)));
    text.line("start = end;");
    text.close();
  }

  private void row(CodeText text, Parameters parameters, Places places) {
    String type = CTypes.register(kernel.dtype());
    int axis = kernel.axis();
    String size = parameters.size(axis);
    var maps =
        new ScanMaps(kernel, text, target.dialect(), parameters, places, List.of(axis, lane));
    text.line(type + " carried[" + ScanFold.LEVELS + "];");
    text.line(type + " before = 0;");
    text.line("i32 i" + axis + " = 0;");
    text.open("for (i32 run = 0; i" + axis + " < " + size + "; run++)");
    text.line("const i32 start = i" + axis + ";");
    text.line("const i32 end = " + size + " - start < 16 ? " + size + " : start + 16;");
    text.line(type + " inside = 0;");
    text.open("for (; i" + axis + " < end; i" + axis + "++)");
    maps.source();
    text.line("inside = i" + axis + " == start ? x : fold(inside, x);");
    text.line(maps.at(0) + " = run == 0 ? inside : fold(before, inside);");
    maps.result();
    text.close();
    text.line("before = carry(carried, 0, run, inside);");
    text.close();
  }
}
