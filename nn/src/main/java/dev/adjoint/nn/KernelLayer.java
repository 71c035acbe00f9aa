package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A layer with a weight of kernels, and a bias: what {@link ConvLayer} and {@link ConvTransposeLayer} share.
 *
 * <p>The weight begins uniformly in {@code +-1 / sqrt(fanIn)}, which is {@code kaiming_uniform_} of PyTorch with a = sqrt(5), and
 * so does the bias; the fan-in is the number of elements of the weight over its first size.
 */
abstract class KernelLayer extends LazyModule {
  final int axes;
  final int out;
  final int[] kernel;
  final int groups;
  private final boolean transposed;
  private final boolean withBias;
  private @Nullable Parameter weight;
  private @Nullable Parameter bias;

  KernelLayer(
      String op,
      int axes,
      int out,
      int[] kernel,
      int groups,
      boolean withBias,
      boolean transposed) {
    super(op);
    this.axes = axes;
    this.out = Checks.positive(op, "the number of output channels", out);
    this.kernel = Checks.perAxis(op, "the kernel size", axes, 1, kernel);
    this.groups = groups;
    this.withBias = withBias;
    this.transposed = transposed;
    requireGroups("output", out);
  }

  private void requireGroups(String what, int channels) {
    if (channels % groups != 0) {
      throw OpError.of(
          op(), groups + " groups do not divide " + channels + " " + what + " channels");
    }
  }

  @Override
  final void create(int features) {
    requireGroups("input", features);
    int[] dims = new int[2 + axes];
    dims[0] = transposed ? features : out;
    dims[1] = (transposed ? out : features) / groups;
    System.arraycopy(kernel, 0, dims, 2, axes);
    int fanIn =
        Math.toIntExact(Arrays.stream(dims).skip(1).asLongStream().reduce(1, (a, b) -> a * b));
    weight = Init.fanIn(fanIn).parameter("weight", dims);
    bias = withBias ? Init.fanIn(fanIn).parameter("bias", out) : null;
  }

  /** Makes the variables if this is the first call. */
  final void size(Tensor x) {
    if (x.rank() != axes + 1 && x.rank() != axes + 2) {
      throw OpError.of(
          op(),
          "needs [n, channels, ...] or [channels, ...] with "
              + axes
              + " further axes, the input is "
              + x.shape());
    }
    int channels = x.dim(-axes - 1);
    size("the number of input channels", channels, x);
    if (channels != features()) {
      throw OpError.of(op(), "needs " + features() + " input channels, the input is " + x.shape());
    }
  }

  /**
   * The weight.
   *
   * @throws IllegalStateException if the number of input channels is not known yet
   */
  public final Parameter weight() {
    return made(weight);
  }

  /** The bias, [out], or null. */
  public final @Nullable Parameter bias() {
    return bias;
  }

  /** What all labels begin with. */
  final String label(String type) {
    return type + "(" + size(features()) + " -> " + out + ", kernel " + Checks.times(kernel);
  }

  /** An option in a label, if it is not the default. */
  static String option(String name, int[] values, int standard) {
    return Arrays.stream(values).allMatch(value -> value == standard)
        ? ""
        : ", " + name + " " + Checks.times(values);
  }

  /** What all labels end with. */
  final String labelEnd() {
    return (groups == 1 ? "" : ", groups " + groups) + (withBias ? ")" : ", no bias)");
  }
}
