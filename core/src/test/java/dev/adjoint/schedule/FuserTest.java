package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.UnaryOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which graphs become how many groups. */
class FuserTest {
  private static Fuser.Partition partition(Walk walk, boolean eager) {
    boolean[] wanted = new boolean[walk.size()];
    for (int root : walk.roots) {
      wanted[root] = true;
    }
    return Fuser.partition(Device.cpu(), walk, wanted, new BitSet(), eager);
  }

  private static int groups(Node... roots) {
    return partition(Walk.from(List.of(roots)), false).groups().size();
  }

  private static Node softmax(Node x, int axis) {
    Node max = Graph.reduce(ReduceOp.MAX, x, Axes.of(axis));
    Node e = Graph.unary(UnaryOp.EXP, Nodes.add(x, Nodes.neg(max)));
    Node scale = Graph.unary(UnaryOp.RECIPROCAL, Nodes.sum(e, axis));
    return Nodes.mul(e, scale);
  }

  @Test
  void elementwiseStepsAndViewsAreOneGroup() {
    Node x = Nodes.neg(Nodes.value(4, 3));
    assertEquals(1, groups(Nodes.add(Nodes.transposed(x), Nodes.value(4))));
  }

  @Test
  void valuesInMemoryNeedNoGroup() {
    assertEquals(0, groups(Nodes.value(3)));
    assertEquals(0, groups(Nodes.neg(Nodes.value(0, 3))));
  }

  @Test
  void aNumberThatIsWantedIsWrittenByOneGroup() {
    assertEquals(1, groups(Nodes.number(3, 4)));
  }

  @Test
  void aReductionTakesItsInputAndWhatFollowsIt() {
    Node x = Nodes.neg(Nodes.value(4, 3));
    assertEquals(1, groups(Nodes.sin(Nodes.sum(x, 1))));
    assertEquals(1, groups(Nodes.sin(Nodes.sum(x, 0, 1))));
  }

  @Test
  void softmaxIsOneGroupAlongAnyAxis() {
    assertEquals(1, groups(softmax(Nodes.value(4, 30), 1)));
    assertEquals(1, groups(softmax(Nodes.value(30, 4), 0)));
  }

  @Test
  void rowsThatAreTooLongToFoldAgainAreStored() {
    int longest = 1 << 16;
    Node x = Nodes.value(1, longest + 1);
    assertEquals(
        1, groups(Nodes.add(Nodes.value(1, longest), Nodes.sum(Nodes.value(1, longest), 1))));
    assertEquals(2, groups(Nodes.add(x, Nodes.sum(x, 1))));
  }

  /** The groups of values behind which there are custom nodes. */
  private static int calls(boolean eager, Node... roots) {
    Walk walk = Walk.from(List.of(roots));
    boolean[] wanted = new boolean[walk.size()];
    for (int root : walk.roots) {
      wanted[walk.base(root)] = true;
    }
    return Fuser.partition(Device.cpu(), walk, wanted, new BitSet(), eager).groups().size();
  }

  private record Call(String name, Object call) implements Op.CustomRule {}

  private static Node value(Object call, Node value, Node input) {
    return Graph.custom(new Call("f", call), List.of(value, input));
  }

  @Test
  void theValuesOfACallAreOneGroupHoweverLargeAndInEagerModeToo() {
    Node x = Nodes.value(4, 30);
    Node sines = x;
    for (int i = 0; i < 5; i++) {
      sines = Nodes.sin(sines);
    }
    Node row = softmax(Nodes.neg(sines), 1);
    for (boolean eager : new boolean[] {false, true}) {
      assertEquals(1, calls(eager, value("a", sines, x), value("a", row, x)));
      assertEquals(2, calls(eager, value("a", sines, x), value("b", row, x)));
      assertEquals(2, calls(eager, Nodes.sum(value("a", row, x), 0)));
    }
    assertTrue(groups(sines) > 1);
  }

  @Test
  void aReductionOfAReductionAlongAnotherAxisIsTwoGroups() {
    Node rows = Nodes.sin(Nodes.sum(Nodes.value(4, 3), 1));
    assertEquals(2, groups(Nodes.sum(rows, 0)));
  }

  @Test
  void reductionsOfOneValueAlongOneAxisAreOneGroup() {
    Node x = Nodes.value(4, 3);
    Node max = Graph.reduce(ReduceOp.MAX, x, Axes.of(1));
    assertEquals(1, groups(Nodes.sum(x, 1), max));
    assertEquals(2, groups(Nodes.sum(x, 0), max));
  }

