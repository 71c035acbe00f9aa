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
import dev.adjoint.schedule.HostValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
  @TempDir Path folder;

  /** A file with a header text and data bytes 0, 1, 2 ... */
  private Path file(String header, int dataBytes) throws IOException {
    return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  private Path file(byte[] header, int dataBytes) throws IOException {
    ByteBuffer content =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    content.putLong(header.length).put(header);
    for (int i = 0; i < dataBytes; i++) {
      content.put((byte) i);
    }
    return Files.write(folder.resolve("file.safetensors"), content.array());
  }

  private String reason(Path file) {
    var e = assertThrows(InvalidDataFileException.class, () -> SafeTensors.load(file));
    assertEquals(file, e.path());
    return e.reason();
  }

  private void assertReason(String expected, String header, int dataBytes) throws IOException {
    String reason = reason(file(header, dataBytes));
    assertTrue(reason.contains(expected), "'" + reason + "' does not say '" + expected + "'");
  }

  private static Map<String, Tensor> samples() {
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("mask", Tensors.of(new boolean[] {true, false, true}));
    tensors.put(
        "weight",
        Tensors.of(new float[] {1.5f, Float.NaN, -0f, Float.MAX_VALUE, 1e-45f, -1}, 2, 3));
    tensors.put("bytes", Tensors.of(new byte[] {0, 1, (byte) 255}, 3, 1));
    tensors.put("größe/\"x\"\n", Tensors.of(new long[] {Long.MIN_VALUE, 7}));
    tensors.put("ints", Tensors.of(new int[] {Integer.MAX_VALUE, -1}));
    tensors.put("scalar", Tensors.of(2.5f));
    tensors.put("double", Tensors.of(new float[] {0.1f}).to(DType.F64));
    tensors.put("signed", Tensors.of(new byte[] {0, 1, (byte) 255}, 3).bitcast(DType.I8));
    tensors.put("half", Tensors.of(new float[] {0.1f, -65504}).toHalf());
    tensors.put("brain", Tensors.of(new float[] {0.1f, Float.NaN, 1e-40f}).toBfloat16());
    return tensors;
  }

  private static void assertEqualTensors(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
    expected.forEach(
        (name, tensor) -> {
          Tensor found = actual.get(name);
          assertEquals(tensor.dtype(), found.dtype(), name);
          assertEquals(tensor.shape(), found.shape(), name);
          assertArrayEquals(tensor.toDoubles(), found.toDoubles(), name);
          assertArrayEquals(tensor.toLongs(), found.toLongs(), name);
        });
  }

  @Test
  void readsWhatItWrote() throws IOException {
    Path file = folder.resolve("model.safetensors");
    var notes = new LinkedHashMap<String, String>();
    notes.put("epoch", "3");
    notes.put("Ω", "\\ \" \u0000");
    new SafeTensors(samples(), notes).save(file);
    SafeTensors read = SafeTensors.load(file);
    assertEqualTensors(samples(), read.tensors());
    assertEquals(notes, read.metadata());
  }

  @Test
  void writesAlignedLittleEndianData() throws IOException {
    Path file = folder.resolve("model.safetensors");
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("b", Tensors.of(new byte[] {9}, 1));
    tensors.put("f", Tensors.of(new float[] {1, -2}));
    SafeTensors.save(file, tensors);
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int headerBytes = (int) content.getLong(0);
    assertEquals(0, headerBytes % 8);
    assertEquals(8 + headerBytes + 9, content.capacity());
    assertEquals(1f, content.getFloat(8 + headerBytes));
    assertEquals(-2f, content.getFloat(8 + headerBytes + 4));
    assertEquals(9, content.get(8 + headerBytes + 8));
    String header =
        new String(content.array(), 8, headerBytes, StandardCharsets.UTF_8).stripTrailing();
    assertEquals(
        "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[8,9]},"
            + "\"f\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        header);
  }

  @Test
  void readsAndWritesHalfPrecision() throws IOException {
    String header =
        "{\"h\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[6,10]}}";
    Path file = file(header, 10);
    byte[] content = Files.readAllBytes(file);
    ByteBuffer data =
        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).position(content.length - 10);
    // 1, -2 and the smallest positive number of binary16; 1 and -3 of bfloat16.
    data.putShort((short) 0x3c00).putShort((short) 0xc000).putShort((short) 0x0001);
    data.putShort((short) 0x3f80).putShort((short) 0xc040);
    Files.write(file, content);
    Map<String, Tensor> tensors = SafeTensors.load(file).tensors();
    assertArrayEquals(new float[] {1, -2, 0x1p-24f}, tensors.get("h").toFloats());
    assertArrayEquals(new float[] {1, -3}, tensors.get("b").toFloats());
    assertEquals(DType.F16, tensors.get("h").dtype());
    assertEquals(DType.BF16, tensors.get("b").dtype());
    Path copy = folder.resolve("copy");
    SafeTensors.save(copy, tensors);
    assertEqualTensors(tensors, SafeTensors.load(copy).tensors());
  }

  @Test
  void largeTensorsPassInPieces() throws IOException {
    int size = (int) HostValues.PIECE + 12345;
    byte[] bytes = new byte[size];
    float[] floats = new float[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 >> 4);
      floats[i] = i * 0.5f;
    }
    var tensors = new LinkedHashMap<String, Tensor>();
    tensors.put("u8", Tensors.of(bytes, size));
    tensors.put("f32", Tensors.of(floats));
    tensors.put("mask", Tensors.of(bytes, size).gt(7));
    Path file = folder.resolve("large");
    SafeTensors.save(file, tensors);
    assertEqualTensors(tensors, SafeTensors.load(file).tensors());

    String text =
        "{\"h\":{\"dtype\":\"BF16\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(size, 2L * size);
    Path halves = file(text, 2 * size);
    float[] expected = new float[size];
    for (int i = 0; i < size; i++) {
      expected[i] = Float.intBitsToFloat((2 * i & 0xff) << 16 | (2 * i + 1 & 0xff) << 24);
    }
    assertArrayEquals(expected, SafeTensors.load(halves).tensors().get("h").toFloats());

    byte[] wrong =
        Files.readAllBytes(file(one("BOOL", "[" + size + "]", "[0," + size + "]"), size));
    Arrays.fill(wrong, wrong.length - size, wrong.length, (byte) 1);
    wrong[wrong.length - 1] = 5;
    assertTrue(reason(Files.write(folder.resolve("wrong"), wrong)).contains("the byte 5"));
  }

  @Test
  void emptyFilesAndTensorsAreLegal() throws IOException {
    assertTrue(SafeTensors.load(file("{}", 0)).tensors().isEmpty());
    assertTrue(SafeTensors.load(file("{}      ", 0)).tensors().isEmpty());
    String header =
        "{\"e\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]},"
            + "\"s\":{\"data_offsets\":[0,4],\"shape\":[],\"dtype\":\"I32\"},"
            + "\"z\":{\"dtype\":\"F32\",\"shape\":[2,0],\"data_offsets\":[4,4]}}";
    Map<String, Tensor> tensors = SafeTensors.load(file(header, 4)).tensors();
    assertEquals(Shape.of(0, 3), tensors.get("e").shape());
    assertEquals(0x03020100, tensors.get("s").itemInt());
    assertEquals(Shape.SCALAR, tensors.get("s").shape());
    SafeTensors.save(folder.resolve("again"), tensors);
    assertEqualTensors(tensors, SafeTensors.load(folder.resolve("again")).tensors());
  }

  private static String one(String type, String shape, String offsets) {
    return "{\"x\":{\"dtype\":\""
        + type
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":"
        + offsets
        + "}}";
  }

  @Test
  void refusesHeadersThatBreakARule() throws IOException {
    assertReason("begin with {", "[]", 0);
    assertReason("begin with {", "\uFEFF{}", 0);
    assertReason("JSON", "{\"x\"}", 0);
    assertReason("more text", "{} {}", 0);
    assertReason("in place of START_OBJECT", "{\"x\":1}", 0);
    assertReason(
        "uplicate",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},"
            + "\"x\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        0);
    assertReason("uplicate", "{\"__metadata__\":{},\"__metadata__\":{}}", 0);
    assertReason("__metadata__ a", "{\"__metadata__\":{\"a\":1}}", 0);
    assertReason("START_OBJECT", "{\"__metadata__\":[]}", 0);
    assertReason("unknown key 'strides'", "{\"x\":{\"strides\":[1]}}", 0);
    assertReason("needs a dtype", "{\"x\":{\"dtype\":\"U8\",\"shape\":[0]}}", 0);
    assertReason("needs a dtype", one("U8", "[0]", "[0]"), 0);
    assertReason("more than 2", one("U8", "[0]", "[0,0,0]"), 0);
    assertReason("more than 16", one("U8", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,1]"), 1);
    assertReason("dtype F8_E4M3, which is not supported", one("F8_E4M3", "[1]", "[0,1]"), 1);
    assertReason("dtype f32", one("f32", "[1]", "[0,4]"), 4);
    assertReason("VALUE_NUMBER_FLOAT", one("U8", "[1e2]", "[0,100]"), 100);
    assertReason("VALUE_NUMBER_FLOAT", one("U8", "[1]", "[0,1.5]"), 1);
    assertReason("JSON", one("U8", "[1e99999999999999999999]", "[0,1]"), 1);
    assertReason("negative number -1", one("U8", "[-1]", "[0,1]"), 1);
    assertReason("JSON", one("U8", "[1111111111111111111111111111111111111111]", "[0,1]"), 1);
    assertReason("JSON", one("U8", "[9999999999999999999]", "[0,1]"), 1);
    assertReason("too large", one("U8", "[4294967296]", "[0,1]"), 1);
    assertReason("too large", one("U8", "[2147483647,2147483647,2147483647]", "[0,1]"), 1);
    assertReason("too large", one("F64", "[2147483647,2147483647]", "[0,1]"), 1);
    assertReason("has 8 bytes", one("F32", "[2]", "[0,4]"), 4);
    assertReason("data_offsets are 4 to 0", one("F32", "[1]", "[4,0]"), 4);
  }

  @Test
  void refusesHolesOverlapsAndRests() throws IOException {
    String two =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[%d,%d]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[%d,%d]}}";
    assertEquals(2, SafeTensors.load(file(two.formatted(2, 4, 0, 2), 4)).tensors().size());
    assertReason("'b' begins at byte 1", two.formatted(0, 2, 1, 3), 3);
    assertReason("'b' begins at byte 3", two.formatted(0, 2, 3, 5), 5);
    assertReason("'a' begins at byte 1", two.formatted(1, 3, 3, 5), 5);
    assertReason("the tensors end at byte 4, the data at 5", two.formatted(0, 2, 2, 4), 5);
    assertReason("the tensors end at byte 4, the data at 3", two.formatted(0, 2, 2, 4), 3);
  }

  @Test
  void refusesDeepLongAndBrokenText() throws IOException {
    assertReason("unknown key", "{\"x\":".repeat(10_000) + "1" + "}".repeat(10_000), 0);
    assertReason("in place of START_OBJECT", "{\"x\":" + "[".repeat(10_000), 0);
    assertReason("VALUE_NUMBER_INT", one("U8", "[".repeat(10_000), "[0,1]"), 0);
    assertReason("JSON", "{\"" + "n".repeat(5000) + "\":{}}", 0);
    byte[] broken = one("U8", "[1]", "[0,1]").getBytes(StandardCharsets.UTF_8);
    broken[2] = (byte) 0xff;
    assertTrue(reason(file(broken, 1)).contains("UTF-8"));
    assertEquals(
        1,
        SafeTensors.load(
                file("{\"../\\u0000\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1))
            .tensors()
            .size());
  }

  @Test
  void refusesTooManyTensors() throws IOException {
    var text = new StringBuilder("{");
    for (int i = 0; i < 200_000; i++) {
      text.append(i == 0 ? "" : ",")
          .append('"')
          .append(i)
          .append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    assertReason("more than 100000 tensors", text.append('}').toString(), 0);
  }

  @Test
  void refusesPaddingAndMetadataWithoutEnd() throws IOException {
    byte[] padded = new byte[99_000_000];
    Arrays.fill(padded, (byte) ' ');
    padded[0] = '{';
    padded[1] = '}';
    Path padding = Files.move(file(padded, 0), folder.resolve("padding"));
    padded[1] = ' ';
    padded[padded.length - 1] = '}';
    Path inside = Files.move(file(padded, 0), folder.resolve("inside"));
    var text = new StringBuilder("{\"__metadata__\":{");
    for (int i = 0; i < 2_000_000; i++) {
      text.append(i == 0 ? "" : ",").append('"').append(i).append("\":\"\"");
    }
    Path metadata = file(text.append("}}").toString(), 0);
    assertEquals("the header has more than 8388608 bytes of white space", reason(padding));
    assertEquals("the header has more than 8388608 bytes of white space", reason(inside));
    assertEquals("more than 10000 entries of __metadata__", reason(metadata));
  }

  @Test
  void refusesLengthsThatLie() throws IOException {
    for (long length : new long[] {0, 1, 17, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      ByteBuffer content = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Path file = Files.write(folder.resolve("lie"), content.array());
      assertTrue(
          reason(file).contains("length of the header, " + Long.toUnsignedString(length)),
          reason(file));
    }
    for (int bytes : new int[] {0, 1, 7}) {
      assertTrue(reason(Files.write(folder.resolve("short"), new byte[bytes])).contains("too few"));
    }
    assertThrows(NoSuchFileException.class, () -> SafeTensors.load(folder.resolve("none")));
  }

  @Test
  void refusesBooleansThatAreNone() throws IOException {
    assertReason("is of booleans and has the byte 2", one("BOOL", "[3]", "[0,3]"), 3);
    assertArrayEquals(
        new boolean[] {false, true},
        SafeTensors.load(file(one("BOOL", "[2]", "[0,2]"), 2)).tensors().get("x").toBooleans());
  }

  @Test
  void hostileFilesGiveAValidResultOrTheirError() throws IOException {
    Path valid = folder.resolve("valid");
    var small = new LinkedHashMap<String, Tensor>();
    small.put("w", Tensors.of(new float[] {1, 2}, 1, 2));
    small.put("m", Tensors.of(new boolean[] {true}));
    new SafeTensors(small, Map.of("k", "v")).save(valid);
    byte[] content = Files.readAllBytes(valid);
    Path file = folder.resolve("damaged");
    for (int length = 0; length < content.length; length++) {
      Files.write(file, Arrays.copyOf(content, length));
      assertFalse(reason(file).isEmpty());
    }
    int refused = 0;
    for (int at = 0; at < content.length; at++) {
      for (int flip : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
        byte[] damaged = content.clone();
        damaged[at] ^= (byte) flip;
        Files.write(file, damaged);
        try {
          SafeTensors.load(file)
              .tensors()
              .values()
              .forEach(tensor -> assertTrue(tensor.size() <= 8));
        } catch (InvalidDataFileException e) {
          refused++;
        }
      }
    }
    assertTrue(refused > 500, "only " + refused + " were refused");
  }

  @Test
  void aFullDiskLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafeTensors.save(file, Map.of("old", Tensors.of(new int[] {42})));
    byte[] before = Files.readAllBytes(file);
    var contents = new SafeTensors(samples(), Map.of());
    Path whole = folder.resolve("whole");
    contents.save(whole);
    long size = Files.size(whole);
    Files.delete(whole);
    for (long room = 0; room < size; room += 7) {
      long limit = room;
      var e =
          assertThrows(
              IOException.class,
              () -> contents.save(file, channel -> new FullDisk(channel, limit)));
      assertEquals("No space left on device", e.getMessage());
      assertArrayEquals(before, Files.readAllBytes(file));
    }
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(path -> names.add(path.getFileName().toString()));
    }
    assertEquals(List.of("model.safetensors"), names);
  }

  @Test
  void whatCouldNotBeReadIsNotWritten() throws IOException {
    var many = new LinkedHashMap<String, String>();
    for (int i = 0; i <= 10_000; i++) {
      many.put("k" + i, "");
    }
    var notes = new SafeTensors(Map.of(), many);
    Path file = folder.resolve("x");
    var e = assertThrows(IllegalArgumentException.class, () -> notes.save(file));
    assertEquals(
        "safetensors: the file could not be read again: more than 10000 entries of __metadata__",
        e.getMessage());
    var wide = new SafeTensors(Map.of(), Map.of("k", "x".repeat(1 << 21)));
    assertThrows(IllegalArgumentException.class, () -> wide.save(file));
    assertFalse(Files.exists(file));
    many.remove("k0");
    new SafeTensors(Map.of(), many).save(file);
    assertEquals(many, SafeTensors.load(file).metadata());
  }

  @Test
  void theNameOfTheMetadataIsTaken() {
    var tensors = Map.of("__metadata__", Tensors.of(1f));
    assertThrows(
        IllegalArgumentException.class, () -> SafeTensors.save(folder.resolve("x"), tensors));
  }
}
