package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;

/** Prepared products of a library: its call enqueues them. */
final class ProductLaunch implements Program.Launch {
  static final int OPERANDS = 3;

  private final CudaSession session;
  private final String name;
  private final ProductLibrary.Product product;
  private final long[] offsets;

  /**
   * A launch.
   *
   * @param offsets where left, right and result begin, in bytes
   */
  ProductLaunch(CudaSession session, String name, ProductLibrary.Product product, long[] offsets) {
    this.session = session;
    this.name = name;
    this.product = product;
    this.offsets = offsets;
  }

  /** The name of the kernel that it stands for. */
  String name() {
    return name;
  }

  /** The addresses of left, right and result. */
  long[] addresses(Buffer[] buffers, long[] starts) {
    long[] addresses = new long[OPERANDS];
    for (int i = 0; i < OPERANDS; i++) {
      addresses[i] = ((CudaBuffer) buffers[i]).address() + starts[i] + offsets[i];
    }
    return addresses;
  }

  /** Calls the library, which enqueues; the caller holds the session's lock. */
  void enqueue(long[] addresses) {
    product.run(addresses[0], addresses[1], addresses[2]);
  }

  @Override
  public void run(Buffer[] buffers, long[] starts, long[] scalars) {
    session.run(this::name, () -> enqueue(addresses(buffers, starts)));
  }
}
