package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.schedule.MemoryPlan.Life;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static long block(Life... lives) {
    return MemoryPlan.of(lives.length, List.of(lives)).bytes();
  }

  private static boolean meet(Life a, Life b) {
    return a.first() <= b.last() && b.first() <= a.last();
  }

  /** The most bytes that live at one step. */
  private static long peak(List<Life> lives) {
    return lives.stream()
        .mapToLong(
            at ->
                lives.stream()
                    .filter(l -> l.first() <= at.first() && at.first() <= l.last())
                    .mapToLong(Life::bytes)
                    .sum())
        .max()
        .orElse(0);
  }

  private static List<Life> random(long seed, boolean equal) {
    var random = new Random(seed);
    var lives = new ArrayList<Life>();
    int count = 1 + random.nextInt(40);
    for (int v = 0; v < count; v++) {
      int first = random.nextInt(30);
      int last = first + random.nextInt(random.nextInt(3) == 0 ? 30 : 4);
      lives.add(new Life(v, first, last, equal ? 128 : 1 + random.nextInt(1000)));
    }
    Collections.shuffle(lives, random);
    return lives;
  }

  @Test
  void whatLivesAtOneTimeDoesNotOverlap() {
    for (long seed = 0; seed < 2000; seed++) {
      List<Life> lives = random(seed, false);
      MemoryPlan plan = MemoryPlan.of(lives.size(), lives);
      for (Life a : lives) {
        long offset = plan.offset(a.value());
        assertEquals(0, offset % MemoryPlan.ALIGNMENT, "seed " + seed + ": " + a);
        assertTrue(offset >= 0 && offset + a.bytes() <= plan.bytes(), "seed " + seed + ": " + a);
        for (Life b : lives) {
          long other = plan.offset(b.value());
          boolean apart = offset + a.bytes() <= other || other + b.bytes() <= offset;
          assertTrue(a == b || !meet(a, b) || apart, "seed " + seed + ": " + a + " and " + b);
        }
      }
      assertTrue(plan.bytes() >= peak(lives), "seed " + seed);
    }
  }

  @Test
  void equalSizesTakeNoMoreThanLivesAtOneTime() {
    for (long seed = 0; seed < 2000; seed++) {
      List<Life> lives = random(seed, true);
      assertEquals(peak(lives), MemoryPlan.of(lives.size(), lives).bytes(), "seed " + seed);
    }
  }

  @Test
  void theOrderInWhichLivesAreGivenDoesNotMatter() {
    for (long seed = 0; seed < 100; seed++) {
      List<Life> lives = random(seed, false);
      MemoryPlan plan = MemoryPlan.of(lives.size(), lives);
      MemoryPlan other = MemoryPlan.of(lives.size(), lives.reversed());
      for (Life life : lives) {
        assertEquals(plan.offset(life.value()), other.offset(life.value()), "seed " + seed);
      }
    }
  }

  @Test
  void nothingTakesNothing() {
    assertEquals(0, block());
  }

  @Test
  void aChainTakesTwoPlaces() {
    var chain = new Life[50];
    for (int v = 0; v < chain.length; v++) {
      chain[v] = new Life(v, v, v + 1, 640);
    }
    assertEquals(2 * 640, block(chain));
  }

  @Test
  void livesThatTouchMeet() {
    assertEquals(1280, block(new Life(0, 0, 1, 640), new Life(1, 1, 2, 640)));
    assertEquals(640, block(new Life(0, 0, 1, 640), new Life(1, 2, 3, 640)));
    assertEquals(1280, block(new Life(0, 1, 1, 640), new Life(1, 0, 2, 640)));
  }

  @Test
  void smallOnesShareThePlaceOfALargeOne() {
    assertEquals(
        1024,
        block(
            new Life(0, 0, 1, 256),
            new Life(1, 0, 1, 256),
            new Life(2, 0, 1, 512),
            new Life(3, 2, 3, 1024)));
  }

  @Test
  void placesThatBecameFreeAreUsedAgain() {
    // Two small ones share the place of the first large one, and a third takes that of the second.
    assertEquals(
        2048 + 512,
        block(
            new Life(0, 0, 2, 1024),
            new Life(1, 0, 4, 1024),
            new Life(2, 3, 6, 512),
            new Life(3, 3, 6, 512),
            new Life(4, 5, 6, 512),
            new Life(5, 0, 1, 512)));
  }

  @Test
  void sizesAreRoundedUpToTheAlignmentBetweenTwo() {
    assertEquals(64 + 1, block(new Life(0, 0, 1, 1), new Life(1, 0, 1, 1)));
    assertEquals(64 + 64, block(new Life(0, 0, 1, 64), new Life(1, 0, 1, 64)));
    assertEquals(128 + 1, block(new Life(0, 0, 1, 65), new Life(1, 0, 1, 1)));
  }

  @Test
  void blocksOfMoreThanTwoGigabytesArePossible() {
    long large = 3L << 30;
    var lives = List.of(new Life(0, 0, 1, large), new Life(1, 0, 1, large));
    assertEquals(2 * large, MemoryPlan.of(2, lives).bytes());
  }
}
