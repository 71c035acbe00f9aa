package dev.adjoint.nn.vision;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;

/** The chunks of a PNG file, whose checksums the reader of the JDK does not compare. */
final class PngChunks {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** The bytes of a chunk besides its data: length, type and checksum. */
  private static final int AROUND = 12;

  private PngChunks() {}

  /** Requires that all chunks of a PNG file are whole and the last one is there; other files are none of its business. */
  static void check(Path path, byte[] file) throws InvalidDataFileException {
    if (file.length < SIGNATURE.length
        || !Arrays.equals(file, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int at = SIGNATURE.length;
    String type = "";
    while (!type.equals("IEND")) {
      if (file.length - at < AROUND) {
        throw new InvalidDataFileException(path, "the PNG file ends before its last chunk");
      }
      int length = bytes.getInt(at);
      type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (length < 0 || length > file.length - at - AROUND) {
        throw new InvalidDataFileException(
            path, "the PNG file ends within its chunk " + type + " of " + length + " bytes");
      }
      var crc = new CRC32();
      crc.update(file, at + 4, 4 + length);
      if ((int) crc.getValue() != bytes.getInt(at + 8 + length)) {
        throw new InvalidDataFileException(
            path, "the checksum of the PNG chunk " + type + " is wrong");
      }
      at += AROUND + length;
    }
  }
}
