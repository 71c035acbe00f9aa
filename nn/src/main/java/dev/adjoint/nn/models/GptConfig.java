package dev.adjoint.nn.models;

import dev.adjoint.graph.OpError;

/**
 * The sizes of a {@link GPT}, by nanoGPT's names: {@code GptConfig.DEFAULT.blockSize(256).nLayer(6)}.
 *
 * @param blockSize the largest number of tokens of a sequence
 * @param vocabSize the number of tokens there are
 * @param nLayer the number of blocks
 * @param nHead the number of heads of an attention
 * @param nEmbd the size of the vector of a token
 * @param dropout the probability that an element is dropped while training
 * @param bias whether linear layers and normalisations have biases
 * @param gelu {@code "none"} or {@code "tanh"}, how GELU is approximated: GPT-2 was trained with {@code "tanh"}
 */
public record GptConfig(
    int blockSize,
    int vocabSize,
    int nLayer,
    int nHead,
    int nEmbd,
    double dropout,
    boolean bias,
    String gelu) {
  /** nanoGPT's: the sizes of {@link #GPT2} with 50304 tokens, GELU not approximated. */
  public static final GptConfig DEFAULT = new GptConfig(1024, 50304, 12, 12, 768, 0, true, "none");

  /** The small GPT-2 (Radford et al. 2019), of 124,439,808 parameters. */
  public static final GptConfig GPT2 = new GptConfig(1024, 50257, 12, 12, 768, 0, true, "tanh");

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is not positive, or the heads do not divide the size of vectors
   */
  public GptConfig {
    Require.positive("gpt", "the block size", blockSize);
    Require.positive("gpt", "the number of tokens", vocabSize);
    Require.positive("gpt", "the number of layers", nLayer);
    Require.positive("gpt", "the number of heads", nHead);
    Require.positive("gpt", "the size of vectors", nEmbd);
    if (nEmbd % nHead != 0) {
      throw OpError.of("gpt", nHead + " heads do not divide the size of vectors, " + nEmbd);
    }
  }

  /** With another largest number of tokens of a sequence. */
  public GptConfig blockSize(int size) {
    return new GptConfig(size, vocabSize, nLayer, nHead, nEmbd, dropout, bias, gelu);
  }

  /** With another number of tokens. */
  public GptConfig vocabSize(int size) {
    return new GptConfig(blockSize, size, nLayer, nHead, nEmbd, dropout, bias, gelu);
  }

  /** With another number of blocks. */
  public GptConfig nLayer(int count) {
    return new GptConfig(blockSize, vocabSize, count, nHead, nEmbd, dropout, bias, gelu);
  }

  /** With another number of heads and size of vectors, which it divides. */
  public GptConfig width(int nHead, int nEmbd) {
    return new GptConfig(blockSize, vocabSize, nLayer, nHead, nEmbd, dropout, bias, gelu);
  }

  /** With another probability of dropout. */
  public GptConfig dropout(double p) {
    return new GptConfig(blockSize, vocabSize, nLayer, nHead, nEmbd, p, bias, gelu);
  }

  /** With or without biases. */
  public GptConfig bias(boolean bias) {
    return new GptConfig(blockSize, vocabSize, nLayer, nHead, nEmbd, dropout, bias, gelu);
  }

  /** With another approximation of GELU. */
  public GptConfig gelu(String approximate) {
    return new GptConfig(blockSize, vocabSize, nLayer, nHead, nEmbd, dropout, bias, approximate);
  }
}
