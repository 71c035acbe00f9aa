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
 * A matrix product or a convolution by a library where that has one, otherwise by our kernel.
 *
 * <p>The library does a {@link GemmEpilogue} itself where nobody else reads the product; any other epilogue is a kernel of its
 * own after it. A bias that the library adds to a product, or a scale alone, is rounded once, as by such a kernel. Such a kernel
 * rounds a scaled product before it adds the bias, and whether the library does too, NVIDIA does not say. The library chooses how
 * to add up a product that has an epilogue anew, so its order of the sums may be another one then.
 *
 * @param <S> how the library describes it
 */
final class ProductProgram<S extends ProductShape<S>> implements Program {
  /** The number of multiplications below which one fused kernel takes less time than two launches. */
  private static final double WORTHWHILE = 1 << 21;

  private final CudaSession session;
  private final Kernel.MatMul kernel;
  private final ProductLibrary<S> library;
  private final Function<Geometry, @Nullable S> shapes;
  private final boolean ofRows;
  private final Function<Kernel, CudaProgram> own;

  /**
   * A product.
   *
   * @param shapes the description of a launch; null if it cannot be described
   * @param ofRows whether a bias of the library has one number for each row, instead of one for each column
   * @param own compiles our kernels
   */
  private ProductProgram(
      CudaSession session,
      Kernel.MatMul kernel,
      ProductLibrary<S> library,
      Function<Geometry, @Nullable S> shapes,
      boolean ofRows,
      Function<Kernel, CudaProgram> own) {
    this.session = session;
    this.kernel = kernel;
    this.library = library;
    this.shapes = shapes;
    this.ofRows = ofRows;
    this.own = own;
  }

  /** A product of matrices in memory. */
  static Program ofMatrices(
      CudaSession session,
      Kernel.MatMul kernel,
      ProductLibrary<GemmShape> library,
      Function<Kernel, CudaProgram> own) {
    return new ProductProgram<>(
        session,
        kernel,
        library,
        geometry -> GemmShape.of(kernel.dtype(), kernel.precision(), geometry),
        false,
        own);
  }

  /** A product whose right factor may be read in windows. */
  static Program ofImages(
      CudaSession session,
      Kernel.MatMul kernel,
      ProductLibrary<ConvolutionShape> library,
      Function<Kernel, CudaProgram> own) {
    return new ProductProgram<>(
        session, kernel, library, geometry -> ConvolutionShape.of(kernel, geometry), true, own);
  }

  @Override
  public Launch prepare(Geometry geometry) {
    S shape = shapes.apply(geometry);
    Launch launch = shape == null || shape.work() < WORTHWHILE ? null : byLibrary(shape, geometry);
    return launch == null ? own.apply(kernel).prepare(geometry) : launch;
  }

  /** The product by the library, and its epilogue by that or as kernels of their own; null if the library has none. */
  private @Nullable Launch byLibrary(S wanted, Geometry geometry) {
    S shape = wanted;
    ProductLibrary.Product product = product(shape);
    if (product == null && shape.precision() != Precision.F32) {
      // It may round factors for other layouts only.
      shape = shape.inFull();
      product = product(shape);
    }
    if (product == null) {
      return null;
    }
    var pieces = new ArrayList<Launch>();
    pieces.add(new ProductLaunch(session, kernel, product, GemmEpilogue.NONE, geometry));
    if (kernel.epilogue() != null) {
      pieces.addAll(epilogue(kernel.epilogue(), geometry));
    }
    return new CudaLaunch(List.copyOf(pieces), whole(product, shape, geometry));
  }

  private ProductLibrary.@Nullable Product product(S shape) {
    return session.<ProductLibrary.@Nullable Product>calling(
        kernel::name, () -> library.prepare(shape));
  }

  /** Products with their epilogue, or null if the library has none like that. */
  private @Nullable ProductLaunch whole(
      ProductLibrary.Product product, S shape, Geometry geometry) {
    GemmEpilogue epilogue = GemmEpilogue.of(kernel, geometry, ofRows);
    if (epilogue == null) {
      return null;
    }
    ProductLibrary.Product all = product;
    if (epilogue.bias() >= 0) {
      S biased = shape.withBias(geometry.offsets()[epilogue.bias()]);
      all = biased == null ? null : product(biased);
    }
    return all == null ? null : new ProductLaunch(session, kernel, all, epilogue, geometry);
  }

  /** The epilogue as kernels of their own, over batch axes, rows and columns. */
  private List<Launch> epilogue(Kernel.Loop map, Geometry geometry) {
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
