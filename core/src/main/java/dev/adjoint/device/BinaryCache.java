package dev.adjoint.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Compiled kernels on disk. A file holds the hash of the rest of it, so that a driver is never given a damaged one; a file
 * that is damaged or cannot be read counts as missing. One that cannot be written is done without; with {@code ADJOINT_DEBUG=1}
 * the first such is told, and why. A driver runs what it is given, so the folder must be {@linkplain PrivateFolder private}, and
 * the files must be of this user; a folder that is not is done without, and a warning says why.
 */
public final class BinaryCache {
  private static final int HASH = 32;

  private final PrivateFolder folder;
  private final AtomicBoolean told = new AtomicBoolean();

  /** Whether the folder is private; null until it is there. */
  private @Nullable Boolean usable;

  /** The binaries in a folder, which is made when the first is put there. */
  public BinaryCache(Path folder) {
    this.folder = new PrivateFolder(folder);
  }

  /**
   * The folder of a kind of device, by the rules of XDG: below {@code XDG_CACHE_HOME}, or else below {@code .cache} in the home
   * folder.
   */
  public static Path folder(Map<String, String> environment, String home, String kind) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = cache.startsWith("/") ? Path.of(cache) : Path.of(home, ".cache");
    return base.resolve("adjoint").resolve(kind);
  }

  /** A name for what is compiled from some texts. */
  public static String key(String... texts) {
    MessageDigest digest = sha256();
    for (String text : texts) {
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The binary of a key, or null. */
  public byte @Nullable [] find(String key) {
    try {
      Path path = folder.path().resolve(key);
      if (!isUsable() || !folder.owns(path)) {
        return null;
      }
      byte[] file = Files.readAllBytes(path);
      if (file.length <= HASH) {
        return null;
      }
      byte[] binary = Arrays.copyOfRange(file, HASH, file.length);
      return Arrays.equals(sha256().digest(binary), Arrays.copyOf(file, HASH)) ? binary : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** Remembers a binary; another process may do the same at the same time. */
  public void put(String key, byte[] binary) {
    try {
      folder.create();
      if (!isUsable()) {
        return;
      }
      Path part = Files.createTempFile(folder.path(), key, ".part");
      try {
        byte[] file = Arrays.copyOf(sha256().digest(binary), HASH + binary.length);
        System.arraycopy(binary, 0, file, HASH, binary.length);
        Files.write(part, file);
        Files.move(
            part,
            folder.path().resolve(key),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      // The next process compiles again. Many kernels follow, and most likely all for the same
      // reason.
      if (told.compareAndSet(false, true)) {
        DebugLevel.note("compiled kernels are not kept for the next start: " + e);
      }
    }
  }

  private synchronized boolean isUsable() throws IOException {
    if (usable == null) {
      if (!Files.isDirectory(folder.path())) {
        return false;
      }
      String why = folder.whyNotPrivate();
      usable = why.isEmpty();
      if (!usable) {
        System.getLogger("dev.adjoint")
            .log(
                System.Logger.Level.WARNING,
                "compiled kernels are not kept for the next start: " + why);
      }
    }
    return usable;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
