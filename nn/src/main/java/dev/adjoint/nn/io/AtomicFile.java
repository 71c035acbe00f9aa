package dev.adjoint.nn.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * Replaces files in one step: whoever opens the file sees all of the old contents or all of the new, also after a crash or when
 * the disk is full.
 */
public final class AtomicFile {
  private static final String TEMPORARY = ".tmp";
  private static final int NUMBER_DIGITS = 16;

  private AtomicFile() {}

  /** Writes the contents of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to a channel, which the caller closes. */
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /**
   * Writes a new file beside the old one, forces it to the disk and moves it over the old one. What earlier calls for this file
   * have left beside it, because their process was killed, is deleted before.
   *
   * @throws IOException if anything fails; the old file is then as it was and nothing is left beside it
   */
  public static void write(Path path, Content content) throws IOException {
    write(path, content, UnaryOperator.identity());
  }

  static void write(Path path, Content content, UnaryOperator<WritableByteChannel> wrapper)
      throws IOException {
    // A link stays a link: the file that it points to is replaced.
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException("a file has a folder, " + path + " has none");
    }
    String prefix = "." + target.getFileName() + ".";
    deleteAbandoned(folder, prefix);
    String number = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path temporary = folder.resolve(prefix + number + TEMPORARY);
    // The system ends the lock with the process, so a file without one is abandoned.
    try (FileChannel file =
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileLock _ = file.tryLock()) {
      content.writeTo(wrapper.apply(file));
      file.force(true);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceFolder(folder);
  }

  private static void deleteAbandoned(Path folder, String prefix) throws IOException {
    int length = prefix.length() + NUMBER_DIGITS + TEMPORARY.length();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder,
            file -> {
              String name = file.getFileName().toString();
              return name.length() == length && name.startsWith(prefix) && name.endsWith(TEMPORARY);
            })) {
      for (Path file : files) {
        deleteUnlocked(file);
      }
    }
  }

  private static void deleteUnlocked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
      }
    } catch (OverlappingFileLockException | NoSuchFileException | AccessDeniedException e) {
      // Another thread is writing it, or has just moved it away; or it is of another user, who may
      // be writing it.
      return;
    }
  }

  /** Makes the new name of the file durable; Windows cannot open folders and does this on its own. */
  private static void forceFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
