package dev.adjoint.cpu.memory;

import dev.adjoint.device.DebugLevel;
import java.lang.ref.PhantomReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Memory for machine code: one range of addresses that all codes share. Code that is unreachable makes room for other code; the
 * collector is asked for such code when what the range may hold is used up, and the range may hold more if most is needed.
 */
public final class CodeMemory {
  private static final long RANGE = 256L << 20;
  private static final long FIRST_LIMIT = 4L << 20;
  private static final String SYSTEM = System.getProperty("os.name", "");
  private static final boolean LINUX = SYSTEM.startsWith("Linux");
  private static final boolean WINDOWS = SYSTEM.startsWith("Windows");

  private static final @Nullable CodeMemory SHARED = open();

  private final CodePages pages;
  private final long base;
  private final long unit;
  private final @Nullable Code flush;

  /** Addresses of free memory with how many bytes are free there. Neighbours are one entry. */
  private final TreeMap<Long, Long> free = new TreeMap<>();

  private final List<Room> rooms = new ArrayList<>();
  private long limit = FIRST_LIMIT;
  private long used;

  /** What a code takes. The collector clears it; no queue is needed, as all are looked at when room is. */
  private static final class Room extends PhantomReference<Code> {
    final long address;
    final long bytes;

    Room(Code code, long bytes) {
      super(code, null);
      this.address = code.address();
      this.bytes = bytes;
    }
  }

  /** Memory in pages of a kind, which is tried out: what the system refuses is an {@link UnsupportedOperationException}. */
  CodeMemory(CodePages pages) {
    this.pages = pages;
    unit = pages.unit();
    base = pages.map(RANGE);
    free.put(base, RANGE);
    // Linux makes new pages known to the instruction cache, but not code that comes to them later.
    flush =
        CallConvention.HERE == CallConvention.AAPCS64 && LINUX
            ? put("flush", StartCode.FLUSH, StartCode.FLUSH.length)
            : null;
    Code probe = put("probe", StartCode.PROBE, StartCode.PROBE.length);
    if (probe.call(0, 0, 0, 0, 0, 0) != StartCode.PROBE_RESULT) {
      throw new UnsupportedOperationException("machine code does not run as written");
    }
  }

  private static @Nullable CodeMemory open() {
    String text = System.getProperty("adjoint.cpu.code", "on");
    if (text.equals("off")) {
      return null;
    }
    if (!text.equals("on")) {
      throw new IllegalArgumentException(
          "cpu: adjoint.cpu.code must be on or off, not '" + text + "'");
    }
    String problem;
    if (CallConvention.HERE == null) {
      problem = "there is none for processors of kind " + System.getProperty("os.arch");
    } else if (!NativeMemory.WHOLE) {
      problem = "native access is forbidden";
    } else {
      if (LINUX && !PerfMap.isOn()) {
        try {
          return new CodeMemory(new SharedCodePages());
        } catch (UnsupportedOperationException | NoSuchElementException e) {
          DebugLevel.note("cpu: each code has pages of its own, because " + e.getMessage());
        }
      }
      try {
        return new CodeMemory(WINDOWS ? new WindowsCodePages() : new OwnCodePages());
      } catch (UnsupportedOperationException | NoSuchElementException e) {
        problem = e.getMessage();
      }
    }
    System.getLogger("dev.adjoint")
        .log(
            System.Logger.Level.WARNING,
            "cpu: machine code cannot be used, because " + problem + ": plain loops run, slower");
    return null;
  }

  /** Whether this process may run machine code that it writes. */
  public static boolean isUsable() {
    return SHARED != null;
  }

  /** Makes the first {@code length} bytes of {@code code} callable; tools see it by the name. */
  public static Code install(String name, byte[] code, int length) {
    if (SHARED == null) {
      throw new IllegalStateException("cpu: " + name + ": this process may not run machine code");
    }
    return SHARED.put(name, code, length);
  }

  synchronized Code put(String name, byte[] bytes, int length) {
    long size = (length + unit - 1) & -unit;
    long address = take(size);
    pages.write(address, bytes, length);
    if (flush != null) {
      flush.call(address, address + length, 0, 0, 0, 0);
    }
    PerfMap.add(address, length, name);
    Code code = new Code(address);
    rooms.add(new Room(code, size));
    return code;
  }

  /** How much memory codes may take before the collector is asked for those that are unreachable. */
  synchronized long limit() {
    return limit;
  }

  private long take(long size) {
    long address = fit(size);
    if (address == 0) {
      sweep();
      if (used > limit / 2) {
        System.gc();
        sweep();
      }
      if (used > limit / 2) {
        limit = Math.min(RANGE, 2 * limit);
      }
      address = fit(size);
    }
    for (; address == 0 && limit < RANGE; address = fit(size)) {
      limit *= 2;
    }
    if (address == 0) {
      throw new OutOfMemoryError(
          "cpu: no room for " + size + " bytes of machine code beside " + used + " in use");
    }
    return address;
  }

  /** Takes room at the lowest address that has enough of it, if that lies below the limit; else 0. */
  private long fit(long size) {
    for (Map.Entry<Long, Long> entry : free.entrySet()) {
      long address = entry.getKey();
      long bytes = entry.getValue();
      if (address + size > base + limit) {
        return 0;
      }
      if (bytes >= size) {
        free.remove(address);
        if (bytes > size) {
          free.put(address + size, bytes - size);
        }
        used += size;
        return address;
      }
    }
    return 0;
  }

  /** Frees what codes took that the collector has found unreachable. */
  private void sweep() {
    int kept = 0;
    for (Room room : rooms) {
      if (room.refersTo(null)) {
        free(room);
      } else {
        rooms.set(kept++, room);
      }
    }
    rooms.subList(kept, rooms.size()).clear();
  }

  private void free(Room room) {
    used -= room.bytes;
    long address = room.address;
    long bytes = room.bytes;
    Map.Entry<Long, Long> before = free.floorEntry(address);
    if (before != null && before.getKey() + before.getValue() == address) {
      address = before.getKey();
      bytes += before.getValue();
    }
    Long after = free.remove(room.address + room.bytes);
    free.put(address, after == null ? bytes : bytes + after);
  }
}
