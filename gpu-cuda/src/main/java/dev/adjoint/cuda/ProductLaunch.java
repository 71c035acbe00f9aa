package dev.adjoint.cuda;

import dev.adjoint.device.Buffer;

/** Prepared products of a library: its call enqueues them. */
final class ProductLaunch implements LibraryLaunch {
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

  @Override
  public String name() {
    return name;
  }

  /** The addresses of left, right and result. */
  @Override
  public long[] arguments(Buffer[] buffers, long[] starts, long[] scalars) {
    long[] addresses = new long[OPERANDS];
    for (int i = 0; i < OPERANDS; i++) {
      addresses[i] = ((CudaBuffer) buffers[i]).address() + starts[i] + offsets[i];
    }
    return addresses;
  }

  @Override
  public void enqueue(long[] addresses) {
    product.run(addresses[0], addresses[1], addresses[2]);
  }

  @Override
  public void run(Buffer[] buffers, long[] starts, long[] scalars) {
    session.run(this::name, () -> enqueue(arguments(buffers, starts, scalars)));
  }
}
