package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gather and scatter: elements at positions that are read from memory. A position out of range is not used; the least number of
 * an index point with one, in row-major order, is left in {@code fault}.
 *
 * <p>A scatter runs through the indexed axis in sequence, since points may meet only along it: equal positions are added in
 * row-major order without atomics.
 */
final class IndexedForm implements Form {
  private static final int INSTRUCTIONS = 8;

  private final Target target;
  private final Geometry geometry;
  private final List<Access> accesses;
  private final int axis;
  private final boolean adds;
  private final DType dtype;
  private final List<Integer> rows = new ArrayList<>();
  private final int lane;

  private IndexedForm(
      Target target,
      Geometry geometry,
      List<Access> accesses,
      int axis,
      boolean adds,
      DType dtype) {
    this.target = target;
    this.accesses = accesses;
    this.axis = axis;
    this.adds = adds;
    this.dtype = dtype;
    int rank = geometry.sizes().length;
    // A scatter along the only axis has no other; it gets one of size 1.
    boolean lonely = adds && rank == 1;
    this.geometry = lonely ? withAxis(geometry) : geometry;
    int last = -1;
    for (int a = 0; a < this.geometry.sizes().length; a++) {
      if (!adds || a != axis) {
        if (last >= 0) {
          rows.add(last);
        }
        last = a;
      }
    }
    this.lane = last;
  }

  static IndexedForm gather(Kernel.Gather kernel, Target target, Geometry geometry) {
    return new IndexedForm(
        target, geometry, kernel.accesses(), kernel.axis(), false, kernel.dtype());
  }

  static IndexedForm scatterAdd(Kernel.ScatterAdd kernel, Target target, Geometry geometry) {
    return new IndexedForm(
        target, geometry, kernel.accesses(), kernel.axis(), true, kernel.dtype());
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
    long work = adds ? INSTRUCTIONS * Math.max(1L, geometry.sizes()[axis]) : INSTRUCTIONS;
    return nest(new CodeText(), new Parameters(target.dialect(), false)).grid(geometry, adds, work);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    var places = new Places(text, parameters, accesses);
    LaneNest nest = nest(text, parameters);
    nest.open(places);
    places.bases(rows);
    if (!adds) {
      nest.each(false, () -> point(text, parameters, places, List.of(lane)));
    } else {
      text.open(
          "for (i32 i"
              + axis
              + " = 0; i"
              + axis
              + " < "
              + parameters.size(axis)
              + "; i"
              + axis
              + "++)");
      nest.each(false, () -> point(text, parameters, places, List.of(axis, lane)));
      text.close();
    }
    nest.close();
  }

  private void point(CodeText text, Parameters parameters, Places places, List<Integer> axes) {
    String size = parameters.scalar(1, DType.I64);
    String stride = parameters.scalar(0, DType.I64);
    text.line("const i64 position = a1[" + places.along("b1", 1, axes) + "];");
    text.open("if (position < 0 || position >= " + size + ")");
    text.line(target.dialect().atomicMin("fault", number(parameters)));
    text.close();
    text.open("else");
    Consumer<String> indexed =
        adds
            ? source -> add(text, places.along("b0", 0, axes) + " + position * " + stride, source)
            : source -> text.line("a0[" + places.along("b0", 0, axes) + "] = " + source + ";");
    indexed.accept(
        "a2[" + places.along("b2", 2, axes) + (adds ? "" : " + position * " + stride) + "]");
    text.close();
  }

  /** The row-major number of the current point. */
  private String number(Parameters parameters) {
    String number = "i0";
    for (int a = 1; a < geometry.sizes().length; a++) {
      number = "(" + number + ") * " + parameters.size(a) + " + i" + a;
    }
    return number;
  }

  private void add(CodeText text, String target, String source) {
    text.line("const i64 to = " + target + ";");
    String sum = dtype == DType.BOOL ? "a0[to] | " + source : CScalars.sum(dtype, "a0[to]", source);
    text.line("a0[to] = " + (dtype.bytes() == 1 ? "(u8) (" + sum + ")" : sum) + ";");
  }
}
