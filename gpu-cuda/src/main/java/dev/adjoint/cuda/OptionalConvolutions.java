package dev.adjoint.cuda;

import org.jspecify.annotations.Nullable;

/** The convolutions of cuDNN if it is installed, which is found out when the first convolution is planned. */
final class OptionalConvolutions implements ConvolutionLibrary {
  private static final System.Logger LOG = System.getLogger(OptionalConvolutions.class.getName());

  private final CudaSession session;
  private final Toolkit toolkit;
  private boolean looked;
  private @Nullable ConvolutionLibrary library;

  OptionalConvolutions(CudaSession session, Toolkit toolkit) {
    this.session = session;
    this.toolkit = toolkit;
  }

  @Override
  public boolean isThere() {
    return session.calling(() -> "looking for cuDNN", () -> library() != null);
  }

  @Override
  public @Nullable Convolution prepare(ConvolutionShape shape) {
    ConvolutionLibrary convolutions = library();
    return convolutions == null ? null : convolutions.prepare(shape);
  }

  /** The library, or null after a warning; the caller holds the session's lock. */
  private @Nullable ConvolutionLibrary library() {
    if (!looked) {
      looked = true;
      int major = session.info().driverMajor();
      NativeLibrary found = toolkit.findCudnn(major);
      if (found == null) {
        warn("cuDNN is not installed; install it with: " + Toolkit.cudnnCommand(major));
      } else {
        try {
          library = new Cudnn(found, session.driver(), session.stream());
        } catch (CudaException e) {
          if (e.losesDevice()) {
            throw e;
          }
          warn(String.valueOf(e.getMessage()));
        }
      }
    }
    return library;
  }

  private void warn(String why) {
    LOG.log(
        System.Logger.Level.WARNING,
        session.name() + ": convolutions are products of our kernels: " + why);
  }
}
