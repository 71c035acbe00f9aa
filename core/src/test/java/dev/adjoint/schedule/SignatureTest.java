package dev.adjoint.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.Scope;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Storage;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignatureTest {
  private static Signature of(Node... roots) {
    return Signature.of(Walk.from(List.of(roots)), List.of(), false);
  }

  private static void assertSame(Signature a, Signature b) {
    assertEquals(a, b);
    assertEquals(a.hashCode(), b.hashCode());
  }

  @Test
  void valuesDoNotMatter() {
    Node x = Nodes.add(Nodes.value(3), Nodes.number(1, 3));
    Node y = Nodes.add(Nodes.value(3), Nodes.number(2, 3));
    assertSame(of(x), of(y));
  }

  @Test
  void theOrderInWhichNodesWereMadeDoesNotMatter() {
    Node a = Nodes.value(3);
    Node b = Nodes.value(3);
    Node left = Nodes.neg(a);
    Node x = Nodes.add(left, Nodes.sin(b));
    Node right = Nodes.sin(a);
    Node y = Nodes.add(Nodes.neg(b), right);
    assertSame(of(x), of(y));
  }

  @Test
  void opsShapesAndTypesMatter() {
    Node x = Nodes.value(2, 3);
    Signature signature = of(Nodes.neg(x));
    assertNotEquals(signature, of(Nodes.sin(x)));
    assertNotEquals(signature, of(Nodes.neg(Nodes.value(3, 2))));
    assertNotEquals(signature, of(Nodes.neg(Graph.cast(x, DType.F64))));
    assertNotEquals(of(Nodes.sum(x, 0)), of(Nodes.sum(x, 1)));
  }

  @Test
  void precisionMatters() {
    Node x = Nodes.value(4, 4);
    Node rough = Scope.withPrecision(Precision.BF16, () -> Graph.matmul(x, x));
    assertNotEquals(of(Graph.matmul(x, x)), of(rough));
  }

  @Test
  void theSameValueTwiceIsNotTwoValues() {
    Node x = Nodes.value(3);
    Signature square = of(Nodes.mul(x, x));
    assertNotEquals(square, of(Nodes.mul(x, Nodes.value(3))));
    Node other = Node.source(storage(x), x.shape(), x.dtype(), false);
    assertNotEquals(of(Nodes.mul(x, other)), of(Nodes.mul(x, Nodes.value(3))));
  }

  private static Storage storage(Node node) {
    Storage storage = node.storage();
    if (storage == null) {
      throw new AssertionError(node + " is not computed");
    }
    return storage;
  }

  @Test
  void aSharedNodeIsNotTwoEqualOnes() {
    Node x = Nodes.value(3);
    Node shared = Nodes.neg(x);
    assertNotEquals(of(Nodes.mul(shared, shared)), of(Nodes.mul(Nodes.neg(x), Nodes.neg(x))));
  }

  @Test
  void aComputedNodeIsAValueHoweverItCameAbout() {
    Node x = Nodes.neg(Nodes.value(3));
    Node y = Nodes.sin(x);
    Signature before = of(y);
    Engine.realize(List.of(x));
    assertNotEquals(before, of(y));
    assertSame(of(Nodes.sin(Nodes.value(3))), of(y));
  }

  @Test
  void rootsAndTheirOrderMatter() {
    Node x = Nodes.neg(Nodes.value(3));
    Node y = Nodes.sin(x);
    assertNotEquals(of(y), of(y, x));
    assertNotEquals(of(x, y), of(y, x));
  }

  @Test
  void whatIsRememberedMatters() {
    Node x = Nodes.neg(Nodes.value(3));
    Node y = Nodes.sin(x);
    Signature before = of(y);
    x.keep();
    assertNotEquals(before, of(y));
    Walk walk = Walk.from(List.of(y));
    assertNotEquals(of(y), Signature.of(walk, List.of(), true));
  }

  @Test
  void trackedNodesMatter() {
    Node x = Nodes.value(3);
    Node tracked = Node.source(storage(x), x.shape(), x.dtype(), true);
    assertNotEquals(of(Nodes.neg(x)), of(Nodes.neg(tracked)));
  }

  @Test
  void theValueOfAVariableMatters() {
    Node x = Nodes.value(3);
    Node owned = Node.source(Engine.copy(x), x.shape(), x.dtype(), false);
    assertNotEquals(of(Nodes.neg(x)), of(Nodes.neg(owned)));
  }

  @Test
  void updatesMatter() {
    Node x = Nodes.value(3);
    Walk walk = Walk.from(List.of(Nodes.add(x, Nodes.neg(x))));
    int root = walk.roots[0];
    var none = Signature.of(walk, List.of(), false);
    var one = Signature.of(walk, List.of(new UpdateTarget(root, 0)), false);
    assertNotEquals(none, one);
    assertSame(one, Signature.of(walk, List.of(new UpdateTarget(root, 0)), false));
    assertNotEquals(one, Signature.of(walk, List.of(new UpdateTarget(root, -1)), false));
    assertNotEquals(one, Signature.of(walk, List.of(new UpdateTarget(1, 0)), false));
  }

  @Test
  void oneUpdateOfTwoRootsIsNotTwoUpdatesOfOne() {
    Node x = Nodes.neg(Nodes.value(3));
    Walk one = Walk.from(List.of(x));
    Walk two = Walk.from(List.of(x, x));
    var target = new UpdateTarget(one.roots[0], -1);
    assertNotEquals(
        Signature.of(two, List.of(target), false),
        Signature.of(one, List.of(target, target), false));
  }

  @Test
  void sizesAreThoseOfTheCode() {
    assertEquals(12, new Signature(new int[] {1, 2, 3}).bytes());
    assertSame(new Signature(new int[] {1, 2}), new Signature(new int[] {1, 2}));
    assertNotEquals(new Signature(new int[] {1, 2}), new Signature(new int[] {1, 2, 0}));
  }
}
