package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.ALL;
import static dev.adjoint.catalog.OpSpec.INTEGERS;
import static dev.adjoint.catalog.OpSpec.binary;
import static dev.adjoint.catalog.OpSpec.of;
import static dev.adjoint.catalog.OpSpec.unary;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Rows of {@link dev.adjoint.ComparisonOps}, {@link dev.adjoint.LogicOps} and {@link dev.adjoint.ConversionOps}. */
final class LogicCatalog {
  private static final Set<DType> WITH_BOOL =
      EnumSet.of(DType.I32, DType.I64, DType.I8, DType.U8, DType.BOOL);

  private LogicCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>();
    for (OpSpec row : comparisons()) {
      rows.add(row.dtypes(ALL));
    }
    rows.addAll(logic());
    rows.addAll(bits());
    rows.addAll(conversions());
    return rows;
  }

  private static List<OpSpec> comparisons() {
    return List.of(
        binary("eq(Tensor)", (x, y) -> x.eq(y).logicalOr(x.eq(x))),
        unary("eq(Number)", x -> x.eq(1)),
        binary("ne(Tensor)", Tensor::ne),
        unary("ne(Number)", x -> x.ne(1)),
        binary("lt(Tensor)", Tensor::lt),
        unary("lt(Number)", x -> x.lt(1)),
        binary("le(Tensor)", Tensor::le),
        unary("le(Number)", x -> x.le(1)),
        binary("gt(Tensor)", Tensor::gt),
        unary("gt(Number)", x -> x.gt(1)),
        binary("ge(Tensor)", Tensor::ge),
        unary("ge(Number)", x -> x.ge(1)),
        unary("isNan()", Tensor::isNan),
        unary("isInf()", Tensor::isInf),
        unary("isFinite()", Tensor::isFinite),
        binary("isClose(Tensor)", (x, y) -> x.isClose(y).logicalOr(x.isClose(x))),
        binary("isClose(Tensor,double,double)", (x, y) -> x.isClose(y, 0.25, 0.5)).shorthand(),
        binary("isClose(Tensor,double,double,boolean)", (x, y) -> x.isClose(y, 0.25, 0.5, true)));
  }

  private static List<OpSpec> logic() {
    return List.of(
        binary("logicalAnd(Tensor)", Tensor::logicalAnd).dtypes(ALL),
        binary("logicalOr(Tensor)", Tensor::logicalOr).dtypes(ALL),
        binary("logicalXor(Tensor)", Tensor::logicalXor).dtypes(ALL),
        unary("logicalNot()", Tensor::logicalNot).dtypes(ALL));
  }

  private static List<OpSpec> bits() {
    return List.of(
        binary("bitwiseAnd(Tensor)", Tensor::bitwiseAnd)
            .range(-999, 99)
            .dtypes(WITH_BOOL)
            .error(
                () -> Tensors.ones(2).bitwiseAnd(Tensors.ones(2)),
                "bitwiseAnd: not defined for f32"),
        unary("bitwiseAnd(Number)", x -> x.bitwiseAnd(13)).range(-999, 99).dtypes(INTEGERS),
        binary("bitwiseOr(Tensor)", Tensor::bitwiseOr).range(-999, 99).dtypes(WITH_BOOL),
        unary("bitwiseOr(Number)", x -> x.bitwiseOr(13)).range(-999, 99).dtypes(INTEGERS),
        binary("bitwiseXor(Tensor)", Tensor::bitwiseXor).range(-999, 99).dtypes(WITH_BOOL),
        unary("bitwiseXor(Number)", x -> x.bitwiseXor(13)).range(-999, 99).dtypes(INTEGERS),
        unary("bitwiseNot()", Tensor::bitwiseNot).range(-999, 99).dtypes(WITH_BOOL),
        binary("shiftLeft(Tensor)", Tensor::shiftLeft)
            .range(-99, 99)
            .domain(1, Domain.of(0, 7))
            .dtypes(INTEGERS),
        unary("shiftLeft(Number)", x -> x.shiftLeft(3)).range(-99, 99).dtypes(INTEGERS),
        binary("shiftRight(Tensor)", Tensor::shiftRight)
            .range(-999, 99)
            .domain(1, Domain.of(0, 7))
            .dtypes(INTEGERS),
        unary("shiftRight(Number)", x -> x.shiftRight(3)).range(-999, 99).dtypes(INTEGERS));
  }

  private static List<OpSpec> conversions() {
    var rows = new ArrayList<OpSpec>();
    for (DType to : DType.values()) {
      OpSpec row =
          unary("to(DType)", x -> x.to(to)).variant(to.toString()).range(-300, 300).dtypes(ALL);
      // Finite differences of a result in f32 would say nothing.
      rows.add(
          to == DType.F64
              ? row.gradient(OpSpec.Gradient.SECOND)
              : row.tolerance(Tolerance.units(0.5)));
    }
    rows.add(
        unary("toFloat()", Tensor::toFloat)
            .range(-300, 300)
            .dtypes(ALL)
            .tolerance(Tolerance.units(0.5)));
    rows.add(unary("toHalf()", Tensor::toHalf).range(-300, 300).dtypes(ALL));
    rows.add(unary("toBfloat16()", Tensor::toBfloat16).range(-300, 300).dtypes(ALL));
    rows.add(unary("toDouble()", Tensor::toDouble).range(-300, 300).dtypes(ALL));
    rows.add(unary("toInt()", Tensor::toInt).range(-300, 300).dtypes(ALL));
    rows.add(unary("toLong()", Tensor::toLong).range(-300, 300).dtypes(ALL));
    rows.add(unary("toByte()", Tensor::toByte).range(-300, 300).dtypes(ALL));
    rows.add(
        OpSpec.of("copy()", 1, x -> x.get(0).copy())
            .shapes("[4, 5]")
            .dtypes(ALL)
            .shapedByValues()
            .gradient(OpSpec.Gradient.SECOND));
    rows.add(unary("toBool()", Tensor::toBool).dtypes(ALL));
    rows.add(
        binary("typeAs(Tensor)", Tensor::typeAs)
            .domain(1, Domain.of(0, 1).as(DType.F64))
            .dtypes(ALL));
    rows.add(
        unary("bitcast(DType)", x -> x.bitcast(DType.I32))
            .dtypes(EnumSet.of(DType.F32, DType.I32))
            .withoutSpecials()
            .error(() -> Tensors.ones(2).bitcast(DType.F64), "bitcast"));
    rows.add(
        unary("bitcast(DType)", x -> x.bitcast(DType.F64).mul(2))
            .variant("to f64")
            .range(1e18, 4e18)
            .dtypes(EnumSet.of(DType.I64)));
    rows.add(
        of("bitcast(DType)", 1, x -> x.get(0).bitcast(DType.U8))
            .variant("of bytes")
            .shapes("[3, 5]")
            .range(-128, 255)
            .dtypes(EnumSet.of(DType.U8, DType.I8)));
    rows.add(
        of("bitcast(DType)", 1, x -> x.get(0).bitcast(DType.I8))
            .variant("to i8")
            .shapes("[3, 5]")
            .range(-128, 127)
            .dtypes(EnumSet.of(DType.U8, DType.I8)));
    rows.add(
        of("bitcast(DType)", 1, x -> x.get(0).bitcast(DType.BF16))
            .variant("to bf16")
            .shapes("[3, 5]")
            .withoutSpecials()
            .dtypes(EnumSet.of(DType.F16, DType.BF16)));
    rows.add(
        of("bitcast(DType)", 1, x -> x.get(0).bitcast(DType.F16))
            .variant("to f16")
            .shapes("[3, 5]")
            .withoutSpecials()
            .dtypes(EnumSet.of(DType.F16, DType.BF16)));
    return rows;
  }
}
