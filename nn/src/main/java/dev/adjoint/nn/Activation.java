package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.function.UnaryOperator;

/**
 * The activation functions without options, for use as layers; those with options are {@link LeakyReLU}, {@link ELU}, {@link
 * CELU}, {@link GELU}, {@link Softplus}, {@link Hardtanh}, {@link Hardshrink}, {@link Softshrink}, {@link Threshold}, {@link
 * GLU}, {@link Softmax}, {@link Softmax2d}, {@link LogSoftmax}, {@link Softmin}, {@link PReLU} and {@link RReLU}.
 */
public enum Activation implements UnaryOperator<Tensor> {
  /** {@link Tensor#relu}. */
  RELU("ReLU", Tensor::relu, Math.sqrt(2)),
  /** {@link Tensor#relu6}. */
  RELU6("ReLU6", Tensor::relu6, Math.sqrt(2)),
  /** {@link Tensor#leakyRelu()}, with slope 0.01. */
  LEAKY_RELU("LeakyReLU", Tensor::leakyRelu, Math.sqrt(2 / (1 + 0.01 * 0.01))),
  /** {@link Tensor#elu()}. */
  ELU("ELU", Tensor::elu, 1),
  /** {@link Tensor#selu}. */
  SELU("SELU", Tensor::selu, 0.75),
  /** {@link Tensor#celu()}. */
  CELU("CELU", Tensor::celu, 1),
  /** {@link Tensor#gelu}. */
  GELU("GELU", Tensor::gelu, 1),
  /** {@link Tensor#silu}. */
  SILU("SiLU", Tensor::silu, 1),
  /** {@link Tensor#mish}. */
  MISH("Mish", Tensor::mish, 1),
  /** {@link Tensor#softplus()}. */
  SOFTPLUS("Softplus", Tensor::softplus, 1),
  /** {@link Tensor#softsign}. */
  SOFTSIGN("Softsign", Tensor::softsign, 1),
  /** {@link Tensor#sigmoid}. */
  SIGMOID("Sigmoid", Tensor::sigmoid, 1),
  /** {@link Tensor#logSigmoid}. */
  LOG_SIGMOID("LogSigmoid", Tensor::logSigmoid, 1),
  /** {@link Tensor#tanh}. */
  TANH("Tanh", Tensor::tanh, 5.0 / 3),
  /** {@link Tensor#hardtanh()}. */
  HARDTANH("Hardtanh", Tensor::hardtanh, 1),
  /** {@link Tensor#hardsigmoid}. */
  HARDSIGMOID("Hardsigmoid", Tensor::hardsigmoid, 1),
  /** {@link Tensor#hardswish}. */
  HARDSWISH("Hardswish", Tensor::hardswish, 1),
  /** {@link Tensor#hardshrink()}. */
  HARDSHRINK("Hardshrink", Tensor::hardshrink, 1),
  /** {@link Tensor#softshrink()}. */
  SOFTSHRINK("Softshrink", Tensor::softshrink, 1),
  /** {@link Tensor#tanhshrink}. */
  TANHSHRINK("Tanhshrink", Tensor::tanhshrink, 1),
  /** {@link Tensor#glu()}, along the last axis. */
  GLU("GLU", Tensor::glu, 1),
  /** {@link Tensor#softmax} along the last axis. */
  SOFTMAX("Softmax", x -> x.softmax(-1), 1),
  /** {@link Tensor#softmin} along the last axis. */
  SOFTMIN("Softmin", x -> x.softmin(-1), 1),
  /** {@link Tensor#logSoftmax} along the last axis. */
  LOG_SOFTMAX("LogSoftmax", x -> x.logSoftmax(-1), 1),
  /** The function that changes nothing, as at the end of a regression. */
  IDENTITY("Identity", x -> x, 1);

  private final String label;
  private final UnaryOperator<Tensor> function;
  private final double gain;

  Activation(String label, UnaryOperator<Tensor> function, double gain) {
    this.label = label;
    this.function = function;
    this.gain = gain;
  }

  @Override
  public Tensor apply(Tensor x) {
    return function.apply(x);
  }

  /** The usual factor by which initial weights before this function are larger than before none. */
  public double gain() {
    return gain;
  }

  /** The name as in summaries, such as {@code ReLU}. */
  @Override
  public String toString() {
    return label;
  }
}
