package dev.adjoint.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Shape;
import dev.adjoint.StaleTensorException;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.BinaryOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.graph.UnaryOp;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Every op of the graph on a few numbers, with results worked out by hand. */
class ReferenceTest {
  private static final Node MATRIX = Tensors.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3).node();
  private static final Node POSITIONS = Tensors.of(new long[] {2, 0}, 2, 1).node();

  private static void check(Node node, double... expected) {
    assertArrayEquals(expected, Reference.evaluate(new Tensor(node)));
  }

  @Test
  void leaves() {
    check(MATRIX, 1, 2, 3, 4, 5, 6);
    check(Tensors.of(new boolean[] {true, false}, 2).node(), 1, 0);
    check(Tensors.of(new byte[] {-1, 3}, 2).node(), 255, 3);
    check(Graph.constant(DType.F32, Float.floatToRawIntBits(2.5f), Device.cpu()), 2.5);
    check(Graph.constant(DType.I32, -7, Device.cpu()), -7);
    check(Graph.iota(4, Device.cpu()), 0, 1, 2, 3);
    check(Tensors.of(new float[0], 0, 3).node());
  }

  /** The first block is a known answer of the authors' tests; the second was made with another implementation. */
  @Test
  void random() {
    check(
        Graph.random(Shape.of(5), Device.cpu(), 0, 0),
        0x6627e8d5,
        0xe169c58d,
        0xbc57ac4c,
        0x9b00dbd8,
        PhiloxWords.word(0, 1, 0));
    check(
        Graph.random(Shape.of(2, 2), Device.cpu(), 0xfedcba9876543210L, 0x0123456789abcdefL),
        0x822ed603,
        0x19774975,
        0x4c78eba5,
        0xdc0ba28a);
    check(
        Graph.random(Shape.of(8), Device.cpu(), 5, 0xffffffffL),
        PhiloxWords.word(5, 0xffffffffL, 0),
        PhiloxWords.word(5, 0xffffffffL, 1),
        PhiloxWords.word(5, 0xffffffffL, 2),
        PhiloxWords.word(5, 0xffffffffL, 3),
        0xeea55779,
        0x47e2e861,
        0x2216fe65,
        0x4da34991);
  }

  @Test
  void elements() {
    check(Graph.unary(UnaryOp.SQUARE, MATRIX), 1, 4, 9, 16, 25, 36);
    check(Graph.unary(UnaryOp.NOT, Tensors.of(5, -1).node()), -6, 0);
    check(Graph.unary(UnaryOp.NOT, Tensors.of(true, false).node()), 0, 1);
    check(Graph.binary(BinaryOp.SUB, MATRIX, Graph.unary(UnaryOp.NEG, MATRIX)), 2, 4, 6, 8, 10, 12);
    check(
        Graph.binary(BinaryOp.ADD, Tensors.of(Integer.MAX_VALUE).node(), Tensors.of(1).node()),
        Integer.MIN_VALUE);
    check(
        Graph.binary(BinaryOp.FLOOR_DIV, Tensors.of(-7, 7, 7).node(), Tensors.of(2, -2, 0).node()),
        -4,
        -4,
        0);
    check(
        Graph.binary(BinaryOp.REMAINDER, Tensors.of(-7, 7, 7).node(), Tensors.of(2, -2, 0).node()),
        1,
        -1,
        0);
    check(
        Graph.binary(BinaryOp.FLOOR_DIV, Tensors.of(-7.5, 1).node(), Tensors.of(2, 0.0).node()),
        -4,
        Double.POSITIVE_INFINITY);
    check(
        Graph.binary(BinaryOp.REMAINDER, Tensors.of(-7.5, 4).node(), Tensors.of(2.0, -2).node()),
        0.5,
        -0.0);
    check(
        Graph.where(
            Tensors.of(true, false).node(), Tensors.of(1, 2).node(), Tensors.of(3, 4).node()),
        1,
        4);
  }

  @Test
  void conversions() {
    Node numbers = Tensors.of(-1.5, 300, Double.NaN, 0.5).node();
    check(Graph.cast(numbers, DType.I32), -1, 300, 0, 0);
    check(Graph.cast(numbers, DType.U8), 255, 44, 0, 0);
    check(Graph.cast(numbers, DType.BOOL), 1, 1, 1, 1);
    check(Graph.bitcast(Tensors.of(1f).node(), DType.I32), 0x3f800000);
    check(Graph.bitcast(Tensors.of(0x40000000).node(), DType.F32), 2);
    assertArrayEquals(
        new long[] {Long.MAX_VALUE},
        Reference.evaluateLongs(new Tensor(Tensors.of(Long.MAX_VALUE).node())));
    assertThrows(IllegalStateException.class, () -> Reference.evaluateLongs(new Tensor(MATRIX)));
  }

  @Test
  void folds() {
    check(Graph.reduce(ReduceOp.SUM, MATRIX, Axes.of(0)), 5, 7, 9);
    check(Graph.reduce(ReduceOp.PROD, MATRIX, Axes.of(1)), 6, 120);
    check(Graph.reduce(ReduceOp.MAX, MATRIX, Axes.of(0, 1)), 6);
    check(Graph.reduce(ReduceOp.MIN, Tensors.of(3, Double.NaN).node(), Axes.of(0)), Double.NaN);
    check(Graph.reduce(ReduceOp.SUM, Tensors.of(new float[0], 0, 2).node(), Axes.of(0)), 0, 0);
    check(Graph.matmul(MATRIX, Graph.permute(MATRIX, Axes.of(1, 0))), 14, 32, 32, 77);
    check(
        Graph.matmul(
            Graph.reshape(MATRIX, Shape.of(2, 1, 3)), Graph.reshape(MATRIX, Shape.of(2, 3, 1))),
        14,
        77);
  }

  @Test
  void movements() {
    check(Graph.reshape(MATRIX, Shape.of(3, 2)), 1, 2, 3, 4, 5, 6);
    check(Graph.permute(MATRIX, Axes.of(1, 0)), 1, 4, 2, 5, 3, 6);
    check(
        Graph.expand(Tensors.of(new int[] {7, 8}, 2, 1).node(), Shape.of(2, 3)), 7, 7, 7, 8, 8, 8);
    check(Graph.slice(MATRIX, Axes.of(1, 2), Axes.of(-1, -2), Shape.of(2, 2)), 6, 4, 3, 1);
    Node nine = Graph.constant(DType.F32, Float.floatToRawIntBits(9), Device.cpu());
    check(Graph.pad(MATRIX, nine, Axes.of(0, 1), Shape.of(2, 5)), 9, 1, 2, 3, 9, 9, 4, 5, 6, 9);
    Node ten = Tensors.of(new double[] {10, 20}, 2, 1).node();
    check(Graph.concat(List.of(MATRIX, ten), 1), 1, 2, 3, 10, 4, 5, 6, 20);
    check(Graph.concat(List.of(MATRIX, MATRIX), 0), 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void positions() {
    check(Graph.gather(MATRIX, POSITIONS, 1), 3, 4);
    Node zeros = Tensors.zeros(2, 3).node();
    Node twice = Tensors.of(new long[] {1, 1, 0, 2}, 2, 2).node();
    Node added = Tensors.of(new double[] {1, 2, 3, 4}, 2, 2).node();
    check(Graph.scatterAdd(zeros, twice, added, 1), 0, 3, 0, 3, 0, 4);
    var error =
        assertThrows(
            IndexOutOfBoundsException.class,
            () ->
                Reference.evaluate(
                    new Tensor(
                        Graph.gather(MATRIX, Tensors.of(new long[] {0, 3}, 2, 1).node(), 1))));
    assertThat(error)
        .hasMessageStartingWith("gather: index 3 is out of range for axis 1 of size 3 (at Ref");
  }

  @Test
  void passThrough() {
    check(new Tensor(MATRIX).requiresGrad().detach().node(), 1, 2, 3, 4, 5, 6);
    check(Node.copy(MATRIX, Device.cpu(), false), 1, 2, 3, 4, 5, 6);
    Op.CustomRule rule = () -> "mine";
    check(Graph.custom(rule, List.of(MATRIX, MATRIX)), 1, 2, 3, 4, 5, 6);
  }

  @Test
  void deepGraphsNeedNoStack() {
    Tensor x = Tensors.of(1.0);
    for (int i = 0; i < 100_000; i++) {
      x =
          new Tensor(
              Node.of(new Op.Unary(UnaryOp.NEG), List.of(x.node()), x.shape(), x.dtype(), false));
    }
    check(x.node(), 1);
  }

  @Test
  void overwrittenValuesAreAnError() {
    Tensor x = Tensors.of(1.0, 2.0);
    Objects.requireNonNull(x.node().storage()).overwrite("weight");
    assertThrows(StaleTensorException.class, () -> Reference.evaluate(x.add(1)));
  }
}
