package dev.adjoint.opencl;

import dev.adjoint.codegen.Target;
import dev.adjoint.device.Backend;
import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.DeviceProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The provider of OpenCL devices: every device of every platform that computes with the bits of the CPU. */
public final class OpenClProvider implements DeviceProvider {
  private final Supplier<OpenClDriver> driver;
  private @Nullable Found found;

  /** For {@link java.util.ServiceLoader}. */
  public OpenClProvider() {
    this(JoclLibrary::driver);
  }

  OpenClProvider(Supplier<OpenClDriver> driver) {
    this.driver = driver;
  }

  private record Found(@Nullable OpenClDriver driver, List<OpenClInfo> usable, String whyNot) {}

  private synchronized Found found() {
    if (found == null) {
      found = look();
    }
    return found;
  }

  private Found look() {
    OpenClDriver present;
    List<OpenClInfo> all;
    try {
      present = driver.get();
      all = present.devices();
    } catch (UnsupportedOperationException e) {
      return new Found(null, List.of(), "OpenCL cannot be loaded: " + e.getMessage());
    } catch (OpenClException e) {
      return new Found(null, List.of(), "OpenCL does not answer: " + e.getMessage());
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
    return new Found(present, usable, reasons.isEmpty() ? none : String.join("; ", reasons));
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
          "opencl:"
              + ordinal
              + ": "
              + (usable.isEmpty() ? found().whyNot : "there are " + usable.size() + " devices"));
    }
    BinaryCache cache =
        usable.get(ordinal).keepsKernels()
            ? null
            : new BinaryCache(
                BinaryCache.folder(System.getenv(), System.getProperty("user.home"), "opencl"));
    return open(ordinal, threads(ordinal), cache);
  }

  /** The kernels that suit a device: those for a processor, or those for a GPU. */
  Target.Threads threads(int ordinal) {
    return found().usable.get(ordinal).processor() ? Target.Threads.FEW : Target.Threads.MANY;
  }

  /** Opens a device with these kernels, kept in this cache or not at all; for tests. */
  Backend open(int ordinal, Target.Threads threads, @Nullable BinaryCache cache) {
    Found all = found();
    OpenClInfo info = all.usable.get(ordinal);
    return new OpenClBackend(
        new OpenClSession(Objects.requireNonNull(all.driver), info, "opencl:" + ordinal),
        threads,
        cache);
  }
}
