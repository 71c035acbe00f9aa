package dev.adjoint;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.UnaryOp;
import dev.adjoint.ops.Operands;

/** The activation functions of neural networks, element by element. Integers are converted to {@link Scope#dtype()}. */
public sealed interface ActivationOps permits Tensor {
  /** The logistic function {@code 1 / (1 + exp(-x))}. */
  default Tensor sigmoid() {
    return Operands.floatUnary(UnaryOp.SIGMOID, (Tensor) this);
  }

  /** {@code max(x, 0)}; NaN stays. */
  default Tensor relu() {
    Tensor x = (Tensor) this;
    return x.dtype().isInteger() ? x.maximum(0) : Operands.unary(UnaryOp.RELU, x);
  }

  /** {@code min(max(x, 0), 6)}. */
  default Tensor relu6() {
    return hardtanh(0, 6);
  }

  /** {@code x} above 0, {@code 0.01 x} elsewhere. */
  default Tensor leakyRelu() {
    return leakyRelu(0.01);
  }

  /** {@code x} above 0, {@code slope * x} elsewhere. */
  default Tensor leakyRelu(double slope) {
    Tensor x = floating();
    return x.gt(0).where(x, x.mul(slope));
  }

  /**
   * {@code x} above 0, {@code slope * x} elsewhere, with one slope, or a vector with one for each channel.
   *
   * <p>Channels lie along axis 1; a scalar or a vector is of one channel.
   *
   * @throws IllegalArgumentException if the number of slopes is neither 1 nor that of the channels
   */
  default Tensor prelu(Tensor slope) {
    Tensor x = floating();
    int channels = x.rank() < 2 ? 1 : x.dim(1);
    if (slope.rank() > 1 || (slope.size() != 1 && slope.size() != channels)) {
      throw OpError.of(
          "prelu",
          "slopes of shape "
              + slope.shape()
              + " for "
              + channels
              + " channels of "
              + x.shape()
              + ": must be one, or a vector with one for each channel");
    }
    int[] dims = Graph.ones(x.rank()).dims();
    if (slope.size() != 1) {
      dims[1] = channels;
    }
    return x.gt(0).where(x, x.mul(slope.reshape(Shape.of(dims))));
  }

  /** {@code x} above 0, {@code exp(x) - 1} elsewhere. */
  default Tensor elu() {
    return elu(1);
  }

  /** {@code x} above 0, {@code alpha * (exp(x) - 1)} elsewhere. */
  default Tensor elu(double alpha) {
    Tensor x = floating();
    Tensor positive = x.gt(0);
    // The branch that is not taken must stay finite, or its gradient would be 0 * infinity.
    return positive.where(x, positive.where(0, x).expm1().mul(alpha));
  }

  /** The self-normalising {@code elu}: {@code 1.0507 * elu(x, 1.6733)}. */
  default Tensor selu() {
    return elu(1.6732632423543772).mul(1.0507009873554805);
  }

  /** {@code x} times the normal distribution function of x: {@code x / 2 * (1 + erf(x / sqrt(2)))}; -0 at -infinity. */
  default Tensor gelu() {
    return Operands.floatUnary(UnaryOp.GELU, (Tensor) this);
  }

  /**
   * {@link #gelu()} for the approximation {@code "none"}; {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))} for
   * {@code "tanh"}.
   *
   * @throws IllegalArgumentException if the approximation is neither
   */
  default Tensor gelu(String approximate) {
    return switch (approximate) {
      case "none" -> gelu();
      case "tanh" -> Operands.floatUnary(UnaryOp.GELU_TANH, (Tensor) this);
      default ->
          throw OpError.of(
              "gelu", "the approximation is '" + approximate + "', it must be none or tanh");
    };
  }

  /** {@code x * sigmoid(x)}; -0 at -infinity. */
  default Tensor silu() {
    return Operands.floatUnary(UnaryOp.SILU, (Tensor) this);
  }

  /** {@code x * tanh(softplus(x))}; -0 at -infinity. */
  default Tensor mish() {
    return Operands.floatUnary(UnaryOp.MISH, (Tensor) this);
  }

  /** {@code log(1 + exp(x))} without overflow. */
  default Tensor softplus() {
    // Beyond 40 the function is x to the last bit of f64.
    return softplus(1, 40);
  }

  /** {@code log(1 + exp(beta * x)) / beta}, and x itself where {@code beta * x} is above 20. */
  default Tensor softplus(double beta) {
    return softplus(beta, 20);
  }

  /** {@code log(1 + exp(beta * x)) / beta}, and x itself where {@code beta * x} is above the threshold. */
  default Tensor softplus(double beta, double threshold) {
    Tensor x = floating();
    Tensor scaled = beta == 1 ? x : x.mul(beta);
    Tensor linear = scaled.gt(threshold);
    Tensor exp = linear.where(0, scaled).exp();
    if (beta != 1) {
      // The rounding error of the product is multiplied by the size of the product in its
      // exponential.
      Tensor error = x.fma(Tensors.fullLike(x, beta), scaled.neg()).detach();
      exp = exp.fma(scaled.abs().lt(1e3).where(error, 0), exp);
    }
    Tensor curve = exp.log1p();
    return linear.where(x, beta == 1 ? curve : curve.div(beta));
  }

  /** {@code x / (1 + |x|)}. */
  default Tensor softsign() {
    Tensor x = floating();
    return x.div(x.abs().add(1));
  }

  /** {@code log(sigmoid(x))} without underflow. */
  default Tensor logSigmoid() {
    return floating().neg().softplus().neg();
  }

  /** The value limited to [-1, 1]; the gradient is 0 at the limits. */
  default Tensor hardtanh() {
    return hardtanh(-1, 1);
  }

  /** The value limited to [min, max]; the gradient is 0 at the limits. */
  default Tensor hardtanh(double min, double max) {
    Tensor x = floating();
    return x.le(min).where(min, x.ge(max).where(max, x));
  }

  /** {@code relu6(x + 3) / 6}. */
  default Tensor hardsigmoid() {
    return floating().add(3).relu6().div(6);
  }

  /** {@code x * relu6(x + 3) / 6}. */
  default Tensor hardswish() {
    Tensor x = floating();
    return x.mul(x.hardsigmoid());
  }

  private Tensor floating() {
    return Operands.floating((Tensor) this);
  }
}
