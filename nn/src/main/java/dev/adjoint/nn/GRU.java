package dev.adjoint.nn;

/**
 * Gated recurrent units (Cho et al. 2014), with the reset gate behind the product: {@code n = tanh(W_in x + b_in + r (W_hn h +
 * b_hn))} and {@code h = (1 - z) n + z h}. The rows of weights are those of the gates r, z and n.
 */
public final class GRU extends HiddenStateLayer {
  /** One layer in one direction, with biases. */
  public GRU(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, 1);
  }

  /** Several layers in one direction, with biases. */
  public GRU(int inputSize, int hiddenSize, int numLayers) {
    this(inputSize, hiddenSize, RecurrentOptions.DEFAULT.numLayers(numLayers));
  }

  /**
   * Layers with options.
   *
   * @throws IllegalArgumentException if a size is not positive, or the probability is not in [0, 1)
   */
  public GRU(int inputSize, int hiddenSize, RecurrentOptions options) {
    super(Recurrence.GRU, inputSize, hiddenSize, options);
  }

  /**
   * Several layers.
   *
   * @param batchFirst whether inputs and outputs are [n, length, ...]; states are not
   * @param dropout the probability that an element between two layers is dropped while training
   * @param bidirectional whether each layer also goes from the last step to the first
   * @throws IllegalArgumentException if a size is not positive, or the probability is not in [0, 1)
   */
  public GRU(
      int inputSize,
      int hiddenSize,
      int numLayers,
      boolean bias,
      boolean batchFirst,
      double dropout,
      boolean bidirectional) {
    this(
        inputSize,
        hiddenSize,
        new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional));
  }
}
