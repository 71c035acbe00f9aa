package dev.adjoint.cuda;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A library of NVIDIA's that is looked for when the first product is planned that it may have, and done without, after a
 * warning, if it is not there.
 */
final class OptionalLibrary<S> implements ProductLibrary<S> {
  private static final System.Logger LOG = System.getLogger(OptionalLibrary.class.getName());

  private final CudaSession session;
  private final String loss;
  private final String missing;
  private final Supplier<@Nullable NativeLibrary> search;
  private final Function<NativeLibrary, ProductLibrary<S>> opening;
  private boolean looked;
  private @Nullable ProductLibrary<S> library;

  /**
   * A library.
   *
   * @param loss what it means to do without
   * @param missing what to say where it is not found
   */
  private OptionalLibrary(
      CudaSession session,
      String loss,
      String missing,
      Supplier<@Nullable NativeLibrary> search,
      Function<NativeLibrary, ProductLibrary<S>> opening) {
    this.session = session;
    this.loss = loss;
    this.missing = missing;
    this.search = search;
    this.opening = opening;
  }

  /** The products of cuBLASLt. */
  static OptionalLibrary<GemmShape> cublasLt(CudaSession session, Toolkit toolkit) {
    int major = session.info().driverMajor();
    return new OptionalLibrary<>(
        session,
        "matrix products take longer than they need to",
        "cuBLASLt is not installed; install it with: " + Toolkit.command(major),
        () -> toolkit.find("cublasLt", major),
        found -> new CublasLt(found, session.driver(), session.stream()));
  }

  /** The convolutions of cuDNN. */
  static OptionalLibrary<ConvolutionShape> cudnn(CudaSession session, Toolkit toolkit) {
    int major = session.info().driverMajor();
    return new OptionalLibrary<>(
        session,
        "convolutions are products of our kernels",
        "cuDNN is not installed; install it with: " + Toolkit.cudnnCommand(major),
        () -> toolkit.findCudnn(major),
        found -> new Cudnn(found, session.driver(), session.stream()));
  }

  @Override
  public boolean isThere() {
    return session.calling(() -> "looking for a library", () -> found() != null);
  }

  @Override
  public @Nullable Product prepare(S shape) {
    ProductLibrary<S> found = found();
    return found == null ? null : found.prepare(shape);
  }

  private @Nullable ProductLibrary<S> found() {
    if (!looked) {
      looked = true;
      NativeLibrary found = search.get();
      if (found == null) {
        warn(missing);
      } else {
        try {
          library = opening.apply(found);
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
    LOG.log(System.Logger.Level.WARNING, session.name() + ": " + loss + ": " + why);
  }
}
