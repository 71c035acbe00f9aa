package dev.adjoint.nn.io;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.schedule.HostValues;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Single tensors in NumPy's {@code .npy} files. Booleans, bytes, 32- and 64-bit integers and floats of 16 to 64 bits are read and
 * written; NumPy has no bf16; other element types, big-endian data and everything that would need Python are refused.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 10_000;
  private static final int ALIGNMENT = 64;
  // NumPy leaves room for the first size to grow to this many digits.
  private static final int GROWTH_DIGITS = 21;

  private Npy() {}

  /**
   * Reads a file. Data in column-major order give a view with the axes turned around.
   *
   * @throws InvalidDataFileException if it breaks a rule of the format, is cut off or too long, or has a type that no tensor has
   * @throws IOException if it cannot be read
   */
  public static Tensor load(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      NpyHeader header = header(path, file);
      long bytes = header.shape().bytes(header.dtype(), "npy");
      if (file.size() - file.position() != bytes) {
        throw new InvalidDataFileException(
            path,
            header.dtype()
                + ""
                + header.shape()
                + " has "
                + bytes
                + " bytes, the file has "
                + (file.size() - file.position()));
      }
      HostValues.Pieces elements =
          to -> {
            HostFiles.read(file, to);
            if (header.dtype() == DType.BOOL) {
              HostFiles.requireBooleans(path, "the array", to);
            }
          };
      if (!header.fortranOrder()) {
        return HostFiles.read(elements, header.dtype(), header.shape());
      }
      int rank = header.shape().rank();
      int[] reversed = new int[rank];
      int[] order = new int[rank];
      for (int i = 0; i < rank; i++) {
        reversed[i] = header.shape().dim(rank - 1 - i);
        order[i] = rank - 1 - i;
      }
      return HostFiles.read(elements, header.dtype(), Shape.of(reversed)).permute(order);
    } catch (EOFException e) {
      throw new InvalidDataFileException(path, "the file ends too early", e);
    }
  }

  private static NpyHeader header(Path path, FileChannel file) throws IOException {
    ByteBuffer start = HostFiles.read(file, 8);
    byte[] magic = new byte[MAGIC.length];
    start.get(magic);
    int version = start.get();
    if (!Arrays.equals(magic, MAGIC) || version < 1 || version > 3 || start.get() != 0) {
      throw new InvalidDataFileException(path, "no .npy file of version 1.0, 2.0 or 3.0");
    }
    ByteBuffer length = HostFiles.read(file, version == 1 ? 2 : 4);
    long headerBytes =
        version == 1
            ? Short.toUnsignedLong(length.getShort())
            : Integer.toUnsignedLong(length.getInt());
    if (headerBytes > MAX_HEADER || headerBytes > file.size() - file.position()) {
      throw new InvalidDataFileException(
          path,
          "the header of " + headerBytes + " bytes is longer than the file or than " + MAX_HEADER);
    }
    byte[] text = HostFiles.read(file, (int) headerBytes).array();
    return new NpyHeader.Parser(path, new String(text, StandardCharsets.ISO_8859_1)).header();
  }

  /**
   * Writes a file, byte by byte as NumPy would; what was there before is replaced in one step.
   *
   * @throws IOException if it cannot be written; the old file is then as it was
   */
  public static void save(Path path, Tensor tensor) throws IOException {
    Tensor value = tensor.realize();
    byte[] header = header(value.dtype(), value.shape());
    AtomicFile.write(
        path,
        channel -> {
          HostFiles.write(channel, ByteBuffer.wrap(header));
          HostFiles.write(channel, value);
        });
  }

  private static byte[] header(DType dtype, Shape shape) {
    String text = new NpyHeader(dtype, false, shape).text();
    int growth = shape.rank() == 0 ? 0 : GROWTH_DIGITS - Integer.toString(shape.dim(0)).length();
    int prefix = MAGIC.length + 4;
    int total = Math.ceilDiv(prefix + text.length() + growth + 1, ALIGNMENT) * ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - prefix));
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }
}
