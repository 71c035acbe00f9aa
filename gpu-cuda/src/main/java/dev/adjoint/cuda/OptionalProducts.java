package dev.adjoint.cuda;

import org.jspecify.annotations.Nullable;

/** The products of cuBLASLt if it is installed, which is found out when the first product is prepared. */
final class OptionalProducts implements ProductLibrary {
  private final OptionalLibrary<ProductLibrary> library;

  OptionalProducts(CudaSession session, Toolkit toolkit) {
    int major = session.info().driverMajor();
    library =
        new OptionalLibrary<>(
            session,
            "matrix products take longer than they need to",
            "cuBLASLt is not installed; install it with: " + Toolkit.command(major),
            () -> toolkit.find("cublasLt", major),
            found -> new CublasLt(found, session.driver(), session.stream()));
  }

  @Override
  public @Nullable Product prepare(GemmShape gemm) {
    ProductLibrary products = library.get();
    return products == null ? null : products.prepare(gemm);
  }
}
