package dev.adjoint.autograd;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.ReduceOp;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** First and second derivatives of the ops that fold, move, read and multiply, against differences. */
class StructureRulesTest {
  private static Tensor random(int... dims) {
    Shape shape = Shape.of(dims);
    return Doubles.of(new SplittableRandom(shape.hashCode()).doubles(shape.size(), -2, 2).toArray())
        .reshape(shape);
  }

  private static void check(String name, UnaryOperator<Tensor> f, Tensor x) {
    check(name, xs -> f.apply(xs.getFirst()), List.of(x));
  }

  /** Squares the inputs, so that gradients depend on them and second derivatives are not all zero. */
  private static void check(String name, Function<List<Tensor>, Tensor> f, List<Tensor> inputs) {
    Function<List<Tensor>, Tensor> curved =
        xs -> f.apply(xs.stream().map(x -> x.dtype().isFloat() ? x.square().add(x) : x).toList());
    GradCheck check = GradCheck.standard().withTolerance(1e-6, 1e-6);
    check.check(name, f, inputs);
    check.check(name, curved, inputs);
    check.checkSecond(name, curved, inputs);
  }

  @ParameterizedTest
  @EnumSource(ReduceOp.class)
  void reductions(ReduceOp f) {
    for (Axes axes : List.of(Axes.of(0), Axes.of(1), Axes.of(2), Axes.of(0, 2), Axes.of(0, 1, 2))) {
      check(f.name() + axes, x -> new Tensor(Graph.reduce(f, x.node(), axes)), random(2, 3, 2));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9})
  void productsOfAnyLength(int n) {
    check("prod", x -> x.prod(0), random(n));
    Tensor zeros = random(n).mul(Tensors.arange(n).gt(1).to(DType.F64));
    check("prod with zeros", x -> x.prod(0), zeros);
  }

  @Test
  void movements() {
    Tensor x = random(2, 3, 4);
    check("reshape", t -> t.reshape(4, 6), x);
    check("permute", t -> t.permute(2, 0, 1), x);
    check("expand", t -> t.expand(3, 2, 4), random(1, 2, 1));
    check("broadcast in front", t -> t.expand(2, 3), random(3));
    check("flip", t -> t.flip(0, 2), x);
    check("roll", t -> t.roll(2, 1), x);
    check("tril", t -> t.tril(), random(3, 4));
    check("repeat", t -> t.repeat(2, 2), random(2, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,7", "2,1,3", "0,2,4", "1,2,3", "1,3,2", "0,3,3", "6,-1,7", "5,-1,3", "6,-2,4", "5,-3,2",
    "3,1,1", "3,-2,1"
  })
  void slices(int start, int step, int count) {
    check(
        "slice",
        x ->
            new Tensor(
                Graph.slice(x.node(), Axes.of(0, start), Axes.of(1, step), Shape.of(2, count))),
        random(2, 7));
    check(
        "slice of two axes",
        x ->
            new Tensor(
                Graph.slice(x.node(), Axes.of(start, 2), Axes.of(step, -2), Shape.of(count, 2))),
        random(7, 3));
  }

  @Test
  void padding() {
    check(
        "pad",
        xs ->
            new Tensor(
                Graph.pad(xs.get(0).node(), xs.get(1).node(), Axes.of(1, 0), Shape.of(4, 5))),
        List.of(random(2, 3), random()));
  }

  @Test
  void paddingBetweenElements() {
    check(
        "pad",
        xs ->
            new Tensor(
                Graph.pad(
                    xs.get(0).node(),
                    xs.get(1).node(),
                    Axes.of(1, 0),
                    Axes.of(2, 3),
                    Shape.of(5, 8))),
        List.of(random(2, 3), random()));
  }

  @Test
  void windows() {
    check(
        "unfold",
        x ->
            new Tensor(
                Graph.unfold(x.node(), Axes.of(0, 2), Axes.of(3, 2), Axes.of(2, 1), Axes.of(1, 2))),
        random(7, 2, 5));
  }

  @Test
  void concatenation() {
    for (int axis = 0; axis < 2; axis++) {
      int along = axis;
      check(
          "cat",
          xs -> new Tensor(Graph.concat(xs.stream().map(Tensor::node).toList(), along)),
          List.of(random(2, 2), random(2, 2), random(2, 2)));
    }
    check(
        "cat of a tensor with itself",
        x -> new Tensor(Graph.concat(List.of(x.node(), x.node()), 0)),
        random(2, 2));
  }

  @Test
  void gathering() {
    Tensor index = Tensors.of(new long[] {2, 0, 2, 1}).reshape(2, 2);
    check("gather", xs -> xs.get(0).gather(0, xs.get(1)), List.of(random(3, 2), index));
    check(
        "scatterAdd",
        xs -> xs.get(0).scatterAdd(0, xs.get(1), xs.get(2)),
        List.of(random(3, 2), index, random(2, 2)));
    check("indexSelect", x -> x.indexSelect(1, Tensors.of(new int[] {1, 1, 0})), random(2, 3));
  }

  @Test
  void products() {
    check("matmul", xs -> xs.get(0).matmul(xs.get(1)), List.of(random(2, 3), random(3, 4)));
    check(
        "batched matmul",
        xs -> xs.get(0).matmul(xs.get(1)),
        List.of(random(2, 2, 3), random(2, 3, 2)));
    check(
        "broadcast matmul",
        xs -> xs.get(0).matmul(xs.get(1)),
        List.of(random(2, 2, 3), random(3, 2)));
    check("vector matmul", xs -> xs.get(0).matmul(xs.get(1)), List.of(random(3), random(3, 2)));
  }

  @Test
  void selection() {
    Tensor mask = Tensors.of(true, false, true);
    check("where", xs -> mask.where(xs.get(0), xs.get(1)), List.of(random(3), random(3).add(1)));
    check(
        "broadcast where", xs -> mask.where(xs.get(0), xs.get(1)), List.of(random(2, 3), random()));
    check("clamp", x -> x.clamp(-1, 1), Doubles.of(-1.7, -0.4, 0.3, 1.2));
  }

  @Test
  void compositions() {
    Tensor x = random(3, 4);
    check("softmax", t -> t.softmax(1), x);
    check("logSoftmax", t -> t.logSoftmax(0), x);
    check("logsumexp", t -> t.logsumexp(1), x);
    check("var", t -> t.var(1), x);
    check("std", t -> t.std(0), x);
    check("norm", t -> t.norm(2, 1), x);
    check("mean", t -> t.mean(0), x);
  }

  /** Larger than the limit, so along random directions. */
  @Test
  void largeInputs() {
    check("layer", xs -> xs.get(0).matmul(xs.get(1)).tanh(), List.of(random(9, 10), random(10, 8)));
  }

  /** Elements of zero-size tensors have no gradient; shapes are right all the same. */
  @Test
  void emptyTensors() {
    Tensor x = Doubles.of(new double[0]).reshape(0, 3);
    check("empty sum", t -> t.sum(0), x);
    check("empty cat", t -> new Tensor(Graph.concat(List.of(t.node(), random(2, 3).node()), 0)), x);
    check("product of empty rows", t -> t.prod(1), x);
    check("empty product", t -> t.prod(0), x);
  }
}
