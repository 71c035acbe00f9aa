package dev.adjoint.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** First values of parameters, by the rules of PyTorch's {@code reset_parameters}. */
class FirstValuesTest {
  @BeforeEach
  void seed() {
    Random.seed(23);
  }

  /** Uniform in +-bound: all are inside, the largest is near the bound, and the deviation is bound / sqrt(3). */
  private static void assertUniform(double bound, Parameter parameter) {
    double[] values = parameter.toDoubles();
    double largest = DoubleStream.of(values).map(Math::abs).max().orElseThrow();
    assertTrue(largest <= bound, () -> parameter.name() + " has " + largest + " beyond " + bound);
    assertTrue(largest > 0.9 * bound, () -> parameter.name() + " has only " + largest);
    if (values.length > 1000) {
      double deviation = Math.sqrt(DoubleStream.of(values).map(v -> v * v).average().orElseThrow());
      assertEquals(bound / Math.sqrt(3), deviation, 0.05 * bound);
    }
  }

  private static void assertUniform(double bound, Module layer) {
    layer.parameters().forEach(parameter -> assertUniform(bound, parameter));
  }

  @Test
  void productsBeginUniformlyByTheirFanIn() {
    assertUniform(1 / Math.sqrt(64), new Linear(64, 50));
    assertUniform(1 / Math.sqrt(20), new Bilinear(20, 30, 40));
    assertUniform(1 / Math.sqrt(8 * 3), new Conv1d(8, 60, 3));
    assertUniform(
        1 / Math.sqrt(4 * 5 * 3),
        new Conv2d(8, 60, new int[] {5, 3}, ConvOptions.DEFAULT.groups(2)));
    assertUniform(1 / Math.sqrt(3 * 8), new Conv3d(3, 60, 2));
    // The fan-in of a transposed convolution is that of its weight as it lies: [in, out / groups,
    // kernel...].
    assertUniform(1 / Math.sqrt(30 * 9), new ConvTranspose2d(8, 30, 3));
    assertUniform(
        1 / Math.sqrt(30 * 2),
        new ConvTranspose1d(8, 60, 2, ConvTransposeOptions.DEFAULT.groups(2)));
  }

  @Test
  void tablesBeginNormallyWithZerosForThePadding() {
    var table = new Embedding(500, 20, -1);
    double[] values = table.weight().toDoubles();
    double square = DoubleStream.of(values).map(v -> v * v).sum() / (499 * 20);
    assertEquals(1, square, 0.05);
    assertArrayEquals(new double[20], table.weight().select(0, 499).toDoubles());
    assertTrue(table.weight().select(0, 0).abs().sum().item() > 1);
    var bags = new EmbeddingBag(500, 20, "sum", false, 7);
    assertArrayEquals(new double[20], bags.weight().select(0, 7).toDoubles());
    assertEquals("EmbeddingBag(500 -> 20, sum, padding 7)", bags.label());
    assertEquals(1, new EmbeddingBag(500, 20).weight().var().item(), 0.05);
  }

  @Test
  void pretrainedTablesAreFrozenCopies() {
    Tensor vectors = Tensors.rand(4, 3).realize();
    Embedding table = Embedding.fromPretrained(vectors, true, 1);
    assertArrayEquals(vectors.toFloats(), table.weight().toFloats());
    assertTrue(!table.weight().trainable());
    assertTrue(Embedding.fromPretrained(vectors, false).weight().trainable());
    assertEquals("Embedding(4 -> 3, padding 1)", table.label());
  }

  @Test
  void factorsBeginAsOnesAndTermsAsZeros() {
    for (Module norm :
        new Module[] {
          new BatchNorm2d(3),
          new LayerNorm(2, 3),
          new GroupNorm(1, 3),
          new RMSNorm(3),
          new InstanceNorm1d(3, 1e-5, 0.1, true, false)
        }) {
      norm.namedParameters()
          .forEach(
              (name, parameter) -> {
                double first = name.equals("weight") ? 1 : 0;
                for (double value : parameter.toDoubles()) {
                  assertEquals(first, value);
                }
              });
    }
    assertArrayEquals(new float[] {0.25f}, new PReLU().weight().toFloats());
  }
}
