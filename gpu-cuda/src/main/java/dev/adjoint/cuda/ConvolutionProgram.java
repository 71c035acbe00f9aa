package dev.adjoint.cuda;

import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A product with a computed factor: by a library where it is a convolution that the library has, otherwise by our kernel. Its
 * epilogue is as that of a {@link ProductProgram}, with a bias for each output of the convolution.
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
    if (shape == null || shape.work() < ProductProgram.WORTHWHILE) {
      return own.apply(kernel).prepare(geometry);
    }
    ProductLibrary.Product product = product(shape, false);
    if (product == null) {
      return own.apply(kernel).prepare(geometry);
    }
    var alone = new ProductLaunch(session, kernel, product, GemmEpilogue.NONE, geometry);
    return ProductProgram.launch(kernel, alone, whole(product, shape, geometry), geometry, own);
  }

  private ProductLibrary.@Nullable Product product(ConvolutionShape shape, boolean biased) {
    return session.<ProductLibrary.@Nullable Product>calling(
        kernel::name, () -> convolutions.prepare(shape, biased));
  }

  /** Convolutions with their epilogue, or null if the library has none like that. */
  private @Nullable ProductLaunch whole(
      ProductLibrary.Product product, ConvolutionShape shape, Geometry geometry) {
    GemmEpilogue epilogue = GemmEpilogue.of(kernel, geometry, true);
    boolean biased = epilogue != null && epilogue.bias() >= 0;
    if (epilogue == null || (biased && shape.pass() != ConvolutionShape.Pass.FORWARD)) {
      return null;
    }
    ProductLibrary.Product all = biased ? product(shape, true) : product;
    return all == null ? null : new ProductLaunch(session, kernel, all, epilogue, geometry);
  }
}
