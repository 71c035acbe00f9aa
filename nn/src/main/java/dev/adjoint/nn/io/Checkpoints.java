package dev.adjoint.nn.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder with the last few checkpoints of a training run, {@code checkpoint-000001.safetensors} and so on. Beside each lies its
 * length and SHA-256, so that one that was damaged later is noticed and the one before it is used.
 */
public final class Checkpoints {
  private static final System.Logger LOG = System.getLogger(Checkpoints.class.getName());
  private static final String PREFIX = "checkpoint-";
  private static final String SUFFIX = ".safetensors";

  private final Path folder;
  private final int keep;

  /**
   * Checkpoints in a folder, which is made when it is needed.
   *
   * @param keep how many of them to keep, at least 1
   */
  public Checkpoints(Path folder, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("checkpoints: must keep at least 1, not " + keep);
    }
    this.folder = folder;
    this.keep = keep;
  }

  /**
   * Writes the present state as the newest checkpoint and deletes those that are too old.
   *
   * @return the file
   * @throws IOException if it cannot be written; the checkpoints from before are then still there
   */
  public Path save(Checkpoint checkpoint) throws IOException {
    Files.createDirectories(folder);
    List<Path> present = newestFirst();
    int number = present.isEmpty() ? 1 : number(present.getFirst()) + 1;
    Path file = folder.resolve(String.format(Locale.ROOT, "%s%06d%s", PREFIX, number, SUFFIX));
    checkpoint.save(file);
    byte[] manifest = manifest(file).getBytes(StandardCharsets.US_ASCII);
    AtomicFile.write(
        manifestOf(file), channel -> HostFiles.write(channel, ByteBuffer.wrap(manifest)));
    for (Path old : present.stream().skip(keep - 1L).toList()) {
      Files.deleteIfExists(manifestOf(old));
      Files.deleteIfExists(old);
    }
    return file;
  }

  /**
   * Returns to the newest checkpoint that is as it was written; others are passed over with a warning in the log.
   *
   * @return the file, or empty if there is none; nothing has changed then
   * @throws IllegalArgumentException if the checkpoint is one that {@link Checkpoint#load} refuses; nothing has changed then
   * @throws IOException if the folder cannot be read
   */
  public Optional<Path> loadNewest(Checkpoint checkpoint) throws IOException {
    for (Path file : newestFirst()) {
      Path manifest = manifestOf(file);
      if (Files.exists(manifest) && Files.readString(manifest).equals(manifest(file))) {
        checkpoint.load(file);
        return Optional.of(file);
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} is not as it was written; trying the one before it",
          file);
    }
    return Optional.empty();
  }

  private List<Path> newestFirst() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches(PREFIX + "[0-9]{6,9}\\" + SUFFIX))
          .sorted(Comparator.comparingInt(Checkpoints::number).reversed())
          .toList();
    }
  }

  private static int number(Path file) {
    String name = file.getFileName().toString();
    return Integer.parseInt(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
  }

  private static Path manifestOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".sha256");
  }

  private static String manifest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[1 << 16];
      long length = 0;
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
        length += n;
      }
      return HexFormat.of().formatHex(digest.digest())
          + "  "
          + file.getFileName()
          + "  "
          + length
          + "\n";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
