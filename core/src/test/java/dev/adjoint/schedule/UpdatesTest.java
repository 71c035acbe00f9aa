package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.ScanOp;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether new values of variables are written in place or copied. */
class UpdatesTest {
  /** The value of a variable and the one that it shall take. */
  private record Change(Node before, Node now) {}

  private final List<Node> roots = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private Walk walk = Walk.from(List.of());

  private static Node variable(int... dims) {
    Node value = Nodes.value(dims);
    return Node.source(Engine.copy(value), value.shape(), value.dtype(), false);
  }

  private void set(Node before, Node now) {
    changes.add(new Change(before, now));
  }

  /** Plans as {@link Planner} does. */
  private Updates decide() {
    var all = new ArrayList<>(roots);
    changes.forEach(change -> all.add(change.now));
    walk = Walk.from(all);
    boolean[] wanted = new boolean[walk.size()];
    boolean[] remembered = new boolean[walk.size()];
    var targets = new ArrayList<UpdateTarget>();
    var updated = new BitSet();
    for (int k = 0; k < all.size(); k++) {
      int position = walk.base(walk.roots[k]);
      wanted[position] = true;
      if (k < roots.size()) {
        remembered[position] = true;
      } else {
        Node before = changes.get(k - roots.size()).before;
        targets.add(new UpdateTarget(position, walk.leafOf(before.storage())));
        updated.set(position);
      }
    }
    var partition = Fuser.partition(Device.cpu(), walk, wanted, updated, false);
    var launches = new ArrayList<Updates.Launches>();
    for (Group group : partition.groups()) {
      int[] outputs = group.outputs();
      Templates templates = partition.templates();
      Cone cone = templates.cone(group, outputs);
      Template template = templates.of(group, outputs, cone);
      int raw = group.head;
      launches.add(new Updates.Launches(group, template.steps(cone, raw, _ -> walk.size())));
    }
    return new Updates(walk, targets, launches, remembered, _ -> walk.size());
  }

  /** Whether each new value goes straight into the old one's memory. */
  private List<Boolean> inPlace() {
    Updates updates = decide();
    var inPlace = new ArrayList<Boolean>();
    int copied = 0;
    for (int k = 0; k < changes.size(); k++) {
      int target = walk.base(walk.roots[roots.size() + k]);
      boolean here = updates.donated(target) == k;
      inPlace.add(here);
      copied += here ? 0 : 1;
    }
    List<Step> copies = updates.copies(1000);
    assertEquals(copied, copies.size());
    for (Step copy : copies) {
      assertTrue(copy.values()[1] >= 1000 && copy.values()[1] < 1000 + changes.size());
    }
    return inPlace;
  }

  @Test
  void anElementwiseUpdateIsInPlace() {
    Node v = variable(4);
    set(v, Nodes.add(v, Nodes.value(4)));
    assertEquals(List.of(true), inPlace());
  }

  @Test
  void aNewValueThatDoesNotNeedTheOldOneIsInPlace() {
    set(variable(4), Nodes.neg(Nodes.value(4)));
    assertEquals(List.of(true), inPlace());
  }

  @Test
  void aProductWhoseEpilogueReadsTheOldValueIsCopied() {
    Node v = variable(4, 4);
    Node product = Graph.matmul(Nodes.value(4, 4), Nodes.value(4, 4));
    roots.add(Nodes.add(product, v));
    set(v, product);
    assertEquals(List.of(false), inPlace());
  }

  /** Scans write into no variable, so what follows one is an update by itself. */
  @Test
  void anUpdateBehindAScanIsInPlace() {
    Node v = variable(4);
    set(v, Nodes.add(v, Graph.scan(ScanOp.SUM, Nodes.neg(v), 0, false)));
    assertEquals(List.of(true), inPlace());
  }

  @Test
  void aScanIsCopied() {
    set(variable(4), Graph.scan(ScanOp.SUM, Nodes.value(4), 0, false));
    assertEquals(List.of(false), inPlace());
  }

  @Test
  void aShiftedReadIsCopied() {
    Node v = variable(4);
    set(v, Nodes.add(v, Nodes.reversed(v)));
    assertEquals(List.of(false), inPlace());
  }

  @Test
  void aTransposedReadIsCopied() {
    Node v = variable(4, 4);
    set(v, Nodes.neg(Nodes.transposed(v)));
    assertEquals(List.of(false), inPlace());
  }

  /** A row is read to its end before any of it is written. */
  @Test
  void aReductionOverRowsOfTheOldValueIsInPlace() {
    Node v = variable(4, 3);
    set(v, Nodes.add(v, Nodes.sum(v, 1)));
    assertEquals(List.of(true), inPlace());
  }

