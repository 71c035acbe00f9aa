package dev.adjoint.opencl;

import dev.adjoint.codegen.Target;
import dev.adjoint.device.Backend;
import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.SearchingProvider;
import java.util.ArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The provider of OpenCL devices: every device of every platform that computes with the bits of the CPU. */
public class OpenClProvider extends SearchingProvider<OpenClProvider.Usable> {
  private final Supplier<OpenClDriver> driver;

  /** For {@link java.util.ServiceLoader}. */
  public OpenClProvider() {
    this(JoclLibrary::driver);
  }

  OpenClProvider(Supplier<OpenClDriver> driver) {
    this.driver = driver;
  }

  /** A device that can be used, and its driver. */
  record Usable(OpenClDriver driver, OpenClInfo info) {
    /** The kernels that suit it: those for a processor, or those for a GPU. */
    Target.Threads threads() {
      return info.processor() ? Target.Threads.FEW : Target.Threads.MANY;
    }
  }

  @Override
  protected Found<Usable> look() {
    var usable = new ArrayList<Usable>();
    var reasons = new ArrayList<String>();
    try {
      OpenClDriver present = driver.get();
      for (OpenClInfo device : present.devices()) {
        if (device.missing().isEmpty()) {
          usable.add(new Usable(present, device));
        } else {
          reasons.add(device.name() + " has not " + String.join(" and not ", device.missing()));
        }
      }
    } catch (UnsupportedOperationException e) {
      return Found.nothing("OpenCL cannot be loaded: " + e.getMessage());
    } catch (OpenClException e) {
      return Found.nothing("OpenCL does not answer: " + e.getMessage());
    }
    String none = "no OpenCL driver is installed, such as that of the graphics card or PoCL";
    return new Found<>(usable, reasons.isEmpty() ? none : String.join("; ", reasons));
  }

  @Override
  public String kind() {
    return "opencl";
  }

  @Override
  protected String describe(Usable device) {
    return device.info.line();
  }

  @Override
  protected Backend open(Usable device, String name) {
    BinaryCache cache =
        device.info.keepsKernels()
            ? null
            : new BinaryCache(
                BinaryCache.folder(System.getenv(), System.getProperty("user.home"), "opencl"));
    return open(device, name, device.threads(), cache);
  }

  /** Opens a device with these kernels, kept in this cache or not at all. */
  static Backend open(
      Usable device, String name, Target.Threads threads, @Nullable BinaryCache cache) {
    return new OpenClBackend(new OpenClSession(device.driver, device.info, name), threads, cache);
  }
}
