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

  private final CheckedLibrary library;
  private final MethodHandle setCurrent;
  private final MethodHandle toDevice;
  private final MethodHandle toHost;
  private final MethodHandle onDevice;
  private final MethodHandle record;
  private final MethodHandle waitForEvent;
  private final MethodHandle streamWait;
  private final NativeKernels kernels;
  private final GraphDriver graphs;

  NativeDriver(NativeLibrary found) {
    library = CheckedLibrary.ofDriver(found);
    setCurrent = library.function("cuCtxSetCurrent", JAVA_LONG);
    toDevice = library.function("cuMemcpyHtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    toHost = library.function("cuMemcpyDtoHAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    onDevice = library.function("cuMemcpyDtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    record = library.function("cuEventRecord", JAVA_LONG, JAVA_LONG);
    waitForEvent = library.function("cuEventSynchronize", JAVA_LONG);
    streamWait = library.function("cuStreamWaitEvent", JAVA_LONG, JAVA_LONG, JAVA_INT);
    kernels = new NativeKernels(found);
    graphs = new NativeGraphs(library);
  }

  @Override
  public void initialize() {
    library.call("cuInit", 0);
  }

  @Override
  public int devices() {
    return (int) library.ask("cuDeviceGetCount");
  }

  private int device(int ordinal) {
    return (int) library.ask("cuDeviceGet", ordinal);
  }

  @Override
  public CudaInfo info(int ordinal) {
    int device = device(ordinal);
    String name;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(NAME_BYTES);
      library.call("cuDeviceGetName", text, NAME_BYTES, device);
      name = text.getString(0);
    }
    long major = library.ask("cuDeviceGetAttribute", CAPABILITY_MAJOR, device);
    long minor = library.ask("cuDeviceGetAttribute", CAPABILITY_MINOR, device);
    long units = library.ask("cuDeviceGetAttribute", MULTIPROCESSORS, device);
    return new CudaInfo(
        name,
        (int) (10 * major + minor),
        (int) units,
        library.ask("cuDeviceTotalMem_v2", device),
        (int) library.ask("cuDriverGetVersion"));
  }

  @Override
  public long retainContext(int ordinal) {
    return library.ask("cuDevicePrimaryCtxRetain", device(ordinal));
  }

  @Override
  public void releaseContext(int ordinal) {
    library.call("cuDevicePrimaryCtxRelease_v2", device(ordinal));
  }

  @Override
  public void use(long context) {
    library.exactly("cuCtxSetCurrent", () -> (int) setCurrent.invokeExact(context));
  }

  @Override
  public long freeMemory() {
    try (Arena arena = Arena.ofConfined()) {
      return library.ask("cuMemGetInfo_v2", arena.allocate(JAVA_LONG));
    }
  }

  @Override
  public long createStream() {
    return library.ask("cuStreamCreate", STREAM_NON_BLOCKING);
  }

  @Override
  public void destroyStream(long stream) {
    library.call("cuStreamDestroy_v2", stream);
  }

  @Override
  public void waitForStream(long stream) {
    library.call("cuStreamSynchronize", stream);
  }

  @Override
  public long allocate(long bytes) {
    return library.ask("cuMemAlloc_v2", bytes);
  }

  @Override
  public void free(long address) {
    library.call("cuMemFree_v2", address);
  }

  @Override
  public long allocatePinned(long bytes) {
    return library.ask("cuMemHostAlloc", bytes, 0);
  }

  @Override
  public void freePinned(long address) {
    library.call("cuMemFreeHost", address);
  }

  @Override
  public void copyToDevice(long to, long from, long bytes, long stream) {
    library.exactly("cuMemcpyHtoDAsync", () -> (int) toDevice.invokeExact(to, from, bytes, stream));
  }

  @Override
  public void copyToHost(long to, long from, long bytes, long stream) {
    library.exactly("cuMemcpyDtoHAsync", () -> (int) toHost.invokeExact(to, from, bytes, stream));
  }

  @Override
  public void copyOnDevice(long to, long from, long bytes, long stream) {
    library.exactly("cuMemcpyDtoDAsync", () -> (int) onDevice.invokeExact(to, from, bytes, stream));
  }

  @Override
  public long loadModule(byte[] image) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(image.length, IMAGE_ALIGNMENT);
      MemorySegment.copy(image, 0, copy, JAVA_BYTE, 0, image.length);
      return library.ask("cuModuleLoadData", copy);
    }
  }

  @Override
  public void unloadModule(long module) {
    library.call("cuModuleUnload", module);
  }

  @Override
  public long function(long module, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return library.ask("cuModuleGetFunction", module, arena.allocateFrom(name));
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
    return library.ask("cuEventCreate", timing ? 0 : EVENT_DISABLE_TIMING);
  }

  @Override
  public void destroyEvent(long event) {
    library.call("cuEventDestroy_v2", event);
  }

  @Override
  public void record(long event, long stream) {
    library.exactly("cuEventRecord", () -> (int) record.invokeExact(event, stream));
  }

  @Override
  public void waitForEvent(long event) {
    library.exactly("cuEventSynchronize", () -> (int) waitForEvent.invokeExact(event));
  }

  @Override
  public void waitForEvent(long stream, long event) {
    library.exactly("cuStreamWaitEvent", () -> (int) streamWait.invokeExact(stream, event, 0));
  }

  @Override
  public double milliseconds(long start, long end) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(JAVA_FLOAT);
      library.call("cuEventElapsedTime", time, start, end);
      return time.get(JAVA_FLOAT, 0);
    }
  }
}
