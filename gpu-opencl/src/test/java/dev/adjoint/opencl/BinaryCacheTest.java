package dev.adjoint.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.codegen.Target;
import dev.adjoint.device.BinaryCache;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryCacheTest {
  @TempDir Path folder;

  private static void compile(FakeDriver driver, BinaryCache cache) {
    var device =
        new OpenClBackend(
            new OpenClSession(driver, FakeDriver.info(), "opencl:0"), Target.Threads.MANY, cache);
    device
        .compile(new Kernel.ScatterAdd(1, 0, DType.F32, DType.I32))
        .prepare(new Geometry(new int[] {6}, new long[3], new long[][] {{0}, {1}, {1}}));
  }

  private FakeDriver compile() {
    var driver = new FakeDriver();
    compile(driver, new BinaryCache(folder));
    return driver;
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
