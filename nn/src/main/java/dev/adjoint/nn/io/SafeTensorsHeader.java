package dev.adjoint.nn.io;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.adjoint.DType;
import dev.adjoint.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The header of a safetensors file: which tensors there are and where their bytes begin and end, and some text.
 *
 * @param entries by name, in the order of the header
 * @param metadata the strings that the writer has left
 */
record SafeTensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  static final long MAX_BYTES = 100_000_000;
  private static final int MAX_TENSORS = 100_000;

  /** Writers leave some tens of entries, or one for each tensor of a quantized model. */
  private static final int MAX_METADATA = 10_000;

  private static final int MAX_SPACES = 8 << 20;
  private static final int MAX_RANK = 16;
  // The format names types as the enum does.
  private static final Map<String, DType> TYPES =
      Arrays.stream(DType.values()).collect(Collectors.toMap(DType::name, Function.identity()));
  static final String METADATA = "__metadata__";
  private static final JsonFactory JSON =
      JsonFactory.builder()
          // Nearly all names are different, so a table of them only takes time.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamWriteFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNumberLength(20)
                  .maxNameLength(4096)
                  .maxStringLength(1 << 20)
                  .maxTokenCount(8_000_000)
                  .build())
          .build();

  /** One tensor; {@code begin} and {@code end} count from the first byte after the header. */
  record Entry(DType dtype, Shape shape, long begin, long end) {}

  /**
   * Checks that a header, which comes next in a file, is not mostly padding: 100 MB of that would keep the parser busy for
   * seconds. The position in the file stays as it is.
   */
  static void requireLittleSpace(Path path, FileChannel file, long headerBytes) throws IOException {
    long start = file.position();
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(headerBytes, 1 << 16));
    int spaces = 0;
    for (long left = headerBytes; left > 0 && spaces <= MAX_SPACES; left -= piece.limit()) {
      HostFiles.fill(file, piece.clear().limit((int) Math.min(left, piece.capacity())));
      for (int i = 0; i < piece.limit(); i++) {
        byte c = piece.get(i);
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
          spaces++;
        }
      }
    }
    if (spaces > MAX_SPACES) {
      throw new InvalidDataFileException(
          path, "the header has more than " + MAX_SPACES + " bytes of white space");
    }
    file.position(start);
  }

  /**
   * Reads the text of a header and checks that its tensors fill the data exactly.
   *
   * @param dataBytes the number of bytes after the header
   */
  static SafeTensorsHeader parse(Path path, ByteBuffer text, long dataBytes)
      throws InvalidDataFileException {
    if (!text.hasRemaining() || text.get(text.position()) != '{') {
      throw new InvalidDataFileException(path, "the header does not begin with {");
    }
    var bytes = new ByteArrayInputStream(text.array(), text.position(), text.remaining());
    // Decoded while it is parsed, so that what is refused early costs little.
    try (JsonParser json =
        JSON.createParser(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()))) {
      SafeTensorsHeader header = new Reader(path, json).header();
      header.checkLayout(path, dataBytes);
      return header;
    } catch (CharacterCodingException e) {
      throw new InvalidDataFileException(path, "the header is not UTF-8", e);
    } catch (JacksonException e) {
      throw new InvalidDataFileException(
          path, "the header is not the JSON that it should be: " + e.getOriginalMessage(), e);
    } catch (InvalidDataFileException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidDataFileException(path, "the header cannot be read", e);
    }
  }

  private void checkLayout(Path path, long dataBytes) throws InvalidDataFileException {
    List<Map.Entry<String, Entry>> byPosition = new ArrayList<>(entries.entrySet());
    byPosition.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long position = 0;
    for (Map.Entry<String, Entry> named : byPosition) {
      Entry entry = named.getValue();
      if (entry.begin() != position) {
        throw new InvalidDataFileException(
            path,
            "tensor '"
                + named.getKey()
                + "' begins at byte "
                + entry.begin()
                + ", the one before it ends at "
                + position);
      }
      position = entry.end();
    }
    if (position != dataBytes) {
      throw new InvalidDataFileException(
          path, "the tensors end at byte " + position + ", the data at " + dataBytes);
    }
  }

  /** The header as JSON text, without padding. */
  String toJson() throws IOException {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> line : metadata.entrySet()) {
          json.writeStringField(line.getKey(), line.getValue());
        }
        json.writeEndObject();
      }
      for (Map.Entry<String, Entry> named : entries.entrySet()) {
        Entry entry = named.getValue();
        json.writeObjectFieldStart(named.getKey());
        json.writeStringField("dtype", entry.dtype().name());
        json.writeFieldName("shape");
        int[] dims = entry.shape().dims();
        json.writeArray(dims, 0, dims.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {entry.begin(), entry.end()}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  /** Turns tokens into entries; every deviation from the format is an error. */
  private record Reader(Path path, JsonParser json) {
    SafeTensorsHeader header() throws IOException {
      Map<String, Entry> entries = new LinkedHashMap<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        if (name.equals(METADATA)) {
          expect(json.nextToken(), JsonToken.START_OBJECT, METADATA);
          while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            if (metadata.size() == MAX_METADATA) {
              throw new InvalidDataFileException(
                  path, "more than " + MAX_METADATA + " entries of " + METADATA);
            }
            expect(json.nextToken(), JsonToken.VALUE_STRING, METADATA + " " + key);
            metadata.put(key, json.getText());
          }
        } else {
          if (entries.size() == MAX_TENSORS) {
            throw new InvalidDataFileException(path, "more than " + MAX_TENSORS + " tensors");
          }
          entries.put(name, entry(name));
        }
      }
      if (json.nextToken() != null) {
        throw new InvalidDataFileException(path, "more text follows the header");
      }
      return new SafeTensorsHeader(entries, metadata);
    }

    private Entry entry(String name) throws IOException {
      String type = null;
      List<Long> dims = null;
      List<Long> offsets = null;
      expect(json.nextToken(), JsonToken.START_OBJECT, name);
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        switch (key) {
          case "dtype" -> {
            expect(json.nextToken(), JsonToken.VALUE_STRING, name + " dtype");
            type = json.getText();
          }
          case "shape" -> dims = numbers(name + " shape", MAX_RANK);
          case "data_offsets" -> offsets = numbers(name + " data_offsets", 2);
          default ->
              throw new InvalidDataFileException(
                  path, "tensor '" + name + "' has the unknown key '" + key + "'");
        }
      }
      if (type == null || dims == null || offsets == null || offsets.size() != 2) {
        throw new InvalidDataFileException(
            path, "tensor '" + name + "' needs a dtype, a shape and two data_offsets");
      }
      return checked(name, type, dims, offsets.getFirst(), offsets.getLast());
    }

    private Entry checked(String name, String label, List<Long> dims, long begin, long end)
        throws InvalidDataFileException {
      DType dtype = TYPES.get(label);
      if (dtype == null) {
        throw new InvalidDataFileException(
            path, "tensor '" + name + "' has dtype " + label + ", which is not supported");
      }
      try {
        Shape shape = Shape.of(dims.stream().mapToInt(Math::toIntExact).toArray());
        long bytes = Math.multiplyExact(shape.size(), (long) dtype.bytes());
        if (end - begin != bytes || end < begin) {
          throw new InvalidDataFileException(
              path,
              "tensor '"
                  + name
                  + "' "
                  + dtype.name()
                  + shape
                  + " has "
                  + bytes
                  + " bytes, data_offsets are "
                  + begin
                  + " to "
                  + end);
        }
        return new Entry(dtype, shape, begin, end);
      } catch (ArithmeticException | IllegalArgumentException e) {
        throw new InvalidDataFileException(path, "tensor '" + name + "' is too large: " + dims, e);
      }
    }

    private List<Long> numbers(String what, int limit) throws IOException {
      expect(json.nextToken(), JsonToken.START_ARRAY, what);
      List<Long> numbers = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
        long number = json.getLongValue();
        if (number < 0 || numbers.size() == limit) {
          throw new InvalidDataFileException(
              path,
              what
                  + ": "
                  + (number < 0
                      ? "the negative number " + number
                      : "more than " + limit + " numbers"));
        }
        numbers.add(number);
      }
      return numbers;
    }

    private void expect(JsonToken found, JsonToken expected, String what)
        throws InvalidDataFileException {
      if (found != expected) {
        throw new InvalidDataFileException(
            path, what + ": found " + found + " in place of " + expected);
      }
    }
  }
}
