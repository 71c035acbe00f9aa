package dev.adjoint.cuda;

import dev.adjoint.Precision;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A matrix product by a library where that has one; otherwise, and where factors are computed, by our kernel.
 *
 * <p>The library does a {@link GemmEpilogue} itself where nobody else reads the product; any other epilogue is a kernel of its
 * own after it. A bias that the library adds to a product, or a scale alone, is rounded once, as by such a kernel. Such a kernel
 * rounds a scaled product before it adds the bias, and whether the library does too, NVIDIA does not say. The library chooses how
 * to add up a product that has an epilogue anew, so its order of the sums may be another one then.
 */
final class ProductProgram implements Program {
  /** The number of multiplications below which one fused kernel takes less time than two launches. */
  static final double WORTHWHILE = 1 << 21;

  private final CudaSession session;
  private final Kernel.MatMul kernel;
  private final ProductLibrary products;
  private final Function<Kernel, CudaProgram> own;

  /** A product; {@code own} compiles our kernels. */
  ProductProgram(
      CudaSession session,
      Kernel.MatMul kernel,
      ProductLibrary products,
      Function<Kernel, CudaProgram> own) {
    this.session = session;
    this.kernel = kernel;
    this.products = products;
    this.own = own;
  }

  @Override
  public Launch prepare(Geometry geometry) {
    boolean computed = kernel.left() != null || kernel.right() != null;
    GemmShape gemm = computed ? null : GemmShape.of(kernel.dtype(), kernel.precision(), geometry);
    if (gemm == null || gemm.work() < WORTHWHILE) {
      return own(geometry);
    }
    Launch launch = byLibrary(gemm, geometry);
    if (launch == null && gemm.precision() != Precision.F32) {
      // It may round factors for other layouts only.
      launch = byLibrary(gemm.inFull(), geometry);
    }
    return launch == null ? own(geometry) : launch;
  }

  private @Nullable Launch byLibrary(GemmShape gemm, Geometry geometry) {
    ProductLibrary.Product product = product(gemm);
    if (product == null) {
      return null;
    }
    var alone = new ProductLaunch(session, kernel, product, GemmEpilogue.NONE, geometry);
    return launch(kernel, alone, whole(product, gemm, geometry), geometry, own);
  }

  /** A product by a library, and its epilogue as kernels of their own; or {@code whole}, where that fits a run. */
  static Launch launch(
      Kernel.MatMul kernel,
      ProductLaunch product,
      @Nullable ProductLaunch whole,
      Geometry geometry,
      Function<Kernel, CudaProgram> own) {
    var pieces = new ArrayList<Launch>();
    pieces.add(product);
    if (kernel.epilogue() != null) {
      pieces.addAll(epilogue(kernel, kernel.epilogue(), geometry, own));
    }
    return new CudaLaunch(List.copyOf(pieces), whole);
  }

  private ProductLibrary.@Nullable Product product(GemmShape gemm) {
    return session.<ProductLibrary.@Nullable Product>calling(
        kernel::name, () -> products.prepare(gemm));
  }

  /** Products with their epilogue, or null if the library has none like that. */
  private @Nullable ProductLaunch whole(
      ProductLibrary.Product product, GemmShape gemm, Geometry geometry) {
    GemmEpilogue epilogue = GemmEpilogue.of(kernel, geometry, false);
    if (epilogue == null) {
      return null;
    }
    int bias = epilogue.bias();
    ProductLibrary.Product all =
        bias < 0 ? product : product(gemm.withBias(geometry.offsets()[bias]));
    return all == null ? null : new ProductLaunch(session, kernel, all, epilogue, geometry);
  }

  private Launch own(Geometry geometry) {
    return own.apply(kernel).prepare(geometry);
  }

  /** The epilogue of a product as kernels of their own, over batch axes, rows and columns. */
  private static List<Launch> epilogue(
      Kernel.MatMul kernel, Kernel.Loop map, Geometry geometry, Function<Kernel, CudaProgram> own) {
    int axes = kernel.batchRank(geometry.sizes().length) + 2;
    int first = kernel.firstOfEpilogue();
    var alone = new Kernel.Loop(axes, 0, false, map.accesses(), map.scalars(), map.stages());
    long[][] strides = new long[map.accesses().size()][];
    for (int a = 0; a < strides.length; a++) {
      strides[a] = Arrays.copyOf(geometry.strides()[first + a], axes);
    }
    long[] offsets = Arrays.copyOfRange(geometry.offsets(), first, geometry.offsets().length);
    return own.apply(alone)
        .pieces(new Geometry(Arrays.copyOf(geometry.sizes(), axes), offsets, strides), first);
  }
}
