package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.adjoint.DType;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What the errors about NaN and infinite values say. */
class AnomalyTest {
  private static final Tensor X = Tensors.of(new float[] {4, 0, -1, 9}, 2, 2);
  private static final String NO_LINE = "; ADJOINT_ORIGINS=all tells the line that recorded it";

  /** The line of the last {@link #mark}. */
  private int marked;

  private void mark() {
    marked =
        StackWalker.getInstance()
            .walk(frames -> frames.skip(1).findFirst().orElseThrow().getLineNumber());
  }

  /** In the message, {@code #n} stands for n lines after the mark. */
  private void fails(String message, Supplier<Tensor> action) {
    Throwable error = catchThrowable(() -> Scope.detectAnomaly(() -> action.get().realize()));
    String expected = message;
    for (int n = 1; n <= 2; n++) {
      expected = expected.replace("#" + n, "at AnomalyTest.java:" + (marked + n));
    }
    assertThat(error).isInstanceOf(ArithmeticException.class).hasMessage("anomaly: " + expected);
  }

  private static Tensor in(String module, Supplier<Tensor> action) {
    return Scope.inModule(module, action);
  }

  /** The operation, not one of those that came after it. */
  @Test
  void theFirstOfAChain() {
    fails(
        "NaN at [1, 0] in sqrt f32[2, 2] (#1 in net.fc1)",
        () -> {
          mark();
          Tensor y = in("net", () -> in("fc1", () -> X.add(0).sqrt()).mul(3));
          return y.exp().sum();
        });
  }

  /** A part of an operation, and the infinite value that a NaN is made of. */
  @Test
  void partsOfOperations() {
    fails(
        "NaN at [1] in sub f32[2] (#2), from Infinity at [1] in exp f32[2] (#1)",
        () -> {
          mark();
          Tensor large = Tensors.of(1f, 100f).exp();
          return large.mul(2).sub(large);
        });
    Tensor masked = Tensors.of(1f, Float.NEGATIVE_INFINITY);
    Scope.detectAnomaly(() -> masked.softmax(0).realize());
    fails(
        "NaN at [0] in sub f32[3] in softmax (#1), from -Infinity at [1] in source f32[2]",
        () -> {
          mark();
          return masked.select(0, 1).expand(3).softmax(0);
        });
  }

  /** The square root is infinitely steep at 0, and that times 0 is NaN. */
  @Test
  void backward() {
    fails(
        "Infinity at [0, 1] in div f32[2, 2] in the backward pass of sqrt (#1 in net)",
        () -> {
          Tensor x = X.abs().requiresGrad();
          mark();
          Tensor y = in("net", () -> x.sqrt().mul(2));
          return y.sum().backward().of(x);
        });
    fails(
        "NaN at [0, 1] in mul f32[2, 2] in the backward pass of square (#1),"
            + " from Infinity at [0, 1] in div f32[2, 2] in the backward pass of sqrt (#2)",
        () -> {
          Tensor x = X.abs().requiresGrad();
          mark();
          Tensor y = x.square();
          Tensor z = y.sqrt();
          return z.sum().backward().of(x);
        });
  }

  /** What is masked away on the way, or is no float, is no anomaly; nothing is one outside. */
  @Test
  void whatIsNone() {
    assertThat(X.log().toFloats()[1]).isEqualTo(Float.NEGATIVE_INFINITY);
    Scope.detectAnomaly(
        () -> {
          assertThat(X.gt(0).where(X.log(), 0).toFloats()[1]).isZero();
          assertThat(X.log().isFinite().toBooleans()).containsExactly(true, false, false, true);
          assertThat(Tensors.zeros(0).div(0).toFloats()).isEmpty();
        });
  }

  /** Data, and what was recorded outside: of that no line is known. */
  @Test
  void valuesFromOutside() {
    Tensor data = Tensors.of(1f, Float.NaN);
    fails("NaN at [1] in source f32[2]" + NO_LINE, () -> data.mul(2));
    Tensor before = data.select(0, 0).sub(2).sqrt();
    fails("NaN in sqrt f32[]" + NO_LINE, () -> before.mul(2));
    fails("NaN at [1] in source f64[2]" + NO_LINE, () -> Doubles.of(1, Double.NaN).mul(2));
    fails(
        "Infinity at [0] in cast f16 f16[1] in to (#1)",
        () -> {
          mark();
          return Tensors.of(1e6f, 1).narrow(0, 0, 1).to(DType.F16);
        });
  }

  /** A step that is stopped changes no variable. */
  @Test
  void variables() {
    var w = new Parameter("w", Tensors.of(1f, 0f));
    fails(
        "NaN at [1] in div f32[2] in the backward pass of log (#1)",
        () -> {
          mark();
          Tensor loss = w.log().clamp(-1, 1).sum();
          w.set(w.sub(loss.backward().of(w)));
          return w.value();
        });
    assertThat(w.toFloats()).containsExactly(1, 0);
    Scope.detectAnomaly(() -> w.set(w.add(1)));
    Scope.detectAnomaly(() -> assertThat(w.toFloats()).containsExactly(2, 1));
    var broken = new Parameter("broken", Tensors.of(1f, Float.NaN));
    fails("NaN at [1] in a value of 'broken'", () -> broken.mul(2));
  }

  /** The line inside the function, not that of the map. */
  @Test
  void maps() {
    fails(
        "NaN at [1, 0] in sqrt f32[2, 2] (#1 in row)",
        () ->
            Autograd.vmap(
                x -> {
                  mark();
                  return in("row", () -> x.sqrt());
                },
                X));
  }
}
