package dev.adjoint.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The libraries that NVIDIA does not ship with the driver, such as NVRTC, wherever they are installed: where the loader of the
 * system looks, in a toolkit, in a package of Python or conda, or in a jar on the class path.
 *
 * <p>The newest major version that the driver can work with is taken.
 */
final class Toolkit {
  /** The oldest major version that is looked for. */
  private static final int OLDEST = 12;

  /** The major versions of cuDNN that have the functions which are called. */
  private static final int NEWEST_CUDNN = 9;

  private static final int OLDEST_CUDNN = 8;

  private static final int LINKS = 8;

  private final Map<String, String> environment;
  private final Path root;
  private final Loader loader;
  private final RedistJars jars;
  private final boolean arm;

  /** Opens libraries. */
  interface Loader {
    /** A library by a name that the system finds, or by its path; null if there is none. */
    @Nullable NativeLibrary open(String nameOrPath);
  }

  /**
   * A search.
   *
   * @param root what absolute paths of the system start with
   */
  Toolkit(Map<String, String> environment, Path root, Loader loader, RedistJars jars) {
    this.environment = environment;
    this.root = root;
    this.loader = loader;
    this.jars = jars;
    this.arm = System.getProperty("os.arch").equals("aarch64");
  }

  /** The toolkit of this machine. */
  static Toolkit ofThisMachine() {
    return new Toolkit(
        System.getenv(), Path.of("/"), NativeLibrary::open, RedistJars.onTheClassPath());
  }

  /**
   * A library, or null if it is nowhere.
   *
   * @param name its name, such as {@code nvrtc}
   * @param driverMajor the newest major version that the driver can work with
   */
  @Nullable NativeLibrary find(String name, int driverMajor) {
    return find(name, driverMajor, OLDEST, true);
  }

  /**
   * cuDNN, or null if it is nowhere. It is not looked for in jars: it is many files, which load each other from their folder.
   *
   * @param driverMajor the newest major version of CUDA that the driver can work with
   */
  @Nullable NativeLibrary findCudnn(int driverMajor) {
    for (String needed : new String[] {"cublasLt", "cublas"}) {
      // cuDNN asks the loader of the system for these by name, and gets those that are loaded
      // already.
      find(needed, driverMajor);
    }
    return find("cudnn", NEWEST_CUDNN, OLDEST_CUDNN, false);
  }

  private @Nullable NativeLibrary find(String name, int newest, int oldest, boolean inJars) {
    List<Path> folders = folders();
    for (int major = newest; major >= oldest; major--) {
      NativeLibrary found = find("lib" + name + ".so." + major, folders, inJars);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable NativeLibrary find(String file, List<Path> folders, boolean inJars) {
    NativeLibrary found = loader.open(file);
    for (int i = 0; found == null && i < folders.size(); i++) {
      found = open(folders.get(i).resolve(file));
    }
    if (found == null && inJars) {
      Path unpacked = jars.find(file, arm);
      found = unpacked == null ? null : open(unpacked);
    }
    return found;
  }

  private @Nullable NativeLibrary open(Path library) {
    if (!Files.exists(library)) {
      return null;
    }
    Path folder = library.getParent();
    if (folder != null && library.toString().contains("libnvrtc.so.")) {
      // NVRTC asks the loader of the system for this part by name, and gets one that is loaded
      // already.
      children(folder, "libnvrtc-builtins.so.*").forEach(part -> loader.open(part.toString()));
    }
    return loader.open(library.toString());
  }

  /** The command that installs what is missing. */
  static String command(int driverMajor) {
    return driverMajor >= 13
        ? "pip install nvidia-cuda-nvrtc nvidia-cublas"
        : "pip install nvidia-cuda-nvrtc-cu" + driverMajor + " nvidia-cublas-cu" + driverMajor;
  }

  /** The command that installs cuDNN. */
  static String cudnnCommand(int driverMajor) {
    return "pip install nvidia-cudnn-cu" + driverMajor;
  }

  /** Where to look, in order. */
  List<Path> folders() {
    Set<Path> folders = new LinkedHashSet<>();
    for (String variable : new String[] {"CUDA_HOME", "CUDA_PATH"}) {
      String home = environment.getOrDefault(variable, "");
      if (!home.isEmpty()) {
        addToolkit(folders, Path.of(home));
      }
    }
    addToolkit(folders, root.resolve("usr/local/cuda"));
    children(root.resolve("usr/local"), "cuda-*").forEach(toolkit -> addToolkit(folders, toolkit));
    addToolkit(folders, root.resolve("opt/cuda"));
    for (Path prefix : pythonPrefixes()) {
      folders.add(prefix.resolve("lib"));
      folders.add(
          prefix.resolve("targets").resolve(arm ? "sbsa-linux" : "x86_64-linux").resolve("lib"));
      for (Path python : children(prefix.resolve("lib"), "python3*")) {
        for (String packages : new String[] {"site-packages", "dist-packages"}) {
          children(python.resolve(packages).resolve("nvidia"), "*")
              .forEach(part -> folders.add(part.resolve("lib")));
        }
      }
    }
    return folders.stream().filter(Files::isDirectory).toList();
  }

  private void addToolkit(Set<Path> folders, Path toolkit) {
    folders.add(toolkit.resolve("lib64"));
    folders.add(toolkit.resolve("lib"));
    folders.add(
        toolkit.resolve("targets").resolve(arm ? "sbsa-linux" : "x86_64-linux").resolve("lib"));
  }

  /** Where Python or conda keep their packages: the active environments, those of each python3 on the path, the user's. */
  private Set<Path> pythonPrefixes() {
    Set<Path> prefixes = new LinkedHashSet<>();
    for (String variable : new String[] {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
      String prefix = environment.getOrDefault(variable, "");
      if (!prefix.isEmpty()) {
        prefixes.add(Path.of(prefix));
      }
    }
    for (String folder : environment.getOrDefault("PATH", "").split(":")) {
      if (!folder.isEmpty()) {
        addPython(prefixes, Path.of(folder, "python3"));
      }
    }
    String home = environment.getOrDefault("HOME", "");
    if (!home.isEmpty()) {
      prefixes.add(Path.of(home, ".local"));
    }
    prefixes.add(root.resolve("usr/local"));
    prefixes.add(root.resolve("usr"));
    return prefixes;
  }

  /** Adds the environment of an interpreter, and those that it is a link to. */
  private static void addPython(Set<Path> prefixes, Path interpreter) {
    Path python = interpreter.toAbsolutePath();
    try {
      for (int link = 0; link < LINKS && Files.exists(python); link++) {
        Path folder = python.getParent();
        if (folder != null && folder.getParent() != null) {
          prefixes.add(folder.getParent());
        }
        if (folder == null || !Files.isSymbolicLink(python)) {
          return;
        }
        python = folder.resolve(Files.readSymbolicLink(python)).normalize();
      }
    } catch (IOException e) {
      // A link that cannot be read leads nowhere.
    }
  }

  /** The entries of a folder that fit a pattern, newest version first. */
  private static List<Path> children(Path folder, String pattern) {
    var found = new ArrayList<Path>();
    if (Files.isDirectory(folder)) {
      try (var entries = Files.newDirectoryStream(folder, pattern)) {
        entries.forEach(found::add);
      } catch (IOException e) {
        return List.of();
      }
    }
    found.sort((a, b) -> b.compareTo(a));
    return found;
  }

  /** What was looked for where, for the error about a library that is missing. */
  String searched() {
    return Stream.concat(Stream.of("the loader path"), folders().stream().map(Path::toString))
        .reduce((a, b) -> a + ", " + b)
        .orElseThrow();
  }
}
