package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.Shape;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StructuresTest {
  private static final Shape SHAPE = Shape.of(2, 3);

  private static int of(Op op) {
    return Structures.of(op, SHAPE, DType.F32, Precision.F32);
  }

  @Test
  void equalStructuresShareANumber() {
    int number = of(new Op.Slice(Axes.of(1, 0), Axes.of(1, 2)));
    assertNotEquals(0, number);
    assertEquals(number, of(new Op.Slice(Axes.of(1, 0), Axes.of(1, 2))));
    assertEquals(
        number,
        Structures.of(
            new Op.Slice(Axes.of(1, 0), Axes.of(1, 2)), Shape.of(2, 3), DType.F32, Precision.F32));
  }

  @Test
  void whateverDiffersGivesAnotherNumber() {
    Op product = new Op.MatMul();
    int number = of(product);
    assertNotEquals(number, of(new Op.Cast()));
    assertNotEquals(number, Structures.of(product, Shape.of(3, 2), DType.F32, Precision.F32));
    assertNotEquals(number, Structures.of(product, Shape.of(2, 3, 1), DType.F32, Precision.F32));
    assertNotEquals(number, Structures.of(product, SHAPE, DType.F64, Precision.F32));
    assertNotEquals(number, Structures.of(product, SHAPE, DType.F32, Precision.TF32));
    assertNotEquals(of(new Op.Unary(UnaryOp.EXP)), of(new Op.Unary(UnaryOp.EXP2)));
    assertNotEquals(
        of(new Op.Pad(Axes.of(1, 0), Axes.of(1, 1))), of(new Op.Pad(Axes.of(1, 0), Axes.of(2, 1))));
    assertNotEquals(
        of(new Op.Reduce(ReduceOp.SUM, Axes.of(0))), of(new Op.Reduce(ReduceOp.MAX, Axes.of(0))));
  }

  private record Rule(String name) implements Op.CustomRule {}

  private record Call(String name, Object call) implements Op.CustomRule {}

  @Test
  void theRuleOfACustomFunctionDoesNotMatter() {
    assertEquals(of(new Op.Custom(new Rule("one"))), of(new Op.Custom(new Rule("two"))));
    assertEquals(of(new Op.Detach()), of(new Op.Custom(new Rule("one"))));
  }

  @Test
  void onlyThatItIsOneKernelDoes() {
    int call = of(new Op.Custom(new Call("one", "a")));
    assertEquals(call, of(new Op.Custom(new Call("two", "b"))));
    assertNotEquals(call, of(new Op.Custom(new Rule("one"))));
  }

  @Test
  void nodesKnowTheirNumber() {
    Node x = Graph.full(DType.F32, 0, SHAPE, dev.adjoint.Device.cpu());
    Node y = Graph.unary(UnaryOp.EXP, x);
    assertEquals(of(new Op.Unary(UnaryOp.EXP)), y.structure());
    assertEquals(of(new Op.Source()), y.valueStructure());
    assertEquals(x.valueStructure(), y.valueStructure());
  }

  @Test
  void threadsThatAskAtOnceFindTheSameNumber() {
    for (int round = 0; round < 50; round++) {
      int size = 1_000_000 + round;
      var numbers = new HashSet<Integer>();
      IntStream.range(0, 64)
          .parallel()
          .map(_ -> Structures.of(new Op.Iota(), Shape.of(size), DType.I32, Precision.F32))
          .boxed()
          .toList()
          .forEach(numbers::add);
      assertEquals(1, numbers.size());
    }
  }

  /** All may be forgotten after many, but a number never stands for a second structure. */
  @Test
  void numbersAreNeverUsedAgain() {
    var numbers = new HashSet<Integer>();
    int count = 3 << 16;
    for (int i = 0; i < count; i++) {
      int number = Structures.of(new Op.Iota(), Shape.of(2_000_000 + i), DType.I32, Precision.F32);
      assertTrue(numbers.add(number), "size " + i + " has the number of another");
    }
    assertEquals(count, numbers.size());
    int again = Structures.of(new Op.Iota(), Shape.of(2_000_000), DType.I32, Precision.F32);
    assertTrue(numbers.add(again), "a structure that was forgotten has an old number");
  }
}
