package dev.adjoint.nn.optim;

import dev.adjoint.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What L-BFGS knows: the last changes of parameters and gradients, and where the last iteration ended.
 *
 * @param iterations the number of iterations so far
 * @param pairs the changes, oldest first
 * @param gradient the gradient before the last change, empty if there was none
 * @param change the last change of the parameters
 */
record Curvature(long iterations, List<Pair> pairs, List<Tensor> gradient, List<Tensor> change) {
  static final Curvature NONE = new Curvature(0, List.of(), List.of(), List.of());

  /** A change s of the parameters and y of the gradient, with their product {@code s . y}. */
  record Pair(List<Tensor> s, List<Tensor> y, double product) {
    static Pair of(List<Tensor> s, List<Tensor> y) {
      return new Pair(s, y, Vectors.dot(s, y).item());
    }
  }

  /**
   * This with the pair that a new gradient completes, if it is curved upwards, and the oldest one dropped if there are too many.
   */
  Curvature completed(List<Tensor> now, int most) {
    Pair pair = Pair.of(change, Vectors.computed(Vectors.add(now, gradient, -1)));
    if (!(pair.product > 1e-10)) {
      return this;
    }
    var more = new ArrayList<>(pairs);
    more.add(pair);
    List<Pair> last = more.subList(Math.max(0, more.size() - most), more.size());
    return new Curvature(iterations, List.copyOf(last), gradient, change);
  }

  /** {@code -H g}, by the two loops of Nocedal (1980). */
  List<Tensor> direction(List<Tensor> g) {
    List<Tensor> d = Vectors.scaled(g, -1);
    if (pairs.isEmpty()) {
      return d;
    }
    var factors = new Tensor[pairs.size()];
    for (int i = pairs.size() - 1; i >= 0; i--) {
      Pair pair = pairs.get(i);
      factors[i] = Vectors.dot(pair.s, d).div(pair.product);
      d = Vectors.add(d, pair.y, factors[i].neg());
    }
    Pair newest = pairs.getLast();
    d = Vectors.scaled(d, newest.product / Vectors.dot(newest.y, newest.y).item());
    for (int i = 0; i < factors.length; i++) {
      Pair pair = pairs.get(i);
      Tensor factor = Vectors.dot(pair.y, d).div(pair.product);
      d = Vectors.add(d, pair.s, factors[i].sub(factor));
    }
    return d;
  }
}
