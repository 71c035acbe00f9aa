package dev.adjoint.nn;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;

/**
 * Sines and cosines of the position that are added to a sequence (Vaswani et al. 2017): {@code sin(t / 10000^(2i / d))} at
 * element 2i of step t and the cosine at 2i + 1. Sequences are [..., length, d].
 */
public final class PositionalEncoding extends Module {
  private static final double BASE = 10_000;

  private final int size;
  private final double p;

  /** An encoding without dropout. */
  public PositionalEncoding(int dModel) {
    this(dModel, 0);
  }

  /**
   * An encoding with a dropout behind it.
   *
   * @throws IllegalArgumentException if the size is not positive and even, or the probability is not in [0, 1)
   */
  public PositionalEncoding(int dModel, double dropout) {
    if (dModel < 2 || dModel % 2 != 0) {
      throw OpError.of("positionalEncoding", "the size must be positive and even, not " + dModel);
    }
    this.size = dModel;
    this.p = Checks.fraction("positionalEncoding", "the probability of dropout", dropout);
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() < 2 || x.dim(-1) != size) {
      throw OpError.of(
          "positionalEncoding", "needs [..., length, " + size + "], the input is " + x.shape());
    }
    Tensor angles = angles(x, x.dim(-2), size, BASE);
    Tensor waves = Tensors.stack(-1, angles.sin(), angles.cos()).flatten(-2, -1);
    return x.add(waves).dropout(p, training());
  }

  /** The angles [length, d / 2] of the positions, {@code t / base^(2i / d)}, of the type and on the device of a tensor. */
  static Tensor angles(Tensor like, int length, int d, double base) {
    return Scope.on(
        like.device(),
        () -> {
          Tensor position = Tensors.arange(length).to(like.dtype()).unsqueeze(1);
          Tensor power = Tensors.arange(d / 2).to(like.dtype()).mul(-2 * Math.log(base) / d);
          return position.mul(power.exp());
        });
  }

  @Override
  public String label() {
    return "PositionalEncoding(" + size + ")";
  }
}
