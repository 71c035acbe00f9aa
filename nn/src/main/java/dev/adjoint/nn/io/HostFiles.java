package dev.adjoint.nn.io;

import dev.adjoint.Tensor;
import dev.adjoint.schedule.Engine;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** Moves tensors between memory and files whose numbers are little-endian. */
final class HostFiles {
  // A buffer counts in ints.
  private static final long CHUNK = 1 << 30;

  static {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException("files of tensors can be read and written on little-endian machines only");
    }
  }

  private HostFiles() {}

  /** The next bytes, ready to be read as little-endian numbers. */
  static ByteBuffer read(FileChannel file, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    fill(file, buffer);
    return buffer.flip();
  }

  /** Fills memory with the next bytes. */
  static void read(FileChannel file, MemorySegment to) throws IOException {
    for (long done = 0; done < to.byteSize(); done += CHUNK) {
      fill(file, to.asSlice(done, Math.min(CHUNK, to.byteSize() - done)).asByteBuffer());
    }
  }

  private static void fill(FileChannel file, ByteBuffer to) throws IOException {
    while (to.hasRemaining()) {
      if (file.read(to) < 0) {
        throw new EOFException();
      }
    }
  }

  /** Writes all of a buffer. */
  static void write(WritableByteChannel channel, ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      channel.write(from);
    }
  }

  /** Writes the elements of a tensor. */
  static void write(WritableByteChannel channel, Tensor tensor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(bytes(tensor), Long.BYTES);
      Engine.read(tensor.node(), data);
      for (long done = 0; done < data.byteSize(); done += CHUNK) {
        write(channel, data.asSlice(done, Math.min(CHUNK, data.byteSize() - done)).asByteBuffer());
      }
    }
  }

  /** The size of the elements of a tensor. */
  static long bytes(Tensor tensor) {
    return tensor.size() * tensor.dtype().bytes();
  }

  /** Checks that all bytes are 0 or 1. */
  static void requireBooleans(Path path, String what, MemorySegment data) throws InvalidDataFileException {
    for (long i = 0; i < data.byteSize(); i++) {
      byte value = data.get(ValueLayout.JAVA_BYTE, i);
      if (value != 0 && value != 1) {
        throw new InvalidDataFileException(path, what + " is of booleans and has the byte " + (value & 0xff));
      }
    }
  }
}
