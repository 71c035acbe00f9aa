package dev.adjoint.cuda;

import org.jspecify.annotations.Nullable;

/** The result codes of the CUDA driver that a user may meet, and what they mean. */
enum CudaResult {
  INVALID_VALUE(1, "an argument is out of range"),
  OUT_OF_MEMORY(2, "the device or the driver has no room"),
  NOT_INITIALIZED(3, "the driver is not initialized"),
  DEINITIALIZED(4, "the driver is shutting down", true),
  STUB_LIBRARY(
      34,
      "libcuda.so.1 is the stub of the toolkit, which stands in for a driver when programs are linked"),
  CALL_REQUIRES_NEWER_DRIVER(36, "the driver is too old"),
  DEVICE_UNAVAILABLE(46, "another process has the device to itself"),
  NO_DEVICE(100, "there is no device, or CUDA_VISIBLE_DEVICES hides it"),
  INVALID_DEVICE(101, "there is no such device"),
  INVALID_IMAGE(200, "the machine code is damaged"),
  INVALID_CONTEXT(201, "no context is current"),
  NO_BINARY_FOR_GPU(209, "the machine code is for another device"),
  ECC_UNCORRECTABLE(214, "the memory of the device has an error that it cannot correct", true),
  INVALID_PTX(218, "the driver cannot compile the intermediate code"),
  NVLINK_UNCORRECTABLE(220, "the link between devices has an error that it cannot correct", true),
  UNSUPPORTED_PTX_VERSION(222, "the driver is older than the compiler; update it"),
  CONTAINED(226, "the hardware failed", true),
  INVALID_SOURCE(300, "the driver does not take the code"),
  OPERATING_SYSTEM(304, "a call of the operating system failed"),
  INVALID_HANDLE(400, "an object is not what it should be"),
  NOT_FOUND(500, "there is no such symbol"),
  ILLEGAL_ADDRESS(700, "a kernel touched memory that is not its own", true),
  LAUNCH_OUT_OF_RESOURCES(701, "the kernel needs more registers or arguments than there are"),
  LAUNCH_TIMEOUT(702, "a kernel ran for longer than the system allows", true),
  CONTEXT_IS_DESTROYED(709, "the context was destroyed", true),
  ASSERT(710, "an assertion in a kernel failed", true),
  HARDWARE_STACK_ERROR(714, "the stack of a kernel is damaged", true),
  ILLEGAL_INSTRUCTION(715, "a kernel met an illegal instruction", true),
  MISALIGNED_ADDRESS(716, "a kernel touched memory at an address that is not aligned", true),
  INVALID_ADDRESS_SPACE(717, "a kernel touched an address of the wrong kind", true),
  INVALID_PC(718, "a kernel left its code", true),
  LAUNCH_FAILED(719, "a kernel failed", true),
  TENSOR_MEMORY_LEAK(721, "a kernel kept tensor memory", true),
  NOT_PERMITTED(800, "this is not permitted"),
  NOT_SUPPORTED(801, "this device or system does not support it"),
  SYSTEM_NOT_READY(
      802, "a service that this machine needs is not running, such as the fabric manager"),
  SYSTEM_DRIVER_MISMATCH(
      803, "the driver in the kernel and its library differ in version; restart the machine"),
  COMPAT_NOT_SUPPORTED_ON_DEVICE(804, "the compatibility libraries do not support this device"),
  MPS_CLIENT_TERMINATED(
      810, "the service that shares the device ended this process's use of it", true),
  STREAM_CAPTURE_UNSUPPORTED(900, "what was enqueued cannot be captured"),
  STREAM_CAPTURE_INVALIDATED(901, "an error before has ended the capture"),
  GRAPH_EXEC_UPDATE_FAILURE(910, "the executable graph cannot be changed so far"),
  EXTERNAL_DEVICE(911, "another device reported an error", true),
  UNKNOWN(999, "the driver cannot say what failed", true);

  private final int code;
  private final String meaning;
  private final boolean losesDevice;

  CudaResult(int code, String meaning) {
    this(code, meaning, false);
  }

  CudaResult(int code, String meaning, boolean losesDevice) {
    this.code = code;
    this.meaning = meaning;
    this.losesDevice = losesDevice;
  }

  int code() {
    return code;
  }

  /** Whether every later call would fail too. */
  boolean losesDevice() {
    return losesDevice;
  }

  /** The result with a code, or null if it is none of these. */
  static @Nullable CudaResult of(int code) {
    for (CudaResult result : values()) {
      if (result.code == code) {
        return result;
      }
    }
    return null;
  }

  /** A code with its name and meaning. */
  static String describe(int code) {
    CudaResult result = of(code);
    return result == null
        ? "error " + code
        : "CUDA_ERROR_" + result + " (" + code + "): " + result.meaning;
  }
}
