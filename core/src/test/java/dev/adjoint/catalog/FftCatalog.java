package dev.adjoint.catalog;

import static dev.adjoint.catalog.ComplexCatalog.number;
import static dev.adjoint.catalog.OpSpec.of;

import dev.adjoint.ComplexTensor;
import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.catalog.OpSpec.Gradient;
import dev.adjoint.fft.Fft;
import dev.adjoint.fft.Signals;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Rows of {@link Fft} and {@link Signals}; a complex operand is two operands, and a complex result has an axis of parts. */
final class FftCatalog {
  private static final String ROWS = "[2, 6]";
  private static final int[] SIZES = {2, 6};
  private static final int[] AXES = {0, 1};
  private static final String NORM = "backward";

  private FftCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(alongOneAxis());
    rows.addAll(alongAxes());
    rows.addAll(signals());
    for (OpSpec row : rows) {
      row.dtypes(Set.of(DType.F32, DType.F64)).gradient(Gradient.SECOND);
      row.tolerance(new Tolerance(16, 256, 0)).withoutSpecials();
    }
    rows.addAll(constants());
    return rows;
  }

  private static OpSpec forward(String call, UnaryOperator<ComplexTensor> f) {
    return of("Fft." + call, 2, x -> f.apply(number(x, 0)).viewAsReal()).shapes(ROWS + ROWS);
  }

  private static OpSpec backward(String call, Function<ComplexTensor, Tensor> f) {
    return of("Fft." + call, 2, x -> f.apply(number(x, 0))).shapes("[2, 4] [2, 4]");
  }

  private static OpSpec real(String call, Function<Tensor, ComplexTensor> f) {
    return of("Fft." + call, 1, x -> f.apply(x.get(0)).viewAsReal()).shapes(ROWS);
  }

  private static List<OpSpec> alongOneAxis() {
    return List.of(
        real("fft(Tensor)", Fft::fft),
        forward("fft(ComplexTensor)", Fft::fft),
        forward("fft(ComplexTensor,int)", z -> Fft.fft(z, 6)).shorthand(),
        forward("fft(ComplexTensor,int,int,String)", z -> Fft.fft(z, 6, -1, "ortho")).shorthand(),
        real("ifft(Tensor)", Fft::ifft),
        forward("ifft(ComplexTensor)", Fft::ifft),
        forward("ifft(ComplexTensor,int)", z -> Fft.ifft(z, 6)).shorthand(),
        forward("ifft(ComplexTensor,int,int,String)", z -> Fft.ifft(z, 6, -1, NORM)).shorthand(),
        real("rfft(Tensor)", Fft::rfft),
        real("rfft(Tensor,int)", x -> Fft.rfft(x, 6)).shorthand(),
        real("rfft(Tensor,int,int,String)", x -> Fft.rfft(x, 6, -1, NORM)).shorthand(),
        backward("irfft(ComplexTensor)", Fft::irfft),
        backward("irfft(ComplexTensor,int)", z -> Fft.irfft(z, 6)).shorthand(),
        backward("irfft(ComplexTensor,int,int,String)", z -> Fft.irfft(z, 6, -1, NORM)).shorthand(),
        backward("hfft(ComplexTensor)", Fft::hfft),
        backward("hfft(ComplexTensor,int)", z -> Fft.hfft(z, 6)).shorthand(),
        backward("hfft(ComplexTensor,int,int,String)", z -> Fft.hfft(z, 6, -1, NORM)).shorthand(),
        real("ihfft(Tensor)", Fft::ihfft),
        real("ihfft(Tensor,int)", x -> Fft.ihfft(x, 6)).shorthand(),
        real("ihfft(Tensor,int,int,String)", x -> Fft.ihfft(x, 6, -1, NORM)).shorthand());
  }

  private static List<OpSpec> alongAxes() {
    String given = "(ComplexTensor,int[],int[],String)";
    String ofReal = "(Tensor,int[],int[],String)";
    return List.of(
        forward("fft2(ComplexTensor)", Fft::fft2),
        forward("fft2" + given, z -> Fft.fft2(z, SIZES, AXES, NORM)).shorthand(),
        forward("fftn(ComplexTensor)", Fft::fftn).shorthand(),
        forward("fftn" + given, z -> Fft.fftn(z, SIZES, AXES, NORM)).shorthand(),
        forward("ifft2(ComplexTensor)", Fft::ifft2),
        forward("ifft2" + given, z -> Fft.ifft2(z, SIZES, AXES, NORM)).shorthand(),
        forward("ifftn(ComplexTensor)", Fft::ifftn).shorthand(),
        forward("ifftn" + given, z -> Fft.ifftn(z, SIZES, AXES, NORM)).shorthand(),
        real("rfft2(Tensor)", Fft::rfft2),
        real("rfft2" + ofReal, x -> Fft.rfft2(x, SIZES, AXES, NORM)).shorthand(),
        real("rfftn(Tensor)", Fft::rfftn).shorthand(),
        real("rfftn" + ofReal, x -> Fft.rfftn(x, SIZES, AXES, NORM)).shorthand(),
        backward("irfft2(ComplexTensor)", Fft::irfft2),
        backward("irfft2" + given, z -> Fft.irfft2(z, SIZES, AXES, NORM)).shorthand(),
        backward("irfftn(ComplexTensor)", Fft::irfftn).shorthand(),
        backward("irfftn" + given, z -> Fft.irfftn(z, SIZES, AXES, NORM)).shorthand());
  }

  private static List<OpSpec> signals() {
    String frames = "int,int,int,Tensor";
    return List.of(
        of("Fft.fftshift(Tensor,int[])", 1, x -> Fft.fftshift(x.get(0))).shapes("[3, 4]"),
        of("Fft.ifftshift(Tensor,int[])", 1, x -> Fft.ifftshift(x.get(0), 0)).shapes("[3, 4]"),
        of("Signals.stft(Tensor,int)", 1, x -> Signals.stft(x.get(0), 4).viewAsReal())
            .shapes("[2, 9]"),
        of(
                "Signals.stft(Tensor," + frames + ")",
                2,
                x -> Signals.stft(x.get(0), 4, 1, 3, x.get(1)).viewAsReal())
            .shapes("[9] [3]"),
        of(
                "Signals.stft(Tensor," + frames + ",boolean,String,boolean,boolean)",
                1,
                x ->
                    Signals.stft(x.get(0), 4, 2, 4, null, false, "reflect", true, false)
                        .viewAsReal())
            .shapes("[2, 9]")
            .error(
                () -> Signals.stft(Tensors.ones(1, 2, 9), 4).real(),
                "stft: needs [time] or [batch, time], not shape [1, 2, 9]"),
        of("Signals.stft(ComplexTensor,int)", 2, x -> Signals.stft(number(x, 0), 4).viewAsReal())
            .shapes("[9] [9]"),
        of(
                "Signals.stft(ComplexTensor," + frames + ")",
                3,
                x -> Signals.stft(number(x, 0), 4, 1, 3, x.get(2)).viewAsReal())
            .shapes("[9] [9] [3]")
            .shorthand(),
        of(
                "Signals.stft(ComplexTensor," + frames + ",boolean,String,boolean)",
                2,
                x -> Signals.stft(number(x, 0), 4, 2, 4, null, false, "reflect", true).viewAsReal())
            .shapes("[9] [9]")
            .shorthand(),
        of(
                "Signals.istftComplex(ComplexTensor,int)",
                2,
                x -> Signals.istftComplex(number(x, 0), 4).viewAsReal())
            .readsConstants()
            .shapes("[4, 5] [4, 5]"),
        of(
                "Signals.istftComplex(ComplexTensor," + frames + ")",
                3,
                x -> Signals.istftComplex(number(x, 0), 4, 1, 3, x.get(2)).viewAsReal())
            .domain(2, Domain.of(0.5, 1))
            .shapedByValues()
            .shapes("[4, 5] [4, 5] [3]")
            .shorthand(),
        of(
                "Signals.istftComplex(ComplexTensor," + frames + ",boolean,boolean,int)",
                2,
                x -> Signals.istftComplex(number(x, 0), 4, 1, 4, null, true, true, 6).viewAsReal())
            .readsConstants()
            .shapes("[4, 5] [4, 5]")
            .shorthand(),
        of("Signals.istft(ComplexTensor,int)", 2, x -> Signals.istft(number(x, 0), 4))
            .readsConstants()
            .shapes("[3, 5] [3, 5]"),
        of(
                "Signals.istft(ComplexTensor," + frames + ")",
                3,
                x -> Signals.istft(number(x, 0), 4, 1, 3, x.get(2)))
            .domain(2, Domain.of(0.5, 1))
            .shapedByValues()
            .shapes("[3, 5] [3, 5] [3]"),
        of(
                "Signals.istft(ComplexTensor," + frames + ",boolean,boolean,boolean,int)",
                2,
                x -> Signals.istft(number(x, 0), 4, 1, 4, null, true, true, true, 6))
            .readsConstants()
            .shapes("[2, 3, 5] [2, 3, 5]"));
  }

  private static List<OpSpec> constants() {
    List<OpSpec> rows =
        List.of(
            of("Fft.fftfreq(int)", 0, _ -> Fft.fftfreq(5)),
            of("Fft.fftfreq(int,double)", 0, _ -> Fft.fftfreq(6, 0.5)),
            of("Fft.rfftfreq(int)", 0, _ -> Fft.rfftfreq(5)),
            of("Fft.rfftfreq(int,double)", 0, _ -> Fft.rfftfreq(6, 0.5)),
            of("Signals.hannWindow(int)", 0, _ -> Signals.hannWindow(5)),
            of("Signals.hannWindow(int,boolean)", 0, _ -> Signals.hannWindow(5, false)),
            of("Signals.hammingWindow(int)", 0, _ -> Signals.hammingWindow(5)),
            of("Signals.hammingWindow(int,boolean)", 0, _ -> Signals.hammingWindow(5, false)));
    rows.forEach(row -> row.shapes("").dtypes(Set.of(DType.F32)).tolerance(Tolerance.composed()));
    return rows;
  }
}
