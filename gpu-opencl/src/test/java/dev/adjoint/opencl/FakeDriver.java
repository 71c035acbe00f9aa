package dev.adjoint.opencl;

import dev.adjoint.device.FailingDriver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/** A driver without hardware: memory is real, kernels do nothing. It counts what is alive. */
final class FakeDriver extends FailingDriver implements OpenClDriver {
  /** What the compiler says about a program that it does not build. */
  String log = "line 7: the log";

  private final OpenClInfo device;

  private record Copy(ByteBuffer from, byte[] expected) {}

  /** What the queue has not copied yet. */
  private final List<Copy> copies = new ArrayList<>();

  private final Map<Object, byte[]> alive = new IdentityHashMap<>();
  private final Set<Object> released = Collections.newSetFromMap(new IdentityHashMap<>());

  FakeDriver() {
    this("fake driver 1");
  }

  /** A driver of that version. */
  FakeDriver(String version) {
    device = info(version, "cl_khr_fp64");
  }

  @Override
  public int alive() {
    return alive.size();
  }

  @Override
  protected RuntimeException error(String call, int code) {
    return new OpenClException(call, "FAKE", code);
  }

  private <T> T make(T object, long bytes) {
    alive.put(object, new byte[(int) bytes]);
    return object;
  }

  private void drop(Object object) {
    if (alive.remove(object) == null || !released.add(object)) {
      throw new AssertionError("released what is not there: " + object);
    }
  }

  private byte[] bytes(Object object) {
    byte[] bytes = alive.get(object);
    if (bytes == null) {
      throw new AssertionError("used after its release: " + object);
    }
    return bytes;
  }

  /** A device with these extensions, and with little memory. */
  static OpenClInfo info(String version, String... extensions) {
    return info(version, 1024, extensions);
  }

  /** A device that takes so many bytes of arguments. */
  static OpenClInfo info(String version, long parameterBytes, String... extensions) {
    return new OpenClInfo(
        new cl_platform_id(),
        new cl_device_id(),
        "Fake One",
        version,
        false,
        4,
        256L << 20,
        128L << 20,
        parameterBytes,
        Set.of(extensions),
        List.of());
  }

  @Override
  public List<OpenClInfo> devices() {
    call("devices");
    return List.of(device);
  }

  @Override
  public cl_context createContext(OpenClInfo device) {
    call("clCreateContext");
    return make(new cl_context(), 0);
  }

  @Override
  public cl_command_queue createQueue(cl_context context, OpenClInfo device, boolean profiling) {
    bytes(context);
    call("clCreateCommandQueue");
    return make(new cl_command_queue(), 0);
  }

  @Override
  public cl_mem createBuffer(cl_context context, long bytes) {
    bytes(context);
    call("clCreateBuffer");
    return make(new cl_mem(), bytes);
  }

  @Override
  public cl_program createProgram(cl_context context, String source) {
    bytes(context);
    call("clCreateProgramWithSource");
    return make(new cl_program(), 0);
  }

  @Override
  public cl_program createProgram(cl_context context, OpenClInfo device, byte[] binary) {
    bytes(context);
    call("clCreateProgramWithBinary");
    return make(new cl_program(), 0);
  }

  @Override
  public void build(cl_program program, OpenClInfo device, String options) {
    bytes(program);
    call(options.contains("-D_OPENCL_H_") ? "clBuildProgram without a header" : "clBuildProgram");
  }

  @Override
  public String buildLog(cl_program program, OpenClInfo device) {
    bytes(program);
    call("clGetProgramBuildInfo");
    return log;
  }

  @Override
  public byte[] binary(cl_program program) {
    bytes(program);
    call("clGetProgramInfo");
    return new byte[] {1, 2, 3};
  }

  @Override
  public cl_kernel createKernel(cl_program program, String name) {
    bytes(program);
    call("clCreateKernel");
    return make(new cl_kernel(), 0);
  }

  @Override
  public void setArgument(cl_kernel kernel, int index, cl_mem buffer) {
    bytes(kernel);
    bytes(buffer);
    call("clSetKernelArg");
  }

  @Override
  public void setArgument(cl_kernel kernel, int index, ByteBuffer value, int bytes) {
    bytes(kernel);
    call("clSetKernelArg");
  }

  @Override
  public void launch(
      cl_command_queue queue,
      cl_kernel kernel,
      long[] items,
      long[] group,
      @Nullable cl_event event) {
    bytes(queue);
    bytes(kernel);
    call("clEnqueueNDRangeKernel");
    if (event != null) {
      make(event, 0);
    }
  }

  @Override
  public void read(cl_command_queue queue, cl_mem from, long start, ByteBuffer to) {
    bytes(queue);
    call("clEnqueueReadBuffer");
    copyAll();
    to.put(0, bytes(from), (int) start, to.remaining());
  }

  @Override
  public void write(cl_command_queue queue, cl_mem to, long start, ByteBuffer from) {
    bytes(queue);
    call("clEnqueueWriteBuffer");
    copyAll();
    from.get(0, bytes(to), (int) start, from.remaining());
  }

  /** Copies as late as a driver may, and finds out whether the memory has changed by then. */
  @Override
  public void enqueueWrite(cl_command_queue queue, cl_mem to, ByteBuffer from) {
    bytes(queue);
    bytes(to);
    call("clEnqueueWriteBuffer without waiting");
    byte[] expected = new byte[from.remaining()];
    from.get(0, expected);
    copies.add(new Copy(from, expected));
  }

  private void copyAll() {
    for (Copy copy : copies) {
      byte[] now = new byte[copy.expected.length];
      copy.from.get(0, now);
      if (!Arrays.equals(now, copy.expected)) {
        throw new AssertionError("changed before it was copied");
      }
    }
    copies.clear();
  }

  @Override
  public void finish(cl_command_queue queue) {
    bytes(queue);
    call("clFinish");
    copyAll();
  }

  @Override
  public long nanoseconds(cl_event event) {
    bytes(event);
    call("clGetEventProfilingInfo");
    return 1000;
  }

  @Override
  public void release(cl_context context) {
    drop(context);
  }

  @Override
  public void release(cl_command_queue queue) {
    drop(queue);
  }

  @Override
  public void release(cl_mem buffer) {
    drop(buffer);
  }

  @Override
  public void release(cl_program program) {
    drop(program);
  }

  @Override
  public void release(cl_kernel kernel) {
    drop(kernel);
  }

  @Override
  public void release(cl_event event) {
    drop(event);
  }
}
