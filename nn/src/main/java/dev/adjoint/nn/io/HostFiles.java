package dev.adjoint.nn.io;

import dev.adjoint.DType;
import dev.adjoint.Devices;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.schedule.Engine;
import dev.adjoint.schedule.HostValues;
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
  static {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException(
          "files of tensors can be read and written on little-endian machines only");
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
    fill(file, to.asByteBuffer());
  }

  /** The tensor of a type and a shape whose elements come in pieces. */
  static Tensor read(HostValues.Pieces elements, DType dtype, Shape shape) throws IOException {
    return new Tensor(HostValues.upload(elements, shape, dtype, Devices.current()));
  }

  /** Fills a buffer with the next bytes. */
  static void fill(FileChannel file, ByteBuffer to) throws IOException {
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
    long bytes = bytes(tensor);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment piece = arena.allocate(Math.min(bytes, HostValues.PIECE), Long.BYTES);
      for (long done = 0; done < bytes; done += HostValues.PIECE) {
        MemorySegment part = piece.asSlice(0, Math.min(HostValues.PIECE, bytes - done));
        Engine.read(tensor.node(), done, part);
        write(channel, part.asByteBuffer());
      }
    }
  }

  /** The size of the elements of a tensor. */
  static long bytes(Tensor tensor) {
    return tensor.size() * tensor.dtype().bytes();
  }

  /** Checks that all bytes are 0 or 1. */
  static void requireBooleans(Path path, String what, MemorySegment data)
      throws InvalidDataFileException {
    for (long i = 0; i < data.byteSize(); i++) {
      byte value = data.get(ValueLayout.JAVA_BYTE, i);
      if (value != 0 && value != 1) {
        throw new InvalidDataFileException(
            path, what + " is of booleans and has the byte " + (value & 0xff));
      }
    }
  }
}
