package dev.adjoint.opencl;

import dev.adjoint.codegen.Target;
import dev.adjoint.device.Backend;
import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.DeviceProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The provider of OpenCL devices: every device of every platform that computes with the bits of the CPU. */
public final class OpenClProvider implements DeviceProvider {
  private final OpenClDriver driver;
  private @Nullable Found found;

  /** For {@link java.util.ServiceLoader}. */
  public OpenClProvider() {
    this(new JoclDriver());
  }

  OpenClProvider(OpenClDriver driver) {
    this.driver = driver;
  }

  private record Found(List<OpenClInfo> usable, String whyNot) {}

  private synchronized Found found() {
    if (found == null) {
      found = look();
    }
    return found;
  }

  private Found look() {
    List<OpenClInfo> all;
    try {
      all = driver.devices();
    } catch (LinkageError | UnsupportedOperationException e) {
      return new Found(List.of(), "OpenCL cannot be loaded: " + e.getMessage() + "; install libOpenCL and a driver");
    } catch (OpenClException e) {
      return new Found(List.of(), "OpenCL does not answer: " + e.getMessage());
    }
    var usable = new ArrayList<OpenClInfo>();
    var reasons = new ArrayList<String>();
    for (OpenClInfo device : all) {
      if (device.missing().isEmpty()) {
        usable.add(device);
      } else {
        reasons.add(device.name() + " has not " + String.join(" and not ", device.missing()));
      }
    }
    String none = "no OpenCL driver is installed, such as that of the graphics card or PoCL";
    return new Found(usable, reasons.isEmpty() ? none : String.join("; ", reasons));
  }

  @Override
  public String kind() {
    return "opencl";
  }

  @Override
  public List<String> describe() {
    return found().usable.stream().map(OpenClInfo::line).toList();
  }

  @Override
  public Optional<String> whyNot() {
    return found().usable.isEmpty() ? Optional.of(found().whyNot) : Optional.empty();
  }

  @Override
  public Backend open(int ordinal) {
    List<OpenClInfo> usable = found().usable;
    if (ordinal >= usable.size()) {
      throw new IllegalArgumentException(
          "opencl:" + ordinal + ": " + (usable.isEmpty() ? found().whyNot : "there are " + usable.size() + " devices"));
    }
    OpenClInfo info = usable.get(ordinal);
    return open(ordinal, info.processor() ? Target.Threads.FEW : Target.Threads.MANY);
  }

  /** Opens a device with kernels for another kind of machine than it is; for tests. */
  Backend open(int ordinal, Target.Threads threads) {
    OpenClInfo info = found().usable.get(ordinal);
    var cache = new BinaryCache(BinaryCache.folder(System.getenv(), System.getProperty("user.home"), "opencl"));
    return new OpenClBackend(new OpenClSession(driver, info, "opencl:" + ordinal), threads, cache);
  }
}
