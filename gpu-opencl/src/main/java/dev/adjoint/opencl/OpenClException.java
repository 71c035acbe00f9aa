package dev.adjoint.opencl;

/** An OpenCL call that failed. */
final class OpenClException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  /** An exception about a call. */
  OpenClException(String call, String reason, int code) {
    super(call + ": " + reason + " (" + code + ")");
    this.code = code;
  }

  /** The same failure with what was being done in front. */
  OpenClException(String what, OpenClException cause) {
    super(what + ": " + cause.getMessage(), cause);
    this.code = cause.code;
  }

  /** The error code of OpenCL, a negative number. */
  int code() {
    return code;
  }

  /** Whether the device has no room: CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_RESOURCES or CL_OUT_OF_HOST_MEMORY. */
  boolean isMemory() {
    return code <= -4 && code >= -6;
  }
}
