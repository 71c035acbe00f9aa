package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

class CustomFunctionTest {
  private static final Tensor X = Doubles.of(0.3, -0.8, 1.4);

  private static void near(Tensor actual, double... expected) {
    assertThat(actual.toDoubles()).containsExactly(expected, within(1e-11));
  }

  /** x^3 with the gradient from a saved square, 3 x^2 g. */
  private static final class Cube extends CustomFunction {
    @Override
    protected Tensor forward(Context context, List<Tensor> inputs) {
      Tensor square = inputs.get(0).square();
      context.save(square);
      return square.mul(inputs.get(0));
    }

    @Override
    protected List<Tensor> backward(Context context, Tensor gradient) {
      return List.of(gradient.mul(context.saved(0)).mul(3));
    }
  }

  /** exp with the gradient from its output. */
  private static final class Exponential extends CustomFunction {
    @Override
    protected Tensor forward(Context context, List<Tensor> inputs) {
      return inputs.get(0).exp();
    }

    @Override
    protected List<Tensor> backward(Context context, Tensor gradient) {
      return List.of(gradient.mul(context.output()));
    }
  }

  /** a b, where the gradient of a is doubled and that of b is zero. */
  private static final class Odd extends CustomFunction {
    @Override
    protected Tensor forward(Context context, List<Tensor> inputs) {
      return inputs.get(0).mul(inputs.get(1));
    }

    @Override
    protected List<Tensor> backward(Context context, Tensor gradient) {
      return List.of(gradient.mul(context.input(1)).mul(2), Tensors.zerosLike(context.input(1)));
    }
  }

  /** A gradient of a shape that is not that of the input. */
  private static final class Wrong extends CustomFunction {
    private final List<Tensor> gradients;

    Wrong(List<Tensor> gradients) {
      this.gradients = gradients;
    }

    @Override
    protected Tensor forward(Context context, List<Tensor> inputs) {
      return inputs.get(0).neg();
    }

    @Override
    protected List<Tensor> backward(Context context, Tensor gradient) {
      return gradients;
    }
  }

  @Test
  void firstAndSecondDerivativesAreRight() {
    GradCheck check = GradCheck.standard().withTolerance(1e-6, 1e-6);
    check.check("cube", x -> new Cube().apply(x), X);
    check.checkSecond("cube", x -> new Cube().apply(x), X);
    check.check("exponential", x -> new Exponential().apply(x.square()), X);
    check.checkSecond("exponential", x -> new Exponential().apply(x.square()), X);
  }

  @Test
  void thirdDerivative() {
    Tensor x = Doubles.of(2.0).requiresGrad();
    Tensor first = Autograd.gradient(new Cube().apply(x).sum(), x);
    Tensor second = Autograd.gradient(first.sum(), x);
    near(first, 12);
    near(second, 12);
    near(Autograd.gradient(second.sum(), x), 6);
  }

  @Test
  void theRuleReplacesTheGradientOfTheOps() {
    Tensor a = Doubles.of(3.0).requiresGrad();
    Tensor b = Doubles.of(5.0).requiresGrad();
    var g = new Odd().apply(a, b).sum().backward();
    near(g.of(a), 10);
    near(g.of(b), 0);
  }

  @Test
  void forwardIsNotTracked() {
    Tensor x = X.requiresGrad();
    assertThat(new Exponential().apply(x).tracked()).isTrue();
    assertThat(new Exponential().apply(X).tracked()).isFalse();
    assertThat(Scope.noGrad(() -> new Exponential().apply(x)).tracked()).isFalse();
  }

  @Test
  void wrongGradientsAreRefused() {
    Tensor x = X.requiresGrad();
    Tensor shape = new Wrong(List.of(Doubles.of(1.0))).apply(x).sum();
    assertThatThrownBy(shape::backward)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Wrong: backward gave f64[1] as the gradient of input 0, which is f64[3]");
    Tensor count = new Wrong(List.of()).apply(x).sum();
    assertThatThrownBy(count::backward)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Wrong: backward gave 0 gradients for 1 inputs");
  }

  @Test
  void insideACheckpoint() {
    GradCheck check = GradCheck.standard().withTolerance(1e-6, 1e-6);
    check.check("cube", x -> Autograd.checkpoint(t -> new Cube().apply(t.sin()).exp(), x), X);
    check.checkSecond("cube", x -> Autograd.checkpoint(t -> new Cube().apply(t.sin()).exp(), x), X);
  }
}
