package dev.adjoint.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.adjoint.Devices;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A CUDA driver, an NVRTC, a cuBLASLt and a cuDNN in C++ that run on the processor, behind the real bindings. They are built
 * once for a process, by g++; a machine without it skips, unless it is said to have it.
 *
 * <p>JCuda's library takes the first {@code libcuda.so.1} of the process. On a machine with a real driver that is not this one,
 * which then is called by {@code java.lang.foreign} alone.
 *
 * <p>The driver checks what it is told, runs work as late as it may, and the threads of a block in changing order: so what a
 * device does right by luck is wrong here.
 */
final class Emulator {
  /** How many devices the driver has; the last is for tests that lose it. */
  static final int DEVICES = 3;

  /** Texts for which g++ is called once. */
  private static final int TOGETHER = 24;

  private static final List<String> HEADERS =
      List.of("kernel.h", "prelude.h", "blocks.h", "driver.h");
  private static final List<String> DRIVER =
      List.of("driver.cpp", "memory.cpp", "streams.cpp", "launches.cpp", "blocks.cpp");
  private static final List<String> COMPILER = List.of("nvrtc.cpp");
  private static final List<String> PRODUCTS = List.of("cublaslt.cpp");
  private static final List<String> CONVOLUTIONS = List.of("cudnn.cpp");

  private static @Nullable Emulator built;
  private static volatile ToIntFunction<String> codes = _ -> 0;

  private final Path folder;
  private final NativeLibrary library;
  private final NativeLibrary nvrtc;
  private final NativeLibrary cudnn;
  private final boolean byJcuda;
  private final List<CudaInfo> infos;

  private Emulator(Path folder) throws IOException, ReflectiveOperationException {
    this.folder = folder;
    // Those who look for a real driver do so now, before this one has its name.
    Devices.list();
    byJcuda = CudaProvider.byJcuda() && NativeLibrary.open("libcuda.so.1") == null;
    Files.createDirectory(folder.resolve("lib64"));
    Files.createDirectories(folder.resolve("products/lib64"));
    Files.createDirectories(folder.resolve("convolutions/lib64"));
    for (String source :
        Stream.of(HEADERS, DRIVER, COMPILER, PRODUCTS, CONVOLUTIONS)
            .flatMap(List::stream)
            .toList()) {
      try (InputStream text = Emulator.class.getResourceAsStream("emulated/" + source)) {
        Files.copy(Objects.requireNonNull(text, source), folder.resolve(source));
      }
    }
    Process compiler = compile("lib64/libnvrtc.so.12", COMPILER);
    Process products = compile("products/lib64/libcublasLt.so.12", PRODUCTS);
    Process convolutions = compile("convolutions/lib64/libcudnn.so.9", CONVOLUTIONS);
    library =
        open(
            "lib64/libcuda.so.1",
            compile("lib64/libcuda.so.1", DRIVER, "-Wl,-soname,libcuda.so.1"));
    MemorySegment stub =
        Linker.nativeLinker()
            .upcallStub(
                MethodHandles.lookup()
                    .findStatic(
                        Emulator.class,
                        "codeOf",
                        MethodType.methodType(int.class, MemorySegment.class)),
                FunctionDescriptor.of(JAVA_INT, ADDRESS),
                Arena.global());
    library.call("emulatedWant", stub);
    nvrtc = open("lib64/libnvrtc.so.12", compiler);
    nvrtc.call("emulatedWant", stub);
    open("products/lib64/libcublasLt.so.12", products)
        .call("emulatedStreams", symbol("emulatedEnqueue"));
    cudnn = open("convolutions/lib64/libcudnn.so.9", convolutions);
    cudnn.call("emulatedStreams", symbol("emulatedEnqueueCall"));
    CudaDriver driver = driver();
    driver.initialize();
    infos = IntStream.range(0, DEVICES).mapToObj(driver::info).toList();
  }

