package dev.adjoint.graph;

import dev.adjoint.Device;
import dev.adjoint.device.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * The computed value of a node: a row-major block of device memory.
 *
 * <p>A storage goes stale when an update of a variable takes its memory over, or a region of temporaries ends, and can never be
 * used if the computation of the value turns out to have failed.
 */
public final class Storage {
  private final Device device;
  private final Buffer buffer;
  private final boolean ofVariable;
  private final Object lifetime;
  private final @Nullable Lease lease;
  private final @Nullable String unknown;
  private volatile @Nullable String overwrittenBy;
  private volatile @Nullable String failure;
  private volatile @Nullable IntRange range;

  /**
   * A storage that owns a buffer.
   *
   * @param ofVariable whether an update of a variable may take the memory over
   * @param lease how long the value can be used; null if that is as long as it is reachable
   */
  public Storage(Device device, Buffer buffer, boolean ofVariable, @Nullable Lease lease) {
    this(device, buffer, ofVariable, lease, null);
  }

  private Storage(
      Device device,
      Buffer buffer,
      boolean ofVariable,
      @Nullable Lease lease,
      @Nullable String unknown) {
    this.device = device;
    this.buffer = buffer;
    this.ofVariable = ofVariable;
    this.lifetime = new Object();
    this.lease = lease;
    this.unknown = unknown;
  }

  /**
   * The storage of a value that nobody knows, such as an argument of a function that is only recorded.
   *
   * @param why the rest of a sentence about a tensor that needs the value
   */
  public static Storage unknown(Device device, String why) {
    return new Storage(device, () -> 0, false, null, why);
  }

  private Storage(Storage before) {
    this.device = before.device;
    this.buffer = before.buffer;
    this.ofVariable = before.ofVariable;
    this.lifetime = before.lifetime;
    this.lease = before.lease;
    this.unknown = before.unknown;
  }

  /**
   * Marks this value as overwritten and returns the storage of the new value in the same memory.
   *
   * @param variable the name of the variable that took the memory over
   */
  public Storage overwrite(String variable) {
    overwrittenBy = variable;
    return new Storage(this);
  }

  /** Takes {@link #overwrite} back: the memory has this value still. */
  public void restore() {
    overwrittenBy = null;
  }

  /** Notes that the computation of the value has failed, and why. */
  public void fail(String why) {
    failure = why;
  }

  /** Why the computation has failed, as a {@link #refusal}; null if it is not known to. */
  public @Nullable String failure() {
    return failure == null ? null : "needs a value whose computation has failed: " + failure;
  }

  /** The storage of a value that should be in the same memory, but whose computation has failed. */
  public Storage failed(String why) {
    var other = new Storage(this);
    other.fail(why);
    return other;
  }

  /** An object that is reachable as long as any value in this memory is. */
  public Object lifetime() {
    return lifetime;
  }

  /** Whether an update of a variable may take the memory over. */
  public boolean ofVariable() {
    return ofVariable;
  }

  /** The device that holds the memory. */
  public Device device() {
    return device;
  }

  /** The memory; its first byte is the first element. */
  public Buffer buffer() {
    return buffer;
  }

  /** The range of the elements, if it was found before. */
  public @Nullable IntRange range() {
    return range;
  }

  /** Remembers the range of the elements, which no variable changes. */
  public void range(IntRange found) {
    range = found;
  }

  /** How long the value can be used; null if that is as long as it is reachable. */
  public @Nullable Lease lease() {
    return lease;
  }

  /** Why this thread cannot use the value, as the rest of a sentence about a tensor that needs it; null while it can. */
  public @Nullable String refusal() {
    if (unknown != null) {
      return unknown;
    }
    String failed = failure();
    if (failed != null) {
      return failed;
    }
    String variable = overwrittenBy;
    if (variable != null) {
      return "needs the value that '"
          + variable
          + "' had before it was updated, and that value is gone: before the step, call keep() on the tensor, or realize()"
          + " if the loss does not depend on it";
    }
    return lease == null ? null : lease.refusal();
  }
}
