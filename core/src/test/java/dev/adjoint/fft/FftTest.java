package dev.adjoint.fft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.ComplexTensor;
import dev.adjoint.DType;
import dev.adjoint.Index;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transforms along one axis against their definition in double precision. */
class FftTest {
  /** The transform by its definition, [2][lines * n]; {@code sign} is -1 for a forward one. */
  private static double[][] definition(double[] re, double[] im, int n, int sign) {
    double[][] result = new double[2][re.length];
    double[] cos = new double[n];
    double[] sin = new double[n];
    for (int j = 0; j < n; j++) {
      cos[j] = Math.cos(2 * Math.PI * j / n);
      sin[j] = sign * Math.sin(2 * Math.PI * j / n);
    }
    for (int at = 0; at < re.length; at++) {
      int line = at / n * n;
      for (int j = 0; j < n; j++) {
        int turn = (int) ((long) j * (at - line) % n);
        double c = cos[turn];
        double s = sin[turn];
        result[0][at] += re[line + j] * c - im[line + j] * s;
        result[1][at] += re[line + j] * s + im[line + j] * c;
      }
    }
    return result;
  }

  private static double[] random(int count, int seed) {
    return new Random(seed).doubles(count, -1, 1).toArray();
  }

  private static Tensor f64(double[] values, int... shape) {
    return Scope.withDType(DType.F64, () -> Tensors.of(values, shape));
  }

  private static void assertClose(double[][] expected, ComplexTensor actual) {
    Tensor parts = actual.each(Tensor::flatten).viewAsReal().transpose(0, 1);
    double[] all = Arrays.copyOf(expected[0], 2 * expected[0].length);
    System.arraycopy(expected[1], 0, all, expected[0].length, expected[1].length);
    assertClose(all, parts);
  }

  /** Compares by the relative error of all values together, as that of one may be large where terms cancel. */
  private static void assertClose(double[] expected, Tensor actual) {
    double[] values = actual.toDoubles();
    assertEquals(expected.length, values.length);
    double error = 0;
    double size = 0;
    for (int i = 0; i < values.length; i++) {
      error += (values[i] - expected[i]) * (values[i] - expected[i]);
      size += expected[i] * expected[i];
    }
    double relative = Math.sqrt(error / size);
    assertTrue(relative < 1e-14, () -> "relative error " + relative);
  }

