package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.DType;
import dev.adjoint.Plans;
import dev.adjoint.Random;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The gradient of a weight that a loop over time uses in each step. */
class TermsTest {
  private static final int STEPS = 9;

  private static Tensor loop(Tensor weight, Tensor start) {
    Tensor state = start;
    Tensor loss = Tensors.of(0.0).to(weight.dtype());
    for (int t = 0; t < STEPS; t++) {
      state = state.matmul(weight).tanh();
      loss = loss.add(state.square().sum());
    }
    return loss;
  }

  private static Tensor weight(DType dtype, int width) {
    return new Random(1).randn(width, width).mul(0.2).to(dtype).realize().requiresGrad();
  }

  private static Tensor start(DType dtype, int batch, int width) {
    return new Random(2).randn(batch, width).to(dtype).realize();
  }

  private static long products(Tensor x) {
    Set<Node> seen = new HashSet<>();
    var next = new ArrayDeque<>(List.of(x.node()));
    while (!next.isEmpty()) {
      Node node = next.pop();
      if (seen.add(node)) {
        node.inputs().forEach(next::push);
      }
    }
    return seen.stream().filter(node -> node.op() instanceof Op.MatMul).count();
  }

  @Test
  void theProductsOfAllStepsAreOne() {
    Tensor weight = weight(DType.F32, 16);
    Tensor gradient = loop(weight, start(DType.F32, 8, 16)).backward().of(weight);
    // Those of the steps, of all but the first with the weight in the backward pass, and one of
    // all.
    assertThat(products(gradient)).isEqualTo(2 * STEPS);
    assertThat(Plans.of(gradient).launches()).isLessThanOrEqualTo(4 * STEPS);
  }

  @Test
  void fewOrWideProductsStayApart() {
    Tensor weight = weight(DType.F32, 16);
    Tensor wide = loop(weight, start(DType.F32, 64, 16)).backward().of(weight);
    assertThat(products(wide)).isEqualTo(3 * STEPS - 1);
    Tensor x = start(DType.F32, 8, 16);
    Tensor twice = x.matmul(weight).add(x.neg().matmul(weight).exp()).sum().backward().of(weight);
    // Of the first product nothing but its gradient is needed.
    assertThat(products(twice)).isEqualTo(3);
  }

  @Test
  void theGradientIsThatOfFiniteDifferences() {
    Tensor weight = weight(DType.F64, 16);
    Tensor start = start(DType.F64, 8, 16);
    Tensor gradient = loop(weight, start).backward().of(weight);
    double h = 1e-5;
    for (int i = 0; i < 16; i += 5) {
      Tensor step = Tensors.zeros(16, 16).to(DType.F64).with(h, i, 3);
      double above = loop(weight.detach().add(step), start).item();
      double below = loop(weight.detach().sub(step), start).item();
      assertThat(gradient.get(i, 3).item()).isCloseTo((above - below) / (2 * h), within(1e-6));
    }
  }

  @Test
  void theSecondDerivativeIsThatOfFiniteDifferences() {
    Tensor weight = weight(DType.F64, 16);
    Tensor start = start(DType.F64, 8, 16);
    Tensor gradient = Autograd.gradient(loop(weight, start), weight);
    Tensor second = Autograd.gradient(gradient.square().sum(), weight);
    double h = 1e-5;
    Tensor step = Tensors.zeros(16, 16).to(DType.F64).with(h, 2, 7);
    double above = squareOfGradient(weight.detach().add(step), start);
    double below = squareOfGradient(weight.detach().sub(step), start);
    assertThat(second.get(2, 7).item()).isCloseTo((above - below) / (2 * h), within(1e-4));
  }

  private static double squareOfGradient(Tensor weight, Tensor start) {
    Tensor leaf = weight.requiresGrad();
    return loop(leaf, start).backward().of(leaf).square().sum().item();
  }
}
