package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Shape;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.ScanOp;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpaceTest {
  private static final int[] NONE = {};

  /** Any group without axes that stay whole. */
  private static Space split(Space space, int axis, int inner) {
    Space refined = space.split(new Views.Split(axis, inner), whole -> false);
    assertNotNull(refined);
    return refined;
  }

  private static Affine number(long offset, long... coefficients) {
    return new Affine(offset, coefficients);
  }

  @Test
  void aRowLiesOverTheParallelAxes() {
    Space space = Space.of(new int[] {2, 3}, new int[] {5});
    assertArrayEquals(new int[] {2, 3, 5}, space.sizes());
    assertEquals(2, space.parallelRank());
    assertEquals(number(0, 3, 1, 0), space.row());
  }

  @Test
  void aFullValueLiesOverAllAxesInItsOwnOrder() {
    Space space = Space.of(new int[] {2, 3}, new int[] {5, 7});
    assertEquals(number(0, 105, 7, 21, 1), space.full(new boolean[] {false, true, false, true}));
    assertEquals(number(0, 3, 1, 42, 6), space.full(new boolean[] {true, true, false, false}));
  }

  @Test
  void stridesAreAddedAlongReductionAxes() {
    Space space = Space.of(new int[] {2, 3}, new int[] {5, 7});
    assertEquals(number(4, 1, 0, 100, 10), space.alongReduced(number(4, 1), new long[] {100, 10}));
  }

  @Test
  void aRegionHasItsOwnStrides() {
    Space space = Space.of(new int[] {2, 3}, NONE);
    assertEquals(number(11, 50, 2), space.region(11, new long[] {50, 2}));
  }

  @Test
  void aSpaceWithoutAxesHasOneElement() {
    Space space = Space.of(NONE, NONE);
    assertEquals(0, space.sizes().length);
    assertEquals(Affine.constant(0), space.row());
    assertEquals(Affine.constant(0), space.full(new boolean[0]));
  }

  @Test
  void splittingReplacesAnAxisByTwo() {
    Space space = split(Space.of(new int[] {4, 6}, new int[] {10}), 1, 3);
    assertArrayEquals(new int[] {4, 2, 3, 10}, space.sizes());
    assertEquals(3, space.parallelRank());
    assertArrayEquals(new int[] {4, 2, 3, 2, 5}, split(space, 3, 5).sizes());
    assertArrayEquals(new int[] {4, 2, 3, 1, 10}, split(space, 3, 10).sizes());
    assertArrayEquals(new int[] {2, 2, 2, 3, 10}, split(space, 0, 2).sizes());
    assertThrows(IllegalStateException.class, () -> split(space, 4, 2));
  }

  /** Splitting names the same elements otherwise: index i of an axis is outer index i / n and inner index i % n. */
  @Test
  void splittingKeepsEveryElement() {
    Space space = Space.of(new int[] {4, 6}, new int[] {10});
    boolean[] reduced = {false, true, false};
    for (Views.Split split :
        List.of(new Views.Split(0, 2), new Views.Split(1, 3), new Views.Split(2, 5))) {
      Space refined = split(space, split.axis(), split.inner());
      long[] along = {7};
      for (long[] index : indices(space.sizes())) {
        long[] finer = finer(index, split);
        assertEquals(AffineTest.at(space.row(), index), AffineTest.at(refined.row(), finer));
        assertEquals(
            AffineTest.at(space.full(reduced), index), AffineTest.at(refined.full(reduced), finer));
        assertEquals(
            AffineTest.at(space.alongReduced(space.row(), along), index),
            AffineTest.at(refined.alongReduced(refined.row(), along), finer));
      }
    }
  }

  private static List<long[]> indices(int[] sizes) {
    var indices = new ArrayList<long[]>(List.of(new long[sizes.length]));
    for (int a = 0; a < sizes.length; a++) {
      for (long[] index : List.copyOf(indices)) {
        for (int i = 1; i < sizes[a]; i++) {
          long[] next = index.clone();
          next[a] = i;
          indices.add(next);
        }
      }
    }
    return indices;
  }

  private static long[] finer(long[] index, Views.Split split) {
    long[] finer = new long[index.length + 1];
    for (int a = 0; a < index.length; a++) {
      finer[a > split.axis() ? a + 1 : a] = index[a];
    }
    finer[split.axis()] = index[split.axis()] / split.inner();
    finer[split.axis() + 1] = index[split.axis()] % split.inner();
    return finer;
  }

  @Test
  void theTileAxesOfAProductStayWhole() {
    Walk walk = Walk.from(List.of(Graph.matmul(Nodes.value(6, 4, 8), Nodes.value(6, 8, 10))));
    Group product = Group.opaque(walk, walk.roots[0]);
    assertArrayEquals(new int[] {6, 4, 10}, product.space.sizes());
    Space batches = product.space.split(new Views.Split(0, 2), product::keepsWhole);
    assertNotNull(batches);
    assertArrayEquals(new int[] {3, 2, 4, 10}, batches.sizes());
    assertNull(product.space.split(new Views.Split(1, 2), product::keepsWhole));
    assertNull(batches.split(new Views.Split(3, 5), product::keepsWhole));
  }

  @Test
  void theAxisOfAScanStaysWhole() {
    Node x = Nodes.value(6, 1, 4, 8);
    Walk walk = Walk.from(List.of(Graph.scan(ScanOp.SUM, x, 2, false)));
    Group scan = Group.opaque(walk, walk.roots[0]);
    assertArrayEquals(new int[] {6, 4, 8}, scan.space.sizes());
    assertNull(scan.space.split(new Views.Split(1, 2), scan::keepsWhole));
    Space rows = scan.space.split(new Views.Split(0, 2), scan::keepsWhole);
    assertNotNull(rows);
    assertEquals(2, rows.place(1));
    assertNull(rows.split(new Views.Split(2, 2), scan::keepsWhole));
    Walk one = Walk.from(List.of(Graph.scan(ScanOp.SUM, x, 1, false)));
    assertArrayEquals(new int[] {6, 1, 4, 8}, Group.opaque(one, one.roots[0]).space.sizes());
  }

  @Test
  void spacesAreComparedAsTheyWereBeforeSplitting() {
    Space space = Space.of(new int[] {4}, new int[] {6});
    assertTrue(space.matches(split(space, 0, 2)));
    assertFalse(space.matches(Space.of(new int[] {4, 6}, NONE)));
    assertFalse(space.matches(Space.of(new int[] {2, 2}, new int[] {6})));
    assertEquals(code(space), code(split(space, 1, 3)));
    assertEquals(List.of(1, 1, 4, 6), code(space));
  }

  private static List<Integer> code(Space space) {
    var code = new ArrayList<Integer>();
    space.describe(code::add);
    return code;
  }

  @Test
  void axesOfSizeOneAreLeftOut() {
    assertArrayEquals(new int[] {3, 0, 2}, Space.nonTrivial(Shape.of(1, 3, 1, 0, 2, 1)));
    assertEquals(0, Space.nonTrivial(Shape.SCALAR).length);
  }
}
