package dev.adjoint.schedule;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A map that drops what was not used for longest when its entries take too many bytes. Threads may share it. */
public final class BoundedCache<K, V> {
  private final Map<K, Entry<V>> entries = new LinkedHashMap<>(256, 0.75f, true);
  private final long limit;
  private final ToLongFunction<V> size;
  private long bytes;

  private record Entry<V>(V value, long bytes) {}

  /**
   * An empty cache.
   *
   * @param limit about how many bytes its entries may take
   * @param size about how many bytes an entry takes
   */
  public BoundedCache(long limit, ToLongFunction<V> size) {
    this.limit = limit;
    this.size = size;
  }

  /** The value of a key, or null. */
  public synchronized @Nullable V get(K key) {
    Entry<V> entry = entries.get(key);
    return entry == null ? null : entry.value;
  }

  /** Adds a value; the last one added stays, however large it is. */
  public synchronized void put(K key, V value) {
    var entry = new Entry<>(value, size.applyAsLong(value));
    bytes += entry.bytes;
    Entry<V> old = entries.put(key, entry);
    bytes -= old == null ? 0 : old.bytes;
    Iterator<Entry<V>> eldest = entries.values().iterator();
    while (bytes > limit && entries.size() > 1) {
      bytes -= eldest.next().bytes;
      eldest.remove();
    }
  }

  /** About how many bytes the entries take. */
  synchronized long bytes() {
    return bytes;
  }
}
