package dev.adjoint.cuda;

import org.jspecify.annotations.Nullable;

/** The convolutions of cuDNN if it is installed, which is found out when the first convolution is planned. */
final class OptionalConvolutions implements ConvolutionLibrary {
  private final CudaSession session;
  private final OptionalLibrary<ConvolutionLibrary> library;

  OptionalConvolutions(CudaSession session, Toolkit toolkit) {
    this.session = session;
    int major = session.info().driverMajor();
    library =
        new OptionalLibrary<>(
            session,
            "convolutions are products of our kernels",
            "cuDNN is not installed; install it with: " + Toolkit.cudnnCommand(major),
            () -> toolkit.findCudnn(major),
            found -> new Cudnn(found, session.driver(), session.stream()));
  }

  @Override
  public boolean isThere() {
    return session.calling(() -> "looking for cuDNN", () -> library.get() != null);
  }

  @Override
  public ProductLibrary.@Nullable Product prepare(ConvolutionShape shape, boolean biased) {
    ConvolutionLibrary convolutions = library.get();
    return convolutions == null ? null : convolutions.prepare(shape, biased);
  }
}
