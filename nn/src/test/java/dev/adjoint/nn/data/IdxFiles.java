package dev.adjoint.nn.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** The contents of files that tests write. */
public final class IdxFiles {
  private IdxFiles() {}

  /** An IDX file with a type byte, sizes and elements. */
  public static byte[] idx(int type, int[] dims, byte... data) {
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * dims.length + data.length);
    file.putShort((short) 0).put((byte) type).put((byte) dims.length);
    Arrays.stream(dims).forEach(file::putInt);
    return file.put(data).array();
  }

  /** The compressed file of some contents. */
  public static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }
}
