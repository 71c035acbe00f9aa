package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Plans;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Also run with every op as its own kernel, where a function of scalars is still one. */
class ScalarFunctionTest {
  private static final ScalarFunction MISH =
      ScalarFunction.of("mish", x -> x.mul(x.exp().log1p().tanh()));

  private static final ScalarFunction HUBER =
      ScalarFunction.of(
          "huber",
          (x, y, delta) -> {
            Scalar distance = x.sub(y).abs();
            Scalar far = delta.mul(distance.sub(delta.mul(0.5)));
            return distance.lt(delta).select(distance.square().mul(0.5), far);
          });

  private static final ScalarFunction SOFTMAX =
      ScalarFunction.ofRows(
          "softmax",
          (row, x) -> {
            Scalar e = x.sub(row.max(x)).exp();
            return e.div(row.sum(e));
          });

  private static final ScalarFunction LOG_SUM_EXP =
      ScalarFunction.ofRows(
          "logSumExp", (row, x) -> row.sum(x.sub(row.max(x)).exp()).log().add(row.max(x)));

  private static final ScalarFunction LAYER_NORM =
      ScalarFunction.ofRows(
          "layerNorm",
          3,
          (row, x) -> {
            Scalar centered = x.get(0).sub(row.mean(x.get(0)));
            Scalar scale = row.mean(centered.square()).add(1e-5).rsqrt();
            return centered.mul(scale).mul(x.get(1)).add(x.get(2));
          });

  /** The y of {@code exp(y) + a y = x}, by Newton's method: far more instructions than a kernel has otherwise. */
  private static final ScalarFunction ROOT = root(20);

  private static ScalarFunction root(int steps) {
    return ScalarFunction.of(
        "root",
        (x, a) -> {
          Scalar y = x.like(0);
          for (int i = 0; i < steps; i++) {
            Scalar e = y.exp();
            y = y.sub(e.add(a.mul(y)).sub(x).div(e.add(a)));
          }
          return y;
        });
  }

  private static Tensor random(long seed, int... dims) {
    return new Random(seed).randn(dims).to(DType.F64).realize();
  }

  private static int launches(Tensor... tensors) {
    return Plans.of(tensors).launches();
  }

  /** Checks that the value is one kernel, and so are its first and its second derivatives, and that these are right. */
  private static void check(ScalarFunction f, Tensor... inputs) {
    Function<List<Tensor>, Tensor> call = xs -> f.apply(xs.toArray(Tensor[]::new));
    GradCheck.standard().check("f", call, List.of(inputs));
    GradCheck.standard().checkSecond("f", call, List.of(inputs));
    List<Tensor> leaves = List.of(inputs).stream().map(Tensor::requiresGrad).toList();
    Tensor y = call.apply(leaves);
    assertThat(launches(y)).isEqualTo(1);
    Tensor seed = random(9, y.shape().dims()).requiresGrad();
    List<Tensor> first = Autograd.gradient(y, seed, leaves);
    assertThat(launches(first.toArray(Tensor[]::new))).isEqualTo(1);
    List<Tensor> second = Autograd.gradient(first.getFirst(), random(8, 5, 7), leaves);
    assertThat(launches(second.toArray(Tensor[]::new))).isEqualTo(1);
  }

  @Test
  void anElementwiseFunctionIsOneKernelEachWay() {
    Tensor x = random(1, 5, 7);
    check(MISH, x);
    assertThat(MISH.apply(x).toDoubles()).containsExactly(x.mish().toDoubles(), within(1e-14));
    check(HUBER, x, random(2, 5, 7), Tensors.fullLike(x, 0.7).realize());
  }

  @Test
  void aLoopIsUnrolledIntoOneKernel() {
    Tensor x = random(1, 5, 7);
    Tensor a = random(2, 5, 7).abs().add(1).realize();
    check(ROOT, x, a);
    Tensor y = ROOT.apply(x, a);
    assertThat(y.exp().add(a.mul(y)).toDoubles()).containsExactly(x.toDoubles(), within(1e-13));
  }

