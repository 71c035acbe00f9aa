package dev.adjoint;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions of one tensor, and activations against NumPy. */
final class NumpyUnaryTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  void equalsNumpy(String expression, Supplier<Tensor> call) {
    NumpyValues.check(expression, call);
  }

  static Stream<Arguments> values() {
    Tensor x = NumpyValues.X;
    Tensor y = NumpyValues.Y;
    Tensor s = NumpyValues.S;
    Tensor r = NumpyValues.R;
    return Stream.of(
        golden("x.neg()", () -> x.neg()),
        golden("x.abs()", () -> x.abs()),
        golden("x.sign()", () -> x.sign()),
        golden("x.square()", () -> x.square()),
        golden("x.exp()", () -> x.exp()),
        golden("x.expm1()", () -> x.expm1()),
        golden("x.sin()", () -> x.sin()),
        golden("x.cos()", () -> x.cos()),
        golden("x.tan()", () -> x.tan()),
        golden("x.tanh()", () -> x.tanh()),
        golden("x.sinh()", () -> x.sinh()),
        golden("x.ceil()", () -> x.ceil()),
        golden("x.floor()", () -> x.floor()),
        golden("x.trunc()", () -> x.trunc()),
        golden("x.abs().sqrt()", () -> x.abs().sqrt()),
        golden("x.abs().add(1).rsqrt()", () -> x.abs().add(1).rsqrt()),
        golden("y.reciprocal()", () -> y.reciprocal()),
        golden("x.round()", () -> x.round()),
        golden("x.frac()", () -> x.frac()),
        golden("x.erf()", () -> x.erf()),
        golden("x.erfc()", () -> x.erfc()),
        golden("r.sigmoid().logit()", () -> r.sigmoid().logit()),
        golden("r.sigmoid()", () -> r.sigmoid()),
        golden("r.clamp(0, 1).logit(0.1)", () -> r.clamp(0, 1).logit(0.1)),
        golden("x.relu()", () -> x.relu()),
        golden("x.relu6()", () -> x.relu6()),
        golden("x.leakyRelu()", () -> x.leakyRelu()),
        golden("x.leakyRelu(0.2)", () -> x.leakyRelu(0.2)),
        golden("x.elu()", () -> x.elu()),
        golden("x.elu(2)", () -> x.elu(2)),
        golden("x.selu()", () -> x.selu()),
        golden("x.gelu()", () -> x.gelu()),
        golden("r.gelu(\"tanh\")", () -> r.gelu("tanh")),
        golden("x.silu()", () -> x.silu()),
        golden("x.mish()", () -> x.mish()),
        golden("x.softplus()", () -> x.softplus()),
        golden("r.softplus(2, 20)", () -> r.softplus(2, 20)),
        golden("x.softsign()", () -> x.softsign()),
        golden("x.logSigmoid()", () -> x.logSigmoid()),
        golden("x.hardtanh()", () -> x.hardtanh()),
        golden("x.hardsigmoid()", () -> x.hardsigmoid()),
        golden("x.hardswish()", () -> x.hardswish()),
        golden("s.nanToNum()", () -> s.nanToNum()),
        golden("s.nanToNum(1, 2, 3)", () -> s.nanToNum(1, 2, 3)),
        golden("s.relu6()", () -> s.relu6()),
        golden("s.clamp(0, 1)", () -> s.clamp(0, 1)),
        golden("s.hardtanh()", () -> s.hardtanh()),
        golden("s.relu()", () -> s.relu()));
  }

  private static Arguments golden(String expression, Supplier<Tensor> call) {
    return Arguments.of(expression, call);
  }
}
