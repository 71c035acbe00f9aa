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
 * A matrix product by a library where that has one, and the epilogue as a kernel of its own after it; otherwise, and where
 * factors are computed, by our kernel.
 *
 * <p>The epilogues of libraries cannot be used: a {@link Kernel.MatMul} stores the raw product too, which others may read.
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
    ProductLibrary.Product product =
        session.<ProductLibrary.@Nullable Product>calling(kernel::name, () -> product(gemm));
    if (product == null) {
      return own(geometry);
    }
    long[] offsets =
        Arrays.stream(geometry.offsets())
            .limit(ProductLaunch.OPERANDS)
            .map(o -> o * kernel.dtype().bytes())
            .toArray();
    var pieces = new ArrayList<Launch>();
    pieces.add(new ProductLaunch(session, kernel.name(), product, offsets));
    if (kernel.epilogue() != null) {
      pieces.addAll(epilogue(kernel.epilogue(), geometry));
    }
    return new CudaLaunch(List.copyOf(pieces));
  }

  /** The product in the accepted precision; in full f32 where the library rounds factors for other layouts only. */
  private ProductLibrary.@Nullable Product product(GemmShape gemm) {
    ProductLibrary.Product product = products.prepare(gemm);
    return product == null && gemm.precision() != Precision.F32
        ? products.prepare(gemm.inFull())
        : product;
  }

  private Launch own(Geometry geometry) {
    return own.apply(kernel).prepare(geometry);
  }

  /** The epilogue over batch axes, rows and columns: the launch's axes without the last. */
  private List<Launch> epilogue(Kernel.Loop map, Geometry geometry) {
    int axes = geometry.sizes().length - 1;
    var alone = new Kernel.Loop(axes, 0, false, map.accesses(), map.scalars(), map.stages());
    long[][] strides = new long[map.accesses().size()][];
    for (int a = 0; a < strides.length; a++) {
      strides[a] = Arrays.copyOf(geometry.strides()[ProductLaunch.OPERANDS + a], axes);
    }
    int first = ProductLaunch.OPERANDS;
    long[] offsets = Arrays.copyOfRange(geometry.offsets(), first, geometry.offsets().length);
    return own.apply(alone)
        .pieces(new Geometry(Arrays.copyOf(geometry.sizes(), axes), offsets, strides), first);
  }
}
