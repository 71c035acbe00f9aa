package dev.adjoint.fft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.ComplexTensor;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Transforms along several axes, and frequencies, are those of PyTorch; the numbers are those of libtorch 2.10.0. */
class FftAxesTest {
  private static final int[] BOTH = {0, 1};

  private static Tensor numbers(int... shape) {
    return FftTest.numbers(shape);
  }

  private static ComplexTensor complex(int... shape) {
    return ComplexTensor.viewAsComplex(numbers(shape));
  }

  private static void assertNear(ComplexTensor actual, double... expected) {
    assertNear(actual.viewAsReal(), expected);
  }

  private static void assertNear(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubles(), 4e-6);
  }

  @Test
  void transformsAlongSeveralAxes() {
    ComplexTensor x = complex(2, 3, 2);
    assertNear(
        Fft.fft2(x, new int[] {3, 2}, BOTH, "ortho"),
        -1.2247448,
        5.715476,
        2.0412414,
        -2.4494896,
        -0.6817229,
        1.946507,
        -3.9183981,
        -3.4407992,
        -4.2172565,
        3.3607206,
        -1.7970778,
        2.2160544);
    assertNear(
        Fft.ifft2(x),
        -0.16666667,
        1.3333335,
        -1.9760677,
        -0.5326921,
        2.6427343,
        1.1993587,
        -0.8333333,
        1,
        -1.8333334,
        0,
        -1.8333334,
        0);
    assertNear(Fft.ifftn(Fft.fft2(x)), x.viewAsReal().toDoubles());
    assertNear(
        Fft.fftn(complex(2, 2, 2, 2), new int[] {-1, 1}, new int[] {0, 2}, "forward"),
        -3.5,
        3.5,
        2.5,
        -1.5,
        -0.5,
        -0.5,
        -0.5,
        -0.5);
  }

  @Test
  void transformsOfRealNumbersAlongSeveralAxes() {
    assertNear(
        Fft.rfft2(numbers(3, 4)),
        7,
        0,
        -9,
        -2,
        -9,
        0,
        2.5,
        -7.7942286,
        9.526279,
        5.5,
        -16.5,
        -9.526279,
        2.5,
        7.7942286,
        -9.526279,
        5.5,
        -16.5,
        9.526279);
    assertNear(
        Fft.rfftn(numbers(2, 3), new int[] {3, 2}, new int[] {1, 0}, "backward"),
        4,
        0,
        1,
        -6.928203,
        1,
        6.928203,
        -8,
        0,
        -11,
        0,
        -11,
        0);
    ComplexTensor x = complex(2, 3, 2);
    assertNear(Fft.irfft2(x), -0.625, -2.625, 1.375, 2.375, -0.375, -1.875, -1.375, -0.875);
    assertNear(
        Fft.irfftn(x, new int[] {3, 3}, new int[] {1, 0}, "ortho"),
        0.33333334,
        -4.09487,
        9.761538,
        -2.2440171,
        -2.7440171,
        -5.7440166,
        -1.0893164,
        -4.5893164,
        -1.5893166);
    assertNear(Fft.irfftn(Fft.rfftn(numbers(3, 4))), numbers(3, 4).toDoubles());
  }

  @Test
  void frequencies() {
    assertNear(Fft.fftfreq(5, 0.5), 0, 0.4, 0.8, -0.8, -0.4);
    assertNear(Fft.fftfreq(4), 0, 0.25, -0.5, -0.25);
    assertNear(Fft.rfftfreq(5, 2), 0, 0.1, 0.2);
    assertNear(Fft.fftshift(numbers(2, 5)), -3, 4, -2, 5, 1, 6, 2, -4, 3, -1);
    assertNear(Fft.ifftshift(numbers(2, 5), 1), -1, 6, 2, -4, 3, 1, -3, 4, -2, 5);
    assertNear(Fft.fftshift(complex(3, 2)), 2, -2, -4, 3, -1, 6);
  }

  @Test
  void anotherAxisMayBeEmpty() {
    ComplexTensor empty = ComplexTensor.of(Tensors.zeros(6, 0));
    assertEquals(Shape.of(6, 0), Fft.fft(empty, 6, 0, "backward").realize().shape());
    assertError("fft2: needs at least one element along an axis, not 0", () -> Fft.fft2(empty));
  }

  private static void assertError(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void errorsNameFunctionAndRule() {
    ComplexTensor x = complex(2, 3, 2);
    assertError(
        "fftn: sizes [2, 3] and axes [0] do not fit shape [2, 3]",
        () -> Fft.fftn(x, new int[] {2, 3}, new int[] {0}, "ortho"));
    assertError(
        "rfftn: axes [0, -2] are not distinct",
        () -> Fft.rfftn(x.real(), null, new int[] {0, -2}, "ortho"));
    assertError(
        "fft2: sizes null and axes [-2, -1] do not fit shape [2]", () -> Fft.fft2(complex(2, 2)));
    assertError(
        "irfft2: needs at least one element along an axis, not 0",
        () -> Fft.irfft2(complex(2, 1, 2)));
  }
}
