package dev.adjoint.ops;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.List;
import java.util.function.Supplier;

/** Derivatives of the digamma function. */
public final class Polygamma {
  /** The even Bernoulli numbers from the second on, over the factorials of their indices. */
  private static final double[] BERNOULLI = {
    1 / 12.0,
    -1 / 720.0,
    1 / 30240.0,
    -1 / 1209600.0,
    1 / 47900160.0,
    -691 / 1307674368000.0,
    1 / 74724249600.0
  };

  private Polygamma() {}

  /** The n-th derivative of digamma, n > 0, of floats. Its gradient is the next one, also at poles. */
  public static Tensor of(Tensor x, int n) {
    if (!Scope.gradEnabled() || !x.tracked()) {
      return value(x, n);
    }
    // A node of its own even if it is untracked: a copy of the graph may have a tracked one.
    Node constant = Node.of(new Op.Detach(), List.of(x.node()), x.shape(), x.dtype(), false);
    Node value = value(new Tensor(constant), n).node();
    return new Tensor(Graph.custom(new Rule(n), List.of(value, x.node())));
  }

  private record Rule(int n) implements GradientRule {
    @Override
    public String name() {
      return "polygamma";
    }

    @Override
    public List<Supplier<Node>> gradients(Node node, Node gradient) {
      Tensor x = new Tensor(node.input(1));
      return List.of(() -> new Tensor(gradient).mul(of(x, n + 1)).node());
    }
  }

  private static Tensor value(Tensor x, int n) {
    Tensor wide = x.to(x.dtype().register());
    Tensor left = wide.le(0);
    Tensor sum = zeta(left.where(wide.rsub(1), wide), n).mul(factorial(n));
    Tensor right = n % 2 == 0 ? sum.neg() : sum;
    Tensor beyond = wide.sub(wide.round()).mul(Math.PI);
    Tensor cotangent = beyond.cos().div(beyond.sin());
    Tensor reflected = derivative(cotangent, n).mul(-Math.pow(Math.PI, n + 1));
    return left.where(reflected.sub(sum), right).to(x.dtype());
  }

  /** The sum of all {@code (y + k)^-(n + 1)} by the formula of Euler and Maclaurin. */
  private static Tensor zeta(Tensor y, int n) {
    int terms = 10 + n;
    Tensor inverse = y.add(terms).reciprocal();
    Tensor power = inverse.pow(n);
    Tensor square = inverse.square();
    double rising = 1;
    double[] factors = new double[BERNOULLI.length];
    for (int j = 1; j <= factors.length; j++) {
      rising *= j == 1 ? n + 1 : (n + 2.0 * j - 2) * (n + 2.0 * j - 1);
      factors[j - 1] = BERNOULLI[j - 1] * rising;
    }
    Tensor series = square.mul(factors[factors.length - 1]);
    for (int j = factors.length - 2; j >= 0; j--) {
      series = series.add(factors[j]).mul(square);
    }
    Tensor sum = power.mul(series.add(inverse.mul(0.5)).add(1.0 / n));
    for (int k = terms - 1; k >= 0; k--) {
      sum = sum.add(y.add(k).reciprocal().pow(n + 1));
    }
    return sum;
  }

  private static double factorial(int n) {
    return n <= 1 ? 1 : n * factorial(n - 1);
  }

  /** The n-th derivative of the cotangent as a polynomial of it: each derivative of c is {@code -(1 + c^2)}. */
  private static Tensor derivative(Tensor c, int n) {
    double[] p = {0, 1};
    for (int i = 0; i < n; i++) {
      double[] next = new double[p.length + 1];
      for (int k = 1; k < p.length; k++) {
        next[k - 1] -= k * p[k];
        next[k + 1] -= k * p[k];
      }
      p = next;
    }
    Tensor sum = c.mul(p[p.length - 1]);
    for (int k = p.length - 2; k > 0; k--) {
      sum = sum.add(p[k]).mul(c);
    }
    return sum.add(p[0]);
  }
}
