package dev.adjoint.cuda;

import org.jspecify.annotations.Nullable;

/** The products of cuBLASLt if it is installed, which is found out when the first product is prepared. */
final class OptionalProducts implements ProductLibrary {
  private static final System.Logger LOG = System.getLogger(OptionalProducts.class.getName());

  private final CudaSession session;
  private final Toolkit toolkit;
  private boolean looked;
  private @Nullable ProductLibrary library;

  OptionalProducts(CudaSession session, Toolkit toolkit) {
    this.session = session;
    this.toolkit = toolkit;
  }

  @Override
  public @Nullable Product prepare(GemmShape gemm) {
    ProductLibrary products = library();
    return products == null ? null : products.prepare(gemm);
  }

  /** The library, or null after a warning; the caller holds the session's lock. */
  private @Nullable ProductLibrary library() {
    if (!looked) {
      looked = true;
      int major = session.info().driverMajor();
      NativeLibrary found = toolkit.find("cublasLt", major);
      if (found == null) {
        warn("cuBLASLt is not installed; install it with: " + Toolkit.command(major));
      } else {
        try {
          library = new CublasLt(found, session.driver(), session.stream());
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
        session.name() + ": matrix products take longer than they need to: " + why);
  }
}
