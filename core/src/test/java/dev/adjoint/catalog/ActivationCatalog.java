package dev.adjoint.catalog;

import static dev.adjoint.catalog.OpSpec.NUMBERS;
import static dev.adjoint.catalog.OpSpec.binary;
import static dev.adjoint.catalog.OpSpec.of;
import static dev.adjoint.catalog.OpSpec.unary;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Rows of {@link dev.adjoint.ActivationOps} and {@link dev.adjoint.SelectionOps}. */
final class ActivationCatalog {
  private static final Set<DType> SIGNED = EnumSet.complementOf(EnumSet.of(DType.U8, DType.BOOL));

  private ActivationCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(activations());
    rows.addAll(choices());
    rows.addAll(limits());
    rows.addAll(blends());
    return rows;
  }

  private static OpSpec activation(String covers, UnaryOperator<Tensor> f, double... kinks) {
    return unary(covers, f)
        .range(-5, 5)
        .kinks(kinks)
        .tolerance(Tolerance.composed())
        .gradient(Gradient.SECOND);
  }

  private static List<OpSpec> activations() {
    return List.of(
        activation("sigmoid()", Tensor::sigmoid).tolerance(Tolerance.units(4)),
        activation("relu()", Tensor::relu, 0).tolerance(Tolerance.exact()).dtypes(NUMBERS),
        activation("relu6()", x -> x.mul(2).relu6(), 0, 3),
        activation("leakyRelu()", Tensor::leakyRelu, 0),
        activation("leakyRelu(double)", x -> x.leakyRelu(0.3), 0),
        of("prelu(Tensor)", 2, x -> x.get(0).prelu(x.get(1)))
            .kinks(0)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND)
            .shapes(
                "[4, 5, 6] [5]", "[3, 4] [4]", "[5] [1]", "[] []", "[2, 3, 2, 2] []", "[0, 3] [3]")
            .error(
                () -> Tensors.ones(2, 3, 4).prelu(Tensors.ones(4)),
                "prelu: slopes of shape [4] for 3 channels of [2, 3, 4]"),
        activation("elu()", Tensor::elu, 0),
        activation("elu(double)", x -> x.elu(0.7), 0),
        activation("selu()", Tensor::selu, 0),
        activation("gelu()", Tensor::gelu),
        activation("gelu(String)", x -> x.gelu("tanh")),
        activation("silu()", Tensor::silu),
        activation("mish()", Tensor::mish),
        activation("softplus()", Tensor::softplus),
        activation("softplus(double)", x -> x.softplus(2)).shorthand(),
        activation("softplus(double,double)", x -> x.softplus(2, 5), 2.5),
        activation("softsign()", Tensor::softsign, 0),
        activation("logSigmoid()", Tensor::logSigmoid),
        activation("hardtanh()", Tensor::hardtanh, -1, 1),
        activation("hardtanh(double,double)", x -> x.hardtanh(-2, 0.5), -2, 0.5),
        activation("hardsigmoid()", Tensor::hardsigmoid, -3, 3),
        activation("hardswish()", Tensor::hardswish, -3, 3));
  }

  private static OpSpec choice(String covers, int operands, Function<List<Tensor>, Tensor> f) {
    return of(covers, operands, f)
        .domain(0, Domain.truth())
        .dtypes(NUMBERS)
        .gradient(Gradient.SECOND);
  }

  private static List<OpSpec> choices() {
    return List.of(
        choice("where(Tensor,Tensor)", 3, x -> x.get(0).where(x.get(1), x.get(2)))
            .shapes(
                "[4, 5, 6] [4, 5, 6] [4, 5, 6]",
                "[] [] []",
                "[3, 1] [4] [3, 4]",
                "[5] [] [2, 1]",
                "[0] [0] []")
            .error(
                () -> Tensors.ones(2).where(Tensors.ones(2), Tensors.ones(2)),
                "where: the condition must be bool"),
        choice(
                "Tensors.where(Tensor,Tensor,Tensor)",
                3,
                x -> Tensors.where(x.get(0), x.get(1), x.get(2)))
            .shapes("[4, 5, 6] [4, 5, 6] [4, 5, 6]", "[3, 1] [4] [3, 4]"),
        choice("where(Tensor,Number)", 2, x -> x.get(0).where(x.get(1), 2))
            .shapes("[4, 5, 6] [4, 5, 6]", "[3, 1] [4]"),
        choice("where(Number,Tensor)", 2, x -> x.get(0).where(1, x.get(1)))
            .shapes("[4, 5, 6] [4, 5, 6]", "[3, 1] [4]"),
        choice("where(Number,Number)", 1, x -> x.get(0).where(1, 2.5))
            .shapes("[4, 5, 6]", "[]")
            .gradient(Gradient.NONE),
        of("maskedFill(Tensor,Number)", 2, x -> x.get(0).maskedFill(x.get(1), 7))
            .domain(1, Domain.truth())
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND)
            .shapes("[4, 5, 6] [4, 5, 6]", "[3, 4] [4]", "[3, 4] [3, 1]", "[0] [0]", "[4] [3, 4]")
            .error(
                () -> Tensors.ones(2).maskedFill(Tensors.of(new boolean[3], 3), 1),
                "maskedFill: shapes do not broadcast: [3] and [2]"),
        of("maskedFill(Tensor,Tensor)", 3, x -> x.get(0).maskedFill(x.get(1), x.get(2)))
            .domain(1, Domain.truth())
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND)
            .shapes("[4, 5, 6] [4, 5, 6] []", "[3, 4] [4] []"));
  }

  private static List<OpSpec> limits() {
    return List.of(
        unary("clamp(Number,Number)", x -> x.clamp(-1, 2))
            .kinks(-1, 2)
            .dtypes(SIGNED)
            .gradient(Gradient.SECOND),
        of("clamp(Tensor,Tensor)", 3, x -> x.get(0).clamp(x.get(1), x.get(2)))
            .kinks(-1, 1)
            .domain(1, Domain.of(-1, -0.999))
            .domain(2, Domain.of(1, 1.001))
            .gradient(Gradient.SECOND)
            .shapes("[4, 5, 6] [4, 5, 6] [4, 5, 6]", "[3, 4] [4] []"),
        unary("clampMin(Number)", x -> x.clampMin(1))
            .kinks(1)
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND),
        binary("clampMin(Tensor)", Tensor::clampMin)
            .domain(1, Domain.of(3.1, 4))
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND),
        unary("clampMax(Number)", x -> x.clampMax(1))
            .kinks(1)
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND),
        binary("clampMax(Tensor)", Tensor::clampMax)
            .domain(1, Domain.of(3.1, 4))
            .dtypes(NUMBERS)
            .gradient(Gradient.SECOND),
        unary("nanToNum()", x -> x.div(1e3).nanToNum())
            .tolerance(Tolerance.units(1))
            .gradient(Gradient.SECOND),
        unary("nanToNum(double)", x -> x.nanToNum(4)).gradient(Gradient.SECOND).shorthand(),
        unary("nanToNum(double,double,double)", x -> x.nanToNum(1, 2, 3))
            .gradient(Gradient.SECOND));
  }

  private static List<OpSpec> blends() {
    String[] three = {
      "[4, 5, 6] [4, 5, 6] [4, 5, 6]", "[] [] []", "[3, 1] [4] [3, 4]", "[2, 0] [2, 1] []"
    };
    Domain notZero = Domain.of(-3, 3).awayFrom(0);
    return List.of(
        binary("lerp(Tensor,Number)", (x, y) -> x.lerp(y, 0.3))
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        binary("lerp(Tensor,Number)", (x, y) -> x.lerp(y, 0.8))
            .variant("beyond the middle")
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        of("lerp(Tensor,Tensor)", 3, x -> x.get(0).lerp(x.get(1), x.get(2)))
            .shapes(three)
            .domain(2, Domain.of(0, 1).awayFrom(0.5))
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        of("addcmul(Tensor,Tensor)", 3, x -> x.get(0).addcmul(x.get(1), x.get(2)))
            .shapes(three)
            .dtypes(NUMBERS)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        of("addcmul(Tensor,Tensor,Number)", 3, x -> x.get(0).addcmul(x.get(1), x.get(2), 2))
            .shapes(three)
            .dtypes(NUMBERS)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND),
        of("addcdiv(Tensor,Tensor)", 3, x -> x.get(0).addcdiv(x.get(1), x.get(2)))
            .shapes(three)
            .domain(2, notZero)
            .tolerance(new Tolerance(16, 256, 0))
            .gradient(Gradient.SECOND),
        of("addcdiv(Tensor,Tensor,Number)", 3, x -> x.get(0).addcdiv(x.get(1), x.get(2), 0.5))
            .shapes(three)
            .domain(2, notZero)
            .tolerance(new Tolerance(16, 256, 0))
            .gradient(Gradient.SECOND),
        of("fma(Tensor,Tensor)", 3, x -> x.get(0).fma(x.get(1), x.get(2)))
            .shapes(three)
            .dtypes(NUMBERS)
            .tolerance(Tolerance.composed())
            .gradient(Gradient.SECOND));
  }
}
