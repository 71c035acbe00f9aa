package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.ComplexTensor;
import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.fft.Fft;
import dev.adjoint.fft.Signals;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Gradients of complex numbers and of transforms, against differences. */
class FftGradientsTest {
  private static final Tensor WINDOW = Signals.hannWindow(4).add(0.5).to(DType.F64);

  private static void check(String name, UnaryOperator<Tensor> f, int... shape) {
    Tensor x = Tensors.randn(shape).to(DType.F64);
    GradCheck.standard().check(name, f, x);
    GradCheck.standard().checkSecond(name, f, x);
  }

  private static UnaryOperator<Tensor> complex(UnaryOperator<ComplexTensor> f) {
    return pairs -> f.apply(ComplexTensor.viewAsComplex(pairs)).viewAsReal();
  }

  @Test
  void ofComplexNumbers() {
    check("abs and angle", x -> abs(x).mul(ComplexTensor.viewAsComplex(x).angle()), 3, 2);
    check("quotients", complex(x -> x.div(x.exp().add(ComplexTensor.of(x.abs())))), 3, 2);
    check("products", complex(x -> x.matmul(x.conj())), 2, 2, 2);
    Tensor zero = Tensors.zeros(1, 2).requiresGrad();
    Tensor atZero = abs(zero).add(ComplexTensor.viewAsComplex(zero).angle()).sum();
    assertThat(Autograd.gradient(atZero, zero).toDoubles()).containsExactly(0, 0);
  }

  private static Tensor abs(Tensor pairs) {
    return ComplexTensor.viewAsComplex(pairs).abs();
  }

  @Test
  void ofTransforms() {
    check("fft", complex(x -> Fft.fft(x.mul(x), 6, 0, "ortho")), 5, 2, 2);
    check("ifft", complex(Fft::ifft), 2, 3, 2);
    check("rfft of an even size", x -> Fft.rfft(x.square()).viewAsReal(), 2, 4);
    check("rfft of an odd size", x -> Fft.rfft(x, 5).viewAsReal(), 2, 4);
    check("irfft of an even size", x -> Fft.irfft(ComplexTensor.viewAsComplex(x)), 4, 2);
    check("hfft of an odd size", x -> Fft.hfft(ComplexTensor.viewAsComplex(x), 5), 3, 2);
    check("fft of two passes", x -> Fft.fft(x).abs(), 132);
    check("fft of a large prime", x -> Fft.fft(x).real(), 131);
  }

  @Test
  void ofSignals() {
    check("stft", x -> Signals.stft(x, 4, 2, 4, WINDOW).viewAsReal(), 2, 5);
    check("istft", x -> Signals.istft(ComplexTensor.viewAsComplex(x), 4, 2, 4, WINDOW), 3, 3, 2);
    check("stft of complex numbers", complex(x -> Signals.stft(x, 4, 2, 4, WINDOW)), 5, 2);
    check("istftComplex", complex(x -> Signals.istftComplex(x, 4, 2, 4, WINDOW)), 4, 2, 2);
    check("window", x -> Signals.stft(Tensors.arange(8).to(DType.F64), 4, 2, 4, x).abs(), 4);
  }
}
