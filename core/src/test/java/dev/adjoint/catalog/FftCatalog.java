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
  private static final int[] AXES = {1, 0};
  private static final String COMPLEX_AXES = "(ComplexTensor,int[],int[])";
  private static final String COMPLEX_NORM = "(ComplexTensor,int[],int[],String)";
  private static final String REAL_AXES = "(Tensor,int[],int[])";
  private static final String REAL_NORM = "(Tensor,int[],int[],String)";

  private FftCatalog() {}

  static List<OpSpec> rows() {
    var rows = new ArrayList<OpSpec>(alongOneAxis());
    rows.addAll(alongAxes());
    rows.addAll(alongAxesOfReal());
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
        forward("fft(ComplexTensor)", Fft::fft),
        forward("fft(ComplexTensor,int)", z -> Fft.fft(z, 7)).shorthand(),
        forward("fft(ComplexTensor,Integer,int)", z -> Fft.fft(z, null, 0)).shorthand(),
        forward("fft(ComplexTensor,Integer,int,String)", z -> Fft.fft(z, 5, -1, "ortho"))
            .shorthand(),
        forward("ifft(ComplexTensor)", Fft::ifft),
        forward("ifft(ComplexTensor,int)", z -> Fft.ifft(z, 7)).shorthand(),
        forward("ifft(ComplexTensor,Integer,int)", z -> Fft.ifft(z, null, 0)).shorthand(),
        forward("ifft(ComplexTensor,Integer,int,String)", z -> Fft.ifft(z, 5, -1, "ortho"))
            .shorthand(),
        backward("irfft(ComplexTensor)", Fft::irfft),
        backward("irfft(ComplexTensor,int)", z -> Fft.irfft(z, 7)).shorthand(),
        backward("irfft(ComplexTensor,Integer,int)", z -> Fft.irfft(z, null, 0)).shorthand(),
        backward("irfft(ComplexTensor,Integer,int,String)", z -> Fft.irfft(z, 5, -1, "ortho"))
            .shorthand(),
        backward("hfft(ComplexTensor)", Fft::hfft),
        backward("hfft(ComplexTensor,int)", z -> Fft.hfft(z, 7)).shorthand(),
        backward("hfft(ComplexTensor,Integer,int)", z -> Fft.hfft(z, null, 0)).shorthand(),
        backward("hfft(ComplexTensor,Integer,int,String)", z -> Fft.hfft(z, 5, -1, "ortho"))
            .shorthand(),
        real("fft(Tensor)", Fft::fft),
        real("fft(Tensor,int)", x -> Fft.fft(x, 7)).shorthand(),
        real("fft(Tensor,Integer,int)", x -> Fft.fft(x, null, 0)).shorthand(),
        real("fft(Tensor,Integer,int,String)", x -> Fft.fft(x, 5, -1, "ortho")).shorthand(),
        real("ifft(Tensor)", Fft::ifft),
        real("ifft(Tensor,int)", x -> Fft.ifft(x, 7)).shorthand(),
        real("ifft(Tensor,Integer,int)", x -> Fft.ifft(x, null, 0)).shorthand(),
        real("ifft(Tensor,Integer,int,String)", x -> Fft.ifft(x, 5, -1, "ortho")).shorthand(),
        real("rfft(Tensor)", Fft::rfft),
        real("rfft(Tensor,int)", x -> Fft.rfft(x, 7)).shorthand(),
        real("rfft(Tensor,Integer,int)", x -> Fft.rfft(x, null, 0)).shorthand(),
        real("rfft(Tensor,Integer,int,String)", x -> Fft.rfft(x, 5, -1, "ortho")).shorthand(),
        real("ihfft(Tensor)", Fft::ihfft),
        real("ihfft(Tensor,int)", x -> Fft.ihfft(x, 7)).shorthand(),
        real("ihfft(Tensor,Integer,int)", x -> Fft.ihfft(x, null, 0)).shorthand(),
        real("ihfft(Tensor,Integer,int,String)", x -> Fft.ihfft(x, 5, -1, "ortho")).shorthand());
  }

  private static List<OpSpec> alongAxes() {
    return List.of(
        forward("fft2(ComplexTensor)", Fft::fft2),
        forward("fft2(ComplexTensor,int[])", z -> Fft.fft2(z, SIZES)).shorthand(),
        forward("fft2" + COMPLEX_AXES, z -> Fft.fft2(z, null, AXES)).shorthand(),
        forward("fft2" + COMPLEX_NORM, z -> Fft.fft2(z, SIZES, AXES, "forward")).shorthand(),
        forward("ifft2(ComplexTensor)", Fft::ifft2),
        forward("ifft2(ComplexTensor,int[])", z -> Fft.ifft2(z, SIZES)).shorthand(),
        forward("ifft2" + COMPLEX_AXES, z -> Fft.ifft2(z, null, AXES)).shorthand(),
        forward("ifft2" + COMPLEX_NORM, z -> Fft.ifft2(z, SIZES, AXES, "forward")).shorthand(),
        forward("fftn(ComplexTensor)", Fft::fftn).shorthand(),
        forward("fftn(ComplexTensor,int[])", z -> Fft.fftn(z, SIZES)).shorthand(),
        forward("fftn" + COMPLEX_AXES, z -> Fft.fftn(z, null, AXES)).shorthand(),
        forward("fftn" + COMPLEX_NORM, z -> Fft.fftn(z, SIZES, AXES, "forward")).shorthand(),
        forward("ifftn(ComplexTensor)", Fft::ifftn).shorthand(),
        forward("ifftn(ComplexTensor,int[])", z -> Fft.ifftn(z, SIZES)).shorthand(),
        forward("ifftn" + COMPLEX_AXES, z -> Fft.ifftn(z, null, AXES)).shorthand(),
        forward("ifftn" + COMPLEX_NORM, z -> Fft.ifftn(z, SIZES, AXES, "forward")).shorthand(),
        backward("irfft2(ComplexTensor)", Fft::irfft2),
        backward("irfft2(ComplexTensor,int[])", z -> Fft.irfft2(z, SIZES)).shorthand(),
        backward("irfft2" + COMPLEX_AXES, z -> Fft.irfft2(z, null, AXES)).shorthand(),
        backward("irfft2" + COMPLEX_NORM, z -> Fft.irfft2(z, SIZES, AXES, "forward")).shorthand(),
        backward("irfftn(ComplexTensor)", Fft::irfftn).shorthand(),
        backward("irfftn(ComplexTensor,int[])", z -> Fft.irfftn(z, SIZES)).shorthand(),
        backward("irfftn" + COMPLEX_AXES, z -> Fft.irfftn(z, null, AXES)).shorthand(),
        backward("irfftn" + COMPLEX_NORM, z -> Fft.irfftn(z, SIZES, AXES, "forward")).shorthand());
  }

  private static List<OpSpec> alongAxesOfReal() {
    return List.of(
        real("fft2(Tensor)", Fft::fft2),
        real("fft2(Tensor,int[])", x -> Fft.fft2(x, SIZES)).shorthand(),
        real("fft2" + REAL_AXES, x -> Fft.fft2(x, null, AXES)).shorthand(),
        real("fft2" + REAL_NORM, x -> Fft.fft2(x, SIZES, AXES, "forward")).shorthand(),
        real("ifft2(Tensor)", Fft::ifft2),
        real("ifft2(Tensor,int[])", x -> Fft.ifft2(x, SIZES)).shorthand(),
        real("ifft2" + REAL_AXES, x -> Fft.ifft2(x, null, AXES)).shorthand(),
        real("ifft2" + REAL_NORM, x -> Fft.ifft2(x, SIZES, AXES, "forward")).shorthand(),
        real("fftn(Tensor)", Fft::fftn).shorthand(),
        real("fftn(Tensor,int[])", x -> Fft.fftn(x, SIZES)).shorthand(),
        real("fftn" + REAL_AXES, x -> Fft.fftn(x, null, AXES)).shorthand(),
        real("fftn" + REAL_NORM, x -> Fft.fftn(x, SIZES, AXES, "forward")).shorthand(),
        real("ifftn(Tensor)", Fft::ifftn).shorthand(),
        real("ifftn(Tensor,int[])", x -> Fft.ifftn(x, SIZES)).shorthand(),
        real("ifftn" + REAL_AXES, x -> Fft.ifftn(x, null, AXES)).shorthand(),
        real("ifftn" + REAL_NORM, x -> Fft.ifftn(x, SIZES, AXES, "forward")).shorthand(),
        real("rfft2(Tensor)", Fft::rfft2),
        real("rfft2(Tensor,int[])", x -> Fft.rfft2(x, SIZES)).shorthand(),
        real("rfft2" + REAL_AXES, x -> Fft.rfft2(x, null, AXES)).shorthand(),
        real("rfft2" + REAL_NORM, x -> Fft.rfft2(x, SIZES, AXES, "forward")).shorthand(),
        real("rfftn(Tensor)", Fft::rfftn).shorthand(),
        real("rfftn(Tensor,int[])", x -> Fft.rfftn(x, SIZES)).shorthand(),
        real("rfftn" + REAL_AXES, x -> Fft.rfftn(x, null, AXES)).shorthand(),
        real("rfftn" + REAL_NORM, x -> Fft.rfftn(x, SIZES, AXES, "forward")).shorthand());
  }

  private static List<OpSpec> signals() {
    String frames = "int,int,int,Tensor";
    return List.of(
        of("Fft.fftshift(Tensor,int[])", 1, x -> Fft.fftshift(x.get(0))).shapes("[3, 4]"),
        forward("fftshift(ComplexTensor,int[])", z -> Fft.fftshift(z, 1)),
        forward("ifftshift(ComplexTensor,int[])", Fft::ifftshift),
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
            of(
                "Signals.hammingWindow(int,boolean,double)",
                0,
                _ -> Signals.hammingWindow(5, true, 0.6)),
            of(
                "Signals.hammingWindow(int,boolean,double,double)",
                0,
                _ -> Signals.hammingWindow(5, false, 0.6, 0.3)),
            of("Signals.hammingWindow(int,boolean)", 0, _ -> Signals.hammingWindow(5, false)));
    rows.forEach(row -> row.shapes("").dtypes(Set.of(DType.F32)).tolerance(Tolerance.composed()));
    return rows;
  }
}
