package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A scatter of which the order of the positions is known, with a work-item for each element of the source. Equal positions are
 * neighbours in that order: the item of the first one looks for the last one in steps of twice the length, and combines all of
 * them in sequence; the others have nothing to do.
 */
final class SortedScatterForm implements Form {
  private final Kernel.Scatter kernel;
  private final Target target;
  private final Geometry geometry;

  SortedScatterForm(Kernel.Scatter kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  private LaneNest nest(CodeText text, Parameters parameters) {
    int lane = geometry.sizes().length - 1;
    List<Integer> rows = IntStream.range(0, lane).boxed().toList();
    return new LaneNest(text, parameters, target, rows, lane);
  }

  @Override
  public Grid grid() {
    return nest(new CodeText(), new Parameters(target.dialect(), false)).grid(geometry, false, 1);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    DType index = kernel.index();
    int axis = kernel.axis();
    var places = new Places(text, parameters, kernel.accesses());
    LaneNest nest = nest(text, parameters);
    nest.open(places);
    places.bases(
        IntStream.range(0, geometry.sizes().length).filter(a -> a != axis).boxed().toList());
    String type = CTypes.memory(kernel.dtype());
    String size = parameters.size(axis);
    String order = "a3[b3 + (i64) (%s) * " + parameters.stride(3, axis) + "]";
    String position = "a1[b1 + (i64) " + order + " * " + parameters.stride(1, axis) + "]";
    String from = "a2[b2 + (i64) " + order + " * " + parameters.stride(2, axis) + "]";
    String i = "i" + axis;
    text.line("const " + CTypes.register(index) + " position = " + position.formatted(i) + ";");
    text.open("if (" + i + " > 0 && " + position.formatted(i + " - 1") + " == position)");
    text.line("return;");
    text.close();
    var scalars = new CScalars(text, target.dialect());
    String inside = scalars.check(index, "position", parameters.scalar(1, index));
    text.open("if (!" + inside + ")");
    text.line("return;");
    text.close();
    text.line("i32 end = " + i + " + 1;");
    text.line("i32 step = 1;");
    String same =
        size + " - end >= step && " + position.formatted("end + step - 1") + " == position";
    text.open("while (" + same + ")");
    text.line("end += step;");
    text.line("step *= 2;");
    text.close();
    text.open("for (step /= 2; step > 0; step /= 2)");
    text.line("end += " + same + " ? step : 0;");
    text.close();
    text.line("const i64 to = b0 + position * " + parameters.scalar(0, DType.I64) + ";");
    text.line(type + " value = a0[to];");
    text.open("for (i32 k = " + i + "; k < end; k++)");
    text.line("const " + type + " x = " + from.formatted("k") + ";");
    text.line(
        "value = " + ScatterForm.combined(text, target.dialect(), kernel, "value", "x") + ";");
    text.close();
    text.line("a0[to] = value;");
    nest.close();
  }
}
