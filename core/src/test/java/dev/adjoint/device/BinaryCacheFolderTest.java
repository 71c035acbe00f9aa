package dev.adjoint.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders and files a cache of code trusts. */
class BinaryCacheFolderTest {
  private static final String KEY = BinaryCache.key("kernel");
  private static final byte[] BINARY = {1, 2, 3};

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void ownersAndPermissions() {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "no POSIX file system");
    folder = temporary.resolve("cache/adjoint/opencl");
  }

  /** What a new cache warns of while it reads and writes. */
  private String warnings(Path at) {
    var texts = new StringBuilder();
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            texts.append(line.getMessage()).append('\n');
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("dev.adjoint");
    logger.addHandler(handler);
    try {
      var cache = new BinaryCache(at);
      cache.find(KEY);
      cache.put(KEY, BINARY);
      cache.put(KEY, BINARY);
    } finally {
      logger.removeHandler(handler);
    }
    return texts.toString();
  }

  private void fill() {
    new BinaryCache(folder).put(KEY, BINARY);
    assertThat(new BinaryCache(folder).find(KEY)).isEqualTo(BINARY);
  }

  private static void giveAway(Path path) throws IOException {
    try {
      Files.setAttribute(path, "unix:uid", 65_534);
    } catch (IOException e) {
      abort("only root can give files away: " + e);
    }
  }

  @Test
  void theFolderIsMadeForTheUserAlone() throws IOException {
    assertThat(warnings(folder)).isEmpty();
    for (Path made = folder; !made.equals(temporary); made = made.getParent()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rwx------");
    }
    assertThat(new BinaryCache(folder).find(KEY)).isEqualTo(BINARY);
  }

  @Test
  void aFolderThatOthersMayWriteToIsNotUsed() throws IOException {
    for (String permissions : new String[] {"rwxrwx---", "rwx----w-"}) {
      fill();
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
      assertThat(new BinaryCache(folder).find(KEY)).isNull();
      Files.delete(folder.resolve(KEY));
      assertThat(warnings(folder))
          .isEqualTo(
              "compiled kernels are not kept for the next start: "
                  + folder
                  + " can be written by others; chmod 700 makes it private\n");
      assertThat(folder).isEmptyDirectory();
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      fill();
    }
  }

  @Test
  void aFolderOfAnotherUserIsNotUsedAndNeitherIsALinkToIt() throws IOException {
    fill();
    Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
    assertThat(new BinaryCache(link).find(KEY)).isEqualTo(BINARY);
    giveAway(folder);
    Files.delete(folder.resolve(KEY));
    for (Path at : new Path[] {folder, link}) {
      assertThat(new BinaryCache(at).find(KEY)).isNull();
      assertThat(warnings(at))
          .startsWith("compiled kernels are not kept for the next start: " + at + " belongs to ")
          .containsOnlyOnce("not kept");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aLinkToAFileIsNotRead() throws IOException {
    fill();
    Path elsewhere = Files.move(folder.resolve(KEY), temporary.resolve("elsewhere"));
    Files.createSymbolicLink(folder.resolve(KEY), elsewhere);
    assertThat(new BinaryCache(folder).find(KEY)).isNull();
  }

  @Test
  void aFileOfAnotherUserIsNotReadAndIsReplaced() throws IOException {
    fill();
    giveAway(folder.resolve(KEY));
    assertThat(new BinaryCache(folder).find(KEY)).isNull();
    fill();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve(KEY));
    }
  }
}
