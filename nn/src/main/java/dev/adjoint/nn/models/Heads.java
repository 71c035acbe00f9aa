package dev.adjoint.nn.models;

import dev.adjoint.Tensor;

/** Vectors in parts, one for each head of an attention. */
final class Heads {
  private Heads() {}

  /** [n, length, size] as [n, heads, length, size / heads]. */
  static Tensor split(Tensor x, int heads) {
    return x.unflatten(-1, heads, x.dim(-1) / heads).transpose(1, 2);
  }

  /** [n, heads, length, size / heads] as [n, length, size]. */
  static Tensor join(Tensor x) {
    return x.transpose(1, 2).flatten(2);
  }
}
