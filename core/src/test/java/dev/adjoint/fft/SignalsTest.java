package dev.adjoint.fft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.ComplexTensor;
import dev.adjoint.Index;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Spectra of frames and their windows are those of PyTorch; the numbers are those of libtorch 2.10.0. */
class SignalsTest {
  private static final Tensor WINDOW = Signals.hannWindow(3).add(0.25);

  private static Tensor numbers(int... shape) {
    return FftTest.numbers(shape);
  }

  private static void assertNear(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubles(), 4e-6);
  }

  @Test
  void windows() {
    assertNear(Signals.hannWindow(5), 0, 0.34549153, 0.90450853, 0.9045085, 0.34549144);
    assertNear(Signals.hannWindow(4, false), 0, 0.75, 0.75, 0);
    assertNear(Signals.hammingWindow(5), 0.08, 0.39785224, 0.9121479, 0.9121478, 0.39785212);
    assertNear(Signals.hammingWindow(4, false), 0.08, 0.77, 0.77, 0.08);
    assertNear(Signals.hannWindow(1), 1);
    assertNear(Signals.hannWindow(0));
  }

  @Test
  void spectraOfFrames() {
    assertNear(
        Signals.stft(numbers(2, 10).get(0), 4, 3, 4, null).viewAsReal(),
        1,
        0,
        10,
        0,
        6,
        0,
        -1,
        0,
        3,
        0,
        -3,
        3,
        -3,
        3,
        -3,
        0,
        -11,
        0,
        8,
        0,
        8,
        0,
        11,
        0);
    ComplexTensor all =
        Signals.stft(numbers(2, 10), 6, 2, 3, WINDOW, true, "constant", true, false);
    assertEquals(Shape.of(2, 6, 6), all.shape());
    assertNear(
        all.get(Index.at(1), Index.range(1, 3)).viewAsReal(),
        0,
        0,
        -0.4082482,
        1.4142135,
        -2.0922723,
        0.088388376,
        0.7144345,
        -1.2374368,
        -1.530931,
        -1.5909901,
        0.66340345,
        0.9722718,
        0,
        0,
        2.0412414,
        -1.4142135,
        2.5005205,
        -0.6187184,
        -1.530931,
        0.17677669,
        -0.51031035,
        1.9445436,
        0.5613414,
        -1.1490484);
    assertNear(
        Signals.stft(numbers(2, 10), 5, 2, 5, null, false, "reflect", false, true)
            .get(Index.at(1))
            .viewAsReal(),
        4,
        0,
        8,
        0,
        12,
        0,
        -1,
        7.159425,
        -4.399187,
        -3.3021975,
        4.5,
        3.1634402,
        -1,
        9.682078,
        7.899187,
        3.216441,
        4.5,
        -7.245181);
  }

  @Test
  void signalsOfSpectra() {
    ComplexTensor x = ComplexTensor.viewAsComplex(numbers(3, 4, 2));
    Tensor window = Signals.hannWindow(4).add(0.5);
    assertNear(Signals.istft(x, 4, 2, 4, window, true, false, true, 5), 0, 1.5, 0.6, -1.25, 0.65);
    assertNear(
        Signals.istft(x, 4, 2, 4, null, true, false, true, 9),
        0,
        1.5,
        1.5,
        -1.25,
        1.625,
        0.125,
        -2.75,
        3.25,
        0);
    assertNear(Signals.istft(x, 4), 1.5, 1.1875, -0.41666666);
    ComplexTensor batch = ComplexTensor.viewAsComplex(numbers(2, 5, 3, 2));
    assertNear(
        Signals.istft(batch, 5, 2, 3, WINDOW, true, true, false, 5).get(1),
        -5.6291714,
        -4.1397166,
        0.2649378,
        0.80296046,
        7.0227394);
    assertNear(
        Signals.istft(batch, 8, 3, 8, null, false, false, true, -1).get(1),
        2.625,
        0.33210677,
        -2.375,
        -0.4785534,
        -2.3990486,
        -0.3535534,
        0.18392558,
        -0.7958544,
        2.1490486,
        1.3080583,
        0.7866116,
        -2.4053302,
        -0.375,
        2.0088835);
    Tensor signal = numbers(2, 21);
    Tensor hann = Signals.hannWindow(8);
    ComplexTensor spectra = Signals.stft(signal, 8, 2, 8, hann);
    assertNear(Signals.istft(spectra, 8, 2, 8, hann, true, false, true, 21), signal.toDoubles());
  }

  /** Whole spectra, which PyTorch gives for signals of complex numbers. */
  @Test
  void spectraOfComplexNumbers() {
    ComplexTensor x = ComplexTensor.viewAsComplex(numbers(2, 6, 2));
    ComplexTensor spectra = Signals.stft(x, 5, 2, 3, WINDOW, true, "constant", true);
    assertEquals(Shape.of(2, 5, 3), spectra.shape());
    assertNear(
        spectra.get(Index.at(1), Index.at(1)).viewAsReal(),
        -4.0448275,
        0.4267932,
        2.8846853,
        -0.5039001,
        -1.0730417,
        -3.3983133);
    assertNear(
        Signals.stft(x.get(Index.at(0)), 4).get(Index.at(1)).viewAsReal(),
        6,
        -5,
        5,
        6,
        -1,
        11,
        -12,
        0,
        10,
        -11,
        5,
        5,
        -5,
        5);
  }

  @Test
  void complexSignalsOfSpectra() {
    ComplexTensor batch = ComplexTensor.viewAsComplex(numbers(2, 5, 3, 2));
    assertNear(
        Signals.istftComplex(batch, 5, 2, 3, WINDOW, true, true, 5).get(Index.at(1)).viewAsReal(),
        -3.4098241,
        2.9626105,
        -2.6184113,
        -0.26766995,
        -0.9501493,
        -0.16968042,
        1.7338517,
        -6.256911,
        0.42120916,
        -0.86842275);
    ComplexTensor x = ComplexTensor.viewAsComplex(numbers(4, 3, 2));
    assertNear(Signals.istftComplex(x, 4).viewAsReal(), -1.8333334, 0.25, 1, 0.083333336);
    ComplexTensor signal = ComplexTensor.viewAsComplex(numbers(2, 21, 2));
    Tensor hann = Signals.hannWindow(8);
    ComplexTensor spectra = Signals.stft(signal, 8, 2, 8, hann);
    assertNear(
        Signals.istftComplex(spectra, 8, 2, 8, hann, true, false, 21).viewAsReal(),
        signal.viewAsReal().toDoubles());
  }

  private static void assertError(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void errorsNameFunctionAndRule() {
    Tensor x = numbers(2, 10);
    assertError(
        "stft: nFft 4, hopLength 0, winLength 4 do not fit: "
            + "the hop must be positive, and the window not longer than nFft",
        () -> Signals.stft(x, 4, 0, 4, null));
    assertError(
        "stft: nFft 4, hopLength 1, winLength 4 and a window of shape [3] do not fit: "
            + "the hop must be positive, and the window not longer than nFft",
        () -> Signals.stft(x, 4, 1, 4, WINDOW));
    assertError(
        "stft: frames of 12 samples do not fit signals of shape [2, 10]",
        () -> Signals.stft(x, 12, 1, 12, null, false, "reflect", false, true));
    assertError(
        "stft: needs [time] or [batch, time], not shape [1, 2, 3]",
        () -> Signals.stft(numbers(1, 2, 3), 4));
    ComplexTensor spectra = Signals.stft(x, 4);
    assertError(
        "istft: needs [frequencies, frames] or [batch, frequencies, frames] with 4 frequencies "
            + "and at least one frame, not shape [2, 3, 11]",
        () -> Signals.istftComplex(spectra, 4));
    assertError(
        "istft: needs [frequencies, frames] or [batch, frequencies, frames] with 5 frequencies "
            + "and at least one frame, not shape [2, 3, 11]",
        () -> Signals.istft(spectra, 8));
    assertError(
        "istft: no window covers some of the samples 0 to 13 of 11 frames of 4 samples, 1 apart",
        () -> Signals.istft(spectra, 4, 1, 4, Signals.hannWindow(4), false, false, true, -1));
    assertError(
        "hannWindow: the size must not be negative, it is -1", () -> Signals.hannWindow(-1));
  }
}
