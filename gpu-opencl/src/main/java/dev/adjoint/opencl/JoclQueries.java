package dev.adjoint.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/** Asks OpenCL for its devices, through JOCL. */
final class JoclQueries {
  /** What the loader answers when no driver is registered. */
  private static final int PLATFORM_NOT_FOUND = -1001;

  /** The constant of JOCL has all 64 bits, which not every driver takes for one. */
  private static final long ALL = 0xFFFF_FFFFL;

  private JoclQueries() {}

  static List<OpenClInfo> devices() {
    int[] count = new int[1];
    int code = CL.clGetPlatformIDs(0, null, count);
    if (code == PLATFORM_NOT_FOUND || (code == CL.CL_SUCCESS && count[0] == 0)) {
      return List.of();
    }
    check(code, "clGetPlatformIDs");
    var platforms = new cl_platform_id[count[0]];
    check(CL.clGetPlatformIDs(platforms.length, platforms, null), "clGetPlatformIDs");
    var all = new ArrayList<OpenClInfo>();
    for (cl_platform_id platform : platforms) {
      try {
        for (cl_device_id device : devices(platform)) {
          all.add(info(platform, device));
        }
      } catch (OpenClException e) {
        // The devices of other platforms can be used all the same.
        String why = String.valueOf(e.getMessage());
        all.add(OpenClInfo.silent(platform, platformName(platform), why));
      }
    }
    return all;
  }

  private static cl_device_id[] devices(cl_platform_id platform) {
    int[] count = new int[1];
    int code = CL.clGetDeviceIDs(platform, ALL, 0, null, count);
    if (code == CL.CL_DEVICE_NOT_FOUND) {
      return new cl_device_id[0];
    }
    check(code, "clGetDeviceIDs");
    var devices = new cl_device_id[count[0]];
    check(CL.clGetDeviceIDs(platform, ALL, devices.length, devices, null), "clGetDeviceIDs");
    return devices;
  }

  private static OpenClInfo info(cl_platform_id platform, cl_device_id device) {
    long precision = number(device, CL.CL_DEVICE_SINGLE_FP_CONFIG);
    boolean little = number(device, CL.CL_DEVICE_ENDIAN_LITTLE) != 0;
    return new OpenClInfo(
        platform,
        device,
        string(device, CL.CL_DEVICE_NAME).strip(),
        platformName(platform) + ", driver " + string(device, CL.CL_DRIVER_VERSION).strip(),
        (number(device, CL.CL_DEVICE_TYPE) & CL.CL_DEVICE_TYPE_CPU) != 0,
        (int) number(device, CL.CL_DEVICE_MAX_COMPUTE_UNITS),
        number(device, CL.CL_DEVICE_GLOBAL_MEM_SIZE),
        number(device, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
        number(device, CL.CL_DEVICE_MAX_PARAMETER_SIZE),
        Set.copyOf(List.of(string(device, CL.CL_DEVICE_EXTENSIONS).strip().split("\\s+"))),
        OpenClInfo.missing(
            number(device, CL.CL_DEVICE_AVAILABLE) != 0
                && number(device, CL.CL_DEVICE_COMPILER_AVAILABLE) != 0,
            string(device, CL.CL_DEVICE_PROFILE).equals("FULL_PROFILE"),
            little == (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN),
            (precision & CL.CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0,
            (precision & CL.CL_FP_DENORM) != 0,
            number(device, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE)));
  }

  private static String platformName(cl_platform_id platform) {
    long[] size = new long[1];
    check(CL.clGetPlatformInfo(platform, CL.CL_PLATFORM_NAME, 0, null, size), "clGetPlatformInfo");
    byte[] name = new byte[(int) size[0]];
    check(
        CL.clGetPlatformInfo(platform, CL.CL_PLATFORM_NAME, name.length, Pointer.to(name), null),
        "clGetPlatformInfo");
    return text(name).strip();
  }

  private static byte[] bytes(cl_device_id device, int what) {
    long[] size = new long[1];
    check(CL.clGetDeviceInfo(device, what, 0, null, size), "clGetDeviceInfo");
    byte[] value = new byte[(int) size[0]];
    check(
        CL.clGetDeviceInfo(device, what, value.length, Pointer.to(value), null), "clGetDeviceInfo");
    return value;
  }

  private static String string(cl_device_id device, int what) {
    return text(bytes(device, what));
  }

  /** A number of 4 or 8 bytes. */
  private static long number(cl_device_id device, int what) {
    byte[] value = bytes(device, what);
    ByteBuffer from = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    return value.length == 8 ? from.getLong() : Integer.toUnsignedLong(from.getInt());
  }

  /** The characters before the zero that ends them. */
  static String text(byte[] bytes) {
    int n = 0;
    while (n < bytes.length && bytes[n] != 0) {
      n++;
    }
    return new String(bytes, 0, n, StandardCharsets.UTF_8);
  }

  private static void check(int code, String call) {
    if (code != CL.CL_SUCCESS) {
      throw new OpenClException(call, CL.stringFor_errorCode(code), code);
    }
  }
}
