package dev.adjoint.nn;

/**
 * Options of {@link RNN}, {@link LSTM} and {@link GRU}: {@code RecurrentOptions.DEFAULT.numLayers(2).batchFirst(true)}.
 *
 * @param numLayers the number of layers
 * @param bias whether there are biases
 * @param batchFirst whether inputs and outputs are [n, length, ...]; states are not
 * @param dropout the probability that an element between two layers is dropped while training
 * @param bidirectional whether each layer also goes from the last step to the first
 */
public record RecurrentOptions(
    int numLayers, boolean bias, boolean batchFirst, double dropout, boolean bidirectional) {
  /** One layer in one direction, biases, length first, no dropout. */
  public static final RecurrentOptions DEFAULT = new RecurrentOptions(1, true, false, 0, false);

  /** These options with a number of layers. */
  public RecurrentOptions numLayers(int number) {
    return new RecurrentOptions(number, bias, batchFirst, dropout, bidirectional);
  }

  /** These options with or without biases. */
  public RecurrentOptions bias(boolean bias) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, bidirectional);
  }

  /** These options with the batch or the length first. */
  public RecurrentOptions batchFirst(boolean first) {
    return new RecurrentOptions(numLayers, bias, first, dropout, bidirectional);
  }

  /** These options with a probability of dropout. */
  public RecurrentOptions dropout(double p) {
    return new RecurrentOptions(numLayers, bias, batchFirst, p, bidirectional);
  }

  /** These options with layers in both directions, or in one. */
  public RecurrentOptions bidirectional(boolean both) {
    return new RecurrentOptions(numLayers, bias, batchFirst, dropout, both);
  }
}
