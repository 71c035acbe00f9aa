package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.graph.Call;
import dev.adjoint.graph.Lease;
import dev.adjoint.graph.Storage;
import java.lang.StackWalker.StackFrame;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import org.jspecify.annotations.Nullable;

/**
 * What the engine keeps of a storage that it must not keep reachable: the memory to free when the storage is gone, and what an
 * error message says about it until then.
 */
final class Watch extends PhantomReference<Object> {
  /** The size from which on it is worth its time to find out which line of the program a value is from. */
  private static final long LARGE = 1 << 20;

  private static final StackWalker STACK = StackWalker.getInstance();

  private final Backend backend;
  private final Buffer buffer;
  private final Shape shape;
  private final DType dtype;
  private final boolean ofVariable;
  private final @Nullable Lease lease;
  private final @Nullable StackTraceElement line;

  Watch(Storage storage, Shape shape, DType dtype, ReferenceQueue<Object> queue) {
    super(storage.lifetime(), queue);
    Device device = storage.device();
    this.backend = device.backend();
    this.buffer = storage.buffer();
    this.shape = shape;
    this.dtype = dtype;
    this.ofVariable = storage.ofVariable();
    this.lease = storage.lease();
    this.line = buffer.bytes() >= LARGE ? findLine() : null;
  }

  /** How long the value can be used; null if that is as long as it is reachable. */
  @Nullable Lease lease() {
    return lease;
  }

  /** Gives the memory back, once; nobody can use the storage any more. */
  void free() {
    backend.free(buffer);
  }

  /** Whether the memory belongs to a device. */
  boolean isOn(Backend device) {
    return backend.equals(device);
  }

  /** The size of the memory. */
  long bytes() {
    return buffer.bytes();
  }

  /** The size, what it holds, and the line of the program that computed it, if known. */
  @Override
  public String toString() {
    return String.format(
            "%,15d bytes  %s%s%s", bytes(), dtype, shape, ofVariable ? " of a variable" : "")
        + (line == null ? "" : "  " + line.getFileName() + ":" + line.getLineNumber());
  }

  /** The innermost line on the stack that is neither the engine's nor the JDK's; as text, which keeps no class loaded. */
  private static @Nullable StackTraceElement findLine() {
    StackFrame frame =
        STACK
            .walk(frames -> frames.filter(f -> Call.isOfTheProgram(f.getClassName())).findFirst())
            .orElse(null);
    return frame == null ? null : frame.toStackTraceElement();
  }
}
