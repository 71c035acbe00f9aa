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
public final class Linear extends LazyModule {
  private final int out;
  private final boolean withBias;
  private @Nullable Parameter weight;
  private @Nullable Parameter bias;

  /** A layer with a bias. */
  public Linear(int in, int out) {
    this(in, out, true);
  }

  /** A layer with or without a bias. */
  public Linear(int in, int out, boolean withBias) {
    this(out, withBias);
    size("the input size", in);
  }

  /** A layer with chosen first values. */
  public Linear(int in, int out, Init weight, @Nullable Init bias) {
    this(out, bias != null);
    make(Checks.positive("linear", "the input size", in), weight, bias);
    sized(in);
  }

  /** A layer with a bias whose input size is that of its first input. */
  public Linear(int out) {
    this(out, true);
  }

  /** A layer with or without a bias whose input size is that of its first input. */
  public Linear(int out, boolean withBias) {
    super("linear");
    this.out = Checks.positive("linear", "the output size", out);
    this.withBias = withBias;
  }

  @Override
  void create(int features) {
    make(features, Init.fanIn(features), withBias ? Init.fanIn(features) : null);
  }

  private void make(int features, Init weight, @Nullable Init bias) {
    this.weight = weight.parameter("weight", out, features);
    this.bias = bias == null ? null : bias.parameter("bias", out);
  }

  /**
   * The weight, [out, in].
   *
   * @throws IllegalStateException if the input size is not known yet
   */
  public Parameter weight() {
    return made(weight);
  }

  /** The bias, [out], or null. */
  public @Nullable Parameter bias() {
    return bias;
  }

  @Override
  protected Tensor forward(Tensor x) {
    if (x.rank() > 0) {
      size("the input size", x.dim(-1), x);
    }
    if (x.rank() == 0 || x.dim(-1) != features()) {
      throw OpError.of(
          "linear", "needs a last axis of " + features() + ", the input is " + x.shape());
    }
    return bias == null ? x.linear(weight()) : x.linear(weight(), bias);
  }

  @Override
  public String label() {
    return "Linear(" + size(features()) + " -> " + out + (withBias ? ")" : ", no bias)");
  }
}
