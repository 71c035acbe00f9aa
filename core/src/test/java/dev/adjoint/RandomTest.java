package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.kernel.Philox;
import dev.adjoint.reference.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class RandomTest {
  private static final int MANY = 40_000;

  /** The published known answers of Philox4x32-10 whose inputs fit. */
  @Test
  void philoxGivesTheKnownAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, Philox.block(0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, Philox.block(-1, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        Philox.block(0x299f31d0a4093822L, 0x85a308d3243f6a88L, 0x0370734413198a2eL));
  }

  @Test
  void bitsAreTheWordsOfConsecutiveBlocks() {
    var random = new Random(7);
    random.restore(new Random.State(7, 5));
    long[] bits = Reference.evaluateLongs(random.bits(Shape.of(2, 3), Device.cpu()));
    int[] first = Philox.block(7, 5);
    int[] second = Philox.block(7, 6);
    assertArrayEquals(
        new long[] {first[0], first[1], first[2], first[3], second[0], second[1]}, bits);
    assertEquals(new Random.State(7, 7), random.state());
  }

  @Test
  void aStateContinuesTheStream() {
    var random = new Random(3);
    random.randn(5);
    Random.State state = random.state();
    double[] next = Reference.evaluate(random.rand(9));
    double[] afterwards = Reference.evaluate(random.rand(9));
    random.restore(state);
    assertArrayEquals(next, Reference.evaluate(random.rand(9)));
    assertFalse(Arrays.equals(next, afterwards));
    assertFalse(Arrays.equals(next, Reference.evaluate(new Random(4).rand(9))));
  }

  @Test
  void uniformNumbersAreMultiplesBelowOne() {
    Tensor single = new Random(1).rand(MANY);
    Tensor both = Scope.withDType(DType.F64, () -> new Random(1).rand(MANY));
    assertEquals(DType.F64, both.dtype());
    for (double value : Reference.evaluate(single)) {
      assertTrue(value >= 0 && value < 1 && value * 0x1p24 == Math.rint(value * 0x1p24));
    }
    int fine = 0;
    for (double value : Reference.evaluate(both)) {
      assertTrue(value >= 0 && value < 1 && value * 0x1p53 == Math.rint(value * 0x1p53));
      fine += value * 0x1p50 == Math.rint(value * 0x1p50) ? 0 : 1;
    }
    assertTrue(fine > MANY / 2, "the last of 53 bits are used");
    assertMoments(Reference.evaluate(single), 0.5, 1.0 / 12);
    assertMoments(Reference.evaluate(both), 0.5, 1.0 / 12);
    assertMoments(Reference.evaluate(new Random(2).uniform(-1, 3, MANY)), 1, 16.0 / 12);
  }

  @Test
  void narrowNumbersAreThoseOfF32Rounded() {
    for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
      Tensor uniform = Scope.withDType(dtype, () -> new Random(1).rand(MANY));
      assertEquals(dtype, uniform.dtype());
      double unit = dtype.epsilon() / 2;
      for (double value : Reference.evaluate(uniform)) {
        assertTrue(value >= 0 && value < 1 && value / unit == Math.rint(value / unit));
      }
      assertArrayEquals(
          new Random(1).randn(MANY).to(dtype).toFloats(),
          Scope.withDType(dtype, () -> new Random(1).randn(MANY)).toFloats());
      assertArrayEquals(
          new Random(1).exponential(2, MANY).to(dtype).toFloats(),
          Scope.withDType(dtype, () -> new Random(1).exponential(2, MANY)).toFloats());
    }
  }

  @Test
  void distributionsHaveTheirMoments() {
    assertMoments(Reference.evaluate(new Random(1).randn(MANY)), 0, 1);
    assertMoments(Reference.evaluate(new Random(1).normal(3, 2, MANY)), 3, 4);
    assertMoments(
        Reference.evaluate(Scope.withDType(DType.F64, () -> new Random(1).randn(MANY))), 0, 1);
    assertMoments(Reference.evaluate(new Random(1).exponential(2, MANY)), 0.5, 0.25);
    assertMoments(Reference.evaluate(new Random(1).bernoulli(0.3, MANY)), 0.3, 0.21);
    assertMoments(
        Reference.evaluate(new Random(1).bernoulli(Tensors.full(Shape.of(MANY), 0.7))), 0.7, 0.21);
    assertMoments(Reference.evaluate(new Random(1).randint(-2, 5, MANY)), 1, 4);
  }

  @Test
  void normalNumbersFillTheirIntervals() {
    double[] values = Reference.evaluate(new Random(5).randn(MANY));
    assertEquals(0.6827, share(values, 1), 0.01);
    assertEquals(0.9545, share(values, 2), 0.005);
    assertEquals(0.9973, share(values, 3), 0.001);
  }

  @Test
  void truncatedNormalNumbersStayInside() {
    double[] values = Reference.evaluate(new Random(5).truncatedNormal(1, 2, -1, 3, MANY));
    for (double value : values) {
      assertTrue(value >= -1 && value <= 3);
    }
    // One deviation to both sides: variance 4 * (1 - 2 phi(1) / (2 Phi(1) - 1)).
    assertMoments(values, 1, 4 * (1 - 2 * 0.24197072451914337 / 0.6826894921370859));
  }

  @Test
  void certainEventsAreCertain() {
    assertEquals(MANY, Arrays.stream(Reference.evaluate(new Random(1).bernoulli(1, MANY))).sum());
    assertEquals(0, Arrays.stream(Reference.evaluate(new Random(1).bernoulli(0, MANY))).sum());
  }

  @Test
  void integersCoverTheirRange() {
    var seen = new HashSet<Long>();
    for (long value : Reference.evaluateLongs(new Random(1).randint(-2, 5, 1000))) {
      seen.add(value);
    }
    assertEquals(new HashSet<>(List.of(-2L, -1L, 0L, 1L, 2L, 3L, 4L)), seen);
  }

  @Test
  void permutationsAreFair() {
    var random = new Random(11);
    int[][] counts = new int[4][4];
    for (int trial = 0; trial < 4000; trial++) {
      int[] order = random.permutation(4);
      assertArrayEquals(new int[] {0, 1, 2, 3}, Arrays.stream(order).sorted().toArray());
      for (int i = 0; i < 4; i++) {
        counts[i][order[i]]++;
      }
    }
    for (int[] row : counts) {
      for (int count : row) {
        assertEquals(1000, count, 120);
      }
    }
  }

  @Test
  void threadsNeverDrawTheSameBlocks() throws InterruptedException {
    var random = new Random(0);
    var threads = new ArrayList<Thread>();
    var starts = ConcurrentHashMap.<Long>newKeySet();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () ->
                      IntStream.range(0, 1000)
                          .forEach(
                              _ ->
                                  starts.add(
                                      random
                                          .bits(Shape.of(3), Device.cpu())
                                          .node()
                                          .scalars()[1]))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(4000, starts.size());
    assertEquals(new Random.State(0, 4000), random.state());
  }

  @Test
  void theStandardGeneratorHasASeed() {
    Random.State before = Random.standard().state();
    Random.seed(42);
    double[] first = Reference.evaluate(Tensors.randn(3));
    Random.seed(42);
    assertArrayEquals(first, Reference.evaluate(Tensors.randn(3)));
    Random.standard().restore(before);
  }

  private static double share(double[] values, double limit) {
    return Arrays.stream(values).filter(v -> Math.abs(v) < limit).count() / (double) values.length;
  }

  /** Mean and variance within five standard errors, for distributions with a kurtosis of at most 9. */
  private static void assertMoments(double[] values, double mean, double variance) {
    double m = Arrays.stream(values).average().orElseThrow();
    double v = Arrays.stream(values).map(x -> (x - m) * (x - m)).average().orElseThrow();
    assertEquals(mean, m, 5 * Math.sqrt(variance / values.length));
    assertEquals(variance, v, 5 * variance * Math.sqrt(8.0 / values.length));
  }

  /** The word that is one too many, and arguments that no distribution has: the error is thrown at the call. */
  @Test
  void wrongArgumentsAreNamedAndTakeNothingFromTheStream() {
    var random = new Random(3);
    Random.State state = random.state();
    Shape huge = Shape.of(100_000, 100_000);
    String words =
        "shape [100000, 100000] needs 10000000000 random words, and one draw has at most 2147483647";
    assertFails("rand: " + words, () -> random.rand(100_000, 100_000));
    assertFails("bits: " + words, () -> random.bits(huge, Device.cpu()));
    assertFails("uniform: " + words, () -> random.uniform(1, 2, 100_000, 100_000));
    assertFails("randint: " + words, () -> random.randint(0, 9, 100_000, 100_000));
    assertFails("bernoulli: " + words, () -> random.bernoulli(0.5, 100_000, 100_000));
    assertFails("exponential: " + words, () -> random.exponential(1, 100_000, 100_000));
    assertFails(
        "truncatedNormal: " + words, () -> random.truncatedNormal(0, 1, -2, 2, 100_000, 100_000));
    assertFails(
        "randn: " + words.replace("100000, 100000", "50000, 100000"),
        () -> random.randn(50_000, 100_000));
    assertFails(
        "normal: " + words.replace("100000, 100000", "25000, 100000"),
        () -> Scope.withDType(DType.F64, () -> random.normal(0, 1, 25_000, 100_000)));
    assertFails("randperm: the count must not be negative, it is -1", () -> random.randperm(-1));
    assertFails(
        "permutation: the count must not be negative, it is -1", () -> random.permutation(-1));
    assertFails(
        "randint: the range from "
            + Long.MAX_VALUE
            + " to "
            + Long.MIN_VALUE
            + " must have 1 to 2^31 values",
        () -> random.randint(Long.MAX_VALUE, Long.MIN_VALUE, 2));
    assertFails("uniform: needs low <= high, not 3.0 and 1.0", () -> random.uniform(3, 1, 2));
    assertFails(
        "normal: the deviation must not be negative, it is -1.0", () -> random.normal(0, -1, 2));
    assertFails(
        "exponential: the rate must be positive, it is 0.0", () -> random.exponential(0, 2));
    assertFails("bernoulli: defined for floats, not i32", () -> random.bernoulli(Tensors.of(1)));
    assertEquals(state, random.state());
  }

  private static void assertFails(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
