package dev.adjoint.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Derivatives of convolutions, whose rule is their own. */
class ConvolutionRulesTest {
  private static Tensor random(int... dims) {
    Shape shape = Shape.of(dims);
    return Doubles.of(new SplittableRandom(shape.hashCode()).doubles(shape.size(), -2, 2).toArray())
        .reshape(shape);
  }

  /** Windows that overlap, leave elements out, lie in the padding alone, or do not reach the last element. */
  @ParameterizedTest
  @CsvSource({
    "5,3,1,0,1,1",
    "6,3,2,1,1,2",
    "6,2,2,0,1,1",
    "6,4,2,1,1,1",
    "5,2,3,0,1,1",
    "4,2,1,3,1,2",
    "7,3,2,0,2,1",
    "3,1,2,2,1,1",
    "6,2,1,0,4,2"
  })
  void againstDifferences(int size, int kernel, int stride, int padding, int dilation, int groups) {
    Function<List<Tensor>, Tensor> f =
        in -> in.get(0).conv1d(in.get(1), in.get(2), stride, padding, dilation, groups);
    List<Tensor> inputs = List.of(random(2, 2, size), random(4, 2 / groups, kernel), random(4));
    GradCheck check = GradCheck.standard().withTolerance(1e-6, 1e-6);
    check.check("conv1d", f, inputs);
    check.checkSecond("conv1d", f, inputs);
  }

  @Test
  void windowsApartAlongTwoAxes() {
    int[] dilation = {1, 1};
    Function<List<Tensor>, Tensor> f =
        in -> in.get(0).conv2d(in.get(1), null, new int[] {2, 3}, new int[] {1, 2}, dilation, 2);
    List<Tensor> inputs = List.of(random(2, 4, 5, 7), random(2, 2, 3, 2));
    GradCheck check = GradCheck.standard().withTolerance(1e-6, 1e-6);
    check.check("conv2d", f, inputs);
    check.checkSecond("conv2d", f, inputs);
  }

  @Test
  void windowsApartAlongOneAxisAndElementsOfThemAlongTheOther() {
    Function<List<Tensor>, Tensor> f =
        in ->
            in.get(0)
                .conv2d(in.get(1), null, new int[] {2, 1}, new int[] {1, 2}, new int[] {1, 3}, 1);
    GradCheck check = GradCheck.standard().withTolerance(1e-6, 1e-6);
    check.check("conv2d", f, List.of(random(1, 2, 5, 6), random(2, 2, 3, 2)));
  }

  /** The third derivative of a form that is cubic in x, where each convolution is a factor of the next. */
  @Test
  void thirdDerivatives() {
    Tensor x = random(1, 1, 3, 3).requiresGrad();
    Tensor y = x.conv2d(x, null).sum();
    Tensor cube = y.mul(x.sum());
    Tensor first = Autograd.gradient(cube, x);
    Tensor second = Autograd.gradient(first.square().sum(), x);
    Tensor third = Autograd.gradient(second.sum(), x);
    Tensor same = x.mul(x).sum().mul(x.sum());
    Tensor expected =
        Autograd.gradient(Autograd.gradient(Autograd.gradient(same, x).square().sum(), x).sum(), x);
    assertArrayEquals(expected.toDoubles(), third.toDoubles(), 1e-9);
  }

  /** The function is recorded again, with its rule. */
  @Test
  void insideACheckpoint() {
    Tensor x = random(2, 2, 5).requiresGrad();
    Tensor w = random(3, 2, 3).requiresGrad();
    Tensor plain = x.conv1d(w, null, 2, 1, 1, 1).square().sum();
    Tensor again = Autograd.checkpoint(in -> in.conv1d(w, null, 2, 1, 1, 1), x).square().sum();
    for (Tensor leaf : List.of(x, w)) {
      double[] expected = plain.backward().of(leaf).toDoubles();
      assertArrayEquals(expected, again.backward().of(leaf).toDoubles(), 1e-12);
    }
  }

  @Test
  void ofNoImages() {
    Tensor x = Tensors.zeros(0, 3, 5, 5).requiresGrad();
    Tensor w = Tensors.ones(4, 3, 3, 3).requiresGrad();
    var gradients = x.conv2d(w, null).sum().backward();
    assertArrayEquals(new float[108], gradients.of(w).toFloats());
    assertArrayEquals(new float[0], gradients.of(x).toFloats());
  }
}
