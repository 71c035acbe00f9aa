package dev.adjoint.nn.io;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.schedule.HostValues;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The contents of a safetensors file: named tensors and some text. Other systems read and write the same format.
 *
 * <p>A file is validated as a whole before memory for its data is taken. It may have 100,000 tensors, 10,000 entries of
 * metadata of 2^20 characters each, and 8 MiB of white space in its header. Files are written
 * {@linkplain AtomicFile in one step}.
 *
 * @param tensors by name, in the order of the file's header
 * @param metadata the strings that the writer has left
 */
public record SafeTensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
  private static final int LENGTH_BYTES = 8;
  private static final int ALIGNMENT = 8;

  /** Contents for a file; both maps are copied. */
  public SafeTensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * Reads a file.
   *
   * @throws InvalidDataFileException if it breaks a rule of the format, is cut off or too long, or has a type that no tensor has
   * @throws IOException if it cannot be read
   */
  public static SafeTensors load(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long fileBytes = file.size();
      if (fileBytes < LENGTH_BYTES) {
        throw new InvalidDataFileException(
            path, "the file has " + fileBytes + " bytes, too few for a header");
      }
      long headerBytes = HostFiles.read(file, LENGTH_BYTES).getLong();
      if (headerBytes < 2
          || headerBytes > SafeTensorsHeader.MAX_BYTES
          || headerBytes > fileBytes - LENGTH_BYTES) {
        throw new InvalidDataFileException(
            path,
            "the length of the header, "
                + Long.toUnsignedString(headerBytes)
                + ", does not fit into a file of "
                + fileBytes
                + " bytes or is over "
                + SafeTensorsHeader.MAX_BYTES);
      }
      SafeTensorsHeader.requireLittleSpace(path, file, headerBytes);
      ByteBuffer text = HostFiles.read(file, (int) headerBytes);
      long dataStart = LENGTH_BYTES + headerBytes;
      SafeTensorsHeader header = SafeTensorsHeader.parse(path, text, fileBytes - dataStart);
      var tensors = new LinkedHashMap<String, Tensor>();
      for (Map.Entry<String, SafeTensorsHeader.Entry> named : header.entries().entrySet()) {
        tensors.put(named.getKey(), read(path, file, dataStart, named.getKey(), named.getValue()));
      }
      return new SafeTensors(tensors, header.metadata());
    } catch (EOFException e) {
      throw new InvalidDataFileException(path, "the file has become shorter while it was read", e);
    }
  }

  /**
   * Writes tensors to a file; what was there before is replaced in one step.
   *
   * @throws IOException if it cannot be written; the old file is then as it was
   */
  public static void save(Path path, Map<String, Tensor> tensors) throws IOException {
    new SafeTensors(tensors, Map.of()).save(path);
  }

  /**
   * Writes these contents to a file; what was there before is replaced in one step.
   *
   * @throws IllegalArgumentException if a tensor has the name {@code __metadata__}, or there is more metadata or there are more
   *     tensors than {@link #load} accepts
   * @throws IOException if it cannot be written; the old file is then as it was
   */
  public void save(Path path) throws IOException {
    save(path, UnaryOperator.identity());
  }

  void save(Path path, UnaryOperator<WritableByteChannel> wrapper) throws IOException {
    if (tensors.containsKey(SafeTensorsHeader.METADATA)) {
      throw new IllegalArgumentException(
          "safetensors: no tensor can have the name " + SafeTensorsHeader.METADATA);
    }
    Tensor.realize(tensors.values());
    List<Map.Entry<String, Tensor>> byWidth = new ArrayList<>(tensors.entrySet());
    // Wide elements first, so that all data are aligned.
    byWidth.sort(Comparator.comparingInt(e -> -e.getValue().dtype().bytes()));
    Map<String, Long> begins = new HashMap<>();
    long position = 0;
    for (Map.Entry<String, Tensor> named : byWidth) {
      begins.put(named.getKey(), position);
      position += HostFiles.bytes(named.getValue());
    }
    var entries = new LinkedHashMap<String, SafeTensorsHeader.Entry>();
    tensors.forEach(
        (name, tensor) -> {
          long begin = Objects.requireNonNull(begins.get(name));
          entries.put(
              name,
              new SafeTensorsHeader.Entry(
                  tensor.dtype(), tensor.shape(), begin, begin + HostFiles.bytes(tensor)));
        });
    byte[] text =
        new SafeTensorsHeader(entries, metadata).toJson().getBytes(StandardCharsets.UTF_8);
    int padded = Math.ceilDiv(text.length, ALIGNMENT) * ALIGNMENT;
    requireReadable(path, text, padded, position);
    ByteBuffer header = ByteBuffer.allocate(LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    AtomicFile.write(
        path,
        channel -> {
          HostFiles.write(channel, header.flip());
          for (Map.Entry<String, Tensor> named : byWidth) {
            HostFiles.write(channel, named.getValue());
          }
        },
        wrapper);
  }

  private static void requireReadable(Path path, byte[] text, int padded, long dataBytes) {
    if (padded > SafeTensorsHeader.MAX_BYTES) {
      throw new IllegalArgumentException(
          "safetensors: the header would have "
              + padded
              + " bytes, over "
              + SafeTensorsHeader.MAX_BYTES);
    }
    try {
      SafeTensorsHeader.parse(path, ByteBuffer.wrap(text), dataBytes);
    } catch (InvalidDataFileException e) {
      throw new IllegalArgumentException(
          "safetensors: the file could not be read again: " + e.reason(), e);
    }
  }

  private static Tensor read(
      Path path, FileChannel file, long dataStart, String name, SafeTensorsHeader.Entry entry)
      throws IOException {
    file.position(dataStart + entry.begin());
    HostValues.Pieces elements =
        to -> {
          HostFiles.read(file, to);
          if (entry.dtype() == DType.BOOL) {
            HostFiles.requireBooleans(path, "tensor '" + name + "'", to);
          }
        };
    return HostFiles.read(elements, entry.dtype(), entry.shape());
  }
}
