package dev.adjoint.nn.data;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The contents of an IDX file, the format of the MNIST family of data sets: a type byte, the sizes, then the elements,
 * big-endian. Gzip is recognised by its first bytes, whatever the name of the file.
 *
 * <p>Nothing is allocated before the header has been held against the length of the file.
 */
public final class Idx {
  private static final int MAX_RANK = 8;
  private static final int MAX_BYTES = Integer.MAX_VALUE - 64;
  // Real data stays far below; the limit of the DEFLATE format itself is 1032.
  private static final long MAX_GZIP_RATIO = 200;
  private static final long ALWAYS_ALLOWED = 1 << 20;

  private final DType dtype;
  private final Shape shape;
  private final byte[] bytes;

  private Idx(DType dtype, Shape shape, byte[] bytes) {
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = bytes;
  }

  /**
   * Reads a file.
   *
   * @throws InvalidDataFileException if it is no IDX file, has no elements, ends too early or too late, or is larger than 2
   *     GiB
   * @throws IOException if it cannot be read
   */
  public static Idx read(Path path) throws IOException {
    return read(path, null);
  }

  /**
   * Reads a file whose contents are known.
   *
   * @param sha256 the checksum of the contents before compression, in lower-case hexadecimal digits; null for any
   * @throws InvalidDataFileException as for {@link #read(Path)}, or if the checksum differs
   * @throws IOException if it cannot be read
   */
  public static Idx read(Path path, @Nullable String sha256) throws IOException {
    try (InputStream file = Files.newInputStream(path)) {
      return read(path, Files.size(path), file, sha256);
    }
  }

  /**
   * Reads a resource, such as one in a jar of the class path.
   *
   * @throws InvalidDataFileException as for {@link #read(Path)}; its path is that of the resource in the jar
   * @throws IOException if it cannot be read
   */
  public static Idx read(URL resource) throws IOException {
    URLConnection connection = resource.openConnection();
    // A cached jar would stay open.
    connection.setUseCaches(false);
    String path = resource.getPath();
    Path name =
        resource.getProtocol().equals("file")
            ? Path.of(URI.create(resource.toString()))
            : Path.of(path.substring(path.lastIndexOf("!/") + 2));
    try (InputStream in = connection.getInputStream()) {
      return read(name, connection.getContentLengthLong(), in, null);
    }
  }

  private static Idx read(Path path, long fileBytes, InputStream stream, @Nullable String sha256)
      throws IOException {
    try (InputStream file = new BufferedInputStream(stream, 1 << 16)) {
      file.mark(2);
      boolean zipped = file.read() == 0x1f && file.read() == 0x8b;
      file.reset();
      try (InputStream in = zipped ? new GZIPInputStream(file, 1 << 16) : file) {
        return read(path, fileBytes, zipped, in, sha256);
      }
    } catch (EOFException e) {
      throw new InvalidDataFileException(path, "the file ends too early", e);
    } catch (ZipException e) {
      throw new InvalidDataFileException(path, "damaged gzip data: " + e.getMessage(), e);
    }
  }

  private static Idx read(
      Path path, long fileBytes, boolean zipped, InputStream raw, @Nullable String sha256)
      throws IOException {
    MessageDigest digest = sha256();
    InputStream in = sha256 == null ? raw : new DigestInputStream(raw, digest);
    byte[] magic = exactly(in, 4);
    if (magic[0] != 0 || magic[1] != 0) {
      throw new InvalidDataFileException(path, "no IDX file: the first two bytes are not 0");
    }
    DType dtype = dtype(path, magic[2] & 0xff);
    int rank = magic[3] & 0xff;
    if (rank < 1 || rank > MAX_RANK) {
      throw new InvalidDataFileException(
          path, "rank " + rank + " is not between 1 and " + MAX_RANK);
    }
    ByteBuffer sizes = ByteBuffer.wrap(exactly(in, 4 * rank));
    int[] dims = new int[rank];
    long bytes = dtype.bytes();
    for (int i = 0; i < rank; i++) {
      dims[i] = sizes.getInt();
      if (dims[i] <= 0) {
        throw new InvalidDataFileException(
            path,
            "size "
                + Integer.toUnsignedString(dims[i])
                + " of axis "
                + i
                + " is not between 1 and 2^31-1");
      }
      bytes *= dims[i];
      if (bytes > MAX_BYTES) {
        throw new InvalidDataFileException(path, "the sizes in the header need more than 2 GiB");
      }
    }
    checkLength(path, fileBytes, zipped, 4 + 4L * rank, bytes);
    byte[] data = exactly(in, (int) bytes);
    if (in.read() >= 0) {
      throw new InvalidDataFileException(
          path, "more data follow the " + bytes + " bytes that the header announces");
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (sha256 != null && !sha256.equals(found)) {
      throw new InvalidDataFileException(
          path, "the SHA-256 of the contents is " + found + ", expected " + sha256);
    }
    toNativeOrder(data, dtype.bytes());
    return new Idx(dtype, Shape.of(dims), data);
  }

  private static void checkLength(
      Path path, long fileBytes, boolean zipped, long header, long bytes)
      throws InvalidDataFileException {
    if (!zipped && fileBytes != header + bytes) {
      throw new InvalidDataFileException(
          path, "the header announces " + (header + bytes) + " bytes, the file has " + fileBytes);
    }
    if (zipped && bytes > ALWAYS_ALLOWED && bytes / MAX_GZIP_RATIO > fileBytes) {
      throw new InvalidDataFileException(
          path,
          "the header announces "
              + bytes
              + " bytes, more than "
              + MAX_GZIP_RATIO
              + " times the compressed "
              + fileBytes);
    }
  }

  private static DType dtype(Path path, int code) throws InvalidDataFileException {
    return switch (code) {
      case 0x08 -> DType.U8;
      case 0x0c -> DType.I32;
      case 0x0d -> DType.F32;
      case 0x0e -> DType.F64;
      case 0x09, 0x0b ->
          throw new InvalidDataFileException(
              path, "signed 8-bit and 16-bit elements are not supported");
      default ->
          throw new InvalidDataFileException(
              path, "unknown type byte 0x" + Integer.toHexString(code));
    };
  }

  private static byte[] exactly(InputStream in, int n) throws IOException {
    byte[] bytes = new byte[n];
    if (in.readNBytes(bytes, 0, n) < n) {
      throw new EOFException();
    }
    return bytes;
  }

  private static void toNativeOrder(byte[] data, int width) {
    if (width == 1 || ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) {
      return;
    }
    for (int i = 0; i < data.length; i += width) {
      for (int a = i, b = i + width - 1; a < b; a++, b--) {
        byte swap = data[a];
        data[a] = data[b];
        data[b] = swap;
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** The type of the elements. */
  public DType dtype() {
    return dtype;
  }

  /** The sizes of the axes. */
  public Shape shape() {
    return shape;
  }

  /** The elements in row-major order and the byte order of this machine; read-only. */
  public MemorySegment data() {
    return MemorySegment.ofArray(bytes).asReadOnly();
  }

  /** The elements as a tensor on the current device. */
  public Tensor tensor() {
    return Tensors.fromSegment(data(), dtype, shape.dims());
  }
}
