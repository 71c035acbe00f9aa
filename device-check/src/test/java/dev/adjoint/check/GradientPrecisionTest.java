package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.Precision;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.autograd.Autograd;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The precision of the products that a backward pass records. */
class GradientPrecisionTest {
  private final Tensor x = Tensors.ones(3, 4).requiresGrad();
  private final Tensor w = Tensors.ones(4, 5).requiresGrad();

  /** The precisions of all products below a tensor; inputs come last. */
  private static List<Precision> products(Tensor root) {
    var found = new ArrayList<Precision>();
    var seen = new HashSet<Node>();
    var open = new ArrayDeque<>(List.of(root.node()));
    while (!open.isEmpty()) {
      Node node = open.poll();
      if (seen.add(node)) {
        if (node.op() instanceof Op.MatMul) {
          found.add(node.precision());
        }
        open.addAll(node.inputs());
      }
    }
    return found;
  }

  private Tensor gradient(Tensor y) {
    return y.square().sum().backward().of(x);
  }

  @Test
  void isThatOfTheScopeOfTheBackwardPass() {
    Tensor rounded = Scope.withPrecision(Precision.TF32, () -> x.matmul(w));
    assertEquals(List.of(Precision.F32, Precision.TF32), products(gradient(rounded)));
    Tensor full = x.matmul(w);
    assertEquals(
        List.of(Precision.BF16, Precision.F32),
        products(Scope.withPrecision(Precision.BF16, () -> gradient(full))));
  }

  @Test
  void isThatOfTheScopeForACheckpointThatRunsAgain() {
    Tensor y =
        Scope.withPrecision(Precision.TF32, () -> Autograd.checkpoint(a -> a.matmul(w).sin(), x));
    assertEquals(Set.of(Precision.TF32), Set.copyOf(products(y)));
    Tensor again = Scope.withPrecision(Precision.BF16, () -> y.sum().backward().of(x));
    assertEquals(Set.of(Precision.BF16), Set.copyOf(products(again)));
  }
}
