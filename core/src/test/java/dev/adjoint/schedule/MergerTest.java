package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which groups become one, and where it stands. */
class MergerTest {
  private static Fuser.Partition partition(Walk walk, BitSet updates) {
    boolean[] wanted = new boolean[walk.size()];
    for (int root : walk.roots) {
      wanted[root] = true;
    }
    return Fuser.partition(Device.cpu(), walk, wanted, updates, false);
  }

  /** The nodes that each group computes, in the order in which the groups run. */
  private static List<List<Node>> groups(Node... roots) {
    Walk walk = Walk.from(List.of(roots));
    var groups = new ArrayList<List<Node>>();
    for (Group group : partition(walk, new BitSet()).groups()) {
      var members = new ArrayList<Node>();
      for (int member : group.members) {
        members.add(walk.nodes[member]);
      }
      groups.add(members);
    }
    return groups;
  }

  @Test
  void aGroupThatMustRunBetweenTwoKeepsThemApart() {
    Node a = Nodes.neg(Nodes.value(4));
    Node between = Nodes.scattered(Nodes.value(4), a);
    Node b = Nodes.add(a, between);
    assertEquals(List.of(List.of(a), List.of(between), List.of(b)), groups(a, b));
  }

  @Test
  void aGroupThatMustRunBetweenOthersLaterKeepsThemApartToo() {
    Node a = Nodes.neg(Nodes.value(4));
    Node first = Nodes.scattered(Nodes.value(4), a);
    Node second = Nodes.scattered(first, Nodes.value(4));
    Node b = Nodes.add(a, second);
    assertEquals(List.of(List.of(a), List.of(first), List.of(second), List.of(b)), groups(a, b));
  }

  @Test
  void aGroupThatOnlyStandsBetweenDoesNot() {
    Node a = Nodes.neg(Nodes.value(4));
    Node between = Nodes.scattered(Nodes.value(4), Nodes.value(4));
    Node b = Nodes.add(a, between);
    assertEquals(List.of(List.of(between), List.of(a, b)), groups(a, b));
  }

  @Test
  void whatNeedsTheFirstPartRunsAfterTheWhole() {
    Node a = Nodes.neg(Nodes.value(4));
    Node user = Nodes.scattered(Nodes.value(4), a);
    Node b = Nodes.sin(a);
    assertEquals(List.of(List.of(a, b), List.of(user)), groups(a, user, b));
  }

  @Test
  void whatTheSecondPartNeedsRunsBeforeTheWhole() {
    Node a = Nodes.neg(Nodes.value(4));
    Node user = Nodes.scattered(Nodes.value(4), a);
    Node other = Nodes.scattered(Nodes.value(4), Nodes.value(4));
    Node b = Nodes.add(a, other);
    assertEquals(List.of(List.of(other), List.of(a, b), List.of(user)), groups(a, user, other, b));
  }

  @Test
  void groupsFarApartStayApart() {
    assertEquals(11, chain(10).size());
    assertEquals(302, chain(300).size());
  }

  /** A value, some groups of their own kind, and a value that is computed from both. */
  private static List<List<Node>> chain(int between) {
    Node a = Nodes.neg(Nodes.value(4));
    Node last = Nodes.value(4);
    for (int i = 0; i < between; i++) {
      last = Nodes.scattered(last, Nodes.value(4));
    }
    return groups(a, Nodes.add(a, last));
  }

  @Test
  void aGroupJoinsOnlyWhileTheKernelIsSmall() {
    Node x = Nodes.value(4);
    var roots = new ArrayList<Node>();
    for (int i = 0; i < 60; i++) {
      roots.add(Nodes.add(x, Nodes.value(4)));
    }
    // Each reads one value of its own and writes one; all read x.
    int most = (KernelLimits.ACCESSES - 1) / 2;
    List<List<Node>> groups = groups(roots.toArray(Node[]::new));
    assertTrue(groups.stream().allMatch(group -> group.size() <= most), () -> groups.toString());
    assertEquals((60 + most - 1) / most, groups.size());
  }

  @Test
  void rowsJoinTheReductionThatTheyAreComputedFrom() {
    Node x = Nodes.value(4, 3);
    Node rows = Nodes.sum(x, 1);
    Node y = Nodes.sin(rows);
    assertEquals(List.of(List.of(rows, y)), groups(rows, y));
    Node other = Nodes.value(4, 1);
    Node z = Nodes.add(other, rows);
    assertEquals(List.of(List.of(rows, z)), groups(rows, z));
  }

  @Test
  void anUpdateIsNotTheEpilogueOfAProductWithLargeOperands() {
    assertEquals(1, update(4).size());
    assertEquals(2, update(100).size());
  }

  /** The groups of an update by the product of two matrices of some rows. */
  private static List<Group> update(int rows) {
    Node product = Graph.matmul(Nodes.transposed(Nodes.value(rows, 4)), Nodes.value(rows, 4));
    Node now = Nodes.add(Nodes.value(4, 4), product);
    Walk walk = Walk.from(List.of(now));
    var updates = new BitSet();
    updates.set(walk.roots[0]);
    return partition(walk, updates).groups();
  }

  @Test
  void theMembersOfAGroupAreInTheOrderOfTheWalk() {
    Node x = Nodes.value(4);
    Node a = Nodes.neg(x);
    Node b = Nodes.sin(x);
    Node c = Nodes.add(a, b);
    Walk walk = Walk.from(List.of(c, b, a));
    List<Group> groups = partition(walk, new BitSet()).groups();
    assertEquals(1, groups.size());
    int[] members = groups.getFirst().members;
    int[] sorted = members.clone();
    Arrays.sort(sorted);
    assertArrayEquals(sorted, members);
    assertEquals(3, members.length);
    assertTrue(groups.getFirst().contains(members[1]));
  }
}
