package dev.adjoint.cuda;

import dev.adjoint.device.Ranges;

/** The device memory out of which the pool cuts blocks. */
final class CudaMemory implements Ranges {
  /** What the driver aligns to, and what a group of threads reads at once. */
  private static final long ALIGNMENT = 256;

  private final CudaSession session;

  CudaMemory(CudaSession session) {
    this.session = session;
  }

  @Override
  public long take(long bytes) {
    return session.calling(
        () -> "a range of " + bytes + " bytes",
        () -> {
          try {
            return session.driver().allocate(bytes);
          } catch (CudaException e) {
            if (e.isMemory()) {
              return 0L;
            }
            throw e;
          }
        });
  }

  @Override
  public boolean giveBack(long address, long bytes) {
    session.run(
        () -> "giving back a range of " + bytes + " bytes",
        () -> {
          session.driver().waitForStream(session.stream());
          session.driver().free(address);
        });
    return true;
  }

  @Override
  public long alignment() {
    return ALIGNMENT;
  }

  @Override
  public String advice() {
    return "nvidia-smi lists the other processes that use this device.";
  }
}
