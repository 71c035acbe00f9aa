package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;

/** Positions drawn with given probabilities. */
public final class Sampling {
  /** As many categories as f32 can tell apart by random numbers. */
  private static final int MOST = 1 << 24;

  private Sampling() {}

  public static Tensor multinomial(
      Random random, Tensor probabilities, int count, boolean replacement) {
    Operands.requireFloat("multinomial", probabilities);
    int rank = probabilities.rank();
    if (rank != 1 && rank != 2) {
      throw OpError.of("multinomial", "needs a vector or a matrix, not " + probabilities.shape());
    }
    int n = probabilities.dim(-1);
    if (n == 0 || n > MOST) {
      throw OpError.of("multinomial", "needs 1 to 2^24 categories, not " + n);
    }
    if (count < 1 || (!replacement && count > n)) {
      throw OpError.of(
          "multinomial",
          "cannot draw " + count + " of " + n + (replacement ? "" : " without replacement"));
    }
    Tensor p = probabilities.detach().to(probabilities.dtype().register());
    return replacement ? inverted(random, p, count) : raced(random, p, count);
  }

  /** The categories at which the sums of all before, and their own, exceed random parts of the whole. */
  private static Tensor inverted(Random random, Tensor p, int count) {
    Tensor sums = p.cumsum(-1);
    Tensor whole = sums.narrow(p.rank() - 1, p.dim(-1) - 1, 1);
    Shape shape = p.shape().with(p.rank() - 1, count);
    Tensor u = random.uniform(shape, p.dtype(), p.device());
    // Rounding must not make a part the whole, above which nothing is.
    Tensor below = whole.mul(1 - p.dtype().epsilon() / 2);
    Tensor target = u.mul(whole).minimum(below);
    return Searching.search(sums, target, true).clampMax(p.dim(-1) - 1);
  }

  /** The first arrivals of a race, in which a category of rate p arrives after an exponential time. */
  private static Tensor raced(Random random, Tensor p, int count) {
    Tensor u = random.uniform(p.shape(), p.dtype(), p.device());
    Tensor time = u.neg().log1p().neg().clampMin(p.dtype().epsilon() / 4);
    int axis = p.rank() - 1;
    return new Tensor(Graph.argSort(p.div(time).node(), axis, true, count)).to(DType.I64);
  }

  /** A number of the standard Gumbel distribution for each uniform one in [0, 1). */
  public static Tensor gumbel(Tensor u) {
    return u.neg().log1p().neg().clampMin(u.dtype().epsilon() / 4).log().neg();
  }
}
