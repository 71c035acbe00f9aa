package dev.adjoint.opencl;

import dev.adjoint.device.SignalHandlers;
import java.nio.ByteBuffer;
import java.util.List;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/** OpenCL through JOCL. */
class JoclDriver implements OpenClDriver {
  private static void check(int code, String call) {
    if (code != CL.CL_SUCCESS) {
      throw new OpenClException(call, CL.stringFor_errorCode(code), code);
    }
  }

  @Override
  public List<OpenClInfo> devices() {
    return JoclQueries.devices();
  }

  /** Checks a call in which the driver may have compiled something, and with that taken signals from the JVM. */
  private static void checkCompiling(int code, String call) {
    SignalHandlers.restore();
    check(code, call);
  }

  @Override
  public cl_context createContext(OpenClInfo device) {
    var properties = new cl_context_properties();
    properties.addProperty(CL.CL_CONTEXT_PLATFORM, device.platform());
    int[] code = new int[1];
    var context =
        CL.clCreateContext(properties, 1, new cl_device_id[] {device.device()}, null, null, code);
    checkCompiling(code[0], "clCreateContext");
    return context;
  }

  @Override
  @SuppressWarnings("deprecation") // the newer function needs OpenCL 2.0
  public cl_command_queue createQueue(cl_context context, OpenClInfo device, boolean profiling) {
    int[] code = new int[1];
    var queue =
        CL.clCreateCommandQueue(
            context, device.device(), profiling ? CL.CL_QUEUE_PROFILING_ENABLE : 0, code);
    check(code[0], "clCreateCommandQueue");
    return queue;
  }

  @Override
  public cl_mem createBuffer(cl_context context, long bytes) {
    int[] code = new int[1];
    cl_mem buffer = CL.clCreateBuffer(context, CL.CL_MEM_READ_WRITE, bytes, null, code);
    check(code[0], "clCreateBuffer");
    return buffer;
  }

  @Override
  public cl_program createProgram(cl_context context, String source) {
    int[] code = new int[1];
    cl_program program =
        CL.clCreateProgramWithSource(context, 1, new String[] {source}, null, code);
    check(code[0], "clCreateProgramWithSource");
    return program;
  }

  @Override
  public cl_program createProgram(cl_context context, OpenClInfo device, byte[] binary) {
    int[] code = new int[1];
    int[] status = new int[1];
    cl_program program =
        CL.clCreateProgramWithBinary(
            context,
            1,
            new cl_device_id[] {device.device()},
            new long[] {binary.length},
            new byte[][] {binary},
            status,
            code);
    checkCompiling(code[0], "clCreateProgramWithBinary");
    return program;
  }

  @Override
  public void build(cl_program program, OpenClInfo device, String options) {
    checkCompiling(
        CL.clBuildProgram(program, 1, new cl_device_id[] {device.device()}, options, null, null),
        "clBuildProgram");
  }

  @Override
  public String buildLog(cl_program program, OpenClInfo device) {
    long[] size = new long[1];
    check(
        CL.clGetProgramBuildInfo(program, device.device(), CL.CL_PROGRAM_BUILD_LOG, 0, null, size),
        "clGetProgramBuildInfo");
    byte[] log = new byte[(int) size[0]];
    check(
        CL.clGetProgramBuildInfo(
            program, device.device(), CL.CL_PROGRAM_BUILD_LOG, log.length, Pointer.to(log), null),
        "clGetProgramBuildInfo");
    return JoclQueries.text(log);
  }

  @Override
  public byte[] binary(cl_program program) {
    long[] size = new long[1];
    check(
        CL.clGetProgramInfo(
            program, CL.CL_PROGRAM_BINARY_SIZES, Sizeof.size_t, Pointer.to(size), null),
        "clGetProgramInfo");
    byte[] binary = new byte[(int) size[0]];
    checkCompiling(
        CL.clGetProgramInfo(
            program,
            CL.CL_PROGRAM_BINARIES,
            Sizeof.POINTER,
            Pointer.to(new Pointer[] {Pointer.to(binary)}),
            null),
        "clGetProgramInfo");
    return binary;
  }

  @Override
  public cl_kernel createKernel(cl_program program, String name) {
    int[] code = new int[1];
    cl_kernel kernel = CL.clCreateKernel(program, name, code);
    check(code[0], "clCreateKernel");
    return kernel;
  }

  @Override
  public void setArgument(cl_kernel kernel, int index, cl_mem buffer) {
    check(CL.clSetKernelArg(kernel, index, Sizeof.cl_mem, Pointer.to(buffer)), "clSetKernelArg");
  }

  @Override
  public void setArgument(cl_kernel kernel, int index, ByteBuffer value, int bytes) {
    check(CL.clSetKernelArg(kernel, index, bytes, Pointer.to(value)), "clSetKernelArg");
  }

  @Override
  public void launch(
      cl_command_queue queue,
      cl_kernel kernel,
      long[] items,
      long[] group,
      @Nullable cl_event event) {
    checkCompiling(
        CL.clEnqueueNDRangeKernel(queue, kernel, items.length, null, items, group, 0, null, event),
        "clEnqueueNDRangeKernel");
  }

  @Override
  public void read(cl_command_queue queue, cl_mem from, long start, ByteBuffer to) {
    checkCompiling(
        CL.clEnqueueReadBuffer(
            queue, from, true, start, to.remaining(), Pointer.to(to), 0, null, null),
        "clEnqueueReadBuffer");
  }

  @Override
  public void write(cl_command_queue queue, cl_mem to, long start, ByteBuffer from) {
    write(queue, to, true, start, from);
  }

  @Override
  public void enqueueWrite(cl_command_queue queue, cl_mem to, ByteBuffer from) {
    write(queue, to, false, 0, from);
  }

  private static void write(
      cl_command_queue queue, cl_mem to, boolean blocking, long start, ByteBuffer from) {
    check(
        CL.clEnqueueWriteBuffer(
            queue, to, blocking, start, from.remaining(), Pointer.to(from), 0, null, null),
        "clEnqueueWriteBuffer");
  }

  @Override
  public void finish(cl_command_queue queue) {
    checkCompiling(CL.clFinish(queue), "clFinish");
  }

  @Override
  public long nanoseconds(cl_event event) {
    long[] start = new long[1];
    long[] end = new long[1];
    check(
        CL.clGetEventProfilingInfo(
            event, CL.CL_PROFILING_COMMAND_START, Sizeof.cl_ulong, Pointer.to(start), null),
        "clGetEventProfilingInfo");
    check(
        CL.clGetEventProfilingInfo(
            event, CL.CL_PROFILING_COMMAND_END, Sizeof.cl_ulong, Pointer.to(end), null),
        "clGetEventProfilingInfo");
    return end[0] - start[0];
  }

  @Override
  public void release(cl_context context) {
    check(CL.clReleaseContext(context), "clReleaseContext");
  }

  @Override
  public void release(cl_command_queue queue) {
    check(CL.clReleaseCommandQueue(queue), "clReleaseCommandQueue");
  }

  @Override
  public void release(cl_mem buffer) {
    check(CL.clReleaseMemObject(buffer), "clReleaseMemObject");
  }

  @Override
  public void release(cl_program program) {
    check(CL.clReleaseProgram(program), "clReleaseProgram");
  }

  @Override
  public void release(cl_kernel kernel) {
    check(CL.clReleaseKernel(kernel), "clReleaseKernel");
  }

  @Override
  public void release(cl_event event) {
    check(CL.clReleaseEvent(event), "clReleaseEvent");
  }
}
