package dev.adjoint.opencl;

import dev.adjoint.codegen.Target;
import dev.adjoint.device.Backend;
import dev.adjoint.device.DeviceProvider;
import java.util.List;
import java.util.Optional;
import org.jocl.cl_program;

/**
 * Offers each OpenCL device once more, as if it were a GPU: so the kernels for GPUs are tested on processors too. The compiler
 * does not optimize, which takes PoCL half of its time and is about processors; the tests of the devices themselves are with it.
 */
public final class LikeGpuProvider implements DeviceProvider {
  static final String KIND = "opencl-like-gpu";

  private final OpenClProvider real = new OpenClProvider(LikeGpuProvider::driver);

  private static OpenClDriver driver() {
    JoclLibrary.driver();
    return new JoclDriver() {
      @Override
      public void build(cl_program program, OpenClInfo device, String options) {
        super.build(program, device, options + " -cl-opt-disable");
      }
    };
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public List<String> describe() {
    return real.describe();
  }

  @Override
  public Optional<String> whyNot() {
    return real.whyNot();
  }

  @Override
  public Backend open(int ordinal) {
    return real.open(ordinal, Target.Threads.MANY, null);
  }
}