  @Test
  void aReductionOverOtherElementsOfTheOldValueIsCopied() {
    Node v = variable(4);
    Node all = Graph.broadcast(v, Shape.of(4, 4));
    set(v, Nodes.add(v, Graph.reshape(Nodes.sum(Nodes.mul(all, Nodes.value(4, 4)), 1), v.shape())));
    assertEquals(List.of(false), inPlace());
  }

  @Test
  void aLookupInTheOldValueIsCopied() {
    Node v = variable(4);
    set(v, Graph.gather(v, Nodes.positions(4), 0));
    assertEquals(List.of(false), inPlace());
  }

  @Test
  void aProductWithTheOldValueIsCopied() {
    Node v = variable(4, 4);
    set(v, Graph.matmul(v, Nodes.value(4, 4)));
    assertEquals(List.of(false), inPlace());
  }

  @Test
  void theEpilogueOfAProductIsInPlace() {
    Node v = variable(4, 4);
    set(v, Nodes.add(v, Graph.matmul(Nodes.value(4, 4), Nodes.value(4, 4))));
    assertEquals(List.of(true), inPlace());
  }

  @Test
  void addingAtPositionsIsInPlaceAfterACheckOfThem() {
    Node v = variable(4);
    set(v, Nodes.scattered(v, Nodes.value(3)));
    assertEquals(List.of(true), inPlace());
    List<Updates.Launches> order = decide().order();
    assertEquals(2, order.size());
    assertTrue(order.getFirst().steps().getFirst().canFail());
    List<Step> update = order.getLast().steps();
    assertEquals(1, update.size(), "no copy of the old value");
    assertTrue(update.getFirst().kernel() instanceof Kernel.Scatter);
  }

  @Test
  void positionsOfTwoUpdatesAreCheckedOnce() {
    Node positions = Nodes.positions(3);
    for (int dim : new int[] {4, 5}) {
      changes.clear();
      for (int size : new int[] {4, dim}) {
        Node v = variable(size);
        set(v, Graph.scatterAdd(v, positions, Nodes.value(3), 0));
      }
      assertEquals(List.of(true, true), inPlace());
      assertEquals(dim == 4 ? 3 : 4, decide().order().size());
    }
  }

  @Test
  void addingToARenamedOldValueIsInPlace() {
    Node v = variable(2, 2);
    Node flat = Graph.reshape(v, Shape.of(4));
    set(v, Graph.reshape(Nodes.scattered(flat, Nodes.value(3)), v.shape()));
    assertEquals(List.of(true), inPlace());
  }

  @Test
  void addingAtPositionsToAnotherValueIsCopied() {
    set(variable(4), Nodes.scattered(Nodes.value(4), Nodes.value(3)));
    assertEquals(List.of(false), inPlace());
    changes.clear();
    Node v = variable(4);
    set(v, Nodes.scattered(Nodes.neg(v), Nodes.value(3)));
    assertEquals(List.of(false), inPlace());
  }

  @Test
  void addingPartsOfTheOldValueToItIsCopied() {
    Node v = variable(4);
    set(v, Nodes.scattered(v, Nodes.reversed(v)));
    assertEquals(List.of(false), inPlace());
  }

  @Test
  void aLookupInTheOldValueRunsBeforeItIsAddedTo() {
    Node v = variable(4);
    Node rows = Graph.gather(v, Nodes.positions(3), 0);
    set(v, Nodes.scattered(v, Nodes.neg(rows)));
    roots.add(Nodes.sum(Nodes.mul(v, v), 0));
    assertEquals(List.of(true), inPlace());
    assertTrue(decide().order().getLast().group().contains(walk.roots[1]));
  }

  @Test
  void addingAtPositionsThatDependOnANewValueIsCopied() {
    Node index = Graph.cast(variable(4), DType.I32);
    Node w = Node.source(Engine.copy(index), index.shape(), index.dtype(), false);
    Node positions = Graph.binary(BinaryOp.ADD, w, index);
    set(w, positions);
    Node v = variable(4);
    set(v, Graph.scatterAdd(v, positions, Nodes.value(4), 0));
    assertEquals(List.of(false, false), inPlace());
  }

  @Test
  void addingToAnOldValueThatIsReadAfterwardsIsCopied() {
    Node v = variable(4);
    Node now = Nodes.scattered(v, Nodes.value(3));
    set(v, now);
    roots.add(Nodes.add(Nodes.reversed(now), v));
    assertEquals(List.of(false), inPlace());
  }

