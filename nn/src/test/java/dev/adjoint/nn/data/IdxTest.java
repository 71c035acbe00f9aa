package dev.adjoint.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  @TempDir Path folder;

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("file"), content);
  }

  private String reason(byte[] content) throws IOException {
    Path file = file(content);
    var e = assertThrows(InvalidDataFileException.class, () -> Idx.read(file));
    assertEquals(file, e.path());
    assertEquals(file + ": " + e.reason(), e.getMessage());
    return e.reason();
  }

  private static final byte[] SMALL =
      IdxFiles.idx(
          0x08, new int[] {2, 3}, (byte) 1, (byte) 2, (byte) 3, (byte) 250, (byte) 0, (byte) 9);

  @Test
  void readsBytes() throws IOException {
    for (byte[] content : new byte[][] {SMALL, IdxFiles.gzip(SMALL)}) {
      Idx idx = Idx.read(file(content));
      assertEquals(DType.U8, idx.dtype());
      assertEquals(Shape.of(2, 3), idx.shape());
      assertArrayEquals(
          new byte[] {1, 2, 3, (byte) 250, 0, 9}, idx.data().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void turnsBigEndianNumbersAround() throws IOException {
    byte[] ints = ByteBuffer.allocate(8).putInt(-2).putInt(0x01020304).array();
    assertArrayEquals(
        new int[] {-2, 0x01020304},
        Idx.read(file(IdxFiles.idx(0x0c, new int[] {2}, ints)))
            .data()
            .toArray(ValueLayout.JAVA_INT_UNALIGNED));
    byte[] floats = ByteBuffer.allocate(8).putFloat(1.5f).putFloat(-0.25f).array();
    assertArrayEquals(
        new float[] {1.5f, -0.25f},
        Idx.read(file(IdxFiles.idx(0x0d, new int[] {2}, floats)))
            .data()
            .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
    byte[] doubles = ByteBuffer.allocate(8).putDouble(Math.PI).array();
    assertArrayEquals(
        new double[] {Math.PI},
        Idx.read(file(IdxFiles.idx(0x0e, new int[] {1}, doubles)))
            .data()
            .toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED));
  }

  @Test
  void checksTheChecksumOfTheContents() throws Exception {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(SMALL));
    Path zipped = file(IdxFiles.gzip(SMALL));
    assertEquals(6, Idx.read(zipped, sha256).data().byteSize());
    String other = sha256.replace(sha256.charAt(0), sha256.charAt(0) == 'a' ? 'b' : 'a');
    var e = assertThrows(InvalidDataFileException.class, () -> Idx.read(zipped, other));
    assertTrue(e.reason().contains(sha256) && e.reason().contains(other), e.reason());
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertTrue(reason(new byte[0]).contains("ends too early"));
    assertTrue(reason(new byte[] {1, 0, 8, 1, 0, 0, 0, 1, 7}).contains("first two bytes"));
    assertTrue(
        reason(IdxFiles.idx(0x07, new int[] {1}, (byte) 1)).contains("unknown type byte 0x7"));
    assertTrue(
        reason(IdxFiles.idx(0x0b, new int[] {1}, (byte) 1, (byte) 2)).contains("not supported"));
    assertTrue(reason(new byte[] {0, 0, 8, 0, 1}).contains("rank 0"));
    assertTrue(reason(IdxFiles.idx(0x08, new int[255])).contains("rank 255"));
    assertTrue(reason(IdxFiles.idx(0x08, new int[] {0})).contains("size 0"));
    assertTrue(reason(IdxFiles.idx(0x08, new int[] {-1})).contains("size 4294967295"));
    assertTrue(
        reason(IdxFiles.idx(0x08, new int[] {1 << 30, 1 << 30, 1 << 30, 1 << 30, 16}))
            .contains("2 GiB"));
    assertTrue(reason(IdxFiles.idx(0x0e, new int[] {1 << 29})).contains("2 GiB"));
    assertTrue(
        reason(IdxFiles.idx(0x08, new int[] {7}, (byte) 1))
            .contains("announces 15 bytes, the file has 9"));
    assertTrue(
        reason(IdxFiles.idx(0x08, new int[] {1}, (byte) 1, (byte) 2))
            .contains("announces 9 bytes, the file has 10"));
    assertTrue(
        reason(IdxFiles.gzip(IdxFiles.idx(0x08, new int[] {1}, (byte) 1, (byte) 2)))
            .contains("more data follow"));
    assertTrue(
        reason(IdxFiles.gzip(IdxFiles.idx(0x08, new int[] {7}, (byte) 1)))
            .contains("ends too early"));
  }

  @Test
  void doesNotAllocateWhatACompressedHeaderAnnounces() throws IOException {
    assertTrue(
        reason(IdxFiles.gzip(IdxFiles.idx(0x08, new int[] {2_000_000_000}, new byte[100])))
            .contains("more than 200 times"));
  }

  @Test
  void leavesOtherErrorsOfTheFileSystemAsTheyAre() {
    assertThrows(NoSuchFileException.class, () -> Idx.read(folder.resolve("none")));
  }

  @Test
  void hostileFilesGiveAValidResultOrTheirError() throws IOException {
    byte[] ints =
        IdxFiles.idx(0x0c, new int[] {1, 2}, ByteBuffer.allocate(8).putInt(7).putInt(8).array());
    for (byte[] valid : new byte[][] {SMALL, ints, IdxFiles.gzip(SMALL)}) {
      for (int length = 0; length < valid.length; length++) {
        byte[] cut = Arrays.copyOf(valid, length);
        assertTrue(!reason(cut).isEmpty());
      }
      for (int at = 0; at < valid.length; at++) {
        for (int flip : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
          byte[] damaged = valid.clone();
          damaged[at] ^= (byte) flip;
          readOrRefuse(damaged);
        }
      }
    }
  }

  private void readOrRefuse(byte[] content) throws IOException {
    Path file = file(content);
    try {
      Idx idx = Idx.read(file);
      assertEquals(idx.shape().size() * idx.dtype().bytes(), idx.data().byteSize());
    } catch (InvalidDataFileException e) {
      assertEquals(file, e.path());
    }
  }
}
