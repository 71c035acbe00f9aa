package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.ComplexTensor;
import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Rows of {@link ComplexTensor}: a complex operand is two operands, and a complex result has an axis of parts. */
final class ComplexCatalog {
  private ComplexCatalog() {}

  static List<OpSpec> rows() {
    List<OpSpec> rows =
        List.of(
            row("polar(Tensor,Tensor)", 2, x -> ComplexTensor.polar(x.get(0), x.get(1))),
            row("viewAsComplex(Tensor)", 1, x -> ComplexTensor.viewAsComplex(x.get(0)))
                .shapes("[3, 2]", "[2]")
                .error(
                    () -> ComplexTensor.viewAsComplex(Tensors.ones(2, 3)).real(),
                    "viewAsComplex: the last axis must have size 2, not [2, 3]"),
            of("ComplexTensor.viewAsReal()", 2, x -> number(x, 0).viewAsReal())
                .shapes("[2, 3] [2, 3]", "[] []"),
            row("mul(ComplexTensor)", 4, x -> number(x, 0).mul(number(x, 2))),
            row("div(ComplexTensor)", 4, x -> number(x, 0).div(number(x, 2)))
                .domain(2, Domain.of(1, 2))
                .domain(3, Domain.of(3, 4)),
            row("conj()", 2, x -> number(x, 0).conj()),
            of("ComplexTensor.abs()", 2, x -> number(x, 0).abs()).shapes("[2, 3] [2, 3]"),
            of("ComplexTensor.angle()", 2, x -> number(x, 0).angle())
                .shapes("[2, 3] [2, 3]")
                .kinks(0),
            row("exp()", 2, x -> number(x, 0).exp()),
            row("matmul(ComplexTensor)", 4, x -> number(x, 0).matmul(number(x, 2)))
                .shapes("[2, 3] [2, 3] [3, 2] [3, 2]"));
    for (OpSpec row : rows) {
      row.dtypes(Set.of(DType.F32, DType.F64)).gradient(Gradient.SECOND);
      row.tolerance(new Tolerance(16, 256, 0)).withoutSpecials();
    }
    return rows;
  }

  private static OpSpec row(
      String call, int operands, Function<List<Tensor>, ComplexTensor> function) {
    String shapes = "[2, 3]".repeat(operands);
    return of("ComplexTensor." + call, operands, x -> function.apply(x).viewAsReal())
        .shapes(shapes);
  }

  /** The complex number whose parts are two operands. */
  static ComplexTensor number(List<Tensor> x, int first) {
    return new ComplexTensor(x.get(first), x.get(first + 1));
  }
}
