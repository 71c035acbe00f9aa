package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.Tensor;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Gradients of several slices of one tensor. */
class SlicesTest {
  private final Tensor x = Doubles.of(1, 2, 3, 4, 5, 6, 7, 8).requiresGrad();

  private static long count(Tensor root, Predicate<Op> kind) {
    var pending = new ArrayDeque<Node>();
    Set<Node> seen = new HashSet<>();
    pending.push(root.node());
    while (!pending.isEmpty()) {
      Node node = pending.pop();
      if (seen.add(node)) {
        pending.addAll(node.inputs());
      }
    }
    return seen.stream().map(Node::op).filter(kind).count();
  }

  private static double[] numbers(Tensor tensor) {
    return tensor.toDoubles();
  }

  /** sum of t x_t over steps that leave none out. */
  @Test
  void stepsBecomeOneConcatenation() {
    Tensor sum = x.select(0, 0);
    for (int i = 1; i < 8; i++) {
      sum = sum.add(x.select(0, i).square().mul(i));
    }
    Tensor gradient = sum.backward().of(x);
    assertThat(numbers(gradient)).containsExactly(1, 4, 12, 24, 40, 60, 84, 112);
    assertThat(count(gradient, op -> op instanceof Op.Pad)).isZero();
    assertThat(count(gradient, op -> op instanceof Op.Concat)).isEqualTo(1);
  }

  @Test
  void gapsAreZero() {
    Tensor y = x.narrow(0, 1, 2).sum().add(x.narrow(0, 5, 1).sum().mul(3));
    assertThat(numbers(y.backward().of(x))).containsExactly(0, 1, 1, 0, 0, 3, 0, 0);
  }

  @Test
  void overlapsAdd() {
    Tensor y =
        x.narrow(0, 0, 4)
            .sum()
            .add(x.narrow(0, 2, 4).mul(10).sum())
            .add(x.narrow(0, 5, 3).mul(100).sum());
    assertThat(numbers(y.backward().of(x))).containsExactly(1, 1, 11, 11, 10, 110, 100, 100);
  }

  @Test
  void equalRangesAddBeforeTheyArePlaced() {
    Tensor y = x.narrow(0, 2, 2).sum().add(x.narrow(0, 2, 2).mul(2).sum());
    Tensor gradient = y.backward().of(x);
    assertThat(numbers(gradient)).containsExactly(0, 0, 3, 3, 0, 0, 0, 0);
    assertThat(count(gradient, op -> op instanceof Op.Concat)).isEqualTo(1);
  }

  @Test
  void otherUsesAreAdded() {
    Tensor y = x.narrow(0, 0, 3).sum().add(x.square().sum());
    assertThat(numbers(y.backward().of(x))).containsExactly(3, 5, 7, 8, 10, 12, 14, 16);
  }

  @Test
  void slicesOfTwoAxes() {
    Tensor m = x.reshape(2, 4);
    Tensor y =
        m.select(0, 1)
            .mul(2)
            .sum()
            .add(m.narrow(1, 1, 2).sum())
            .add(m.slice(1, 0, 4, 3).mul(10).sum());
    assertThat(numbers(y.backward().of(x))).containsExactly(10, 1, 1, 10, 12, 3, 3, 12);
  }

  @Test
  void secondDerivatives() {
    GradCheck.standard()
        .withTolerance(1e-6, 1e-6)
        .checkSecond(
            "slices",
            t -> t.narrow(0, 0, 3).mul(t.narrow(0, 2, 3)).add(t.narrow(0, 5, 3).square()).sin(),
            x.detach());
  }
}
