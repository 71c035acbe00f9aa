package dev.adjoint.cuda;

/** A call of the CUDA driver, or of a library next to it, that failed. */
final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  /** An exception about a call of the driver. */
  CudaException(String call, int code) {
    super(call + ": " + CudaResult.describe(code));
    this.code = code;
  }

  /** Throws if a call of the driver gave a code that is not that of success. */
  static void check(String call, int code) {
    if (code != 0) {
      throw new CudaException(call, code);
    }
  }

  /** An exception about a library. */
  CudaException(String message) {
    super(message);
    this.code = 0;
  }

  /** The same failure with what was being done in front. */
  CudaException(String what, CudaException cause) {
    super(what + ": " + cause.getMessage(), cause);
    this.code = cause.code;
  }

  /** The code of the driver, or 0 if it was not the driver that failed. */
  int code() {
    return code;
  }

  /** Whether the device has no room. */
  boolean isMemory() {
    return code == CudaResult.OUT_OF_MEMORY.code();
  }

  /** Whether every later call of the device would fail too. */
  boolean losesDevice() {
    CudaResult result = CudaResult.of(code);
    return result != null && result.losesDevice();
  }
}
