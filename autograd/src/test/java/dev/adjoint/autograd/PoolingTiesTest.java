package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import org.junit.jupiter.api.Test;

/** Where several elements of a window are largest, one takes the gradient: the numbers are those of PyTorch 2.10. */
class PoolingTiesTest {
  private static final float NAN = Float.NaN;
  private static final float LOW = Float.NEGATIVE_INFINITY;

  private static Tensor image() {
    float[] values = {1, 1, 2, 0, 2, 3, NAN, NAN, 3, 3, LOW, LOW, 0, 5, LOW};
    return Tensors.of(values, 1, 3, 5).requiresGrad();
  }

  @Test
  void theFirstLargestValueOrTheLastNan() {
    Tensor x = image();
    assertThat(x.maxPool2d(2, 1).sum().backward().of(x).toFloats())
        .containsExactly(0, 0, 0, 0, 0, 0, 2, 4, 1, 0, 0, 0, 0, 1, 0);
  }

  @Test
  void partsToo() {
    Tensor x = Tensors.of(new float[] {2, 2, 1, 3, 3}, 1, 5).requiresGrad();
    assertThat(x.adaptiveMaxPool1d(3).sum().backward().of(x).toFloats())
        .containsExactly(1, 0, 0, 2, 0);
  }

  @Test
  void paddingTakesNone() {
    Tensor x = Tensors.of(new float[] {LOW, LOW, LOW}, 1, 3).requiresGrad();
    assertThat(x.maxPool1d(3, 2, 1, 1, false).sum().backward().of(x).toFloats())
        .containsExactly(1, 1, 0);
  }
}
