package dev.adjoint.cuda;

import dev.adjoint.device.FailingDriver;

/** The driver of the {@link Emulator}, and its NVRTC, of which calls fail. The one that was made last has all calls. */
final class EmulatedDriver extends FailingDriver {
  private final Emulator emulator = Emulator.needed();
  private final int before = all();

  /** The binding, which nobody has used yet. */
  final CudaDriver driver;

  /** By the binding of this machine. */
  EmulatedDriver() {
    this(Emulator.needed().driver());
  }

  EmulatedDriver(CudaDriver driver) {
    this.driver = driver;
    Emulator.failBy(this::codeOf);
  }

  private int codeOf(String call) {
    try {
      call(call);
      return 0;
    } catch (CudaException e) {
      return isNvrtc(call) ? CODE : e.code();
    }
  }

  private static boolean isNvrtc(String call) {
    return call.startsWith("nvrtc");
  }

  @Override
  protected RuntimeException error(String call, int code) {
    return isNvrtc(call)
        ? new CudaException(call + ": NVRTC error " + code)
        : new CudaException(call, code);
  }

  /** How many graphs and executable graphs there are. */
  int graphs() {
    return emulator.graphs();
  }

  /** How many modules are loaded. */
  int modules() {
    return emulator.modules();
  }

  private int all() {
    return emulator.alive() + emulator.modules() + emulator.graphs();
  }

  @Override
  public int alive() {
    return all() - before;
  }
}
