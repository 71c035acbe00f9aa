package dev.adjoint.cuda;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A library of NVIDIA's that is looked for when it is first needed, and done without, after a warning, if it is not there. */
final class OptionalLibrary<T> {
  private static final System.Logger LOG = System.getLogger(OptionalLibrary.class.getName());

  private final CudaSession session;
  private final String loss;
  private final String missing;
  private final Supplier<@Nullable NativeLibrary> search;
  private final Function<NativeLibrary, T> opening;
  private boolean looked;
  private @Nullable T library;

  /**
   * A library.
   *
   * @param loss what it means to do without
   * @param missing what to say where it is not found
   */
  OptionalLibrary(
      CudaSession session,
      String loss,
      String missing,
      Supplier<@Nullable NativeLibrary> search,
      Function<NativeLibrary, T> opening) {
    this.session = session;
    this.loss = loss;
    this.missing = missing;
    this.search = search;
    this.opening = opening;
  }

  /** The library, or null after a warning; the caller holds the session's lock. */
  @Nullable T get() {
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
