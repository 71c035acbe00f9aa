package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;

/** Prepared convolutions of a library: its call enqueues them. */
final class ConvolutionLaunch implements LibraryLaunch {
  private final CudaSession session;
  private final Kernel.MatMul kernel;
  private final ConvolutionLibrary.Convolution convolution;
  private final long[] offsets;

  /**
   * A launch.
   *
   * @param convolution what was prepared for the geometry
   */
  ConvolutionLaunch(
      CudaSession session,
      Kernel.MatMul kernel,
      ConvolutionLibrary.Convolution convolution,
      Geometry geometry) {
    this.session = session;
    this.kernel = kernel;
    this.convolution = convolution;
    this.offsets = geometry.offsets();
  }

  @Override
  public String name() {
    return kernel.name();
  }

  @Override
  public long[] arguments(Buffer[] buffers, long[] starts, long[] scalars) {
    return new long[] {
      address(0, buffers, starts),
      address(kernel.firstOfFactor(1), buffers, starts),
      address(Kernel.MatMul.OPERANDS - 1, buffers, starts)
    };
  }

  private long address(int operand, Buffer[] buffers, long[] starts) {
    long offset = offsets[operand] * kernel.dtype().bytes();
    return ((CudaBuffer) buffers[operand]).address() + starts[operand] + offset;
  }

  @Override
  public void enqueue(long[] arguments) {
    convolution.run(arguments[0], arguments[1], arguments[2]);
  }

  @Override
  public void run(Buffer[] buffers, long[] starts, long[] scalars) {
    session.run(this::name, () -> enqueue(arguments(buffers, starts, scalars)));
  }
}
