package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GraphTest {
  private static Node node(DType dtype, int... dims) {
    return Graph.full(dtype, 0, Shape.of(dims), Device.cpu());
  }

  private static Node tracked() {
    return Tensors.ones(2, 3).requiresGrad().node();
  }

  @Test
  void callsWithoutEffectRecordNothing() {
    Node x = node(DType.F32, 2, 3);
    assertSame(x, Graph.reshape(x, Shape.of(2, 3)));
    assertSame(x, Graph.expand(x, Shape.of(2, 3)));
    assertSame(x, Graph.permute(x, Axes.of(0, 1)));
    assertSame(x, Graph.cast(x, DType.F32));
    assertSame(x, Graph.bitcast(x, DType.F32));
    assertSame(x, Graph.slice(x, Axes.of(0, 0), Axes.of(1, 1), Shape.of(2, 3)));
    assertSame(x, Graph.reduce(ReduceOp.SUM, x, Axes.of()));
    assertSame(x, Graph.concat(List.of(x), 0));
    assertSame(x, Graph.broadcast(x, Shape.of(2, 3)));
  }

  @Test
  void swappingEqualSizesIsNoIdentity() {
    Node x = node(DType.F32, 2, 2);
    assertNotSame(x, Graph.permute(x, Axes.of(1, 0)));
  }

  @Test
  void aReversedAxisIsNoFullSlice() {
    Node x = node(DType.F32, 3);
    assertNotSame(x, Graph.slice(x, Axes.of(2), Axes.of(-1), Shape.of(3)));
    Node one = node(DType.F32, 1);
    assertSame(one, Graph.slice(one, Axes.of(0), Axes.of(-1), Shape.of(1)));
  }

  @Test
  void viewsOfAConstantAreConstants() {
    Node x = node(DType.F32, 4, 5);
    assertEquals(new Op.Const(), x.op());
    assertEquals(new Op.Const(), Graph.reshape(x, Shape.of(20)).op());
    assertEquals(new Op.Const(), Graph.slice(x, Axes.of(1, 0), Axes.of(1, 2), Shape.of(2, 3)).op());
    assertEquals(new Op.Const(), Graph.broadcast(x, Shape.of(3, 4, 5)).op());
    assertEquals(Shape.of(3, 4, 5), Graph.broadcast(x, Shape.of(3, 4, 5)).shape());
  }

  @Test
  void shapesOfResults() {
    Node x = node(DType.F32, 2, 3, 4);
    assertEquals(Shape.of(2, 1, 1), Graph.reduce(ReduceOp.SUM, x, Axes.of(1, 2)).shape());
    assertEquals(Shape.of(4, 2, 3), Graph.permute(x, Axes.of(2, 0, 1)).shape());
    assertEquals(Shape.of(7, 2, 3, 4), Graph.broadcast(x, Shape.of(7, 2, 3, 4)).shape());
    assertEquals(Shape.of(2, 6, 4), Graph.concat(List.of(x, x), 1).shape());
    assertEquals(Shape.of(2, 3, 5), Graph.matmul(x, node(DType.F32, 2, 4, 5)).shape());
    assertEquals(Shape.of(2, 1, 4), Graph.gather(x, node(DType.I32, 2, 1, 4), 1).shape());
    assertEquals(
        Shape.of(2, 3, 4),
        Graph.scatterAdd(x, node(DType.I64, 2, 9, 4), node(DType.F32, 2, 9, 4), 1).shape());
    Node zero = Graph.constant(DType.F32, 0, Device.cpu());
    assertEquals(
        Shape.of(2, 5, 4), Graph.pad(x, zero, Axes.of(0, 1, 0), Shape.of(2, 5, 4)).shape());
  }

  @Test
  void typesOfResults() {
    Node x = node(DType.F32, 2);
    assertEquals(DType.BOOL, Graph.binary(BinaryOp.LT, x, x).dtype());
    assertEquals(DType.BOOL, Graph.unary(UnaryOp.IS_NAN, x).dtype());
    assertEquals(DType.I32, Graph.bitcast(x, DType.I32).dtype());
    assertEquals(DType.I32, Graph.iota(3, Device.cpu()).dtype());
    assertEquals(DType.I32, Graph.random(Shape.of(3), Device.cpu(), 1, 2).dtype());
  }

  @Test
  void nothingIsBroadcastOrPromotedHere() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Graph.binary(BinaryOp.ADD, node(DType.F32, 2), node(DType.F32, 1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Graph.binary(BinaryOp.ADD, node(DType.F32, 2), node(DType.F64, 2)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Graph.matmul(node(DType.F32, 1, 2, 3), node(DType.F32, 2, 3, 4)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Graph.reduce(ReduceOp.SUM, node(DType.BOOL, 2), Axes.of(0)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Graph.reduce(ReduceOp.SUM, node(DType.F32, 2, 2), Axes.of(1, 0)));
  }

  @Test
  void gradientsAreTrackedThroughFloatsOnly() {
    Node x = tracked();
    Node y = node(DType.F32, 2, 3);
    assertTrue(x.tracked());
    assertTrue(Graph.binary(BinaryOp.MUL, y, x).tracked());
    assertTrue(Graph.cast(x, DType.F64).tracked());
    assertTrue(Graph.where(node(DType.BOOL, 2, 3), y, x).tracked());
    assertFalse(Graph.binary(BinaryOp.MUL, y, y).tracked());
    assertFalse(Graph.binary(BinaryOp.LT, y, x).tracked());
    assertFalse(Graph.cast(x, DType.I32).tracked());
    assertFalse(Scope.noGrad(() -> Graph.unary(UnaryOp.EXP, x)).tracked());
    assertTrue(Scope.noGrad(() -> Scope.withGrad(() -> Graph.unary(UnaryOp.EXP, x))).tracked());
  }

  @Test
  void aDeepGraphIsComputedOnTheWay() {
    Tensor x = Tensors.of(0.0, 1.0);
    int steps = Graph.MAX_DEPTH * 3 / 2;
    for (int i = 0; i < steps; i++) {
      x = x.add(1);
      assertTrue(x.node().depth() <= Graph.MAX_DEPTH + 1);
    }
    assertEquals(steps, x.get(0).item());
    assertEquals(steps + 1, x.get(1).item());
  }

  @Test
  void slicesOfWhatIsJoinedAreSlicesOfAPart() {
    Node a = Graph.unary(UnaryOp.NEG, node(DType.F32, 2, 3));
    Node b = Graph.unary(UnaryOp.NEG, node(DType.F32, 4, 3));
    Node joined = Graph.concat(List.of(a, b), 0);
    assertSame(b, Graph.slice(joined, Axes.of(2, 0), Axes.of(1, 1), Shape.of(4, 3)));
    Node last = Graph.slice(joined, Axes.of(5, 1), Axes.of(-2, 1), Shape.of(2, 2));
    assertEquals(new Op.Slice(Axes.of(3, 1), Axes.of(-2, 1)), last.op());
    assertSame(b, last.input(0));
    Node both = Graph.slice(joined, Axes.of(1, 0), Axes.of(1, 1), Shape.of(2, 3));
    assertSame(joined, both.input(0));
  }
}