  @Test
  void aFunctionOfRowsIsOneKernelEachWay() {
    Tensor x = random(1, 5, 7);
    check(SOFTMAX, x);
    assertThat(SOFTMAX.apply(x).toDoubles())
        .containsExactly(x.softmax(-1).toDoubles(), within(1e-15));
    check(LOG_SUM_EXP, x);
    assertThat(LOG_SUM_EXP.apply(x).toDoubles())
        .containsExactly(x.logsumexp(-1).toDoubles(), within(1e-14));
    check(LAYER_NORM, x, random(2, 5, 7), random(3, 5, 7));
    assertThat(LOG_SUM_EXP.apply(x.narrow(1, 2, 1)).toDoubles())
        .containsExactly(x.select(1, 2).toDoubles(), within(0.0));
  }

  @Test
  void aConstantGradientAndOneThatIsSummed() {
    Tensor x = random(1, 5, 7).requiresGrad();
    Tensor weight = random(2, 7).requiresGrad();
    Tensor bias = random(3, 7).requiresGrad();
    var gradients = LAYER_NORM.apply(x, weight, bias).sum().backward();
    assertThat(launches(gradients.of(x))).isEqualTo(1);
    Tensor plain = x.layerNorm(new int[] {7}, weight, bias, 1e-5);
    var expected = plain.sum().backward();
    for (Tensor input : List.of(x, weight, bias)) {
      assertThat(gradients.of(input).toDoubles())
          .containsExactly(expected.of(input).toDoubles(), within(1e-12));
    }
  }

  @Test
  void aRowThatAnotherKernelFoldsIsComputedOnce() {
    assertThat(launches(SOFTMAX.apply(random(1, 5, 7)).sum(0))).isEqualTo(2);
  }

  @Test
  void aLongRowIsOneKernelToo() {
    Tensor x = random(1, 2, 70_000);
    Tensor y = SOFTMAX.apply(x);
    assertThat(launches(y)).isEqualTo(1);
    assertThat(y.toDoubles()).containsExactly(x.softmax(-1).toDoubles(), within(1e-15));
  }

  @Test
  void narrowTypesAreRoundedOnce() {
    Tensor x = random(1, 5, 7).to(DType.F16).realize();
    Tensor y = MISH.apply(x);
    assertThat(y.dtype()).isEqualTo(DType.F16);
    assertThat(launches(y)).isEqualTo(1);
    assertThat(y.toFloats())
        .containsExactly(MISH.apply(x.toFloat()).to(DType.F16).toFloats(), within(0f));
  }

  @Test
  void theNumbersOfACallAreItsOwn() {
    double[] factor = {1};
    var scaled = ScalarFunction.of("scaled", x -> x.mul(factor[0]));
    Tensor x = Doubles.of(1, 2);
    assertThat(scaled.apply(x).toDoubles()).containsExactly(1, 2);
    factor[0] = 3;
    assertThat(scaled.apply(x).toDoubles()).containsExactly(3, 6);
  }

  @Test
  void aDeepInputAndACheckpoint() {
    Tensor x = Doubles.of(0.5, 1.5).requiresGrad();
    Tensor deep = x;
    for (int i = 0; i < 4090; i++) {
      deep = deep.add(0.001);
    }
    Tensor y = ROOT.apply(deep, Tensors.onesLike(deep));
    assertThat(launches(y)).isEqualTo(1);
    Tensor again = Autograd.checkpoint(t -> ROOT.apply(t, t.square()), x);
    Tensor once = ROOT.apply(x, x.square());
    assertThat(again.sum().backward().of(x).toDoubles())
        .containsExactly(once.sum().backward().of(x).toDoubles());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Tensor x = Tensors.of(1.0, 2);
    assertThatThrownBy(() -> MISH.apply(x, x)).hasMessage("mish: has 1 arguments, not 2");
    assertThatThrownBy(() -> ROOT.apply(x, Tensors.of(1.0, 2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("root: ");
    assertThatThrownBy(() -> MISH.apply(Tensors.of(1)))
        .hasMessage("mish: needs floats of one type, not i32 and i32: call to(...)");
    assertThatThrownBy(() -> ROOT.apply(x, Doubles.of(1, 2)))
        .hasMessage("root: needs floats of one type, not f32 and f64: call to(...)");
    assertThatThrownBy(() -> SOFTMAX.apply(x.sum()))
        .hasMessage("softmax: is a function of rows, which scalars do not have");
    assertThatThrownBy(() -> root(2000).apply(x, x))
        .hasMessage(
            "root: a kernel may be about 3,000 operations deep, this is deeper: use tensors");
  }
}
