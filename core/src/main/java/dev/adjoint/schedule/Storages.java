package dev.adjoint.schedule;

import dev.adjoint.Device;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.graph.Storage;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Gives the memory of unreachable storages back to their devices. */
public final class Storages {
  private static final ReferenceQueue<Object> UNREACHABLE = new ReferenceQueue<>();
  private static final Set<Watch> WATCHES = ConcurrentHashMap.newKeySet();

  /** How long a forced collection may take to report unreachable storages before it counts as fruitless. */
  private static final long COLLECT_MILLIS = 200;

  private Storages() {}

  /** What is left of a storage that nobody can reach. */
  private static final class Watch extends PhantomReference<Object> {
    private final Backend backend;
    private final Buffer buffer;

    Watch(Storage storage, Backend backend) {
      super(storage.lifetime(), UNREACHABLE);
      this.backend = backend;
      this.buffer = storage.buffer();
    }
  }

  /** A storage over a buffer, which is freed when the storage is unreachable. */
  static Storage owning(Device device, Buffer buffer, boolean ofVariable) {
    var storage = new Storage(device, buffer, ofVariable);
    WATCHES.add(new Watch(storage, device.backend()));
    return storage;
  }

  /** Frees what is known to be unreachable, after a garbage collection if asked; returns whether anything was freed. */
  public static boolean reclaim(boolean collect) {
    boolean freed = drain();
    if (collect) {
      System.gc();
      freed |= awaitOne();
      freed |= drain();
    }
    return freed;
  }

  private static boolean awaitOne() {
    try {
      var watch = (Watch) UNREACHABLE.remove(COLLECT_MILLIS);
      if (watch == null) {
        return false;
      }
      free(watch);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean drain() {
    boolean freed = false;
    for (var watch = (Watch) UNREACHABLE.poll(); watch != null; watch = (Watch) UNREACHABLE.poll()) {
      free(watch);
      freed = true;
    }
    return freed;
  }

  private static void free(Watch watch) {
    WATCHES.remove(watch);
    watch.backend.free(watch.buffer);
  }
}
