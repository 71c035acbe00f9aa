package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedCacheTest {
  private final BoundedCache<String, Long> cache = new BoundedCache<>(100, size -> size);

  private List<String> kept(String... keys) {
    var kept = new ArrayList<String>();
    for (String key : keys) {
      if (cache.get(key) != null) {
        kept.add(key);
      }
    }
    return kept;
  }

  @Test
  void whatFitsStays() {
    cache.put("a", 40L);
    cache.put("b", 60L);
    assertEquals(100, cache.bytes());
    assertEquals(40, cache.get("a"));
    assertEquals(60, cache.get("b"));
    assertNull(cache.get("c"));
  }

  @Test
  void whatWasNotUsedForLongestGoesFirst() {
    cache.put("a", 30L);
    cache.put("b", 30L);
    cache.put("c", 30L);
    assertEquals(30, cache.get("a"));
    cache.put("d", 30L);
    assertEquals(90, cache.bytes());
    assertEquals(List.of("a", "c", "d"), kept("a", "b", "c", "d"));
  }

  @Test
  void aLargeEntryDropsAsManyAsItMust() {
    cache.put("a", 20L);
    cache.put("b", 20L);
    cache.put("c", 20L);
    cache.put("d", 70L);
    assertEquals(90, cache.bytes());
    assertEquals(List.of("c", "d"), kept("a", "b", "c", "d"));
  }

  @Test
  void theLastOneStaysHoweverLargeItIs() {
    cache.put("a", 10L);
    cache.put("b", 1000L);
    assertEquals(List.of("b"), kept("a", "b"));
    assertEquals(1000, cache.bytes());
    cache.put("c", 1L);
    assertEquals(List.of("c"), kept("b", "c"));
    assertEquals(1, cache.bytes());
  }

  @Test
  void aSecondValueReplacesTheFirst() {
    cache.put("a", 50L);
    cache.put("b", 10L);
    cache.put("a", 70L);
    assertEquals(80, cache.bytes());
    assertEquals(70, cache.get("a"));
    cache.put("a", 5L);
    assertEquals(15, cache.bytes());
    assertEquals(List.of("a", "b"), kept("a", "b"));
  }

  @Test
  void replacingDropsOthersButNotItself() {
    cache.put("a", 50L);
    cache.put("b", 40L);
    cache.put("a", 90L);
    assertEquals(List.of("a"), kept("a", "b"));
    assertEquals(90, cache.bytes());
  }

  @Test
  void bytesAreThoseOfTheEntriesAndWithinTheLimit() {
    var random = new Random(1);
    var sizes = new LinkedHashMap<String, Long>();
    for (int i = 0; i < 10_000; i++) {
      String key = "k" + random.nextInt(20);
      if (random.nextInt(3) > 0) {
        cache.get(key);
        continue;
      }
      long size = random.nextInt(60);
      sizes.put(key, size);
      cache.put(key, size);
      assertEquals(size, cache.get(key));
      long sum = 0;
      for (String some : sizes.keySet()) {
        Long value = cache.get(some);
        assertTrue(value == null || value.equals(sizes.get(some)), some);
        sum += value == null ? 0 : value;
      }
      assertEquals(sum, cache.bytes());
      assertTrue(sum <= 100, sum + " bytes");
    }
  }
}
