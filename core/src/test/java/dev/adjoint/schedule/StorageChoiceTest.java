package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageChoiceTest {
  /** Sines that fit one kernel: one weighs 140 of 320. */
  private static final int SINES = 2;

  /** The nodes that are stored for the sake of some roots, without those in memory already. */
  private static List<Node> stored(boolean eager, Node... roots) {
    Walk walk = Walk.from(List.of(roots));
    boolean[] wanted = new boolean[walk.size()];
    for (int root : walk.roots) {
      wanted[root] = true;
    }
    boolean[] stored = StorageChoice.of(walk, OwnKernels.of(walk), walk.users(), wanted, eager);
    var nodes = new ArrayList<Node>();
    for (int i = 0; i < stored.length; i++) {
      if (stored[i] && !walk.isLeaf(i)) {
        nodes.add(walk.nodes[i]);
      }
    }
    return nodes;
  }

  private static List<Node> stored(Node... roots) {
    return stored(false, roots);
  }

  @Test
  void whatIsWantedIsStoredAndElementwiseStepsAreNot() {
    Node x = Nodes.neg(Nodes.value(4));
    Node y = Nodes.add(Nodes.neg(x), Nodes.number(1, 4));
    assertEquals(List.of(y), stored(y));
    assertEquals(List.of(x, y), stored(y, x));
  }

  @Test
  void theChoiceLeavesWhatItWasGiven() {
    Walk walk = Walk.from(List.of(Graph.matmul(Nodes.value(2, 2), Nodes.value(2, 2))));
    boolean[] wanted = new boolean[walk.size()];
    assertTrue(
        StorageChoice.of(walk, OwnKernels.of(walk), walk.users(), wanted, false)[walk.roots[0]]);
    assertFalse(wanted[walk.roots[0]]);
  }

  @Test
  void productsAndTheirOperandsAreStored() {
    Node a = Nodes.neg(Nodes.value(4, 3));
    Node product = Graph.matmul(Nodes.transposed(a), Nodes.value(4, 5));
    Node y = Nodes.neg(product);
    assertEquals(List.of(a, product, y), stored(y));
  }

  @Test
  void theBaseOfAChainOfViewsIsStoredForAProduct() {
    Node a = Nodes.neg(Nodes.value(12));
    Node viewed = Nodes.transposed(Graph.reshape(a, Shape.of(4, 3)));
    Node product = Graph.matmul(viewed, Nodes.value(4, 5));
    assertEquals(List.of(a, product), stored(product));
  }

  @Test
  void fewJoinedPartsAreNotStoredAndManyAreWrittenOneByOne() {
    var few = new ArrayList<Node>();
    for (int i = 0; i < 8; i++) {
      few.add(Nodes.neg(Nodes.value(3)));
    }
    Node narrow = Graph.concat(few, 0);
    Node y = Nodes.neg(narrow);
    assertEquals(List.of(y), stored(y));
    few.add(Nodes.neg(Nodes.value(3)));
    Node wide = Graph.concat(few, 0);
    Node z = Nodes.neg(wide);
    assertEquals(List.of(wide, z), stored(z));
  }

  @Test
  void aLongChainIsCutIntoPiecesThatFit() {
    Node x = Nodes.value(4);
    assertEquals(1, stored(Nodes.sins(x, SINES)).size());
    assertEquals(2, stored(Nodes.sins(x, SINES + 1)).size());
    assertEquals(10, stored(Nodes.sins(x, 10 * SINES)).size());
  }

  @Test
  void codeThatTwoInputsShareCountsOnce() {
    Node shared = Nodes.sins(Nodes.value(4), SINES);
    Node y = Nodes.add(Nodes.neg(shared), shared);
    assertEquals(List.of(y), stored(y));
  }

  @Test
  void codeThatJoinedPartsShareCountsForEach() {
    Node shared = Nodes.sins(Nodes.value(4), SINES);
    Node more = Nodes.neg(shared);
    Node y = Graph.concat(List.of(more, shared), 0);
    assertEquals(List.of(more, y), stored(y));
  }

  @Test
  void theLargestInputIsStoredFirst() {
    Node large = Nodes.sins(Nodes.value(4), SINES);
    Node small = Nodes.sin(Nodes.value(4));
    Node y = Nodes.add(small, large);
    assertEquals(List.of(large, y), stored(y));
  }

  @Test
  void theBaseOfViewsIsStoredNotTheViews() {
    Node large = Nodes.sins(Nodes.value(4, 3), SINES);
    Node y = Nodes.sin(Nodes.transposed(large));
    assertEquals(List.of(large, y), stored(y));
  }

  @Test
  void loadsAreLimitedToo() {
    Node sum = Nodes.value(4);
    for (int i = 1; i < 5 * KernelLimits.ACCESSES; i++) {
      sum = Nodes.add(sum, Nodes.value(4));
    }
    int pieces = stored(sum).size();
    assertTrue(pieces >= 5 && pieces <= 7, pieces + " pieces");
  }

  @Test
  void whatSeveralWouldReadALotForIsStored() {
    Node two = Nodes.add(Nodes.value(4), Nodes.value(4));
    Node three = Nodes.add(two, Nodes.value(4));
    Node y = Nodes.neg(three);
    Node z = Nodes.sin(Nodes.transposed(Graph.reshape(three, Shape.of(2, 2))));
    assertEquals(List.of(three, y, z), stored(y, z), "a view passes its users on");
    Node square = Nodes.mul(three, three);
    assertEquals(List.of(square), stored(square), "one user");
    Node ofTwo = Nodes.neg(two);
    Node alsoOfTwo = Nodes.sin(two);
    assertEquals(List.of(ofTwo, alsoOfTwo), stored(ofTwo, alsoOfTwo), "few values");
    Node wide = Nodes.add(Nodes.add(two, Nodes.number(1, 4)), Nodes.number(2, 4));
    Node ofWide = Nodes.neg(wide);
    Node alsoOfWide = Nodes.sin(wide);
    assertEquals(List.of(ofWide, alsoOfWide), stored(ofWide, alsoOfWide), "small values");
  }

  @Test
  void emptyNodesAreNotComputed() {
    Node y = Nodes.sins(Nodes.value(0, 4), 10 * SINES);
    assertEquals(List.of(y), stored(y));
  }

  @Test
  void eagerlyEveryOpIsStoredButNoViewAndNoNumber() {
    Node x = Nodes.neg(Nodes.value(4, 3));
    Node turned = Nodes.transposed(x);
    Node count = Graph.reshape(Graph.iota(12, Device.cpu()), Shape.of(3, 4));
    Node floats = Graph.cast(count, DType.F32);
    Node sum = Nodes.add(turned, floats);
    Node y = Nodes.add(sum, Nodes.number(2, 3, 4));
    assertEquals(List.of(y), stored(y));
    assertEquals(List.of(x, floats, sum, y), stored(true, y));
  }

  @Test
  void whatIsMadeOfAProductIsStoredBeforeItsSteps() {
    Node product = Graph.matmul(Nodes.value(4, 3), Nodes.value(3, 32));
    Node sum = Nodes.add(product, Nodes.value(4, 32));
    Node[] steps = new Node[3];
    for (int t = 0; t < 3; t++) {
      steps[t] = Nodes.neg(Graph.slice(sum, Axes.of(t, 0), Axes.of(1, 1), Shape.of(1, 32)));
    }
    assertEquals(List.of(product, sum, steps[0], steps[1], steps[2]), stored(steps));
    assertEquals(List.of(product, steps[0], steps[1]), stored(steps[0], steps[1]));
  }

  @Test
  void phasesOfAProductAreStoredBetweenEachOther() {
    Node product = Graph.matmul(Nodes.value(6, 3), Nodes.value(3, 8));
    Node parts = Graph.permute(Graph.reshape(product, Shape.of(3, 2, 8)), Axes.of(0, 2, 1));
    Node between = Graph.reshape(parts, Shape.of(3, 16));
    Node y = Nodes.neg(between);
    assertEquals(List.of(product, between, y), stored(y));
    Node blocks = Graph.permute(Graph.reshape(product, Shape.of(2, 3, 8)), Axes.of(1, 0, 2));
    Node z = Nodes.neg(Graph.reshape(blocks, Shape.of(3, 16)));
    assertEquals(List.of(product, z), stored(z));
  }
}
