package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConeTest {
  /** The cone of a root by itself. */
  private static Cone cone(Node root) {
    return cone(root, List.of());
  }

  /** The cone of a root by itself, with some other nodes in memory by then. */
  private static Cone cone(Node root, List<Node> inMemory) {
    Walk walk = Walk.from(List.of(root));
    boolean[] stored = new boolean[walk.size()];
    for (int i = 0; i < walk.size(); i++) {
      stored[i] = inMemory.contains(walk.nodes[i]) || i == walk.roots[0];
    }
    return new Cone.Finder(walk, stored).of(group(walk, walk.roots[0]), walk.roots);
  }

  private static Group group(Walk walk, int node) {
    return walk.isOpaque(node)
        ? Group.opaque(walk, node)
        : Group.map(node, Space.nonTrivial(walk.nodes[node].shape()));
  }

  private static void assertSame(Node a, Node b) {
    assertArrayEquals(cone(a).code(), cone(b).code());
  }

  private static void assertDiffer(Cone a, Cone b) {
    assertFalse(Arrays.equals(a.code(), b.code()), () -> Arrays.toString(a.code()));
  }

  private static void assertDiffer(Node a, Node b) {
    assertDiffer(cone(a), cone(b));
  }

  @Test
  void equalStructuresHaveEqualCodes() {
    Node x = Nodes.mul(Nodes.neg(Nodes.value(3)), Nodes.number(2, 3));
    Node y = Nodes.mul(Nodes.neg(Nodes.value(3)), Nodes.number(5, 3));
    assertSame(x, y);
  }

  @Test
  void whereTheGroupStandsInTheWalkDoesNotMatter() {
    Node x = Nodes.value(3);
    Node first = Nodes.sin(Nodes.neg(x));
    Node second = Nodes.sin(Nodes.neg(first));
    Walk walk = Walk.from(List.of(second));
    boolean[] stored = new boolean[walk.size()];
    stored[2] = true;
    stored[4] = true;
    var finder = new Cone.Finder(walk, stored);
    Cone one = finder.of(group(walk, 2), new int[] {2});
    Cone two = finder.of(group(walk, 4), new int[] {4});
    assertArrayEquals(one.code(), two.code());
    assertArrayEquals(new int[] {2, 1, 0}, one.nodes());
    assertArrayEquals(new int[] {4, 3, 2}, two.nodes());
    assertArrayEquals(new int[] {0}, one.reads());
    assertArrayEquals(new int[] {2}, two.reads());
  }

  @Test
  void opsAndShapesAreTheStructure() {
    Node x = Nodes.value(2, 3);
    assertDiffer(Nodes.neg(x), Nodes.sin(x));
    assertDiffer(Nodes.neg(x), Nodes.neg(Nodes.value(3, 2)));
    assertDiffer(Nodes.neg(x), Nodes.neg(Nodes.value(6)));
    assertDiffer(
        Nodes.neg(Graph.reshape(x, Shape.of(6))),
        Nodes.neg(Graph.reshape(Nodes.value(3, 2), Shape.of(6))));
  }

  @Test
  void theSameInputTwiceIsNotTwoInputs() {
    Node x = Nodes.value(3);
    assertDiffer(Nodes.mul(x, x), Nodes.mul(x, Nodes.value(3)));
  }

  @Test
  void theOrderOfInputsMatters() {
    Node x = Nodes.value(3);
    Node y = Nodes.value(3);
    assertDiffer(Nodes.mul(Nodes.mul(x, y), x), Nodes.mul(Nodes.mul(x, y), y));
  }

  @Test
  void whatIsInMemoryMatters() {
    Node inner = Nodes.neg(Nodes.value(3));
    Node y = Nodes.sin(inner);
    Cone computed = cone(y);
    Cone read = cone(y, List.of(inner));
    assertDiffer(computed, read);
    assertArrayEquals(new int[] {2, 1, 0}, computed.nodes());
    assertArrayEquals(new int[] {2, 1}, read.nodes());
    assertArrayEquals(new int[] {1}, read.needs());
    assertArrayEquals(cone(Nodes.sin(Nodes.value(3))).code(), read.code());
  }

  @Test
  void outputsMatter() {
    Node inner = Nodes.neg(Nodes.value(3));
    Walk walk = Walk.from(List.of(Nodes.sin(inner)));
    boolean[] stored = {false, true, true};
    var finder = new Cone.Finder(walk, stored);
    Group both = group(walk, 1).with(group(walk, 2));
    Cone all = finder.of(both, new int[] {1, 2});
    assertDiffer(all, finder.of(both, new int[] {2}));
    assertDiffer(all, finder.of(both, new int[] {1}));
    assertDiffer(all, finder.of(group(walk, 2), new int[] {2}));
    assertArrayEquals(new int[] {0}, all.needs());
  }

  @Test
  void theSpaceMatters() {
    Node x = Nodes.value(4, 4);
    Walk walk = Walk.from(List.of(Nodes.sum(x, 0)));
    boolean[] stored = {false, true};
    var finder = new Cone.Finder(walk, stored);
    int[] outputs = {1};
    Cone map = finder.of(Group.map(1, new int[] {4}), outputs);
    Cone columns = finder.of(Group.rows(1, new int[] {4, 4}, new boolean[] {true, false}), outputs);
    Cone rows = finder.of(Group.rows(1, new int[] {4, 4}, new boolean[] {false, true}), outputs);
    assertDiffer(map, columns);
    assertDiffer(rows, columns);
  }

  @Test
  void operandsOfAProductAreNeededButNotReadByItsEpilogue() {
    Node a = Nodes.value(4, 5);
    Node b = Nodes.value(6, 5);
    Node product = Graph.matmul(a, Nodes.transposed(b));
    Node bias = Nodes.value(6);
    Node y = Nodes.add(product, bias);
    Walk walk = Walk.from(List.of(y));
    boolean[] stored = new boolean[walk.size()];
    int p = position(walk, product);
    int r = walk.roots[0];
    stored[p] = true;
    stored[r] = true;
    Group group = Group.opaque(walk, p).with(Group.map(r, new int[] {4, 6}));
    Cone cone = new Cone.Finder(walk, stored).of(group, group.outputs());
    assertArrayEquals(new int[] {position(walk, bias)}, cone.reads());
    int[] needs = {position(walk, a), position(walk, b), position(walk, bias)};
    Arrays.sort(needs);
    assertArrayEquals(needs, cone.needs());
  }

  private static int position(Walk walk, Node node) {
    return List.of(walk.nodes).indexOf(node);
  }

  @Test
  void emptyNodesAreNotFollowed() {
    Node empty = Nodes.neg(Nodes.value(0));
    Cone cone = cone(Graph.concat(List.of(empty, Nodes.value(3)), 0));
    assertEquals(3, cone.nodes().length);
    assertEquals(1, cone.reads().length);
  }

  @Test
  void numbersAreThoseOfTheLastCone() {
    Node inner = Nodes.neg(Nodes.value(3));
    Walk walk = Walk.from(List.of(Nodes.sin(inner)));
    boolean[] stored = {false, true, true};
    var finder = new Cone.Finder(walk, stored);
    finder.of(group(walk, 2), new int[] {2});
    assertEquals(0, finder.numberOf(2));
    assertEquals(1, finder.numberOf(1));
    assertThrows(IllegalStateException.class, () -> finder.numberOf(0));
    finder.of(group(walk, 1), new int[] {1});
    assertEquals(0, finder.numberOf(1));
    assertThrows(IllegalStateException.class, () -> finder.numberOf(2));
  }

  private static Node step(Node sequence, int t) {
    Shape shape = sequence.shape();
    return Graph.slice(sequence, Axes.of(t, 0), Axes.of(1, 1), Shape.of(1, shape.dim(1)));
  }

  @Test
  void stepsOfASequenceHaveEqualCodes() {
    Node x = Nodes.value(5, 32);
    Cone second = cone(Nodes.neg(step(x, 1)));
    Cone last = cone(Nodes.neg(step(x, 4)));
    assertArrayEquals(second.code(), last.code());
    assertArrayEquals(cone(Nodes.neg(step(Nodes.value(7, 32), 1))).code(), last.code());
    assertArrayEquals(new int[] {2, 0}, last.values());
    assertArrayEquals(new long[] {0, 4 * 32 * Float.BYTES}, last.starts());
    assertArrayEquals(new int[] {0}, last.reads());
  }

  @Test
  void otherSlicesAreViews() {
    Node x = Nodes.value(5, 32);
    Node column = Graph.slice(x, Axes.of(0, 16), Axes.of(1, 1), Shape.of(5, 1));
    assertArrayEquals(new long[3], cone(Nodes.neg(column)).starts());
    Node unaligned = step(Nodes.value(5, 3), 1);
    assertArrayEquals(new long[3], cone(Nodes.neg(unaligned)).starts());
    Node backwards = Graph.slice(x, Axes.of(4, 0), Axes.of(-1, 1), Shape.of(2, 32));
    assertArrayEquals(new long[3], cone(Nodes.neg(backwards)).starts());
    assertDiffer(Nodes.neg(step(x, 1)), Nodes.neg(unaligned));
  }
}
