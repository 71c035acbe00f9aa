package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values of narrow types are the same whether they are stored between two operations or stay in registers. */
class NarrowFusionTest {
  private static final int CHAINS = 60;
  private static final int LENGTH = 6;

  private static final List<UnaryOperator<Tensor>> STEPS =
      List.of(
          x -> x.mul(3),
          x -> x.add(x.square()),
          x -> x.neg().abs(),
          x -> x.sub(x.sum(1, true).to(x.dtype())),
          x -> x.maximum(x.mul(x)),
          x -> x.to(DType.F32).mul(1.7).to(x.dtype()),
          x -> x.floorDiv(3),
          x -> x.fma(x, x),
          x -> x.gt(1).where(x, x.mul(7)),
          x -> x.transpose(0, 1).add(1).transpose(0, 1),
          x -> Tensors.cat(List.of(x.narrow(1, 0, 3), x.narrow(1, 3, 16).add(2)), 1));

  @ParameterizedTest
  @EnumSource(names = {"U8", "I8", "F16", "BF16"})
  void fusedChainsHaveTheBitsOfSingleSteps(DType dtype) {
    var random = new Random(5);
    float[] values = new float[5 * 19];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (20 * random.nextGaussian());
    }
    Tensor start = Tensors.of(values, 5, 19).to(dtype).realize();
    for (int chain = 0; chain < CHAINS; chain++) {
      Tensor fused = start;
      Tensor single = start;
      var names = new StringBuilder(dtype.toString());
      for (int k = 0; k < LENGTH; k++) {
        int step = random.nextInt(STEPS.size());
        fused = STEPS.get(step).apply(fused);
        single = STEPS.get(step).apply(single).realize();
        names.append(' ').append(step);
      }
      assertArrayEquals(single.toDoubles(), fused.toDoubles(), names.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void everyOperationRoundsItsValue(DType dtype) {
    double unit = dtype.epsilon();
    // In f32 the sums would have room for the small numbers.
    Tensor one = Tensors.ones(Shape.of(1), dtype).realize();
    assertArrayEquals(new double[] {0}, one.add(unit / 2).sub(one).toDoubles());
    assertArrayEquals(new double[] {unit}, one.add(unit * 0.75).sub(one).toDoubles());
    assertArrayEquals(new double[] {2 * unit}, one.add(unit).add(unit / 2).sub(one).toDoubles());
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void sumsAndProductsAreRoundedOnce(DType dtype) {
    int n = 4096;
    Tensor ones = Tensors.ones(Shape.of(1, n), dtype).realize();
    assertArrayEquals(new double[] {n}, ones.sum(1).toDoubles());
    assertArrayEquals(new double[] {n}, ones.matmul(ones.transpose(0, 1)).flatten().toDoubles());
    assertArrayEquals(new double[] {1}, ones.mul(300).mean().reshape(1).div(300).toDoubles());
    Tensor index = Tensors.zeros(Shape.of(n), DType.I32);
    Tensor zero = Tensors.zeros(Shape.of(1), dtype);
    assertArrayEquals(new double[] {n}, zero.scatterAdd(0, index, ones.reshape(n)).toDoubles());
  }
}
