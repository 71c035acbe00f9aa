package dev.adjoint.cuda;

import static dev.adjoint.cuda.CudaException.check;
import static dev.adjoint.cuda.JcudaNumbers.set;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/** The CUDA driver by JCuda, which {@link JcudaLibrary} must have loaded; kernels are {@link NativeKernels}. */
final class JcudaDriver implements CudaDriver {
  private static final int NAME_BYTES = 256;

  private final NativeKernels kernels;
  private final GraphDriver graphs = new JcudaGraphs();

  /**
   * The driver of a library, which is the one that JCuda has found.
   *
   * @throws CudaException if it is too old for graphs, and so for functions of JCuda, without which the JVM would end
   */
  JcudaDriver(NativeLibrary library) {
    kernels = new NativeKernels(library);
    JCudaDriver.setExceptionsEnabled(false);
  }

  @Override
  public void initialize() {
    check("cuInit", JCudaDriver.cuInit(0));
  }

  @Override
  public int devices() {
    int[] count = new int[1];
    check("cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
    return count[0];
  }

  private static CUdevice device(int ordinal) {
    var device = new CUdevice();
    check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, ordinal));
    return device;
  }

  private static int attribute(int attribute, CUdevice device) {
    int[] value = new int[1];
    check("cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
    return value[0];
  }

  @Override
  public CudaInfo info(int ordinal) {
    CUdevice device = device(ordinal);
    byte[] name = new byte[NAME_BYTES];
    check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, NAME_BYTES, device));
    int length = 0;
    while (length < NAME_BYTES && name[length] != 0) {
      length++;
    }
    int major = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
    int minor = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
    int units = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device);
    long[] memory = new long[1];
    check("cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(memory, device));
    int[] version = new int[1];
    check("cuDriverGetVersion", JCudaDriver.cuDriverGetVersion(version));
    return new CudaInfo(
        new String(name, 0, length, StandardCharsets.UTF_8),
        10 * major + minor,
        units,
        memory[0],
        version[0]);
  }

  @Override
  public long retainContext(int ordinal) {
    var context = new CUcontext();
    check(
        "cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device(ordinal)));
    return JcudaNumbers.of(context);
  }

  @Override
  public void releaseContext(int ordinal) {
    check("cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(device(ordinal)));
  }

  @Override
  public void use(long context) {
    check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(set(new CUcontext(), context)));
  }

  @Override
  public long freeMemory() {
    long[] free = new long[1];
    check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, new long[1]));
    return free[0];
  }

  /** A stream that the driver has made. */
  static CUstream stream(long stream) {
    return set(new CUstream(), stream);
  }

  @Override
  public long createStream() {
    var stream = new CUstream();
    check(
        "cuStreamCreate",
        JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
    return JcudaNumbers.of(stream);
  }

  @Override
  public void destroyStream(long stream) {
    check("cuStreamDestroy", JCudaDriver.cuStreamDestroy(stream(stream)));
  }

  @Override
  public void waitForStream(long stream) {
    check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream(stream)));
  }

  @Override
  public long allocate(long bytes) {
    var address = new CUdeviceptr();
    check("cuMemAlloc", JCudaDriver.cuMemAlloc(address, bytes));
    return JcudaNumbers.of(address);
  }

  @Override
  public void free(long address) {
    check("cuMemFree", JCudaDriver.cuMemFree(set(new CUdeviceptr(), address)));
  }

  @Override
  public long allocatePinned(long bytes) {
    var address = new Pointer();
    check("cuMemHostAlloc", JCudaDriver.cuMemHostAlloc(address, bytes, 0));
    return JcudaNumbers.of(address);
  }

  @Override
  public void freePinned(long address) {
    check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(set(new Pointer(), address)));
  }

  @Override
  public void copyToDevice(long to, long from, long bytes, long stream) {
    check(
        "cuMemcpyHtoDAsync",
        JCudaDriver.cuMemcpyHtoDAsync(
            set(new CUdeviceptr(), to), set(new Pointer(), from), bytes, stream(stream)));
  }

  @Override
  public void copyToHost(long to, long from, long bytes, long stream) {
    check(
        "cuMemcpyDtoHAsync",
        JCudaDriver.cuMemcpyDtoHAsync(
            set(new Pointer(), to), set(new CUdeviceptr(), from), bytes, stream(stream)));
  }

  @Override
  public void copyOnDevice(long to, long from, long bytes, long stream) {
    check(
        "cuMemcpyDtoDAsync",
        JCudaDriver.cuMemcpyDtoDAsync(
            set(new CUdeviceptr(), to), set(new CUdeviceptr(), from), bytes, stream(stream)));
  }

  @Override
  public long loadModule(byte[] image) {
    var module = new CUmodule();
    check("cuModuleLoadData", JCudaDriver.cuModuleLoadData(module, image));
    return JcudaNumbers.of(module);
  }

  @Override
  public void unloadModule(long module) {
    check("cuModuleUnload", JCudaDriver.cuModuleUnload(set(new CUmodule(), module)));
  }

  @Override
  public long function(long module, String name) {
    var function = new CUfunction();
    check(
        "cuModuleGetFunction",
        JCudaDriver.cuModuleGetFunction(function, set(new CUmodule(), module), name));
    return JcudaNumbers.of(function);
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

  private static CUevent event(long event) {
    return set(new CUevent(), event);
  }

  @Override
  public long createEvent(boolean timing) {
    var event = new CUevent();
    int flags = timing ? CUevent_flags.CU_EVENT_DEFAULT : CUevent_flags.CU_EVENT_DISABLE_TIMING;
    check("cuEventCreate", JCudaDriver.cuEventCreate(event, flags));
    return JcudaNumbers.of(event);
  }

  @Override
  public void destroyEvent(long event) {
    check("cuEventDestroy", JCudaDriver.cuEventDestroy(event(event)));
  }

  @Override
  public void record(long event, long stream) {
    check("cuEventRecord", JCudaDriver.cuEventRecord(event(event), stream(stream)));
  }

  @Override
  public void waitForEvent(long event) {
    check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(event(event)));
  }

  @Override
  public void waitForEvent(long stream, long event) {
    check("cuStreamWaitEvent", JCudaDriver.cuStreamWaitEvent(stream(stream), event(event), 0));
  }

  @Override
  public double milliseconds(long start, long end) {
    float[] time = new float[1];
    check("cuEventElapsedTime", JCudaDriver.cuEventElapsedTime(time, event(start), event(end)));
    return time[0];
  }
}
