package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.device.Backend;
import dev.adjoint.device.Buffer;
import dev.adjoint.device.Reclaimer;
import dev.adjoint.graph.Lease;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Storage;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Gives the memory of unreachable storages back to their devices. */
public final class Storages {
  private static final ReferenceQueue<Object> UNREACHABLE = new ReferenceQueue<>();
  private static final Set<Watch> WATCHES = ConcurrentHashMap.newKeySet();

  /** How long the JVM may take to report what a collection has found. */
  private static final long COLLECT_NANOS = 200_000_000;

  /** How long the JVM reports nothing when it has reported all. */
  private static final long QUIET_MILLIS = 1;

  /** How many storages are made between two looks at what is unreachable, which then may be twice as many. */
  private static final int INTERVAL = 128;

  private static final int LARGEST = 5;

  /** How many storages were made; if threads count at once and lose some, the next look is a little later. */
  private static int made;

  private Storages() {}

  /**
   * Something that is unreachable from the start: when the JVM reports it, it has reported most finds of a collection. A weak
   * reference, as all collectors that sort finds by kind report the phantom ones before.
   */
  private static final class Sentinel extends WeakReference<Object> {
    private volatile boolean reported;

    Sentinel() {
      super(new Object(), UNREACHABLE);
    }
  }

  /** A storage over a buffer, which is freed when the storage is unreachable, or at the end of a region if there is one. */
  static Storage owning(
      Device device,
      Buffer buffer,
      Shape shape,
      DType dtype,
      boolean ofVariable,
      @Nullable Temporaries region) {
    // A program whose results are small could otherwise make a million of them before the pool is
    // short of blocks.
    if (++made % INTERVAL == 0) {
      drain(2 * INTERVAL);
    }
    var storage = new Storage(device, buffer, ofVariable, region == null ? null : new Lease());
    var watch = new Watch(storage, shape, dtype, UNREACHABLE);
    WATCHES.add(watch);
    if (region != null) {
      region.add(watch, WATCHES);
    }
    return storage;
  }

  /** Frees the values of a region at its end, but hands its results on to the region around it, if there is one. */
  public static void end(Temporaries region, List<Node> results) {
    Unsettled.settleOwn();
    var leases = new HashSet<Lease>();
    for (Node result : results) {
      Storage storage = result.storage();
      if (storage != null && storage.lease() != null) {
        leases.add(storage.lease());
      }
    }
    Temporaries outer = region.outer();
    for (Watch watch : region.watches()) {
      Lease lease = Objects.requireNonNull(watch.lease());
      if (!leases.contains(lease)) {
        if (lease.end()) {
          free(watch);
        }
      } else if (outer != null) {
        outer.add(watch, WATCHES);
      } else {
        lease.keep();
      }
    }
  }

  /** What the allocator of a device asks when it runs out of free blocks. */
  public static Reclaimer reclaimer(Backend backend) {
    return new Reclaimer() {
      @Override
      public boolean reclaim(boolean collect) {
        return Storages.reclaim(collect);
      }

      @Override
      public boolean reclaimYoung() {
        var sentinel = new Sentinel();
        return YoungCollection.provoke(sentinel) && freeFinds(sentinel, true);
      }

      @Override
      public String holders() {
        return Storages.holders(backend);
      }
    };
  }

  private static boolean reclaim(boolean collect) {
    boolean freed = drain(Integer.MAX_VALUE);
    return collect ? collect() | freed : freed;
  }

  /** Frees the memory of storages that are reported already, so many at most; returns whether there were any. */
  private static boolean drain(int most) {
    int freed = 0;
    while (freed < most && free(UNREACHABLE.poll())) {
      freed++;
    }
    return freed > 0;
  }

  /** Collects garbage and frees what that finds. */
  private static boolean collect() {
    var sentinel = new Sentinel();
    YoungCollection.full();
    return freeFinds(sentinel, false);
  }

  /**
   * Frees what a collection has found. A thread of the JVM reports the finds one by one, so this waits until the sentinel was
   * among them and, unless most will do, until no more come; returns whether there were any.
   */
  private static boolean freeFinds(Sentinel sentinel, boolean mostWillDo) {
    long begin = System.nanoTime();
    boolean freed = false;
    boolean more = true;
    boolean interrupted = false;
    while (more || (!sentinel.reported && System.nanoTime() - begin < COLLECT_NANOS)) {
      try {
        more =
            free(
                mostWillDo && sentinel.reported
                    ? UNREACHABLE.poll()
                    : UNREACHABLE.remove(QUIET_MILLIS));
        freed |= more;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return freed;
  }

  /** Frees the memory of a reported storage; false if nothing was reported. */
  private static boolean free(@Nullable Reference<?> reported) {
    if (reported instanceof Watch watch) {
      if (WATCHES.remove(watch)) {
        watch.free();
      }
    } else if (reported instanceof Sentinel sentinel) {
      sentinel.reported = true;
    }
    return reported != null;
  }

  private static String holders(Backend backend) {
    List<Watch> all = WATCHES.stream().filter(watch -> watch.isOn(backend)).toList();
    long bytes = all.stream().mapToLong(Watch::bytes).sum();
    var text = new StringBuilder();
    text.append(
        String.format("%,d values of tensors and variables hold %,d bytes", all.size(), bytes));
    text.append(all.isEmpty() ? "" : "; the largest:");
    all.stream()
        .sorted(Comparator.comparingLong(Watch::bytes).reversed())
        .limit(LARGEST)
        .forEach(watch -> text.append('\n').append(watch));
    return text.toString();
  }
}
