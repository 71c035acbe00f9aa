package dev.adjoint.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void replacesTheContents() throws IOException {
    Path file = Files.write(folder.resolve("a"), new byte[] {1, 2, 3});
    AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {4, 5})));
    assertArrayEquals(new byte[] {4, 5}, Files.readAllBytes(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void aReaderOfTheOldFileKeepsIt() throws IOException {
    Path file = Files.write(folder.resolve("a"), new byte[] {1, 2, 3});
    try (var in = Files.newInputStream(file)) {
      AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {4, 5})));
      assertArrayEquals(new byte[] {1, 2, 3}, in.readAllBytes());
    }
  }

  @Test
  void anErrorOfTheWriterLeavesTheOldFile() throws IOException {
    Path file = Files.write(folder.resolve("a"), new byte[] {1, 2, 3});
    var failure = new IllegalStateException("no");
    var e =
        assertThrows(
            IllegalStateException.class,
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[] {4}));
                      throw failure;
                    }));
    assertEquals(failure, e);
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void whatAKilledWriterLeftIsDeleted() throws IOException {
    Path file = Files.write(folder.resolve("a"), new byte[] {1});
    List<String> during = new ArrayList<>();
    AtomicFile.write(file, channel -> during.addAll(names()));
    assertEquals(2, during.size());
    // Both are as if their writers had been killed.
    Files.write(folder.resolve(during.getFirst()), new byte[] {2});
    String other = during.getFirst().replace(".a.", ".a.b.");
    Files.write(folder.resolve(other), new byte[] {3});
    AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {4})));
    assertEquals(List.of(other, "a"), names());
    assertArrayEquals(new byte[] {4}, Files.readAllBytes(file));
    AtomicFile.write(folder.resolve("a.b"), channel -> {});
    assertEquals(List.of("a", "a.b"), names());
  }

  @Test
  void aWriterThatIsAtWorkIsNotDisturbed() throws IOException {
    Path file = folder.resolve("a");
    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.write(file, inner -> inner.write(ByteBuffer.wrap(new byte[] {1})));
          assertArrayEquals(new byte[] {1}, Files.readAllBytes(file));
          channel.write(ByteBuffer.wrap(new byte[] {2}));
        });
    assertArrayEquals(new byte[] {2}, Files.readAllBytes(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path file = Files.write(folder.resolve("a"), new byte[] {1});
    Path link = Files.createSymbolicLink(folder.resolve("b"), file);
    AtomicFile.write(link, channel -> channel.write(ByteBuffer.wrap(new byte[] {2})));
    assertTrue(Files.isSymbolicLink(link));
    assertArrayEquals(new byte[] {2}, Files.readAllBytes(file));
  }

  @Test
  void needsItsFolder() {
    Path file = folder.resolve("none").resolve("a");
    assertThrows(NoSuchFileException.class, () -> AtomicFile.write(file, channel -> {}));
  }
}
