package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The CUDA driver by {@code java.lang.foreign}, called in {@code libcuda.so.1}, which comes with every NVIDIA driver. Its
 * functions keep their meaning from version to version: those with an incompatible successor have another name.
 *
 * <p>Pointers of the driver are passed as numbers, and those into memory of Java as segments, which keeps that alive.
 */
final class NativeDriver implements CudaDriver {
  private static final int MULTIPROCESSORS = 16;
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int STREAM_NON_BLOCKING = 1;
  private static final int EVENT_DISABLE_TIMING = 2;
  private static final int NAME_BYTES = 256;
  private static final int IMAGE_ALIGNMENT = 64;

  private final NativeLibrary library;
  private final MethodHandle setCurrent;
  private final MethodHandle toDevice;
  private final MethodHandle toHost;
  private final MethodHandle onDevice;
  private final MethodHandle record;
  private final MethodHandle waitForEvent;
  private final MethodHandle streamWait;
  private final NativeKernels kernels;
  private final GraphDriver graphs;

  NativeDriver(NativeLibrary library) {
    this.library = library;
    setCurrent = library.function("cuCtxSetCurrent", JAVA_LONG);
    toDevice = library.function("cuMemcpyHtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    toHost = library.function("cuMemcpyDtoHAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    onDevice = library.function("cuMemcpyDtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    record = library.function("cuEventRecord", JAVA_LONG, JAVA_LONG);
    waitForEvent = library.function("cuEventSynchronize", JAVA_LONG);
    streamWait = library.function("cuStreamWaitEvent", JAVA_LONG, JAVA_LONG, JAVA_INT);
    kernels = new NativeKernels(library);
    graphs = new NativeGraphs(this, library);
  }

  /** Calls a function that is rarely called. */
  void call(String function, Object... arguments) {
    CudaException.check(function.replace("_v2", ""), library.call(function, arguments));
  }

  /** Calls a function whose first parameter points to its result, a number of 4 or 8 bytes. */
  long ask(String function, Object... others) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_LONG);
      Object[] arguments = new Object[others.length + 1];
      arguments[0] = result;
      System.arraycopy(others, 0, arguments, 1, others.length);
      call(function, arguments);
      return result.get(JAVA_LONG, 0);
    }
  }

  @Override
  public void initialize() {
    call("cuInit", 0);
  }

  @Override
  public int devices() {
    return (int) ask("cuDeviceGetCount");
  }

  private int device(int ordinal) {
    return (int) ask("cuDeviceGet", ordinal);
  }

  @Override
  public CudaInfo info(int ordinal) {
    int device = device(ordinal);
    String name;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(NAME_BYTES);
      call("cuDeviceGetName", text, NAME_BYTES, device);
      name = text.getString(0);
    }
    long major = ask("cuDeviceGetAttribute", CAPABILITY_MAJOR, device);
    long minor = ask("cuDeviceGetAttribute", CAPABILITY_MINOR, device);
    long units = ask("cuDeviceGetAttribute", MULTIPROCESSORS, device);
    return new CudaInfo(
        name,
        (int) (10 * major + minor),
        (int) units,
        ask("cuDeviceTotalMem_v2", device),
        (int) ask("cuDriverGetVersion"));
  }

  @Override
  public long retainContext(int ordinal) {
    return ask("cuDevicePrimaryCtxRetain", device(ordinal));
  }

  @Override
  public void releaseContext(int ordinal) {
    call("cuDevicePrimaryCtxRelease_v2", device(ordinal));
  }

  @Override
  public void use(long context) {
    int code;
    try {
      code = (int) setCurrent.invokeExact(context);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected("cuCtxSetCurrent", e);
    }
    CudaException.check("cuCtxSetCurrent", code);
  }

  @Override
  public long freeMemory() {
    try (Arena arena = Arena.ofConfined()) {
      return ask("cuMemGetInfo_v2", arena.allocate(JAVA_LONG));
    }
  }

  @Override
  public long createStream() {
    return ask("cuStreamCreate", STREAM_NON_BLOCKING);
  }

  @Override
  public void destroyStream(long stream) {
    call("cuStreamDestroy_v2", stream);
  }

  @Override
  public void waitForStream(long stream) {
    call("cuStreamSynchronize", stream);
  }

  @Override
  public long allocate(long bytes) {
    return ask("cuMemAlloc_v2", bytes);
  }

  @Override
  public void free(long address) {
    call("cuMemFree_v2", address);
  }

  @Override
  public long allocatePinned(long bytes) {
    return ask("cuMemHostAlloc", bytes, 0);
  }

  @Override
  public void freePinned(long address) {
    call("cuMemFreeHost", address);
  }

  @Override
  public void copyToDevice(long to, long from, long bytes, long stream) {
    int code;
    try {
      code = (int) toDevice.invokeExact(to, from, bytes, stream);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected("cuMemcpyHtoDAsync", e);
    }
    CudaException.check("cuMemcpyHtoDAsync", code);
  }

  @Override
  public void copyToHost(long to, long from, long bytes, long stream) {
    int code;
    try {
      code = (int) toHost.invokeExact(to, from, bytes, stream);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected("cuMemcpyDtoHAsync", e);
    }
    CudaException.check("cuMemcpyDtoHAsync", code);
  }

  @Override
  public void copyOnDevice(long to, long from, long bytes, long stream) {
    int code;
    try {
      code = (int) onDevice.invokeExact(to, from, bytes, stream);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected("cuMemcpyDtoDAsync", e);
    }
    CudaException.check("cuMemcpyDtoDAsync", code);
  }

  @Override
  public long loadModule(byte[] image) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(image.length, IMAGE_ALIGNMENT);
      MemorySegment.copy(image, 0, copy, JAVA_BYTE, 0, image.length);
      return ask("cuModuleLoadData", copy);
    }
  }

  @Override
  public void unloadModule(long module) {
    call("cuModuleUnload", module);
  }

  @Override
  public long function(long module, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return ask("cuModuleGetFunction", module, arena.allocateFrom(name));
    }
  }

  @Override
  public CudaKernel kernel(
      long function, int groups, int items, int rowItems, MemorySegment arguments) {
    return kernels.kernel(function, groups, items, rowItems, arguments);
  }

  @Override
  public GraphDriver graphs() {
    return graphs;
  }

  @Override
  public long createEvent(boolean timing) {
    return ask("cuEventCreate", timing ? 0 : EVENT_DISABLE_TIMING);
  }

  @Override
  public void destroyEvent(long event) {
    call("cuEventDestroy_v2", event);
  }

  @Override
  public void record(long event, long stream) {
    int code;
    try {
      code = (int) record.invokeExact(event, stream);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected("cuEventRecord", e);
    }
    CudaException.check("cuEventRecord", code);
  }

  @Override
  public void waitForEvent(long event) {
    int code;
    try {
      code = (int) waitForEvent.invokeExact(event);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected("cuEventSynchronize", e);
    }
    CudaException.check("cuEventSynchronize", code);
  }

  @Override
  public void waitForEvent(long stream, long event) {
    int code;
    try {
      code = (int) streamWait.invokeExact(stream, event, 0);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected("cuStreamWaitEvent", e);
    }
    CudaException.check("cuStreamWaitEvent", code);
  }

  @Override
  public double milliseconds(long start, long end) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(JAVA_FLOAT);
      call("cuEventElapsedTime", time, start, end);
      return time.get(JAVA_FLOAT, 0);
    }
  }
}
