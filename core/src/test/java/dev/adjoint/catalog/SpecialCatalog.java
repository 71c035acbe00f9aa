package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.ALL;
import static dev.adjoint.catalog.OpSpec.INTEGERS;
import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.SpecialOps}. */
final class SpecialCatalog {
  private SpecialCatalog() {}

  private static OpSpec row(String covers, UnaryOperator<Tensor> f) {
    return of(covers, 1, x -> f.apply(x.get(0))).shapes("[5, 7]", "[]", "[0]");
  }

  static List<OpSpec> rows() {
    return List.of(
        row("lgamma()", Tensor::lgamma)
            .kinks(-3, -2, -1, 0)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        row("digamma()", Tensor::digamma)
            .kinks(-3, -2, -1, 0)
            .tolerance(new Tolerance(16, 64, 0))
            .gradient(Gradient.SECOND),
        row("polygamma(int)", x -> x.polygamma(2))
            .range(0.5, 6)
            .tolerance(new Tolerance(32, 64, 0))
            .gradient(Gradient.SECOND)
            .error(
                () -> Tensors.ones(2).polygamma(-1),
                "polygamma: the order must not be negative, it is -1"),
        row("sinc()", Tensor::sinc)
            .kinks(0)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        row("rad2deg()", Tensor::rad2deg).tolerance(Tolerance.units(1)).gradient(Gradient.SECOND),
        row("deg2rad()", Tensor::deg2rad).tolerance(Tolerance.units(1.5)).gradient(Gradient.SECOND),
        row("signbit()", Tensor::signbit).dtypes(ALL),
        of("heaviside(Tensor)", 2, x -> x.get(0).heaviside(x.get(1)))
            .shapes("[5, 7] [7]", "[] []", "[0] [1]")
            .dtypes(NUMBERS)
            .error(
                () -> Tensors.ones(2).heaviside(Tensors.ones(3)),
                "heaviside: shapes do not broadcast: [2] and [3]"),
        of("logaddexp2(Tensor)", 2, x -> x.get(0).logaddexp2(x.get(1)))
            .shapes("[5, 7] [7]", "[] []", "[0] [1]")
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        of("ldexp(Tensor)", 2, x -> x.get(0).ldexp(x.get(1)))
            .shapes("[5, 7] [7]", "[] []")
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        of("nextafter(Tensor)", 2, x -> x.get(0).nextafter(x.get(1)))
            .shapes("[5, 7] [7]", "[0] [1]")
            .dtypes(Set.of(DType.F32, DType.F64))
            .error(
                () -> Tensors.of(1, 2).nextafter(Tensors.of(1, 2)),
                "nextafter: defined for f32 and f64, not i32"),
        // A kernel of gcd is long, and takes seconds to compile on some devices: one sample for
        // each type.
        of("gcd(Tensor)", 2, x -> x.get(0).gcd(x.get(1)))
            .shapes("[5, 7] [7]")
            .range(-99, 99)
            .dtypes(INTEGERS)
            .shorthand()
            .error(
                () -> Tensors.ones(2).gcd(Tensors.ones(2)), "gcd: defined for integers, not f32"),
        of("lcm(Tensor)", 2, x -> x.get(0).lcm(x.get(1)))
            .shapes("[5, 7] [7]")
            .range(-99, 99)
            .dtypes(Set.of(DType.I32))
            .shorthand());
  }
}
