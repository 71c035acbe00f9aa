package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;

/**
 * Rotations of pairs of elements by angles that grow with the position (RoFormer, Su et al. 2021), for queries and keys: elements
 * 2i and 2i + 1 at step t turn by {@code t / base^(2i / dim)}. Sequences are [..., length, dim], as heads of an attention.
 */
public final class RotaryPositionalEmbeddings extends Module {
  private final int dim;
  private final double base;

  /** Embeddings with base 10,000. */
  public RotaryPositionalEmbeddings(int dim) {
    this(dim, 10_000);
  }

  /**
   * Embeddings with a base.
   *
   * @throws IllegalArgumentException if the size is not positive and even, or the base not positive
   */
  public RotaryPositionalEmbeddings(int dim, double base) {
    if (dim < 2 || dim % 2 != 0 || !(base > 0)) {
      throw OpError.of(
          "rotaryPositionalEmbeddings",
          "the size must be positive and even and the base positive: " + dim + " and " + base);
    }
    this.dim = dim;
    this.base = base;
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() < 2 || x.dim(-1) != dim) {
      throw OpError.of(
          "rotaryPositionalEmbeddings",
          "needs [..., length, " + dim + "], the input is " + x.shape());
    }
    Tensor angles = PositionalEncoding.angles(x, x.dim(-2), dim, base);
    Tensor pairs = x.unflatten(-1, dim / 2, 2);
    Tensor a = pairs.select(-1, 0);
    Tensor b = pairs.select(-1, 1);
    Tensor cos = angles.cos();
    Tensor sin = angles.sin();
    Tensor turned = a.mul(cos).sub(b.mul(sin));
    return Tensors.stack(-1, turned, b.mul(cos).add(a.mul(sin))).flatten(-2, -1);
  }

  @Override
  public String label() {
    return "RotaryPositionalEmbeddings(" + dim + ")";
  }
}