  private static double[] half(double[] values, int n) {
    int half = n / 2 + 1;
    double[] result = new double[values.length / n * half];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i / half * n + i % half];
    }
    return result;
  }

  /** Sizes of one factor, of several, and with a large prime. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 15, 128, 131, 262, 750, 5040})
  void transformsOfManySizes(int n) {
    int lines = n < 1000 ? 3 : 1;
    double[] re = random(lines * n, n);
    double[] im = random(lines * n, n + 1);
    ComplexTensor x = new ComplexTensor(f64(re, lines, n), f64(im, lines, n));
    ComplexTensor y = Fft.fft(x);
    assertClose(definition(re, im, n, -1), y);
    assertClose(new double[][] {re, im}, Fft.ifft(y));

    double[][] ofReal = definition(re, new double[re.length], n, -1);
    assertClose(ofReal, Fft.fft(x.real()));
    assertClose(definition(re, new double[re.length], n, 1), Fft.ifft(x.real()).mul(n));
    ComplexTensor half = Fft.rfft(x.real());
    assertClose(new double[][] {half(ofReal[0], n), half(ofReal[1], n)}, half);
    assertClose(re, Fft.irfft(half, n));
    assertClose(re, Fft.hfft(Fft.ihfft(x.real()), n));
  }

  /** The numbers -4, 3, -1, 6, 2, -2, 5, 1, -3, 4, 0 again and again. */
  static Tensor numbers(int... shape) {
    float[] values = new float[(int) Shape.of(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 7 % 11 - 4;
    }
    return Tensors.of(values, shape);
  }

  private static void assertNear(ComplexTensor actual, double... expected) {
    assertNear(actual.viewAsReal(), expected);
  }

  private static void assertNear(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubles(), 4e-6);
  }

  /** The numbers are those of libtorch 2.10.0. */
  @Test
  void sizesAxesAndNormsAreThoseOfPyTorch() {
    Tensor x = numbers(2, 6);
    ComplexTensor c = ComplexTensor.viewAsComplex(numbers(2, 3, 2));
    assertNear(Fft.rfft(x, 4, -1, "ortho"), 2, 0, -1.5, 1.5, -7, 0, 3.5, 0, 4, 1.5, -1.5, 0);
    assertNear(
        Fft.rfft(x.slice(1, 0, 2), 3, 0, "backward"), 1, 0, 4, 0, -6.5, -4.330127, 2.5, -0.8660254);
    assertNear(
        Fft.fft(c.get(Index.range(0, 1)), 5, 1, "forward"),
        -0.6,
        1.4,
        -0.27925643,
        1.2495245,
        0.5711751,
        0.0035524368,
        -1.6003548,
        -0.99240685,
        -2.091564,
        1.3393301);
    assertNear(
        Fft.ifft(c, 2, 0, "ortho"),
        0.70710677,
        2.828427,
        -2.828427,
        7.071068,
        1.4142135,
        -4.2426405,
        -6.3639607,
        1.4142135,
        1.4142135,
        1.4142135,
        1.4142135,
        1.4142135);
    assertNear(Fft.irfft(c), -1, -4.5, 0, 1.5, -0.25, -0.75, 2.75, 3.25);
    assertNear(
        Fft.irfft(c, 5),
        -0.4,
        -3.383128,
        -2.4007094,
        1.9423503,
        0.24148713,
        -0.2,
        0.0479455,
        -0.49132633,
        4.4329677,
        1.2104137);
    assertNear(
        Fft.irfft(c, 8, -1, "ortho").slice(0, 0, 1),
        -0.70710677,
        -3.5,
        -7.071068,
        -5.328427,
        0.70710677,
        3.5,
        1.4142135,
        -0.32842728);
    assertNear(Fft.irfft(c, 3, -1, "forward"), -6, -13.392304, 7.3923044, -1, 1.0717969, 14.928204);
    assertNear(Fft.hfft(c), -4, 6, 0, -18, -1, 13, 11, -3);
    assertNear(
        Fft.hfft(c, 5, -1, "forward").slice(0, 0, 1),
        -0.4,
        0.24148713,
        1.9423503,
        -2.4007094,
        -3.383128);
    assertNear(
        Fft.ihfft(x, 5, -1, "ortho").get(Index.at(0)),
        2.6832814,
        0,
        -2.9068882,
        -1.4147334,
        -2.9068882,
        3.2401435);
    assertNear(Fft.rfft(x.to(DType.I64)), Fft.rfft(x).viewAsReal().toDoubles());
  }

  @Test
  void emptyBatchesHaveEmptyTransforms() {
    assertEquals(Shape.of(0, 5), Fft.rfft(Tensors.zeros(0, 8)).realize().shape());
    assertEquals(Shape.of(0, 3), Fft.fft(Tensors.zeros(0, 3)).realize().shape());
  }

  private static void assertError(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void errorsNameFunctionAndRule() {
    Tensor x = numbers(2, 6);
    assertError("rfft: needs at least one element along an axis, not 0", () -> Fft.rfft(x, 0));
    assertError(
        "irfft: needs at least one element along an axis, not 0",
        () -> Fft.irfft(ComplexTensor.of(numbers(2, 1))));
    assertError(
        "fft: axis 2 is out of range for shape [2, 6] of rank 2",
        () -> Fft.fft(ComplexTensor.of(x), 3, 2, "ortho"));
    assertError(
        "ihfft: no norm \"half\": it must be \"backward\", \"ortho\" or \"forward\"",
        () -> Fft.ihfft(x, 3, 0, "half"));
    assertError("fft: defined for f32 and f64, not f16", () -> Fft.fft(x.toHalf()));
  }

  /** Constants are made inside a region of temporaries and used behind it, and by another thread. */
  @Test
  void constantsOutliveARegionOfTemporaries() {
    Tensor x = numbers(1, 46);
    double[] inside = Scope.temporaries(() -> Fft.rfft(x)).viewAsReal().toDoubles();
    assertArrayEquals(inside, Fft.rfft(x).viewAsReal().toDoubles());
    var other = new AtomicReference<double[]>();
    Scope.temporaries(
        () -> {
          Fft.rfft(numbers(1, 58)).realize();
          Thread thread =
              Thread.ofPlatform()
                  .start(() -> other.set(Fft.rfft(numbers(1, 58)).real().toDoubles()));
          try {
            thread.join();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertArrayEquals(Fft.rfft(numbers(1, 58)).real().toDoubles(), other.get());
  }
}
