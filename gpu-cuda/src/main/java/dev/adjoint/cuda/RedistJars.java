package dev.adjoint.cuda;

import dev.adjoint.device.BinaryCache;
import dev.adjoint.device.PrivateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Libraries in jars of {@code org.bytedeco:cuda} with classifier {@code linux-x86_64-redist}, which hold NVIDIA's files. They are
 * unpacked into the cache folder once, which must be {@linkplain PrivateFolder private}.
 */
final class RedistJars {
  private static final int MINOR_VERSIONS = 10;

  private final ClassLoader loader;
  private final PrivateFolder folder;

  RedistJars(ClassLoader loader, Path folder) {
    this.loader = loader;
    this.folder = new PrivateFolder(folder);
  }

  /** The jars that this program was started with. */
  static RedistJars onTheClassPath() {
    return new RedistJars(
        ClassLoader.getSystemClassLoader(),
        BinaryCache.folder(System.getenv(), System.getProperty("user.home"), "cuda")
            .resolve("lib"));
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

  /** Writes a file unless it is there already, of this user and with the same size. */
  private Path unpack(URL resource, String file) throws IOException {
    folder.create();
    String why = folder.whyNotPrivate();
    if (!why.isEmpty()) {
      System.getLogger("dev.adjoint")
          .log(System.Logger.Level.WARNING, "cuda: " + file + " is not unpacked: " + why);
      throw new IOException(why);
    }
    Path target = folder.path().resolve(file);
    var connection = resource.openConnection();
    if (folder.owns(target) && Files.size(target) == connection.getContentLengthLong()) {
      return target;
    }
    Path part = Files.createTempFile(folder.path(), file, ".part");
    try (InputStream from = connection.getInputStream()) {
      Files.copy(from, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    return target;
  }
}
