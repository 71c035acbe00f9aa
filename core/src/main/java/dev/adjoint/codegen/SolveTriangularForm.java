package dev.adjoint.codegen;

import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Solutions of triangular systems, with a group of work-items for some right sides of each matrix. None needs another's. */
final class SolveTriangularForm implements Form {
  /** The right sides of a group: one for each work-item, or enough for the vectors of a processor. */
  private static final int COLUMNS = 32;

  private final Kernel.SolveTriangular kernel;
  private final Target target;
  private final Geometry geometry;
  private final List<Integer> batch;
  private final int items;

  SolveTriangularForm(Kernel.SolveTriangular kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.batch = IntStream.range(0, kernel.rank() - 3).boxed().toList();
    this.items = target.few() ? 1 : COLUMNS;
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    long blocks = Grid.ceil(geometry.sizes()[kernel.rank() - 2], COLUMNS);
    return FactorizeForm.matrices(geometry, batch, blocks, items, Map.of("blocks", blocks));
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    int rank = kernel.rank();
    var places = new Places(text, parameters, kernel.accesses());
    String blocks = parameters.count("blocks");
    text.line("const i32 group = " + target.dialect().group(0) + ";");
    text.line("const i32 row = group / " + blocks + ";");
    places.unravel(batch, "row");
    places.bases(batch);
    text.line("const i32 start = group % " + blocks + " * " + COLUMNS + ";");
    text.line("const i32 left = " + parameters.size(rank - 2) + " - start;");
    text.line("const i32 end = start + (left < %1$d ? left : %1$d);".formatted(COLUMNS));
    String rows = parameters.stride(0, rank - 3);
    String x = "a0[b0 + (i64) i * " + rows + " + c]";
    String known = "a0[b0 + (i64) j * " + rows + " + c]";
    String a =
        "a1[b1 + (i64) i * "
            + parameters.stride(1, rank - 3)
            + " + (i64) %s * "
            + parameters.stride(1, rank - 1)
            + "]";
    text.open("for (i32 i = 0; i < " + parameters.size(rank - 3) + "; i++)");
    columns(
        text,
        x
            + " = a2[b2 + (i64) i * "
            + parameters.stride(2, rank - 3)
            + " + (i64) c * "
            + parameters.stride(2, rank - 2)
            + "];");
    String type = CTypes.register(kernel.dtype());
    text.open("for (i32 j = 0; j < i; j++)");
    text.line("const " + type + " f = -" + a.formatted("j") + ";");
    columns(text, x + " = fma(f, " + known + ", " + x + ");");
    text.close();
    if (!kernel.unit()) {
      text.line("const " + type + " d = " + a.formatted("i") + ";");
      columns(text, x + " /= d;");
    }
    text.close();
  }

  private void columns(CodeText text, String line) {
    if (target.few()) {
      text.directive(LaneNest.VECTORS);
    }
    text.open(
        "for (i32 c = start + %s; c < end; c += %d)".formatted(target.dialect().item(0), items));
    text.line(line);
    text.close();
  }
}
