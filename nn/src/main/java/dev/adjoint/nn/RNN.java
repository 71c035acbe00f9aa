package dev.adjoint.nn;

import dev.adjoint.graph.OpError;

/**
 * Recurrent layers of Elman: {@code h = tanh(W_ih x + b_ih + W_hh h + b_hh)}, or with {@code relu}.
 */
public final class RNN extends HiddenStateLayer {
  /** One layer in one direction, with biases and tanh. */
  public RNN(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, 1);
  }

  /** Several layers in one direction, with biases and tanh. */
  public RNN(int inputSize, int hiddenSize, int numLayers) {
    this(inputSize, hiddenSize, RecurrentOptions.DEFAULT.numLayers(numLayers));
  }

  /**
   * Layers with options, and tanh.
   *
   * @throws IllegalArgumentException if a size is not positive, or the probability is not in [0, 1)
   */
  public RNN(int inputSize, int hiddenSize, RecurrentOptions options) {
    this(inputSize, hiddenSize, "tanh", options);
  }

  /**
   * Layers with options.
   *
   * @param nonlinearity {@code "tanh"} or {@code "relu"}
   * @throws IllegalArgumentException if a size is not positive, the probability is not in [0, 1), or there is no such function
   */
  public RNN(int inputSize, int hiddenSize, String nonlinearity, RecurrentOptions options) {
    super(recurrence(nonlinearity), inputSize, hiddenSize, options);
  }

  /**
   * Several layers.
   *
   * @param nonlinearity {@code "tanh"} or {@code "relu"}
   * @param batchFirst whether inputs and outputs are [n, length, ...]; states are not
   * @param dropout the probability that an element between two layers is dropped while training
   * @param bidirectional whether each layer also goes from the last step to the first
   * @throws IllegalArgumentException if a size is not positive, the probability is not in [0, 1), or there is no such function
   */
  public RNN(
      int inputSize,
      int hiddenSize,
      int numLayers,
      String nonlinearity,
      boolean bias,
      boolean batchFirst,
      double dropout,
      boolean bidirectional) {
    this(
        inputSize,
        hiddenSize,
        nonlinearity,
        new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional));
  }

  /** The recurrence with a function. */
  static Recurrence recurrence(String nonlinearity) {
    return switch (nonlinearity) {
      case "tanh" -> Recurrence.TANH;
      case "relu" -> Recurrence.RELU;
      default ->
          throw OpError.of("rnn", "the function must be tanh or relu, not '" + nonlinearity + "'");
    };
  }
}
