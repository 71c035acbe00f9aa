package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.function.UnaryOperator;

/**
 * How layers of a transformer differ from the first one (Vaswani et al. 2017).
 *
 * @param dimFeedforward the size between the two fully connected layers
 * @param dropout the probability that an element is dropped while training
 * @param activation the function between the two fully connected layers
 * @param layerNormEps what is added to variances
 * @param batchFirst whether inputs and outputs are [n, length, ...]
 * @param normFirst whether normalisation is before each part and not behind it
 */
public record TransformerOptions(
    int dimFeedforward,
    double dropout,
    UnaryOperator<Tensor> activation,
    double layerNormEps,
    boolean batchFirst,
    boolean normFirst) {
  /** 2048, 0.1, ReLU, 1e-5, length first, normalisation behind. */
  public static final TransformerOptions DEFAULT =
      new TransformerOptions(2048, 0.1, Activation.RELU, 1e-5, false, false);

  /** With another size between the fully connected layers. */
  public TransformerOptions dimFeedforward(int size) {
    return new TransformerOptions(size, dropout, activation, layerNormEps, batchFirst, normFirst);
  }

  /** With another probability of dropout. */
  public TransformerOptions dropout(double p) {
    return new TransformerOptions(
        dimFeedforward, p, activation, layerNormEps, batchFirst, normFirst);
  }

  /** With another function. */
  public TransformerOptions activation(UnaryOperator<Tensor> function) {
    return new TransformerOptions(
        dimFeedforward, dropout, function, layerNormEps, batchFirst, normFirst);
  }

  /** With another addend of variances. */
  public TransformerOptions layerNormEps(double epsilon) {
    return new TransformerOptions(
        dimFeedforward, dropout, activation, epsilon, batchFirst, normFirst);
  }

  /** With the batch or the length first. */
  public TransformerOptions batchFirst(boolean first) {
    return new TransformerOptions(
        dimFeedforward, dropout, activation, layerNormEps, first, normFirst);
  }

  /** With normalisation before each part, or behind it. */
  public TransformerOptions normFirst(boolean first) {
    return new TransformerOptions(
        dimFeedforward, dropout, activation, layerNormEps, batchFirst, first);
  }
}
