package dev.adjoint.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {
  @TempDir Path folder;

  /** A file of version 1.0 with a header text, padded to 128 bytes as NumPy 2 does, and data. */
  private static byte[] npy(String header, byte... data) {
    int bytes = Math.max(118, header.length() + 1);
    ByteBuffer file = ByteBuffer.allocate(10 + bytes + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) bytes);
    file.put(header.getBytes(StandardCharsets.ISO_8859_1));
    file.put(" ".repeat(bytes - 1 - header.length()).getBytes(StandardCharsets.ISO_8859_1))
        .put((byte) '\n');
    return file.put(data).array();
  }

  private static byte[] floats(float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    return data.array();
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("file.npy"), content);
  }

  private String reason(byte[] content) throws IOException {
    Path file = file(content);
    return assertThrows(InvalidDataFileException.class, () -> Npy.load(file)).reason();
  }

  private static String header(String descr, String order, String shape) {
    return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  }

  private static final byte[] MATRIX =
      npy(header("'<f4'", "False", "(2, 3)"), floats(0, 0.25f, -0f, 1, Float.NaN, 2));

  @Test
  void readsAndWritesTheBytesOfNumPy() throws IOException {
    Tensor matrix = Tensors.of(new float[] {0, 0.25f, -0f, 1, Float.NaN, 2}, 2, 3);
    Path file = folder.resolve("a.npy");
    Npy.save(file, matrix);
    assertArrayEquals(MATRIX, Files.readAllBytes(file));
    Tensor read = Npy.load(file);
    assertEquals(Shape.of(2, 3), read.shape());
    assertArrayEquals(matrix.toFloats(), read.toFloats());

    Npy.save(file, Tensors.of(2.5f).to(DType.F64));
    byte[] scalar = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(2.5).array();
    assertArrayEquals(npy(header("'<f8'", "False", "()"), scalar), Files.readAllBytes(file));
    Npy.save(file, Tensors.of(new boolean[] {true, false}));
    assertArrayEquals(
        npy(header("'|b1'", "False", "(2,)"), (byte) 1, (byte) 0), Files.readAllBytes(file));
    Npy.save(file, Tensors.of(1.5f, -0.25f).toHalf());
    assertArrayEquals(
        npy(header("'<f2'", "False", "(2,)"), (byte) 0, (byte) 0x3e, (byte) 0, (byte) 0xb4),
        Files.readAllBytes(file));
    Npy.save(file, Tensors.of(new byte[] {0, (byte) 255}, 2).bitcast(DType.I8));
    assertArrayEquals(
        npy(header("'|i1'", "False", "(2,)"), (byte) 0, (byte) 255), Files.readAllBytes(file));
    Npy.save(file, Tensors.of(new byte[] {0, (byte) 255}, 2));
    assertArrayEquals(
        npy(header("'|u1'", "False", "(2,)"), (byte) 0, (byte) 255), Files.readAllBytes(file));
  }

  @Test
  void readsWhatItWroteOfEveryType() throws IOException {
    Path file = folder.resolve("a.npy");
    Tensor numbers = Tensors.of(new int[] {1, 0, 1, 1}, 4, 1);
    for (DType dtype : EnumSet.complementOf(EnumSet.of(DType.BF16))) {
      Npy.save(file, numbers.to(dtype));
      assertEquals(dtype, Npy.load(file).dtype());
      assertArrayEquals(new int[] {1, 0, 1, 1}, Npy.load(file).toInts());
    }
    Path none = folder.resolve("b.npy");
    String message =
        assertThrows(IllegalArgumentException.class, () -> Npy.save(none, numbers.toBfloat16()))
            .getMessage();
    assertEquals("npy: NumPy has no bf16: call toFloat()", message);
    assertFalse(Files.exists(none));
    Npy.save(file, Tensors.zeros(0, 3));
    assertEquals(Shape.of(0, 3), Npy.load(file).shape());
    Npy.save(file, Tensors.of(new long[] {Long.MIN_VALUE}));
    assertEquals(Long.MIN_VALUE, Npy.load(file).itemLong());
  }

  @Test
  void columnMajorDataAreTurnedAround() throws IOException {
    Tensor read = Npy.load(file(npy(header("'<f4'", "True", "(2, 3)"), floats(1, 2, 3, 4, 5, 6))));
    assertEquals(Shape.of(2, 3), read.shape());
    assertArrayEquals(new float[] {1, 3, 5, 2, 4, 6}, read.toFloats());
  }

  @Test
  void readsOtherSpellingsOfTheHeader() throws IOException {
    byte[] data = floats(7);
    for (String header :
        new String[] {
          "{\"shape\": (1,), 'descr':'<f4','fortran_order':False}",
          "{ 'fortran_order': False, 'shape': (1), 'descr': '<f4' ,}"
        }) {
      assertEquals(7, Npy.load(file(npy(header, data))).item());
    }
    byte[] second = npy(header("'<f4'", "False", "()"), data);
    ByteBuffer version2 = ByteBuffer.allocate(second.length + 2).order(ByteOrder.LITTLE_ENDIAN);
    version2
        .put(second, 0, 6)
        .put((byte) 2)
        .put((byte) 0)
        .putInt(118)
        .put(second, 10, second.length - 10);
    assertEquals(7, Npy.load(file(version2.array())).item());
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertTrue(reason(new byte[0]).contains("too early"));
    assertTrue(
        reason(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'X', 1, 0, 0, 0})
            .contains("no .npy file"));
    assertTrue(
        reason(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 4, 0, 0, 0})
            .contains("no .npy file"));
    assertTrue(
        reason(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 9, 0})
            .contains("longer than the file"));
    assertTrue(
        reason(npy(header("'<f4'", "False", "(1,)") + " ".repeat(10_000), floats(1)))
            .contains("longer"));
    assertTrue(reason(npy(header("'|O'", "False", "(1,)"), floats(1))).contains("element type |O"));
    assertTrue(
        reason(npy(header("'>f4'", "False", "(1,)"), floats(1))).contains("element type >f4"));
    assertTrue(
        reason(npy(header("[('a', '<f4')]", "False", "(1,)"), floats(1)))
            .contains("no simple string"));
    assertTrue(reason(npy(header("'<f4'", "False", "(-1,)"), floats(1))).contains("no size"));
    assertTrue(
        reason(npy(header("'<f4'", "False", "(4294967297,)"), floats(1))).contains("no size"));
    assertTrue(
        reason(npy(header("'<f4'", "False", "(2147483647, 2147483647, 2)"), floats(1)))
            .contains("too large"));
    assertTrue(
        reason(npy(header("'<f4'", "__import__('os')", "(1,)"), floats(1)))
            .contains("neither True nor False"));
    assertTrue(
        reason(npy("{'descr': '<f4', 'shape': (1,), }", floats(1)))
            .contains("not all of the keys"));
    assertTrue(reason(npy("{'descr': '<f4', 'descr': '<f4'}", floats(1))).contains("twice"));
    assertTrue(reason(npy("{'x': '<f4'}", floats(1))).contains("unknown key 'x'"));
    assertTrue(
        reason(npy(header("'<f4'", "False", "(1,)") + " 1", floats(1))).contains("more text"));
    assertTrue(
        reason(npy(header("'<f4'", "False", "(1,)"), floats(1, 2)))
            .contains("has 4 bytes, the file has 8"));
    assertTrue(
        reason(npy(header("'<f4'", "False", "(3,)"), floats(1, 2)))
            .contains("has 12 bytes, the file has 8"));
    assertTrue(reason(npy(header("'|b1'", "False", "(1,)"), (byte) 2)).contains("has the byte 2"));
    String many = "1, ".repeat(33);
    assertTrue(
        reason(npy(header("'<f4'", "False", "(" + many + ")"), floats(1)))
            .contains("more than 32 axes"));
  }

  @Test
  void hostileFilesGiveAValidResultOrTheirError() throws IOException {
    for (int length = 0; length < MATRIX.length; length++) {
      assertFalse(reason(Arrays.copyOf(MATRIX, length)).isEmpty());
    }
    int refused = 0;
    for (int at = 0; at < MATRIX.length; at++) {
      for (int flip : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
        byte[] damaged = MATRIX.clone();
        damaged[at] ^= (byte) flip;
        try {
          assertEquals(
              24, Npy.load(file(damaged)).size() * Npy.load(file(damaged)).dtype().bytes());
        } catch (InvalidDataFileException e) {
          refused++;
        }
      }
    }
    assertTrue(refused > 800, "only " + refused + " were refused");
  }
}
