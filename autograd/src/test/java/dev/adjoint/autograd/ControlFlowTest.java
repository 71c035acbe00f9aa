package dev.adjoint.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Graphs that Java builds: branches, loops and recursion that depend on values, and very long ones. */
class ControlFlowTest {
  private static double item(Tensor x) {
    return x.toDoubles()[0];
  }

  @Test
  void branchesDependOnValues() {
    for (double start : new double[] {0.5, -0.5}) {
      Tensor x = Doubles.of(start).requiresGrad();
      Tensor y = x.item() > 0 ? x.square() : x.mul(3);
      assertThat(item(y.sum().backward().of(x))).isEqualTo(start > 0 ? 2 * start : 3);
    }
  }

  /** Doubled until it reaches 100: dy/dx = 2^n. */
  @Test
  void loopsDependOnValues() {
    Tensor x = Doubles.of(1.5).requiresGrad();
    Tensor y = x;
    int n = 0;
    while (y.item() < 100) {
      y = y.mul(2);
      n++;
    }
    assertThat(n).isEqualTo(7);
    assertThat(item(y.sum().backward().of(x))).isEqualTo(128);
  }

  /** A tree of products; the derivative by a leaf is the product of the others. */
  @Test
  void recursion() {
    var leaves = new ArrayList<Tensor>();
    for (int i = 1; i <= 5; i++) {
      leaves.add(Doubles.of((double) i).requiresGrad());
    }
    var gradients = tree(leaves).sum().backward();
    for (int i = 1; i <= 5; i++) {
      assertThat(item(gradients.of(leaves.get(i - 1)))).isCloseTo(120.0 / i, within(1e-12));
    }
  }

  private static Tensor tree(List<Tensor> leaves) {
    int half = leaves.size() / 2;
    return leaves.size() == 1
        ? leaves.getFirst()
        : tree(leaves.subList(0, half)).mul(tree(leaves.subList(half, leaves.size())));
  }

  /** y = x (1 + 1e-4)^n: dy/dx = (1 + 1e-4)^n. */
  @Test
  void chainOfTenThousandOps() {
    Tensor x = Doubles.of(2.0).requiresGrad();
    Tensor y = x;
    for (int i = 0; i < 10_000; i++) {
      y = y.mul(1.0001);
    }
    assertThat(item(y.sum().backward().of(x))).isCloseTo(Math.pow(1.0001, 10_000), within(1e-9));
  }

  /** The sum of n uses of one leaf. */
  @Test
  void thousandUsesOfOneLeaf() {
    Tensor x = Doubles.of(0.5).requiresGrad();
    Tensor sum = x;
    for (int i = 1; i <= 1000; i++) {
      sum = sum.add(x.mul(i));
    }
    assertThat(item(sum.sum().backward().of(x))).isEqualTo(500_501);
  }

  /** The graph has 2^40 paths and 40 nodes: every node is visited once. */
  @Test
  void diamondsAreVisitedOnce() {
    Tensor x = Doubles.of(1.0).requiresGrad();
    Tensor y = x;
    for (int i = 0; i < 40; i++) {
      y = y.add(y);
    }
    assertThat(item(y.sum().backward().of(x))).isEqualTo(Math.pow(2, 40));
  }
}
