package dev.adjoint.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SoftLimitTest {
  private static final long MIB = 1 << 20;
  private static final long MILLI = 1_000_000;

  private long now = 5 * MILLI;
  private long allocated;

  private SoftLimit limit(long hardLimit) {
    return new SoftLimit(() -> hardLimit, () -> now);
  }

  /** The program runs and takes blocks, then a collection of some length leaves some bytes in use. */
  private void cycle(SoftLimit limit, long runMillis, long collectMillis, long live) {
    now += runMillis * MILLI;
    allocated += 1024 * MIB;
    limit.collecting();
    now += collectMillis * MILLI;
    limit.collected(live, allocated);
  }

  @Test
  void beginsWith64MiB() {
    SoftLimit limit = limit(16L << 30);
    assertEquals(64 * MIB, limit.bytes());
    assertFalse(limit.isCollectionDue(32 * MIB, 32 * MIB, 32 * MIB));
    assertTrue(limit.isCollectionDue(64 * MIB, 4 * MIB, 64 * MIB));
  }

  @Test
  void growsByAStepWhileCollectionsAreFrequent() {
    SoftLimit limit = limit(16L << 30);
    cycle(limit, 99, 10, 0);
    assertEquals(128 * MIB, limit.bytes());
    cycle(limit, 99, 10, 0);
    assertEquals(192 * MIB, limit.bytes());
    cycle(limit, 100, 10, 0);
    assertEquals(
        192 * MIB, limit.bytes(), "a tenth of the time is spent on collections, and no more");
    cycle(limit, 99, 10, 0);
    assertEquals(256 * MIB, limit.bytes());
  }

  @Test
  void stopsAtAShareOfTheDevice() {
    SoftLimit limit = limit(8L << 30);
    for (int i = 0; i < 100; i++) {
      cycle(limit, 1, 10, 0);
    }
    assertEquals(256 * MIB, limit.bytes());
    SoftLimit ofSmallDevice = limit(100 * MIB);
    cycle(ofSmallDevice, 1, 10, 0);
    assertEquals(64 * MIB, ofSmallDevice.bytes());
  }

  @Test
  void isTwiceWhatIsInUse() {
    SoftLimit limit = limit(4L << 30);
    cycle(limit, 1000, 10, 30 * MIB);
    assertEquals(64 * MIB, limit.bytes());
    cycle(limit, 1000, 10, 500 * MIB);
    assertEquals(1000 * MIB, limit.bytes(), "above the share of the device");
    cycle(limit, 1000, 10, 0);
    assertEquals(1000 * MIB, limit.bytes(), "it never shrinks");
  }

  @Test
  void waitsUntilACollectionIsWorthwhile() {
    SoftLimit limit = limit(4L << 30);
    cycle(limit, 1000, 10, 0);
    long before = allocated;
    assertFalse(
        limit.isCollectionDue(100 * MIB, 4 * MIB, before + 50 * MIB),
        "few blocks can be garbage yet");
    assertTrue(limit.isCollectionDue(100 * MIB, 4 * MIB, before + 51 * MIB));
  }
}
