package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer: {@code y = x W^T + b} along the last axis.
 *
 * <p>The weight is [out, in], the bias [out]. Both begin uniformly in {@code +-1 / sqrt(in)}.
 */
public final class Linear extends Module {
  private final int in;
  private final int out;
  private final Parameter weight;
  private final @Nullable Parameter bias;

  /** A layer with a bias. */
  public Linear(int in, int out) {
    this(in, out, true);
  }

  /** A layer with or without a bias. */
  public Linear(int in, int out, boolean withBias) {
    this(in, out, Init.fanIn(in), withBias ? Init.fanIn(in) : null);
  }

  /** A layer with chosen first values. */
  public Linear(int in, int out, Init weight, @Nullable Init bias) {
    this.in = Checks.positive("linear", "the input size", in);
    this.out = Checks.positive("linear", "the output size", out);
    this.weight = weight.parameter("weight", out, in);
    this.bias = bias == null ? null : bias.parameter("bias", out);
  }

  /** The weight, [out, in]. */
  public Parameter weight() {
    return weight;
  }

  /** The bias, [out], or null. */
  public @Nullable Parameter bias() {
    return bias;
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() == 0 || x.dim(-1) != in) {
      throw OpError.of("linear", "needs a last axis of " + in + ", the input is " + x.shape());
    }
    Tensor y = x.matmul(weight.transpose(0, 1));
    return bias == null ? y : y.add(bias);
  }

  @Override
  public String label() {
    return "Linear(" + in + " -> " + out + (bias == null ? ", no bias)" : ")");
  }
}
