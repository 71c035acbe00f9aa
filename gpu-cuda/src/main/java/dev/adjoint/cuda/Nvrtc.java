package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.adjoint.codegen.Dialect;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * NVRTC, NVIDIA's compiler in a library, of whatever version is there. Threads may call it at the same time, each with a program
 * of its own.
 */
final class Nvrtc {
  private static final int COMPILATION_FAILED = 6;
  private static final String LOG = "ProgramLog";

  /** The limit of kernels from before CUDA 12.1, and the one since, for devices from compute capability 7.0 on. */
  private static final int FEW_ARGUMENTS = 4096;

  private static final int MANY_ARGUMENTS = 32764;
  private static final int MANY_ARGUMENTS_SINCE = 12010;
  private static final int MANY_ARGUMENTS_CAPABILITY = 70;

  private final CheckedLibrary library;
  private final int version;
  private final int[] supported;

  /** The compiler in a library, which is asked for its version and for the devices that it knows. */
  Nvrtc(NativeLibrary found) {
    library = CheckedLibrary.of(found, "NVRTC", code -> meaning(code, found));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(JAVA_INT, 2);
      library.call("nvrtcVersion", pair, pair.asSlice(JAVA_INT.byteSize()));
      version = 1000 * pair.getAtIndex(JAVA_INT, 0) + 10 * pair.getAtIndex(JAVA_INT, 1);
      MemorySegment count = arena.allocate(JAVA_INT);
      library.call("nvrtcGetNumSupportedArchs", count);
      MemorySegment all = arena.allocate(JAVA_INT, count.get(JAVA_INT, 0));
      library.call("nvrtcGetSupportedArchs", all);
      supported = all.toArray(JAVA_INT);
    }
  }

  /** The version as one number, such as 13000 for 13.0. */
  int version() {
    return version;
  }

  @Override
  public String toString() {
    return "NVRTC " + version / 1000 + "." + version % 1000 / 10 + " (" + library.name() + ")";
  }

  private static String meaning(int code, NativeLibrary library) {
    return switch (code) {
      case 1 -> "out of memory";
      case 2 -> "a program cannot be created";
      case 3 -> "an argument is out of range";
      case 4 -> "not a program";
      case 5 -> "an option is wrong";
      case COMPILATION_FAILED -> "the text cannot be compiled";
      case 7 ->
          "the library libnvrtc-builtins, which lies next to "
              + library.name()
              + ", cannot be loaded";
      default -> "see the documentation of NVRTC";
    };
  }

  /**
   * What to compile for a device: {@code sm_90} for machine code, or {@code compute_90} for intermediate code, which the driver
   * compiles for a device that is newer than the compiler.
   *
   * @throws CudaException if the device is older than all that the compiler knows
   */
  static String target(int[] supported, int capability) {
    int[] older = Arrays.stream(supported).filter(s -> s <= capability).sorted().toArray();
    if (older.length == 0) {
      throw new CudaException(
          "NVRTC compiles for compute capability "
              + Arrays.stream(supported).min().orElse(0) / 10.0
              + " and newer, and the device has "
              + capability / 10.0);
    }
    int newest = older[older.length - 1];
    // Machine code runs on devices of the same major number that are not older.
    return (newest / 10 == capability / 10 ? "sm_" : "compute_") + newest;
  }

  /**
   * A compiler for a device.
   *
   * @throws CudaException if NVRTC cannot compile for it
   */
  KernelCompiler on(CudaInfo device) {
    String target = target(supported, device.capability());
    var options = new ArrayList<>(List.of(Dialect.CUDA.options().split(" ")));
    options.add("--gpu-architecture=" + target);
    boolean many =
        version >= MANY_ARGUMENTS_SINCE
            && device.driver() >= MANY_ARGUMENTS_SINCE
            && device.capability() >= MANY_ARGUMENTS_CAPABILITY;
    String identity = "nvrtc " + version + " " + String.join(" ", options);
    return new KernelCompiler() {
      @Override
      public String identity() {
        return identity;
      }

      @Override
      public byte[] compile(String text) {
        return Nvrtc.this.compile(text, options, target.startsWith("sm_") ? "CUBIN" : "PTX");
      }

      @Override
      public int argumentBytes() {
        return many ? MANY_ARGUMENTS : FEW_ARGUMENTS;
      }
    };
  }

  /**
   * What the compiler tells about the kernels of a text for a device: registers of a thread, bytes that it stores elsewhere, and
   * shared memory.
   *
   * @throws CudaException if the text cannot be compiled
   */
  String resources(String text, int capability) {
    var options = new ArrayList<>(List.of(Dialect.CUDA.options().split(" ")));
    options.add("--gpu-architecture=sm_" + capability);
    options.add("--ptxas-options=-v");
    byte[] log = compile(text, options, LOG);
    return new String(log, 0, log.length - 1, StandardCharsets.UTF_8);
  }

  /** Compiles a text, and fetches what is made of it: machine code, intermediate code or the log. */
  private byte[] compile(String text, List<String> options, String form) {
    try (Arena arena = Arena.ofConfined()) {
      long program =
          library.ask(
              "nvrtcCreateProgram",
              arena.allocateFrom(text),
              arena.allocateFrom("kernel.cu"),
              0,
              0L,
              0L);
      try {
        MemorySegment words = arena.allocate(JAVA_LONG, options.size());
        for (int i = 0; i < options.size(); i++) {
          words.setAtIndex(JAVA_LONG, i, arena.allocateFrom(options.get(i)).address());
        }
        int code = library.code("nvrtcCompileProgram", program, options.size(), words);
        if (code == COMPILATION_FAILED) {
          byte[] log = fetch(program, LOG, arena);
          throw new CudaException(
              new String(log, 0, log.length - 1, StandardCharsets.UTF_8).strip() + "\n" + text);
        }
        library.check("nvrtcCompileProgram", code);
        return fetch(program, form, arena);
      } finally {
        library.code("nvrtcDestroyProgram", arena.allocateFrom(JAVA_LONG, program));
      }
    }
  }

  /** What a program has of one kind. */
  private byte[] fetch(long program, String kind, Arena arena) {
    MemorySegment size = arena.allocate(JAVA_LONG);
    library.call("nvrtcGet" + kind + "Size", program, size);
    MemorySegment bytes = arena.allocate(Math.max(1, size.get(JAVA_LONG, 0)));
    library.call("nvrtcGet" + kind, program, bytes);
    return bytes.toArray(JAVA_BYTE);
  }
}
