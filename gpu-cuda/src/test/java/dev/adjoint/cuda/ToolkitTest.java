package dev.adjoint.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search for libraries in file systems of many shapes. */
class ToolkitTest {
  @TempDir Path root;

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> opened = new ArrayList<>();
  private Set<String> inLoaderPath = Set.of();

  private @Nullable NativeLibrary open(String nameOrPath) {
    opened.add(nameOrPath);
    return nameOrPath.startsWith("/") || inLoaderPath.contains(nameOrPath)
        ? new NativeLibrary(nameOrPath, _ -> Optional.empty())
        : null;
  }

  private Toolkit toolkit() {
    return toolkit(new RedistJars(ClassLoader.getPlatformClassLoader(), root.resolve("cache")));
  }

  private Toolkit toolkit(RedistJars jars) {
    return new Toolkit(environment, root, this::open, jars);
  }

  private String file(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "library").toString();
  }

  private @Nullable String found(int driverMajor) {
    NativeLibrary library = toolkit().find("nvrtc", driverMajor);
    return library == null ? null : library.name();
  }

  @Test
  void anEmptyMachineHasNothing() {
    assertThat(found(13)).isNull();
    assertThat(opened).containsExactly("libnvrtc.so.13", "libnvrtc.so.12");
  }

  @Test
  void theLoaderOfTheSystemIsAskedFirst() throws IOException {
    file("usr/local/cuda/lib64/libnvrtc.so.13");
    inLoaderPath = Set.of("libnvrtc.so.13");
    assertThat(found(13)).isEqualTo("libnvrtc.so.13");
  }

  @Test
  void aToolkitIsFoundByItsVariable() throws IOException {
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      environment.clear();
      String expected = file("elsewhere/" + variable + "/lib64/libnvrtc.so.13");
      environment.put(variable, root.resolve("elsewhere").resolve(variable).toString());
      assertThat(found(13)).isEqualTo(expected);
    }
  }

  @Test
  void aToolkitIsFoundInTheUsualPlaces() throws IOException {
    String old = file("usr/local/cuda-12.4/lib64/libnvrtc.so.12");
    assertThat(found(13)).isEqualTo(old);
    String newer = file("usr/local/cuda-13.0/targets/x86_64-linux/lib/libnvrtc.so.13");
    if (!System.getProperty("os.arch").equals("aarch64")) {
      assertThat(found(13)).isEqualTo(newer);
    }
  }

  @Test
  void aLibraryThatIsNewerThanTheDriverIsNotTaken() throws IOException {
    file("usr/local/cuda-13.0/lib64/libnvrtc.so.13");
    assertThat(found(12)).isNull();
    String fitting = file("usr/local/cuda-12.9/lib64/libnvrtc.so.12");
    assertThat(found(12)).isEqualTo(fitting);
  }

  @Test
  void packagesOfPythonAreFound() throws IOException {
    String home =
        file("home/me/.local/lib/python3.11/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12");
    environment.put("HOME", root.resolve("home/me").toString());
    assertThat(found(13)).isEqualTo(home);
    String active = file("venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13");
    environment.put("VIRTUAL_ENV", root.resolve("venv").toString());
    assertThat(found(13)).isEqualTo(active);
  }

  @Test
  void thePythonOnThePathIsFoundThroughLinks() throws IOException {
    String expected =
        file("opt/torch/.venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13");
    file("opt/torch/.venv/bin/python3");
    Files.createDirectories(root.resolve("bin"));
    Files.createSymbolicLink(
        root.resolve("bin/python3"), Path.of("../opt/torch/.venv/bin/python3"));
    environment.put("PATH", "/nowhere::" + root.resolve("bin"));
    assertThat(found(13)).isEqualTo(expected);
  }

  @Test
  void aCondaEnvironmentIsFound() throws IOException {
    String expected = file("conda/envs/a/lib/libnvrtc.so.12");
    environment.put("CONDA_PREFIX", root.resolve("conda/envs/a").toString());
    assertThat(found(13)).isEqualTo(expected);
  }

  @Test
  void theFunctionsThatNvrtcLoadsByItselfAreLoadedFirst() throws IOException {
    String builtins = file("usr/local/cuda/lib64/libnvrtc-builtins.so.13.0");
    String library = file("usr/local/cuda/lib64/libnvrtc.so.13");
    assertThat(found(13)).isEqualTo(library);
    assertThat(opened).containsSubsequence(builtins, library);
  }

  @Test
  void jarsOnTheClassPathAreUnpacked() throws IOException {
    String folder =
        "jar/org/bytedeco/cuda/linux-"
            + (System.getProperty("os.arch").equals("aarch64") ? "arm64/" : "x86_64/");
    file(folder + "libnvrtc.so.13");
    file(folder + "libnvrtc-builtins.so.13.0");
    var loader = new URLClassLoader(new URL[] {root.resolve("jar").toUri().toURL()}, null);
    var jars = new RedistJars(loader, root.resolve("cache"));
    for (int process = 0; process < 2; process++) {
      NativeLibrary library = toolkit(jars).find("nvrtc", 13);
      assertThat(library).isNotNull();
      assertThat(library.name()).isEqualTo(root.resolve("cache/libnvrtc.so.13").toString());
      assertThat(root.resolve("cache/libnvrtc-builtins.so.13.0")).hasContent("library");
    }
    // A library that another user may have put there is not loaded.
    if (root.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(
          root.resolve("cache"), PosixFilePermissions.fromString("rwxrwxrwx"));
      assertThat(toolkit(jars).find("nvrtc", 13)).isNull();
    }
  }

  /** Not in jars: it loads its parts from the folder where it is. */
  @Test
  void cudnnIsFoundAfterWhatItNeeds() throws IOException {
    String folder =
        "jar/org/bytedeco/cuda/linux-"
            + (System.getProperty("os.arch").equals("aarch64") ? "arm64/" : "x86_64/");
    file(folder + "libcudnn.so.9");
    var loader = new URLClassLoader(new URL[] {root.resolve("jar").toUri().toURL()}, null);
    var jars = new RedistJars(loader, root.resolve("cache"));
    assertThat(toolkit(jars).findCudnn(13)).isNull();
    environment.put("VIRTUAL_ENV", root.resolve("venv").toString());
    String packages = "venv/lib/python3.12/site-packages/nvidia/";
    String old = file(packages + "cudnn/lib/libcudnn.so.8");
    NativeLibrary library = toolkit(jars).findCudnn(13);
    assertThat(library).isNotNull();
    assertThat(library.name()).isEqualTo(old);
    String newer = file(packages + "cudnn/lib/libcudnn.so.9");
    String products = file(packages + "cublas/lib/libcublasLt.so.12");
    opened.clear();
    library = toolkit(jars).findCudnn(13);
    assertThat(library).isNotNull();
    assertThat(library.name()).isEqualTo(newer);
    assertThat(opened).containsSubsequence(products, newer);
  }

  @Test
  void theCommandFitsTheDriver() {
    assertThat(Toolkit.cudnnCommand(13)).isEqualTo("pip install nvidia-cudnn-cu13");
    assertThat(Toolkit.command(13)).isEqualTo("pip install nvidia-cuda-nvrtc nvidia-cublas");
    assertThat(Toolkit.command(12))
        .isEqualTo("pip install nvidia-cuda-nvrtc-cu12 nvidia-cublas-cu12");
  }
}
