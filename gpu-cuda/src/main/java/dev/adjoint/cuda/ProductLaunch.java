package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/**
 * Prepared products or convolutions of a library, with an epilogue that it has: its call enqueues its own kernels, and only a
 * call can tell what these are.
 */
final class ProductLaunch implements Program.Launch {
  private final CudaSession session;
  private final Kernel.MatMul kernel;
  private final ProductLibrary.Product product;
  private final GemmEpilogue epilogue;
  private final long[] offsets;

  /**
   * A launch.
   *
   * @param product what was prepared for the geometry and the epilogue
   */
  ProductLaunch(
      CudaSession session,
      Kernel.MatMul kernel,
      ProductLibrary.Product product,
      GemmEpilogue epilogue,
      Geometry geometry) {
    this.session = session;
    this.kernel = kernel;
    this.product = product;
    this.epilogue = epilogue;
    this.offsets = geometry.offsets();
  }

  /** The name of the kernel that it stands for. */
  String name() {
    return kernel.name();
  }

  /**
   * Whether the epilogue does in a run what the kernel does. That stores the product too: its place must be that of the result,
   * so that nobody can read it. And a scale of 0 is not for libraries: in a BLAS it stands for no product at all, which would
   * make 0 of what is NaN.
   */
  boolean fits(Buffer[] buffers, long[] starts, long[] scalars) {
    long raw = address(GemmEpilogue.NONE.result(), buffers, starts);
    return address(epilogue.product(), buffers, starts) == raw
        && address(epilogue.result(), buffers, starts) == raw
        && kernel.dtype().value(scale(scalars)) != 0;
  }

  /** The arguments of {@link ProductLibrary.Product#run} in a run, in order. */
  long[] arguments(Buffer[] buffers, long[] starts, long[] scalars) {
    return new long[] {
      address(0, buffers, starts),
      address(kernel.right() == null ? 1 : kernel.firstOfFactor(1), buffers, starts),
      address(epilogue.result(), buffers, starts),
      epilogue.bias() < 0 ? 0 : address(epilogue.bias(), buffers, starts),
      scale(scalars)
    };
  }

  private long address(int operand, Buffer[] buffers, long[] starts) {
    long offset = offsets[operand] * kernel.dtype().bytes();
    return ((CudaBuffer) buffers[operand]).address() + starts[operand] + offset;
  }

  private long scale(long[] scalars) {
    return epilogue.scale() < 0 ? kernel.dtype().bits(1) : scalars[epilogue.scale()];
  }

  /** Calls the library, which enqueues; the caller holds the session's lock. */
  void enqueue(long[] arguments) {
    product.run(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]);
  }

  @Override
  public void run(Buffer[] buffers, long[] starts, long[] scalars) {
    session.run(this::name, () -> enqueue(arguments(buffers, starts, scalars)));
  }
}
