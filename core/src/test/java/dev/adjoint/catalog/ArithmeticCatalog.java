package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.binary;
import static dev.adjoint.catalog.OpSpec.of;
import static dev.adjoint.catalog.OpSpec.unary;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Rows of {@link dev.adjoint.ArithmeticOps}. */
final class ArithmeticCatalog {
  private ArithmeticCatalog() {}

  private static final Tolerance ROUNDED = Tolerance.units(0.5);
  private static final Set<DType> SIGNED = EnumSet.of(DType.I8, DType.I32, DType.I64);
  private static final Domain NOT_ZERO = Domain.of(-3, 3).awayFrom(0);

  static List<OpSpec> rows() {
    return Stream.of(basic(), mixtures(), divisions(), powers(), extremes())
        .flatMap(List::stream)
        .toList();
  }

  private static List<OpSpec> basic() {
    return List.of(
        binary("add(Tensor)", Tensor::add)
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND)
            .error(
                () -> Tensors.ones(2, 3).add(Tensors.ones(4)),
                "add: shapes do not broadcast: [2, 3] and [4]"),
        binary("add(Tensor,Number)", (x, y) -> x.add(y, 2))
            .dtypes(NUMBERS)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND)
            .error(() -> Tensors.of(1, 2).add(Tensors.of(3), 0.5), "add: 0.5 is no value of i32")
            .error(
                () -> Tensors.of(true).add(Tensors.of(true), 1),
                "add: a factor needs numbers, not bool"),
        unary("add(Number)", x -> x.add(3))
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND)
            .error(() -> Tensors.of(1).add(1L << 40), "1099511627776"),
        binary("sub(Tensor)", Tensor::sub)
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND),
        binary("sub(Tensor,Number)", (x, y) -> x.sub(y, 3))
            .dtypes(NUMBERS)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND)
            .shorthand(),
        unary("sub(Number)", x -> x.sub(2))
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND),
        of("rsub(Tensor)", 2, x -> x.get(0).rsub(x.get(1)))
            .shapes("[5, 7] [7]")
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND)
            .shorthand(),
        unary("rsub(Number)", x -> x.rsub(1))
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND),
        binary("mul(Tensor)", Tensor::mul)
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND),
        unary("mul(Number)", x -> x.mul(3))
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND));
  }

  /** Types that differ are promoted. */
  private static List<OpSpec> mixtures() {
    Domain integer = Domain.of(-3, 3).as(DType.I32);
    return List.of(
        binary("add(Tensor)", Tensor::add)
            .variant("with i32")
            .domain(1, integer)
            .dtypes(OpSpec.ALL)
            .tolerance(ROUNDED),
        binary("sub(Tensor)", Tensor::sub)
            .variant("with f64")
            .domain(1, Domain.of(-3, 3).as(DType.F64))
            .dtypes(OpSpec.ALL)
            .tolerance(Tolerance.composed()),
        binary("mul(Tensor)", Tensor::mul)
            .variant("with bool")
            .domain(1, Domain.truth())
            .dtypes(OpSpec.ALL)
            .tolerance(ROUNDED),
        binary("div(Tensor)", Tensor::div)
            .variant("by u8")
            .domain(1, Domain.of(1, 9).as(DType.U8))
            .dtypes(OpSpec.ALL)
            .tolerance(ROUNDED),
        unary("add(Number)", x -> x.add(0.5))
            .variant("with a fraction")
            .dtypes(OpSpec.ALL)
            .tolerance(ROUNDED),
        unary("rsub(Number)", x -> x.rsub(0.25))
            .variant("with a fraction")
            .dtypes(OpSpec.ALL)
            .tolerance(ROUNDED));
  }

  private static List<OpSpec> divisions() {
    return List.of(
        binary("div(Tensor)", Tensor::div)
            .domain(1, NOT_ZERO)
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND),
        unary("div(Number)", x -> x.div(3))
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND),
        unary("rdiv(Number)", x -> x.rdiv(2))
            .domain(0, NOT_ZERO)
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND),
        binary("div(Tensor,String)", (x, y) -> x.div(y, "trunc"))
            .domain(1, NOT_ZERO)
            .dtypes(NUMBERS)
            .withoutSpecials()
            .error(
                () -> Tensors.ones(2).div(Tensors.ones(2), "round"),
                "div: the rounding mode is 'round', it must be floor or trunc"),
        binary("div(Tensor,String)", (x, y) -> x.div(y, "floor"))
            .variant("floor")
            .domain(1, NOT_ZERO)
            .dtypes(NUMBERS)
            .shorthand(),
        unary("div(Number,String)", x -> x.div(2, "trunc")).dtypes(NUMBERS),
        binary("floorDiv(Tensor)", Tensor::floorDiv).domain(1, NOT_ZERO).dtypes(NUMBERS),
        unary("floorDiv(Number)", x -> x.floorDiv(2)).dtypes(NUMBERS),
        binary("remainder(Tensor)", Tensor::remainder)
            .domain(1, NOT_ZERO)
            .dtypes(NUMBERS)
            .tolerance(ROUNDED),
        unary("remainder(Number)", x -> x.remainder(2))
            .kinks(-2, 0, 2)
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND),
        binary("fmod(Tensor)", Tensor::fmod).domain(1, NOT_ZERO).dtypes(NUMBERS).tolerance(ROUNDED),
        unary("fmod(Number)", x -> x.fmod(2))
            .kinks(-2, 0, 2)
            .dtypes(NUMBERS)
            .tolerance(ROUNDED)
            .gradient(Gradient.SECOND));
  }

  private static List<OpSpec> powers() {
    return List.of(
        binary("pow(Tensor)", Tensor::pow)
            .domain(0, Domain.of(0.2, 4))
            .tolerance(Tolerance.units(1.5))
            .gradient(Gradient.SECOND)
            .error(() -> Tensors.of(true).pow(Tensors.of(true)), "pow: base and exponent are bool"),
        binary("pow(Tensor)", Tensor::pow)
            .variant("of integers")
            .dtypes(OpSpec.INTEGERS)
            .domain(1, Domain.of(0, 9)),
        binary("pow(Tensor)", Tensor::pow)
            .variant("of integers to negative powers")
            .dtypes(SIGNED)
            .domain(1, Domain.of(-3, -1)),
        unary("pow(Number)", x -> x.pow(3))
            .dtypes(NUMBERS)
            .tolerance(Tolerance.units(1.5))
            .gradient(Gradient.SECOND)
            .error(() -> Tensors.of(2).pow(-1), "pow: exponent -1 of i32 is negative"),
        unary("pow(Number)", x -> x.pow(-1.7))
            .variant("fractional")
            .range(0.2, 4)
            .tolerance(Tolerance.units(1.5))
            .gradient(Gradient.SECOND),
        unary(
                "pow(Number)",
                x -> x.pow(0.5).add(x.pow(-0.5)).add(x.pow(-2)).add(x.pow(4)).add(x.pow(-1)))
            .variant("special")
            .range(0.3, 3)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        unary("rpow(Number)", x -> x.rpow(2.5))
            .tolerance(Tolerance.units(1.5))
            .gradient(Gradient.SECOND),
        of("rpow(Number)", 1, x -> x.get(0).rpow(-3))
            .variant("of integers")
            .shapes("[5]")
            .dtypes(Set.of(DType.I8, DType.I32, DType.I64)),
        binary("atan2(Tensor)", Tensor::atan2)
            .domain(0, NOT_ZERO)
            .domain(1, NOT_ZERO)
            .tolerance(Tolerance.units(3))
            .gradient(Gradient.SECOND),
        binary("hypot(Tensor)", Tensor::hypot)
            .domain(0, NOT_ZERO)
            .domain(1, Domain.of(4, 5))
            .tolerance(Tolerance.units(3))
            .gradient(Gradient.SECOND),
        binary("logaddexp(Tensor)", Tensor::logaddexp)
            .domain(1, Domain.of(3.2, 6))
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        binary("xlogy(Tensor)", Tensor::xlogy)
            .domain(0, NOT_ZERO)
            .domain(1, Domain.of(0.2, 4))
            .tolerance(Tolerance.units(3))
            .gradient(Gradient.SECOND),
        unary("xlogy(Number)", x -> x.xlogy(2.5))
            .kinks(0)
            .tolerance(Tolerance.units(3))
            .gradient(Gradient.SECOND));
  }

  private static List<OpSpec> extremes() {
    Domain above = Domain.of(3.1, 5);
    return List.of(
        binary("maximum(Tensor)", Tensor::maximum).dtypes(NUMBERS),
        binary("maximum(Tensor)", Tensor::maximum)
            .variant("with a gradient")
            .domain(1, above)
            .gradient(Gradient.SECOND),
        unary("maximum(Number)", x -> x.maximum(1))
            .kinks(1)
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND),
        binary("minimum(Tensor)", Tensor::minimum).dtypes(NUMBERS),
        binary("minimum(Tensor)", Tensor::minimum)
            .variant("with a gradient")
            .domain(1, above)
            .gradient(Gradient.SECOND),
        unary("minimum(Number)", x -> x.minimum(1))
            .kinks(1)
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND),
        binary("fmax(Tensor)", Tensor::fmax)
            .domain(1, above)
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND),
        binary("fmin(Tensor)", Tensor::fmin)
            .domain(1, above)
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND),
        binary("copysign(Tensor)", Tensor::copysign)
            .domain(0, NOT_ZERO)
            .domain(1, NOT_ZERO)
            .withoutSpecials(),
        unary("copysign(Number)", x -> x.copysign(-2))
            .domain(0, NOT_ZERO)
            .gradient(Gradient.SECOND));
  }
}
