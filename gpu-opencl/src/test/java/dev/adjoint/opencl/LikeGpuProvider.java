package dev.adjoint.opencl;

import dev.adjoint.codegen.Target;
import dev.adjoint.device.Backend;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jocl.cl_command_queue;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * Offers each OpenCL device once more, as if it were a GPU: so the kernels for GPUs are tested on processors too. The compiler
 * does not optimize, as that is about processors; tests of the devices themselves are with it.
 */
public final class LikeGpuProvider extends UnoptimizedProvider {
  static final String KIND = "opencl-like-gpu";

  /** The calls that work on the device so far; others wait in none of them. */
  static final List<String> CALLS = Collections.synchronizedList(new ArrayList<>());

  /** For {@link java.util.ServiceLoader}. */
  public LikeGpuProvider() {
    super(LikeGpuProvider::driver);
  }

  private static UnoptimizedDriver driver() {
    return new UnoptimizedDriver() {
      @Override
      public void launch(
          cl_command_queue queue,
          cl_kernel kernel,
          long[] items,
          long[] group,
          @Nullable cl_event event) {
        CALLS.add("launch");
        super.launch(queue, kernel, items, group, event);
      }

      @Override
      public void read(cl_command_queue queue, cl_mem from, long start, ByteBuffer to) {
        CALLS.add("read");
        super.read(queue, from, start, to);
      }

      @Override
      public void write(cl_command_queue queue, cl_mem to, long start, ByteBuffer from) {
        CALLS.add("write");
        super.write(queue, to, start, from);
      }

      @Override
      public void finish(cl_command_queue queue) {
        CALLS.add("finish");
        super.finish(queue);
      }
    };
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  protected Backend open(Usable device, String name) {
    return open(device, name, Target.Threads.MANY, null);
  }
}
