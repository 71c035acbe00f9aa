package dev.adjoint.nn.models;

import dev.adjoint.graph.OpError;

/**
 * The sizes of a {@link BertModel}: {@code BertConfig.BASE.layers(6)}.
 *
 * @param vocabSize the number of tokens there are
 * @param hiddenSize the size of the vector of a token
 * @param layers the number of layers
 * @param heads the number of heads of an attention
 * @param intermediateSize the size between the two linear layers
 * @param maxPositions the largest number of tokens of a sequence
 * @param typeVocabSize the number of types of tokens
 * @param dropout the probability that an element is dropped while training
 * @param layerNormEps what is added to variances
 */
public record BertConfig(
    int vocabSize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int maxPositions,
    int typeVocabSize,
    double dropout,
    double layerNormEps) {
  /** bert-base-uncased, of 109,482,240 parameters. */
  public static final BertConfig BASE =
      new BertConfig(30522, 768, 12, 12, 3072, 512, 2, 0.1, 1e-12);

  /** bert-large-uncased, of 335,141,888 parameters. */
  public static final BertConfig LARGE =
      new BertConfig(30522, 1024, 24, 16, 4096, 512, 2, 0.1, 1e-12);

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is not positive, or the heads do not divide the size of vectors
   */
  public BertConfig {
    Require.positive("bert", "the number of tokens", vocabSize);
    Require.positive("bert", "the size of vectors", hiddenSize);
    Require.positive("bert", "the number of layers", layers);
    Require.positive("bert", "the number of heads", heads);
    Require.positive("bert", "the intermediate size", intermediateSize);
    Require.positive("bert", "the number of positions", maxPositions);
    Require.positive("bert", "the number of types", typeVocabSize);
    if (hiddenSize % heads != 0) {
      throw OpError.of("bert", heads + " heads do not divide the size of vectors, " + hiddenSize);
    }
  }

  /** With another number of tokens. */
  public BertConfig vocabSize(int size) {
    return new BertConfig(
        size,
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        maxPositions,
        typeVocabSize,
        dropout,
        layerNormEps);
  }

  /** With another number of layers. */
  public BertConfig layers(int count) {
    return new BertConfig(
        vocabSize,
        hiddenSize,
        count,
        heads,
        intermediateSize,
        maxPositions,
        typeVocabSize,
        dropout,
        layerNormEps);
  }

  /** With another number of heads, size of vectors, which it divides, and size between linear layers. */
  public BertConfig width(int heads, int hiddenSize, int intermediateSize) {
    return new BertConfig(
        vocabSize,
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        maxPositions,
        typeVocabSize,
        dropout,
        layerNormEps);
  }

  /** With another largest number of tokens of a sequence. */
  public BertConfig maxPositions(int count) {
    return new BertConfig(
        vocabSize,
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        count,
        typeVocabSize,
        dropout,
        layerNormEps);
  }

  /** With another probability of dropout. */
  public BertConfig dropout(double p) {
    return new BertConfig(
        vocabSize,
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        maxPositions,
        typeVocabSize,
        p,
        layerNormEps);
  }
}
