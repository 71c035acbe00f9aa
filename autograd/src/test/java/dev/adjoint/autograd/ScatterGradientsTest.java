package dev.adjoint.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.Gradients;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

/** Gradients of scatters where elements are equal, or 0, or replaced; those of folds were computed by libtorch 2.10. */
class ScatterGradientsTest {
  private static final float THIRD = 1 / 3f;
  private static final Tensor INDEX = Tensors.of(0L, 0, 1, 2, 2);

  private static void check(BinaryOperator<Tensor> f, float[] target, float[] source) {
    Tensor x = Tensors.of(2f, 3, 0).requiresGrad();
    Tensor y = Tensors.of(2f, 2, 0, 0, 5).requiresGrad();
    Gradients gradients = f.apply(x, y).mul(Tensors.of(1f, 10, 100)).sum().backward();
    assertArrayEquals(target, gradients.of(x).toFloats(), 1e-5f);
    assertArrayEquals(source, gradients.of(y).toFloats(), 1e-5f);
  }

  private static void check(String reduce, boolean includeSelf, float[] target, float... source) {
    check((x, y) -> x.scatterReduce(0, INDEX, y, reduce, includeSelf), target, source);
  }

  @Test
  void productsWithZeros() {
    check("prod", true, new float[] {4, 0, 0}, 4, 4, 30, 0, 0);
    check("prod", false, new float[] {0, 0, 0}, 2, 2, 10, 500, 0);
  }

  @Test
  void equalExtremaShare() {
    check("amax", true, new float[] {THIRD, 10, 0}, THIRD, THIRD, 0, 0, 100);
    check("amin", true, new float[] {THIRD, 0, 50}, THIRD, THIRD, 10, 50, 0);
    // libtorch lets elements that are left out take their share here.
    check("amax", false, new float[] {0, 0, 0}, 0.5f, 0.5f, 10, 0, 100);
  }

  @Test
  void means() {
    float third = 100 * THIRD;
    check("mean", true, new float[] {THIRD, 5, third}, THIRD, THIRD, 5, third, third);
    check("mean", false, new float[] {0, 0, 0}, 0.5f, 0.5f, 10, 50, 50);
  }

  @Test
  void whatIsReplacedHasNoGradient() {
    check((x, y) -> x.scatter(0, INDEX, y), new float[] {0, 0, 0}, new float[] {0, 1, 10, 0, 100});
    check(
        (x, y) -> x.scatter(0, INDEX.narrow(0, 1, 2), y),
        new float[] {0, 0, 100},
        new float[] {1, 10, 0, 0, 0});
  }

  @Test
  void theRowOfThePaddingHasNoGradient() {
    Tensor table = Tensors.ones(3, 2).requiresGrad();
    Tensor rows = table.embedding(Tensors.of(0, 2, 1, 2), -1);
    assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1, 1, 1}, rows.toFloats());
    float[] expected = {1, 1, 1, 1, 0, 0};
    assertArrayEquals(expected, rows.sum().backward().of(table).toFloats());
    Tensor bags =
        table.embeddingBag(Tensors.of(0, 2, 1, 2), Tensors.of(0, 2), "sum", null, false, 2);
    assertArrayEquals(new float[] {1, 1, 1, 1}, bags.toFloats());
    assertArrayEquals(expected, bags.sum().backward().of(table).toFloats());
  }
}
