package dev.adjoint.nn.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
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
  private AtomicFile() {}

  /** Writes the contents of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to a channel, which the caller closes. */
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /**
   * Writes a new file beside the old one, forces it to the disk and moves it over the old one.
   *
   * @throws IOException if anything fails; the old file is then as it was and nothing is left beside it
   */
  public static void write(Path path, Content content) throws IOException {
    write(path, content, UnaryOperator.identity());
  }

  static void write(Path path, Content content, UnaryOperator<WritableByteChannel> wrapper) throws IOException {
    // A link stays a link: the file that it points to is replaced.
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException("a file has a folder, " + path + " has none");
    }
    String suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path temporary = folder.resolve("." + target.getFileName() + "." + suffix + ".tmp");
    try {
      try (FileChannel file =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(wrapper.apply(file));
        file.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceFolder(folder);
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
