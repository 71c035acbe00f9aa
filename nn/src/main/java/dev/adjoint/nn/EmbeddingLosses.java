package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** Losses of vectors that are to be near to each other or far from each other. */
abstract sealed class EmbeddingLosses extends MarginLosses permits Losses {
  /** Only {@link Losses} is called. */
  EmbeddingLosses() {}

  /** The mean of the cosine embedding loss with a margin of 0. */
  public static Tensor cosineEmbedding(Tensor input1, Tensor input2, Tensor target) {
    return cosineEmbedding(input1, input2, target, 0, Reduction.MEAN);
  }

  /**
   * With s the cosine similarity of vectors: {@code 1 - s} where the target is 1, {@code max(0, s - margin)} where it is -1;
   * reduced.
   *
   * @param input1 [n, d] or [d]
   * @param input2 of the same shape
   * @param target [n] of 1 and -1, or a scalar
   */
  public static Tensor cosineEmbedding(
      Tensor input1, Tensor input2, Tensor target, double margin, Reduction reduction) {
    Tensor second = Checks.target("cosineEmbedding", input1, input2);
    requireVectors("cosineEmbedding", input1);
    Tensor dot = input1.mul(second).sum(-1);
    // The term is that of PyTorch; it keeps the root from zero, where it has no gradient.
    Tensor lengths = squares(input1).add(1e-12).mul(squares(second).add(1e-12)).sqrt();
    Tensor s = dot.div(lengths);
    Tensor t = Checks.target("cosineEmbedding", s, target);
    // As in PyTorch, a target that is neither counts nothing.
    Tensor far = t.eq(-1).where(s.sub(margin).relu(), 0);
    return reduction.apply(t.eq(1).where(s.rsub(1), far));
  }

  private static Tensor squares(Tensor vectors) {
    return vectors.square().sum(-1);
  }

  /** The mean of the triplet margin loss with Euclidean distances and a margin of 1. */
  public static Tensor tripletMargin(Tensor anchor, Tensor positive, Tensor negative) {
    return tripletMargin(anchor, positive, negative, 1, 2, 1e-6, false, Reduction.MEAN);
  }

  /**
   * {@code max(0, d(anchor, positive) - d(anchor, negative) + margin)} with the distance d(a, b) the p-norm of
   * {@code a - b + eps}; reduced.
   *
   * @param anchor [n, d] or [d], as the others
   * @param eps keeps equal vectors from a distance of 0, where it has no gradient
   * @param swap whether d(positive, negative) counts where it is smaller than d(anchor, negative)
   */
  public static Tensor tripletMargin(
      Tensor anchor,
      Tensor positive,
      Tensor negative,
      double margin,
      double p,
      double eps,
      boolean swap,
      Reduction reduction) {
    Tensor like = Checks.target("tripletMargin", anchor, positive);
    Tensor unlike = Checks.target("tripletMargin", anchor, negative);
    requireVectors("tripletMargin", anchor);
    if (!(margin > 0) || !(p > 0)) {
      throw OpError.of(
          "tripletMargin", "margin and p must be above 0, they are " + margin + " and " + p);
    }
    Tensor far = distance(anchor, unlike, p, eps);
    if (swap) {
      far = far.minimum(distance(like, unlike, p, eps));
    }
    return reduction.apply(distance(anchor, like, p, eps).sub(far).add(margin).relu());
  }

  private static Tensor distance(Tensor a, Tensor b, double p, double eps) {
    return a.sub(b).add(eps).vectorNorm(p, -1);
  }

  private static void requireVectors(String op, Tensor x) {
    if (x.rank() == 0) {
      throw OpError.of(op, "needs vectors, [n, d] or [d], not a scalar");
    }
  }
}
