package dev.adjoint.opencl;

import java.nio.ByteBuffer;
import java.util.List;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/**
 * The part of OpenCL that the device uses; each method is one call, or one question. All throw {@link OpenClException}. The
 * tests have a driver without any hardware, which fails where they want it to.
 */
interface OpenClDriver {
  /** Every device of every platform. */
  List<OpenClInfo> devices();

  cl_context createContext(OpenClInfo device);

  cl_command_queue createQueue(cl_context context, OpenClInfo device, boolean profiling);

  cl_mem createBuffer(cl_context context, long bytes);

  cl_program createProgram(cl_context context, String source);

  cl_program createProgram(cl_context context, OpenClInfo device, byte[] binary);

  void build(cl_program program, OpenClInfo device, String options);

  String buildLog(cl_program program, OpenClInfo device);

  byte[] binary(cl_program program);

  cl_kernel createKernel(cl_program program, String name);

  void setArgument(cl_kernel kernel, int index, cl_mem buffer);

  /** Sets an argument to the first bytes of a direct buffer, which are copied. */
  void setArgument(cl_kernel kernel, int index, ByteBuffer value, int bytes);

  /** Enqueues a kernel; {@code event} is filled in unless it is null. */
  void launch(
      cl_command_queue queue,
      cl_kernel kernel,
      long[] items,
      long[] group,
      @Nullable cl_event event);

  /** Copies from the device to all of a direct buffer, and waits for it. */
  void read(cl_command_queue queue, cl_mem from, long start, ByteBuffer to);

  /** Copies all of a direct buffer to the device, and waits for it. */
  void write(cl_command_queue queue, cl_mem to, long start, ByteBuffer from);

  /** Has all of a direct buffer copied to the beginning of memory of the device; until that is done it must not change. */
  void enqueueWrite(cl_command_queue queue, cl_mem to, ByteBuffer from);

  void finish(cl_command_queue queue);

  /** How long the device worked on what an event stands for. */
  long nanoseconds(cl_event event);

  void release(cl_context context);

  void release(cl_command_queue queue);

  void release(cl_mem buffer);

  void release(cl_program program);

  void release(cl_kernel kernel);

  void release(cl_event event);
}
