package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The check finds wrong gradients, and says where. */
class GradCheckTest {
  /** A sine whose gradient is wrong in one element, by a factor. */
  private static final class Faulty extends CustomFunction {
    private final double factor;

    Faulty(double factor) {
      this.factor = factor;
    }

    @Override
    protected Tensor forward(Context context, List<Tensor> inputs) {
      return inputs.get(0).sin();
    }

    @Override
    protected List<Tensor> backward(Context context, Tensor gradient) {
      Tensor x = context.input(0);
      Tensor last = Tensors.arange((int) x.size()).eq((int) x.size() - 1).reshape(x.shape());
      return List.of(gradient.mul(x.cos()).mul(last.where(factor, Tensors.onesLike(x))));
    }
  }

  @Test
  void namesTheElement() {
    Tensor x = Doubles.of(0.1, 0.2, 0.3, 0.4).reshape(2, 2);
    assertThatThrownBy(
            () -> GradCheck.standard().check("faulty", t -> new Faulty(1.00001).apply(t), x))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(
            "gradcheck faulty: input 0 [2, 2], element [1, 1], output [1, 1]: analytic 0.92107")
        .hasMessageContaining("numeric 0.92106");
    assertThatCode(() -> GradCheck.standard().check("right", t -> new Faulty(1).apply(t), x))
        .doesNotThrowAnyException();
  }

  @Test
  void findsErrorsAlongDirections() {
    Tensor x = Tensors.arange(100).toDouble().mul(0.01);
    assertThatThrownBy(
            () -> GradCheck.standard().check("faulty", t -> new Faulty(1.001).apply(t), x))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("random direction");
  }

  @Test
  void findsNan() {
    assertThatThrownBy(
            () ->
                GradCheck.standard()
                    .check("faulty", t -> new Faulty(Double.NaN).apply(t), Doubles.of(0.5)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("analytic NaN");
  }

  @Test
  void findsMissingGradients() {
    assertThatThrownBy(
            () -> GradCheck.standard().check("detached", t -> t.detach().sin(), Doubles.of(0.5)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("analytic 0.0");
  }

  @Test
  void findsFunctionsThatDiffer() {
    assertThatThrownBy(
            () ->
                GradCheck.standard()
                    .check("random", t -> t.mul(Tensors.rand(1).toDouble()), Doubles.of(0.5)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("two calls");
  }

  @Test
  void needsDoubles() {
    assertThatThrownBy(
            () -> GradCheck.standard().check("sin", Tensor::sin, Doubles.of(0.5).to(DType.F32)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("f32");
    assertThatThrownBy(
            () -> GradCheck.standard().check("neg", Tensor::neg, Tensors.of(new int[] {1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no input of type f64");
  }

  @Test
  void gradientsThatAreNotFiniteAreNamed() {
    Tensor x = Doubles.of(0.0, 1.0).requiresGrad();
    Gradients bad = x.sqrt().sum().backward();
    assertThatThrownBy(() -> Autograd.checkFinite(bad))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("gradients: elements that are not finite: the leaf f64[2] has 1 of 2");
    var weight = new Parameter("fc1.weight", Doubles.of(-1, 0));
    Gradients named = weight.log().sum().backward();
    assertThatThrownBy(() -> Autograd.checkFinite(named, List.of(weight)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("the leaf fc1.weight f64[2] has 1 of 2");
    Gradients good = x.add(1).sqrt().sum().backward();
    assertThatCode(() -> Autograd.checkFinite(good)).doesNotThrowAnyException();
  }
}
