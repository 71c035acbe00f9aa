package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/**
 * Elements that are combined with those at positions which are read from memory. It runs through the indexed axis in sequence,
 * since points may meet only along it: equal positions are handled in row-major order without atomics.
 */
final class ScatterForm implements Form {
  private static final int INSTRUCTIONS = 8;

  private final Kernel.Scatter kernel;
  private final Target target;
  private final Geometry geometry;
  private final int axis;
  private final List<Integer> rows = new ArrayList<>();
  private final int lane;

  ScatterForm(Kernel.Scatter kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.axis = kernel.axis();
    // Along the only axis there is no other; it gets one of size 1.
    this.geometry = geometry.sizes().length == 1 ? withAxis(geometry) : geometry;
    int last = -1;
    for (int a = 0; a < this.geometry.sizes().length; a++) {
      if (a != axis) {
        if (last >= 0) {
          rows.add(last);
        }
        last = a;
      }
    }
    this.lane = last;
  }

  /** A geometry with one more axis, of size 1, after its only one. */
  static Geometry withAxis(Geometry geometry) {
    long[][] strides = new long[geometry.strides().length][];
    for (int a = 0; a < strides.length; a++) {
      strides[a] = new long[] {geometry.strides()[a][0], 0};
    }
    return new Geometry(new int[] {geometry.sizes()[0], 1}, geometry.offsets(), strides);
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
    long work = INSTRUCTIONS * Math.max(1L, geometry.sizes()[axis]);
    return nest(new CodeText(), new Parameters(target.dialect(), false)).grid(geometry, true, work);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    var places = new Places(text, parameters, kernel.accesses());
    LaneNest nest = nest(text, parameters);
    nest.open(places);
    places.bases(rows);
    String i = "i" + axis;
    String loop = "for (i32 " + i + " = 0; " + i + " < " + parameters.size(axis) + "; " + i + "++)";
    if (oneByOne()) {
      nest.each(
          false,
          () -> {
            text.open(loop);
            point(text, parameters, places);
            text.close();
          });
    } else if (target.few() && geometry.strides()[1][lane] == 0) {
      text.open(loop);
      openPosition(text, parameters, places, List.of(axis));
      nest.each(false, () -> combine(text, parameters, places));
      text.close();
      text.close();
    } else {
      text.open(loop);
      nest.each(false, () -> point(text, parameters, places));
      text.close();
    }
    nest.close();
  }

  /** Whether a processor takes one lane after the other, as neighbours along the axis are neighbours in memory. */
  private boolean oneByOne() {
    long[] strides = geometry.strides()[1];
    return target.few() && Math.abs(strides[axis]) < Math.abs(strides[lane]);
  }

  private void point(CodeText text, Parameters parameters, Places places) {
    openPosition(text, parameters, places, List.of(axis, lane));
    combine(text, parameters, places);
    text.close();
  }

  /** Opens what is done if the position, which is read along some axes, is in range. */
  private void openPosition(
      CodeText text, Parameters parameters, Places places, List<Integer> axes) {
    DType index = kernel.index();
    String size = parameters.scalar(1, index);
    text.line(
        "const " + CTypes.register(index) + " position = a1[" + places.along("b1", 1, axes) + "];");
    var scalars = new CScalars(text, target.dialect());
    text.open("if (" + scalars.check(index, "position", size) + ")");
  }

  private void combine(CodeText text, Parameters parameters, Places places) {
    List<Integer> axes = List.of(axis, lane);
    text.line(
        "const i64 to = "
            + places.along("b0", 0, axes)
            + " + position * "
            + parameters.scalar(0, DType.I64)
            + ";");
    String from = "a2[" + places.along("b2", 2, axes) + "]";
    text.line("a0[to] = " + combined(text, target.dialect(), kernel, "a0[to]", from) + ";");
  }

  /** What an element becomes, as it is in memory. */
  static String combined(
      CodeText text, Dialect dialect, Kernel.Scatter kernel, String old, String x) {
    DType dtype = kernel.dtype();
    String next =
        switch (kernel.f()) {
          case ADD -> dtype == DType.BOOL ? old + " | " + x : CScalars.sum(dtype, old, x);
          case MUL -> CScalars.product(dtype, old, x);
          case MAX -> CScalars.extremum(text, dialect, "max", dtype, old, x);
          case MIN -> CScalars.extremum(text, dialect, "min", dtype, old, x);
          case PUT -> x;
        };
    return dtype.bytes() == 1 ? "(u8) (" + next + ")" : next;
  }
}
