package dev.adjoint.opencl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * What a device says about itself.
 *
 * @param name the device
 * @param driver the version of its driver, with that of the platform
 * @param processor whether it is a processor rather than a GPU
 * @param units compute units
 * @param memory bytes of global memory
 * @param largestBlock bytes of the largest buffer
 * @param parameterBytes the size limit of all arguments of a kernel together
 * @param extensions the extensions
 * @param missing what the device lacks and cannot do without
 */
record OpenClInfo(
    cl_platform_id platform,
    cl_device_id device,
    String name,
    String driver,
    boolean processor,
    int units,
    long memory,
    long largestBlock,
    long parameterBytes,
    Set<String> extensions,
    List<String> missing) {
  /** The most work-items that kernels put into a group. */
  private static final int GROUP_ITEMS = 256;

  /** What stands for the devices of a platform that does not tell of them. */
  static OpenClInfo silent(cl_platform_id platform, String name, String why) {
    return new OpenClInfo(
        platform,
        new cl_device_id(),
        name,
        name,
        false,
        0,
        0,
        0,
        0,
        Set.of(),
        List.of("an answer to its calls: " + why));
  }

  boolean hasF64() {
    return extensions.contains("cl_khr_fp64");
  }

  /** Whether the driver keeps kernels on disk itself and would compile one again to give out its binary: PoCL. */
  boolean keepsKernels() {
    return isPocl();
  }

  /** Whether the driver reads a header with all functions of OpenCL C before each program, which takes longer than a kernel. */
  boolean readsHeader() {
    return isPocl();
  }

  private boolean isPocl() {
    return driver.startsWith("Portable Computing Language");
  }

  /** One line for the table of devices. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s, %d compute units, %.1f GiB, %s, %s",
        name,
        units,
        memory / (double) (1L << 30),
        hasF64() ? "f32 and f64" : "f32 only",
        driver);
  }

  /** What a device lacks of all that the same bits as on the CPU need. */
  static List<String> missing(
      boolean available,
      boolean fullProfile,
      boolean little,
      boolean exactDivision,
      boolean denormals,
      long groupItems) {
    var missing = new ArrayList<String>();
    if (!available) {
      missing.add("a compiler");
    }
    if (!fullProfile) {
      missing.add("the full profile, of which 64-bit integers are a part");
    }
    if (!little) {
      missing.add("the byte order of this machine");
    }
    if (!exactDivision) {
      missing.add("correctly rounded division of f32");
    }
    if (!denormals) {
      missing.add("subnormal numbers of f32");
    }
    if (groupItems < GROUP_ITEMS) {
      missing.add("groups of " + GROUP_ITEMS + " work-items");
    }
    return List.copyOf(missing);
  }
}
