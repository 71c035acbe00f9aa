package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Gradients;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A checkpoint changes what is kept, and nothing else. */
class CheckpointTest {
  private final Tensor x = Doubles.of(0.3, -0.8, 1.4).requiresGrad();
  private final Tensor w = Doubles.of(1.5, 0.5, -2.0).requiresGrad();

  private static void same(Tensor actual, Tensor expected) {
    assertThat(actual.toDoubles()).containsExactly(expected.toDoubles());
  }

  private void equalsPlain(UnaryOperator<Tensor> f) {
    Tensor plain = f.apply(x).sum();
    Tensor kept = Autograd.checkpoint(f, x).sum();
    same(kept, plain);
    Gradients expected = plain.backward();
    Gradients actual = kept.backward();
    assertThat(actual.byLeaf().keySet())
        .containsExactlyInAnyOrderElementsOf(expected.byLeaf().keySet());
    expected.byLeaf().forEach((leaf, gradient) -> same(actual.byLeaf().get(leaf), gradient));
  }

  @Test
  void gradientsEqualThePlainOnes() {
    equalsPlain(t -> t.sin().exp().mul(t));
  }

  @Test
  void gradientsFlowToWhatTheFunctionCaptured() {
    equalsPlain(t -> t.mul(w).tanh().mul(w));
  }

  @Test
  void gradientsFlowThroughCapturedIntermediates() {
    Tensor h = w.square().sin();
    equalsPlain(t -> t.mul(h).add(x.mul(h)).exp());
    Tensor onlyCaptured = Autograd.checkpoint(t -> h.mul(2), x);
    same(onlyCaptured.sum().backward().of(w), h.mul(2).sum().backward().of(w));
  }

  @Test
  void gradientsFlowToInputsThatAreNoLeaves() {
    Tensor h = x.square();
    Tensor plain = h.mul(w).exp().add(h).sum();
    Tensor kept =
        Autograd.checkpoint(xs -> xs.get(0).mul(xs.get(1)).exp(), List.of(h, w)).add(h).sum();
    same(kept.backward().of(x), plain.backward().of(x));
  }

  @Test
  void oneInputGivenTwice() {
    Tensor kept = Autograd.checkpoint(xs -> xs.get(0).mul(xs.get(1)), List.of(x, x)).sum();
    same(kept.backward().of(x), x.mul(2));
    GradCheck check = GradCheck.standard().withTolerance(1e-6, 1e-6);
    UnaryOperator<Tensor> twice =
        t -> Autograd.checkpoint(xs -> xs.get(0).mul(xs.get(1).sin()), List.of(t, t));
    check.check("given twice", twice, x.detach());
    check.checkSecond("given twice", twice, x.detach());
    UnaryOperator<Tensor> captured = t -> Autograd.checkpoint(u -> u.mul(t.sin()), t);
    check.check("given and captured", captured, x.detach());
    check.checkSecond("given and captured", captured, x.detach());
  }

  @Test
  void randomNumbersAreTheSameAgain() {
    Tensor kept = Autograd.checkpoint(t -> t.mul(Tensors.rand(3).toDouble()), x);
    double[] mask = kept.div(x).toDoubles();
    double[] gradient = kept.sum().backward().of(x).toDoubles();
    for (int i = 0; i < 3; i++) {
      assertThat(gradient[i]).isCloseTo(mask[i], within(1e-12));
    }
  }

  @Test
  void checkpointsNest() {
    equalsPlain(t -> Autograd.checkpoint(u -> u.mul(w).sin(), t.exp()).mul(t));
  }

  @Test
  void secondDerivativesAreRight() {
    GradCheck.standard()
        .withTolerance(1e-6, 1e-6)
        .checkSecond(
            "checkpoint",
            xs -> Autograd.checkpoint(ys -> ys.get(0).sin().mul(ys.get(1)).mul(ys.get(0)), xs),
            List.of(x.detach(), w.detach()));
    GradCheck.standard()
        .withTolerance(1e-6, 1e-6)
        .checkSecond(
            "captured",
            xs -> Autograd.checkpoint(t -> t.sin().mul(xs.get(1)).mul(t), xs.get(0)),
            List.of(x.detach(), w.detach()));
    GradCheck.standard()
        .withTolerance(1e-6, 1e-6)
        .checkSecond(
            "nested",
            t -> Autograd.checkpoint(u -> Autograd.checkpoint(v -> v.sin().mul(u), u.exp()), t),
            x.detach());
  }

  /** Of tracked nodes values are kept, so none may be between the inputs and the output, nor in the gradient. */
  @Test
  void neitherPassIsTracked() {
    Tensor y = Autograd.checkpoint(t -> t.sin().exp().sqrt(), x);
    assertThat(y.tracked()).isTrue();
    assertThat(functions(y.node().input(0))).hasSize(3).noneMatch(Node::tracked);
    assertThat(functions(y.sum().backward().of(x).node()))
        .hasSizeGreaterThan(3)
        .noneMatch(Node::tracked);
  }

  private static List<Node> functions(Node root) {
    var pending = new ArrayDeque<Node>(List.of(root));
    var seen = new HashSet<Node>();
    while (!pending.isEmpty()) {
      Node node = pending.pop();
      if (seen.add(node)) {
        pending.addAll(node.inputs());
      }
    }
    return seen.stream().filter(node -> node.op() instanceof Op.Unary).toList();
  }

  @Test
  void nothingHappensInNoGrad() {
    Tensor y = Scope.noGrad(() -> Autograd.checkpoint(Tensor::sin, x));
    assertThat(y.tracked()).isFalse();
    same(y, x.sin());
  }
}
