package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Activations and special functions give what PyTorch gives; the numbers are those of libtorch 2.10.0. */
class ElementwiseMeaningTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private static final Tensor X =
      Tensors.of(-2f, -0.5f, -0.0f, 0.0f, 0.25f, 0.5f, 2f, 3.5f)
          .reshape(8)
          .pad(new int[] {0, 1}, "constant", Float.POSITIVE_INFINITY)
          .pad(new int[] {0, 1}, "constant", Float.NEGATIVE_INFINITY)
          .pad(new int[] {0, 1}, "constant", Float.NaN);

  private static void assertNear(Tensor actual, double... expected) {
    double[] values = actual.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] += 0.0;
    }
    assertArrayEquals(expected, values, 1e-6);
  }

  @Test
  void shrinkagesKeepNanAndCutZero() {
    assertNear(X.celu(0.7), -0.6597972, -0.35732085, 0, 0, 0.25, 0.5, 2, 3.5, INFINITY, -0.7, NAN);
    assertNear(X.hardshrink(), -2, 0, 0, 0, 0, 0, 2, 3.5, INFINITY, -INFINITY, NAN);
    assertNear(X.softshrink(), -1.5, 0, 0, 0, 0, 0, 1.5, 3, INFINITY, -INFINITY, NAN);
    assertNear(X.threshold(0.5, 20), 20, 20, 20, 20, 20, 20, 2, 3.5, INFINITY, 20, NAN);
    assertArrayEquals(new int[] {9, 9, 4}, Tensors.of(1, 3, 4).threshold(3, 9).toInts());
    assertNear(X.narrow(0, 0, 10).glu(), -1.2449187, -0.4403985, 0, 0, 0);
    assertNear(Tensors.of(1f, 2, 4).softmin(0), 0.70538455, 0.2594965, 0.0351190);
  }

  @Test
  void anglesAndSignals() {
    assertNear(
        X.sinc(), 0, 0.63661975, 1, 1, 0.9003163, 0.63661975, 0, -0.090945676, NAN, NAN, NAN);
    assertNear(Tensors.of(-2f, 0.5f).rad2deg(), -114.59156, 28.64789);
    assertNear(Tensors.of(-2f, 45).deg2rad(), -0.034906585, 0.7853982);
    assertEquals(DType.F32, Tensors.of(90, 180).deg2rad().dtype());
  }

  @Test
  void neighboursOfFloats() {
    float infinity = Float.POSITIVE_INFINITY;
    float least = Float.MIN_VALUE;
    float most = Float.MAX_VALUE;
    Tensor from = Tensors.of(0, 0, -0f, 1, 1, -1, infinity, Float.NaN, 1, most, least, 3);
    Tensor to = Tensors.of(1f, -1, 0, 2, 0, -2, 0, 1, Float.NaN, infinity, -1, 3);
    float[] expected = {
      least, -least, 0, 1 + 0x1p-23f, 1 - 0x1p-24f, -1 - 0x1p-23f, most, Float.NaN
    };
    Tensor next = from.nextafter(to);
    assertArrayEquals(expected, next.narrow(0, 0, 8).toFloats());
    assertArrayEquals(new float[] {Float.NaN, infinity, 0, 3}, next.narrow(0, 8, 4).toFloats());
    assertNear(
        Tensors.of(1, -3, 0.5f, infinity).ldexp(Tensors.of(10, -1, 127, -2)),
        1024,
        -1.5,
        0x1p126,
        INFINITY);
    assertEquals(0x1p1000, Tensors.of(1f).toDouble().ldexp(Tensors.of(new int[] {1000}, 1)).item());
  }

  @Test
  void divisorsAndMultiples() {
    Tensor a = Tensors.of(12L, -12, 0, 7, 0, 2971215073L, 4807526976L, Long.MAX_VALUE);
    Tensor b = Tensors.of(18L, 8, 5, 0, 0, 4807526976L, 7778742049L, 3);
    assertArrayEquals(new long[] {6, 4, 5, 7, 0, 1, 1, 1}, a.gcd(b).toLongs());
    assertArrayEquals(
        new long[] {36, 24, 0, 0, 0}, a.narrow(0, 0, 5).lcm(b.narrow(0, 0, 5)).toLongs());
    // Neighbours in the sequence of Fibonacci, the largest below 2^31 and 2^63, take most
    // divisions.
    assertEquals(1, Tensors.of(1836311903).gcd(Tensors.of(1134903170)).item());
    assertEquals(1, Tensors.of(4660046610375530309L).gcd(Tensors.of(7540113804746346429L)).item());
  }

  /** Multiples wrap around. */
  @ParameterizedTest
  @EnumSource(names = {"U8", "I8"})
  void divisorsAndMultiplesOfAllBytes(DType dtype) {
    int least = dtype == DType.I8 ? -128 : 0;
    long[] divisors = new long[256 * 256];
    long[] multiples = new long[256 * 256];
    for (int i = 0; i < divisors.length; i++) {
      int a = least + i / 256;
      int b = least + i % 256;
      divisors[i] = BigInteger.valueOf(a).gcd(BigInteger.valueOf(b)).longValue();
      multiples[i] = divisors[i] == 0 ? 0 : Math.abs(a * b) / divisors[i];
    }
    Tensor all = Tensors.arange(least, least + 256).to(dtype);
    Tensor first = all.unsqueeze(1);
    assertArrayEquals(wrapped(divisors, dtype), first.gcd(all).to(DType.I64).toLongs());
    assertArrayEquals(wrapped(multiples, dtype), first.lcm(all).to(DType.I64).toLongs());
  }

  private static long[] wrapped(long[] values, DType dtype) {
    return Arrays.stream(values).map(x -> dtype == DType.I8 ? (byte) x : x & 255).toArray();
  }

  @Test
  void signsOfZeroAndNan() {
    boolean[] signs = new boolean[11];
    for (int i : new int[] {0, 1, 2, 9}) {
      signs[i] = true;
    }
    assertArrayEquals(signs, X.signbit().toBooleans());
    assertArrayEquals(new boolean[] {true, false}, Tensors.of(-1, 0).signbit().toBooleans());
    assertNear(X.heaviside(Tensors.of(7f)), 0, 0, 7, 7, 1, 1, 1, 1, 1, 0, 0);
    assertNear(
        Tensors.of(-2f, -0.0f, 3.5f, Float.NEGATIVE_INFINITY)
            .logaddexp2(Tensors.of(1f, 100, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)),
        1.169925,
        100,
        INFINITY,
        -INFINITY);
  }

  @Test
  void anEllipsisStandsForAnyAxes() {
    Tensor x = Tensors.arange(6).toFloat().reshape(2, 1, 3);
    Tensor y = Tensors.arange(12).toFloat().reshape(4, 3);
    assertEquals(Shape.of(2, 4), Tensors.einsum("...i,...i->...", x, y).shape());
    assertSame(
        Tensors.einsum("abi,bi->ab", x.expand(2, 4, 3), y), Tensors.einsum("...i,...i", x, y));
    assertSame(x.sum(0), Tensors.einsum("i...->...", x));
    assertSame(x.squeeze(1).sum(0), Tensors.einsum("a...i->i", x));
    Tensor row = y.narrow(0, 0, 1);
    assertSame(y.mul(row), Tensors.einsum("ij,ij->ij", row, y));
  }

  private static void assertSame(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    assertArrayEquals(expected.toFloats(), actual.toFloats());
  }
}