  /** Why it cannot be built, or null if it can. */
  static @Nullable String whyNot() {
    boolean found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "g++")));
    return found ? null : "g++ is missing, which builds the emulated CUDA driver";
  }

  /** The emulator of this process; skips or fails a test if it cannot be built. */
  static synchronized Emulator needed() {
    String why = whyNot();
    if (why != null) {
      if (Boolean.getBoolean("adjoint.ci")) {
        fail("adjoint.ci is set, but " + why);
      }
      Assumptions.abort(why);
    }
    if (built == null) {
      try {
        Path folder = Files.createTempDirectory("adjoint-emulated");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        built = new Emulator(folder);
      } catch (IOException | ReflectiveOperationException e) {
        throw new AssertionError("the emulated CUDA driver cannot be built", e);
      }
    }
    return built;
  }

  private Process compile(String library, List<String> sources, String... options)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of("g++", "-std=c++17", "-O1", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror"));
    command.addAll(List.of("-o", library));
    command.addAll(sources);
    command.addAll(List.of(options));
    return new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
  }

  private NativeLibrary open(String library, Process compiler) {
    try {
      assertEquals(0, compiler.waitFor(), "g++ cannot compile " + library);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    String path = folder.resolve(library).toString();
    return Objects.requireNonNull(NativeLibrary.open(path), path);
  }

  private MemorySegment symbol(String function) {
    return SymbolLookup.libraryLookup(libraries().resolve("libcuda.so.1"), Arena.global())
        .find(function)
        .orElseThrow();
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("cannot delete " + folder + ": " + e);
    }
  }

  /** A driver that nobody has called yet, by the binding of this machine. */
  CudaDriver driver() {
    return byJcuda ? CudaProvider.jcuda(library) : foreign();
  }

  /** The same by {@code java.lang.foreign}. */
  CudaDriver foreign() {
    return new NativeDriver(library);
  }

  /** A search that finds NVRTC, and nothing else. */
  Toolkit toolkit() {
    return toolkit(folder);
  }

  /** A search that finds cuBLASLt, and nothing else. */
  Toolkit products() {
    return toolkit(folder.resolve("products"));
  }

  /** A search that finds cuDNN, and nothing else. */
  Toolkit convolutions() {
    return toolkit(folder.resolve("convolutions"));
  }

  /** Has cuDNN refuse some algorithms from now on, one bit for each. */
  void refuse(int algorithms) {
    cudnn.call("emulatedRefuse", algorithms);
  }

  /** How many descriptions of cuDNN there are. */
  int descriptions() {
    return cudnn.call("emulatedDescriptions");
  }

  private Toolkit toolkit(Path home) {
    return new Toolkit(
        Map.of("CUDA_HOME", home.toString()),
        folder,
        path -> path.startsWith("/") ? NativeLibrary.open(path) : null,
        new RedistJars(ClassLoader.getPlatformClassLoader(), folder));
  }

  /** The folder with the two libraries. */
  Path libraries() {
    return folder.resolve("lib64");
  }

  /** What is known of a device. */
  CudaInfo info(int number) {
    return infos.get(number);
  }

  /** The compiler, for a device. */
  KernelCompiler compiler(CudaInfo info) {
    return new Nvrtc(Objects.requireNonNull(toolkit().find("nvrtc", info.driverMajor()))).on(info);
  }

  /**
   * Compiles texts before they are asked for, many by one call of g++, on all processors; that takes a third of the time. A text
   * with which this fails is compiled when it is asked for, which tells why.
   */
  void compile(List<String> texts) {
    IntStream.range(0, Math.ceilDiv(texts.size(), TOGETHER))
        .parallel()
        .forEach(
            i -> {
              int begin = i * TOGETHER;
              compileTogether(texts.subList(begin, Math.min(begin + TOGETHER, texts.size())));
            });
  }

  private void compileTogether(List<String> texts) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointers = arena.allocate(ADDRESS, texts.size());
      for (int i = 0; i < texts.size(); i++) {
        pointers.setAtIndex(ADDRESS, i, arena.allocateFrom(texts.get(i)));
      }
      if (nvrtc.call("emulatedCompile", texts.size(), pointers) != 0) {
        System.out.println("emulator: " + texts.size() + " kernels do not compile together");
      }
    }
  }

  /** Has a function asked before each call of the driver and of NVRTC, which gives the code that it fails with, or 0. */
  static void failBy(ToIntFunction<String> codeOf) {
    codes = codeOf;
  }

  /** What the libraries call. */
  private static int codeOf(MemorySegment call) {
    return codes.applyAsInt(call.reinterpret(Long.MAX_VALUE).getString(0));
  }

  /** Why a call failed by itself, the last that did. */
  String complaint() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(1000);
      library.call("emulatedComplaint", text, (int) text.byteSize());
      return text.getString(0);
    }
  }

  /** How much work is waiting. */
  int pending() {
    return library.call("emulatedPending");
  }

  /** How many contexts, streams, events and blocks of memory were taken and not given back. */
  int alive() {
    return library.call("emulatedAlive");
  }

  /** How many modules are loaded. */
  int modules() {
    return library.call("emulatedModules");
  }

  /** How many graphs and executable graphs there are. */
  int graphs() {
    return library.call("emulatedGraphs");
  }
}
