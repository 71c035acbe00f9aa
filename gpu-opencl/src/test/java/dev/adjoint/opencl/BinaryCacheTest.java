package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.codegen.Target;
import dev.adjoint.device.Backend;
import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Program;
import dev.adjoint.graph.ScatterOp;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryCacheTest {
  @TempDir Path folder;

  private static Program.Launch compile(Backend device) {
    return device
        .compile(new Kernel.Scatter(ScatterOp.ADD, 1, 0, DType.F32, DType.I32))
        .prepare(new Geometry(new int[] {6}, new long[3], new long[][] {{0}, {1}, {1}}));
  }

  private static void compile(FakeDriver driver, BinaryCache cache) {
    compile(
        new OpenClBackend(
            new OpenClSession(driver, FakeDriver.info("fake driver 1"), "opencl:0"),
            Target.Threads.MANY,
            cache));
  }

  private FakeDriver compile() {
    var driver = new FakeDriver();
    compile(driver, new BinaryCache(folder));
    return driver;
  }

  /** The driver of this machine; it tells what each program is made of: a {@code String} or a {@code byte[]}. */
  private static OpenClDriver telling(List<Class<?>> made) {
    OpenClDriver real = JoclLibrary.driver();
    return (OpenClDriver)
        Proxy.newProxyInstance(
            OpenClDriver.class.getClassLoader(),
            new Class<?>[] {OpenClDriver.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("createProgram")) {
                made.add(arguments[arguments.length - 1].getClass());
              }
              return method.invoke(real, arguments);
            });
  }

  /** What the kernel gives on a device: how often each position occurs. */
  private static float[] counted(Backend device) {
    float[] counts = new float[3];
    List<MemorySegment> data =
        List.of(
            MemorySegment.ofArray(counts),
            MemorySegment.ofArray(new int[] {2, 0, 2, 2, 1, 0}),
            MemorySegment.ofArray(new float[] {1, 1, 1, 1, 1, 1}));
    Buffer[] buffers = new Buffer[data.size()];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = device.allocate(data.get(i).byteSize());
      device.write(buffers[i], 0, data.get(i));
    }
    compile(device).run(buffers, new long[buffers.length], new long[] {1, counts.length});
    device.read(buffers[0], 0, data.get(0));
    for (Buffer buffer : buffers) {
      device.free(buffer);
    }
    return counts;
  }

  @Test
  void theDriverOfThisMachineTakesItsBinaryBack() {
    OpenClDevices.all();
    for (Class<?> origin : List.of(String.class, byte[].class)) {
      var made = new ArrayList<Class<?>>();
      var provider =
          new OpenClProvider(() -> telling(made)) {
            @Override
            protected Backend open(Usable device, String name) {
              return open(device, name, device.threads(), new BinaryCache(folder));
            }
          };
      Backend device = provider.open(0);
      assertThat(counted(device)).containsExactly(2, 1, 3);
      assertThat(made).containsExactly(origin);
    }
  }

  @Test
  void aDriverThatKeepsKernelsItselfIsNotAskedForThem() {
    var driver = new FakeDriver("Portable Computing Language, driver 3.1");
    compile(new OpenClProvider(() -> driver).open(0));
    assertThat(driver.calls)
        .contains("clCreateProgramWithSource")
        .doesNotContain("clGetProgramInfo");
  }

  private Path file() throws IOException {
    try (var files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void theSecondProcessReadsTheBinary() {
    assertThat(compile().calls).contains("clCreateProgramWithSource", "clGetProgramInfo");
    assertThat(compile().calls)
        .contains("clCreateProgramWithBinary")
        .doesNotContain("clCreateProgramWithSource");
  }

  @Test
  void aDamagedFileIsIgnoredAndWrittenAgain() throws IOException {
    compile();
    byte[] good = Files.readAllBytes(file());
    for (byte[] bad :
        new byte[][] {
          {}, {1, 2, 3}, damaged(good), java.util.Arrays.copyOf(good, good.length - 1)
        }) {
      Files.write(file(), bad);
      assertThat(compile().calls)
          .contains("clCreateProgramWithSource")
          .doesNotContain("clCreateProgramWithBinary");
      assertThat(Files.readAllBytes(file())).isEqualTo(good);
    }
  }

  private static byte[] damaged(byte[] good) {
    byte[] bad = good.clone();
    bad[bad.length - 1] ^= 1;
    return bad;
  }

  @Test
  void aBinaryThatTheDriverRejectsIsCompiledAgain() {
    compile();
    var driver = new FakeDriver();
    driver.failAlways("clCreateProgramWithBinary", -42);
    compile(driver, new BinaryCache(folder));
    assertThat(driver.calls).contains("clCreateProgramWithBinary", "clCreateProgramWithSource");
  }

  @Test
  void withoutAFolderToWriteToKernelsAreCompiled() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    compile(new FakeDriver(), new BinaryCache(file.resolve("below")));
    assertThat(file).hasContent("not a folder");
  }

  @Test
  void keysTellTextsApart() {
    assertThat(BinaryCache.key("ab", "c")).isNotEqualTo(BinaryCache.key("a", "bc")).hasSize(64);
    assertThat(BinaryCache.key("ab", "c")).isEqualTo(BinaryCache.key("ab", "c"));
  }

  @Test
  void theFolderFollowsXdg() {
    assertThat(BinaryCache.folder(Map.of(), "/home/me", "opencl"))
        .isEqualTo(Path.of("/home/me/.cache/adjoint/opencl"));
    assertThat(BinaryCache.folder(Map.of("XDG_CACHE_HOME", "/var/x"), "/home/me", "opencl"))
        .isEqualTo(Path.of("/var/x/adjoint/opencl"));
    assertThat(BinaryCache.folder(Map.of("XDG_CACHE_HOME", "relative"), "/home/me", "opencl"))
        .isEqualTo(Path.of("/home/me/.cache/adjoint/opencl"));
  }
}
