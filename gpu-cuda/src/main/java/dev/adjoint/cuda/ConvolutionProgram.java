package dev.adjoint.cuda;

import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A product with a computed factor: by a library where it is a convolution that the library has, and the epilogue as a kernel of
 * its own after it; otherwise by our kernel.
 *
 * <p>Libraries add a bias, but a {@link Kernel.MatMul} stores the raw product too, which others may read.
 */
final class ConvolutionProgram implements Program {
  private final CudaSession session;
  private final Kernel.MatMul kernel;
  private final ConvolutionLibrary convolutions;
  private final Function<Kernel, CudaProgram> own;

  /** A product; {@code own} compiles our kernels. */
  ConvolutionProgram(
      CudaSession session,
      Kernel.MatMul kernel,
      ConvolutionLibrary convolutions,
      Function<Kernel, CudaProgram> own) {
    this.session = session;
    this.kernel = kernel;
    this.convolutions = convolutions;
    this.own = own;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    ConvolutionShape shape = ConvolutionShape.of(kernel, geometry);
    ConvolutionLibrary.Convolution convolution =
        shape == null || shape.work() < ProductProgram.WORTHWHILE ? null : prepare(shape);
    if (convolution == null) {
      return own.apply(kernel).prepare(geometry);
    }
    var pieces = new ArrayList<Launch>();
    pieces.add(new ConvolutionLaunch(session, kernel, convolution, geometry));
    if (kernel.epilogue() != null) {
      pieces.addAll(ProductProgram.epilogue(kernel, kernel.epilogue(), geometry, own));
    }
    return new CudaLaunch(List.copyOf(pieces));
  }

  private ConvolutionLibrary.@Nullable Convolution prepare(ConvolutionShape shape) {
    return session.<ConvolutionLibrary.@Nullable Convolution>calling(
        kernel::name, () -> convolutions.prepare(shape));
  }
}
