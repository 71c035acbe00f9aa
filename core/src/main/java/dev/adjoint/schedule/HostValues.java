package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.StaleTensorException;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.graph.IntRange;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Storage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Values on their way between host memory and devices. */
public final class HostValues {
  /** How many bytes of host memory large values pass through, so few that they stay in a cache of the processor. */
  public static final long PIECE = 1 << 20;

  private HostValues() {}

  /** A node that holds a copy of host data. */
  public static Node upload(MemorySegment data, Shape shape, DType dtype, Device device) {
    long bytes = shape.bytes(dtype, "tensor");
    Buffer buffer = device.backend().allocate(Math.max(1, bytes));
    Storage storage = Storages.owning(device, buffer, shape, dtype, false, Temporaries.current());
    if (bytes > 0) {
      device.backend().write(buffer, 0, data.asSlice(0, bytes));
    }
    remember(storage, data.asSlice(0, bytes), dtype);
    return Node.source(storage, shape, dtype, false);
  }

  /** Remembers the range of integers, which may number classes or rows; to find it later would wait for the device. */
  private static void remember(Storage storage, MemorySegment data, DType dtype) {
    if (dtype == DType.I32 || dtype == DType.I64) {
      storage.range(IntRange.EMPTY.with(data, dtype));
    }
  }

  /** Host data that arrive piece by piece. */
  @FunctionalInterface
  public interface Pieces {
    /** Fills memory with the next bytes. */
    void next(MemorySegment to) throws IOException;
  }

  /** A node that holds host data, in pieces of at most {@link #PIECE} bytes. */
  public static Node upload(Pieces data, Shape shape, DType dtype, Device device)
      throws IOException {
    long bytes = shape.bytes(dtype, "tensor");
    Buffer buffer = device.backend().allocate(Math.max(1, bytes));
    Storage storage = Storages.owning(device, buffer, shape, dtype, false, Temporaries.current());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment piece = arena.allocate(Math.min(bytes, PIECE), Long.BYTES);
      for (long done = 0; done < bytes; done += PIECE) {
        MemorySegment part = piece.asSlice(0, Math.min(PIECE, bytes - done));
        data.next(part);
        device.backend().write(buffer, done, part);
      }
    }
    return Node.source(storage, shape, dtype, false);
  }

  /**
   * Copies the value of a computed node from a byte on. This waits for the device, so it is known then whether what it computed
   * has failed.
   */
  static void read(Node node, Storage storage, long start, MemorySegment to) {
    node.device().backend().read(storage.buffer(), start, to);
    Unsettled.settle(node.device());
    String failure = storage.failure();
    if (failure != null) {
      throw new StaleTensorException(node, failure);
    }
  }

  /** The range of the elements of a node of integers, which are read. */
  static IntRange range(Node node, Storage storage) {
    IntRange range = IntRange.EMPTY;
    long bytes = bytes(node);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment piece = arena.allocate(Math.min(bytes, PIECE), Long.BYTES);
      for (long done = 0; done < bytes; done += PIECE) {
        MemorySegment part = piece.asSlice(0, Math.min(PIECE, bytes - done));
        read(node, storage, done, part);
        range = range.with(part, node.dtype());
      }
    } finally {
      Reference.reachabilityFence(node);
    }
    return range;
  }

  /**
   * A copy of a node's value for a device.
   *
   * @param region at whose end it is freed, if any
   */
  static Storage transfer(Node from, Device to, boolean ofVariable, @Nullable Temporaries region) {
    Backend target = to.backend();
    long bytes = bytes(from);
    Buffer buffer = target.allocate(Math.max(1, bytes));
    Storage copy = Storages.owning(to, buffer, from.shape(), from.dtype(), ofVariable, region);
    if (bytes > 0) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment host = arena.allocate(bytes, 64);
        read(from, of(from), 0, host);
        target.write(buffer, 0, host);
        if (!ofVariable) {
          remember(copy, host, from.dtype());
        }
      } finally {
        Reference.reachabilityFence(from);
        Reference.reachabilityFence(copy);
      }
    }
    return copy;
  }

  /** The value of a computed node. */
  static Storage of(Node node) {
    Storage storage = node.storage();
    if (storage == null) {
      throw new IllegalStateException("engine: no value for " + node);
    }
    return storage;
  }

  /** The bytes of a node's value. */
  static long bytes(Node node) {
    return node.shape().size() * node.dtype().bytes();
  }
}