  @Test
  void aNewValueThatIsRememberedIsCopied() {
    Node v = variable(4);
    Node now = Nodes.add(v, Nodes.value(4));
    roots.add(now);
    set(v, now);
    assertEquals(List.of(false), inPlace());
  }

  @Test
  void readersOfTheOldValueRunBefore() {
    Node v = variable(4);
    roots.add(Nodes.scattered(Nodes.value(4), Nodes.sum(v, 0)));
    set(v, Nodes.add(v, Nodes.value(4)));
    assertEquals(List.of(true), inPlace());
    List<Updates.Launches> order = decide().order();
    assertTrue(order.getLast().group().contains(walk.roots[1]));
  }

  @Test
  void aReaderOfTheOldValueThatNeedsTheNewOneMakesACopy() {
    Node v = variable(4);
    Node now = Nodes.add(v, Nodes.value(4));
    set(v, now);
    roots.add(Nodes.add(Nodes.reversed(now), v));
    assertEquals(List.of(false), inPlace());
  }

  @Test
  void whatReadsOnlyTheNewValueRunsAfter() {
    Node v = variable(4);
    Node now = Nodes.add(v, Nodes.value(4));
    set(v, now);
    roots.add(Nodes.neg(Nodes.reversed(now)));
    assertEquals(List.of(true), inPlace());
    List<Updates.Launches> order = decide().order();
    assertTrue(order.getFirst().group().contains(walk.roots[1]));
    assertTrue(order.getLast().group().contains(walk.roots[0]));
  }

  @Test
  void oneValueForTwoVariablesIsInPlaceForOne() {
    Node v = variable(4);
    Node w = variable(4);
    Node now = Nodes.add(v, w);
    set(v, now);
    set(w, now);
    assertEquals(List.of(true, false), inPlace());
  }

  @Test
  void variablesThatExchangeTheirValuesAreCopied() {
    Node v = variable(4);
    Node w = variable(4);
    set(v, Nodes.neg(w));
    set(w, Nodes.neg(v));
    List<Boolean> inPlace = inPlace();
    assertFalse(inPlace.get(0) && inPlace.get(1), "both old values are needed for the new ones");
  }

  @Test
  void allVariablesThatOneKernelUpdatesAreInPlace() {
    Node v = variable(4);
    Node w = variable(4);
    Node gradient = Nodes.value(4);
    Node velocity = Nodes.add(Nodes.mul(v, Nodes.number(0.9f)), gradient);
    set(v, velocity);
    set(w, Nodes.add(w, velocity));
    assertEquals(List.of(true, true), inPlace());
    assertEquals(1, decide().order().size());
  }

  @Test
  void aLookupIsInPlaceAfterACheckOfItsPositions() {
    Node v = variable(4);
    Node positions = Nodes.positions(4);
    Node looked = Graph.gather(Nodes.value(9), positions, 0);
    set(v, Nodes.add(v, Nodes.add(looked, Graph.gather(Nodes.value(9), positions, 0))));
    assertEquals(List.of(true), inPlace());
    List<Updates.Launches> order = decide().order();
    assertEquals(2, order.size(), "one check for both");
    assertTrue(order.getFirst().steps().getFirst().canFail());
  }

  @Test
  void nothingIsInPlaceBeforeALaunchThatCanFail() {
    Node v = variable(4);
    Node positions = Nodes.positions(4);
    Node looked = Graph.gather(Nodes.value(9), Nodes.add(positions, positions), 0);
    set(v, Nodes.add(v, looked));
    assertEquals(List.of(false), inPlace());
    changes.clear();
    set(v, Nodes.add(v, Nodes.value(4)));
    roots.add(looked);
    assertEquals(List.of(true), inPlace());
    List<Updates.Launches> order = decide().order();
    assertTrue(order.getFirst().steps().getFirst().canFail());
    assertFalse(order.getLast().steps().getLast().canFail());
  }

  @Test
  void anUpdateOfAnEmptyVariableNeedsNoCopy() {
    Node v = variable(0, 3);
    set(v, Nodes.neg(v));
    assertEquals(List.of(), decide().copies(0));
  }

  @Test
  void aCopyReadsTheNewValueAndWritesTheVariable() {
    Node v = variable(2, 3);
    set(v, Graph.reshape(Nodes.reversed(Graph.reshape(v, Shape.of(6))), v.shape()));
    Updates updates = decide();
    Step copy = updates.copies(77).getFirst();
    assertTrue(copy.kernel() instanceof Kernel.Loop);
    assertEquals(walk.base(walk.roots[0]), copy.values()[0]);
    assertEquals(77, copy.values()[1]);
    assertEquals(6, copy.geometry().points());
  }
}
