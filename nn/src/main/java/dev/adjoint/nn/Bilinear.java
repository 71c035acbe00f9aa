package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bilinear form of two inputs along the last axes: {@code y_o = x1^T W_o x2 + b_o}.
 *
 * <p>The weight is [out, in1, in2], the bias [out]. Both begin uniformly in {@code +-1 / sqrt(in1)}.
 */
public final class Bilinear extends Module {
  private final int in1;
  private final int in2;
  private final int out;
  private final Parameter weight;
  private final @Nullable Parameter bias;

  /** A form with a bias. */
  public Bilinear(int in1, int in2, int out) {
    this(in1, in2, out, true);
  }

  /**
   * A form with or without a bias.
   *
   * @throws IllegalArgumentException if a size is not positive
   */
  public Bilinear(int in1, int in2, int out, boolean withBias) {
    this.in1 = Checks.positive("bilinear", "the first input size", in1);
    this.in2 = Checks.positive("bilinear", "the second input size", in2);
    this.out = Checks.positive("bilinear", "the output size", out);
    this.weight = Init.fanIn(in1).parameter("weight", out, in1, in2);
    this.bias = withBias ? Init.fanIn(in1).parameter("bias", out) : null;
  }

  /** The form of two inputs [..., in1] and [..., in2], as [..., out]. */
  public Tensor apply(Tensor x1, Tensor x2) {
    return call(
        List.of(x1, x2),
        () -> bias == null ? x1.bilinear(x2, weight) : x1.bilinear(x2, weight, bias));
  }

  @Override
  public String label() {
    return "Bilinear(" + in1 + ", " + in2 + " -> " + out + (bias == null ? ", no bias)" : ")");
  }
}
