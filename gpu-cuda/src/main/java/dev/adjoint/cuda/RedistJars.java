package dev.adjoint.cuda;

import dev.adjoint.device.BinaryCache;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Libraries in jars of {@code org.bytedeco:cuda} with classifier {@code linux-x86_64-redist}, which hold NVIDIA's files. They are
 * unpacked into the cache folder once.
 */
final class RedistJars {
  private static final int MINOR_VERSIONS = 10;

  private final ClassLoader loader;
  private final Path folder;

  RedistJars(ClassLoader loader, Path folder) {
    this.loader = loader;
    this.folder = folder;
  }

  /** The jars that this program was started with. */
  static RedistJars onTheClassPath() {
    return new RedistJars(
        ClassLoader.getSystemClassLoader(),
        BinaryCache.folder(System.getenv(), System.getProperty("user.home"), "cuda").resolve("lib"));
  }

  /** A library as a file, together with what it loads by itself, or null if no jar has it. */
  @Nullable Path find(String file, boolean arm) {
    String path = "org/bytedeco/cuda/" + (arm ? "linux-arm64/" : "linux-x86_64/");
    URL resource = loader.getResource(path + file);
    if (resource == null) {
      return null;
    }
    try {
      if (file.startsWith("libnvrtc.so.")) {
        String builtins = file.replace("libnvrtc", "libnvrtc-builtins");
        for (int minor = 0; minor < MINOR_VERSIONS; minor++) {
          URL part = loader.getResource(path + builtins + "." + minor);
          if (part != null) {
            unpack(part, builtins + "." + minor);
          }
        }
      }
      return unpack(resource, file);
    } catch (IOException e) {
      return null;
    }
  }

  /** Writes a file unless it is there already, with the same size. */
  private Path unpack(URL resource, String file) throws IOException {
    Path target = folder.resolve(file);
    var connection = resource.openConnection();
    if (Files.exists(target) && Files.size(target) == connection.getContentLengthLong()) {
      return target;
    }
    Files.createDirectories(folder);
    Path part = Files.createTempFile(folder, file, ".part");
    try (InputStream from = connection.getInputStream()) {
      Files.copy(from, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    return target;
  }
}