  @Test
  void aProductTakesWhatFollowsItAndNotWhatIsBefore() {
    Node a = Nodes.value(4, 5);
    Node b = Nodes.value(5, 6);
    Node product = Graph.matmul(a, b);
    assertEquals(1, groups(product));
    assertEquals(1, groups(Nodes.sin(Nodes.add(product, Nodes.value(6)))));
    assertEquals(2, groups(Graph.matmul(Nodes.neg(a), b)));
    assertEquals(2, groups(Graph.matmul(product, Nodes.value(6, 2))));
    assertEquals(1, groups(product, Nodes.neg(product)));
  }

  @Test
  void aTransposedProductIsTheProductOfTransposedFactors() {
    Node product = Graph.matmul(Nodes.value(4, 5), Nodes.value(5, 6));
    assertEquals(1, groups(Nodes.neg(Nodes.transposed(product))));
  }

  @Test
  void aValueAndWhatIsComputedFromItAreOneGroup() {
    Node x = Nodes.neg(Nodes.value(4));
    assertEquals(1, groups(x, Nodes.sin(x)));
    assertEquals(2, groups(x, Nodes.sin(Nodes.reversed(x))));
  }

  @Test
  void valuesThatAreReadTogetherAreWrittenTogether() {
    Node x = Nodes.value(4);
    assertEquals(1, groups(Nodes.neg(x), Nodes.sin(x)));
    assertEquals(2, groups(Nodes.neg(Nodes.value(4)), Nodes.sin(Nodes.value(4))));
    assertEquals(2, groups(Nodes.neg(x), Nodes.sin(Graph.reshape(x, Shape.of(2, 2)))));
  }

  @Test
  void aScalarIsNoReasonToWriteTogether() {
    Node rate = Nodes.value();
    Node a = Nodes.mul(Nodes.value(4), rate);
    Node b = Nodes.mul(Nodes.value(4), rate);
    assertEquals(2, groups(a, b));
  }

  @Test
  void eagerlyEachOpIsAGroup() {
    Node x = Nodes.neg(Nodes.value(4, 3));
    Node y = Nodes.sum(Nodes.sin(Nodes.transposed(x)), 0);
    Walk walk = Walk.from(List.of(y));
    assertEquals(3, partition(walk, true).groups().size());
    assertEquals(1, partition(walk, false).groups().size());
  }

  /** Every value is computed before it is needed, by one group, and every group can be written within the limits. */
  @Test
  void groupsOfAnyGraphCanRunInTheirOrder() {
    for (long seed = 0; seed < 500; seed++) {
      List<Node> roots = new RandomGraph(seed, Device.cpu()).grow(2 + (int) (seed % 24));
      for (boolean eager : new boolean[] {false, true}) {
        Walk walk = Walk.from(roots);
        var computed = new boolean[walk.size()];
        Fuser.Partition partition = partition(walk, eager);
        for (Group group : partition.groups()) {
          String what = "seed " + seed + ", group " + Arrays.toString(group.members);
          for (int member : group.members) {
            assertTrue(!computed[member], what + " computes again");
            computed[member] = true;
          }
          for (int need : group.needs()) {
            boolean there = walk.isLeaf(need) || walk.isEmpty(need) || computed[need];
            assertTrue(there, what + " needs " + need);
          }
          checkTemplate(partition.templates(), group, what);
        }
        for (int root : walk.roots) {
          assertTrue(
              computed[root] || walk.isLeaf(root) || walk.isEmpty(root), "seed " + seed + " root");
        }
      }
    }
  }

  private static void checkTemplate(Templates templates, Group group, String what) {
    Cone cone = templates.cone(group, group.outputs());
    assertEquals(asList(cone.needs()), asList(group.needs()), what);
    Template template = templates.of(group, group.outputs(), cone);
    assertTrue(template.fits(), what + " cannot be written");
    if (group.members.length > 1) {
      assertTrue(template.accesses() <= KernelLimits.ACCESSES, what + " has many operands");
      assertTrue(template.instructions() <= KernelLimits.INSTRUCTIONS, what + " is long");
    }
  }

  private static List<Integer> asList(int[] values) {
    var list = new ArrayList<Integer>();
    for (int value : values) {
      list.add(value);
    }
    return list;
  }
}
