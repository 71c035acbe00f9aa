package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.UnaryOp;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TemplatesTest {
  private static Fuser.Partition partition(Walk walk) {
    boolean[] wanted = new boolean[walk.size()];
    for (int root : walk.roots) {
      wanted[root] = true;
    }
    return Fuser.partition(Device.cpu(), walk, wanted, new BitSet(), false);
  }

  /** The templates of all groups that some roots need. */
  private static List<Template> templates(Node... roots) {
    Fuser.Partition partition = partition(Walk.from(List.of(roots)));
    var all = new ArrayList<Template>();
    for (Group group : partition.groups()) {
      Cone cone = partition.templates().cone(group, group.outputs());
      all.add(partition.templates().of(group, group.outputs(), cone));
    }
    return all;
  }

  private static Template template(Node root) {
    List<Template> all = templates(root);
    assertEquals(1, all.size());
    return all.getFirst();
  }

  @Test
  void computationsOfOneStructureShareATemplate() {
    Node a = Nodes.add(Nodes.neg(Nodes.value(3)), Nodes.number(1, 3));
    Node b = Nodes.add(Nodes.neg(Nodes.value(3)), Nodes.number(2, 3));
    assertSame(template(a), template(b));
  }

  @Test
  void otherStructuresHaveTheirOwn() {
    Node x = Nodes.value(3);
    Template square = template(Nodes.mul(x, x));
    Template product = template(Nodes.mul(x, Nodes.value(3)));
    assertNotSame(square, product);
    assertEquals(2, square.accesses());
    assertEquals(3, product.accesses());
    Node y = Nodes.value(4);
    assertNotSame(square, template(Nodes.mul(y, y)));
  }

  @Test
  void otherSizesHaveEqualKernels() {
    Node x = Nodes.value(3);
    Node y = Nodes.value(4);
    assertEquals(
        template(Nodes.mul(x, x)).steps().getFirst().kernel(),
        template(Nodes.mul(y, y)).steps().getFirst().kernel());
  }

  @Test
  void anUnrolledLoopHasFewTemplates() {
    Node w = Nodes.value(8, 8);
    Node state = Nodes.value(1, 8);
    for (int i = 0; i < 50; i++) {
      Node next = Nodes.add(Graph.matmul(state, w), Nodes.value(1, 8));
      state = Graph.unary(UnaryOp.TANH, next);
    }
    List<Template> all = templates(state);
    assertEquals(50, all.size());
    Set<Template> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    distinct.addAll(all);
    assertEquals(1, distinct.size());
  }

  @Test
  void aLoopOverInputsThatAreUsedAgainHasFewTemplates() {
    Node w = Nodes.value(8, 8);
    Node sum = Nodes.value(1, 8);
    for (int i = 0; i < 50; i++) {
      Node y = Graph.matmul(Nodes.neg(Nodes.value(1, 8)), w);
      sum = Nodes.add(Nodes.sin(sum), y);
    }
    Set<Template> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    distinct.addAll(templates(sum));
    assertTrue(distinct.size() <= 6, distinct.size() + " templates");
  }

  @Test
  void theStepsOfAGroupNameItsNodes() {
    Node x = Nodes.value(3);
    Node y = Nodes.value(3);
    Walk walk = Walk.from(List.of(Nodes.add(Nodes.neg(x), y)));
    Fuser.Partition partition = partition(walk);
    Group group = partition.groups().getFirst();
    Cone cone = partition.templates().cone(group, group.outputs());
    Template template = partition.templates().of(group, group.outputs(), cone);
    List<Step> steps = template.steps(cone, -1, _ -> 99);
    assertEquals(1, steps.size());
    var named = new ArrayList<Node>();
    for (int value : steps.getFirst().values()) {
      named.add(walk.nodes[value]);
    }
    assertEquals(3, named.size());
    assertTrue(named.containsAll(List.of(x, y, walk.nodes[walk.roots[0]])));
  }

  @Test
  void scratchMemoryOfEachGroupIsItsOwn() {
    Node x = Nodes.value(1 << 18);
    Walk walk = Walk.from(List.of(Nodes.sum(x, 0)));
    Fuser.Partition partition = partition(walk);
    Group group = partition.groups().getFirst();
    Cone cone = partition.templates().cone(group, group.outputs());
    Template template = partition.templates().of(group, group.outputs(), cone);
    assertEquals(2, template.steps().size(), "a large sum is split");
    assertEquals(1, template.scratch().length);
    var sizes = new ArrayList<Long>();
    List<Step> steps =
        template.steps(
            cone,
            -1,
            bytes -> {
              sizes.add(bytes);
              return 99;
            });
    assertEquals(List.of(template.scratch()[0]), sizes);
    assertTrue(contains(steps.get(0).values(), 99) && contains(steps.get(1).values(), 99));
  }

  private static boolean contains(int[] values, int value) {
    for (int v : values) {
      if (v == value) {
        return true;
      }
    }
    return false;
  }

  @Test
  void theRawProductGoesWhereItIsTold() {
    Node product = Graph.matmul(Nodes.value(4, 5), Nodes.value(5, 6));
    Walk walk = Walk.from(List.of(Nodes.neg(product)));
    Fuser.Partition partition = partition(walk);
    Group group = partition.groups().getFirst();
    Cone cone = partition.templates().cone(group, group.outputs());
    Template template = partition.templates().of(group, group.outputs(), cone);
    assertTrue(contains(template.steps(cone, 55, _ -> 99).getFirst().values(), 55));
    assertFalse(contains(template.steps(cone, 56, _ -> 99).getFirst().values(), 55));
  }

  @Test
  void aGroupThatCannotBeWrittenNamesWhatMustBeStored() {
    Node rows = Nodes.sum(Nodes.value(4, 3), 1);
    Node y = Nodes.sin(Graph.reshape(rows, Shape.of(4)));
    Walk walk = Walk.from(List.of(y));
    boolean[] stored = new boolean[walk.size()];
    stored[walk.roots[0]] = true;
    var templates = new Templates(Device.cpu(), walk, stored);
    Group map = Group.map(walk.roots[0], new int[] {4});
    Cone cone = templates.cone(map, map.outputs());
    Template template = templates.of(map, map.outputs(), cone);
    assertFalse(template.fits());
    assertEquals(rows, walk.nodes[cone.nodes()[template.unfit()]]);
  }
}
