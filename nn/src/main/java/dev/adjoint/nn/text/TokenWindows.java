package dev.adjoint.nn.text;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.data.Dataset;
import java.util.Objects;

/**
 * Windows of a text for a language model: inputs are blocks of tokens, i32 [n, block], targets the tokens that follow each, in
 * the same shape.
 *
 * <p>Blocks follow each other, and a rest that does not fill one is left out; with {@link #stride stride(1)} there is one from
 * each token on, which is what nanoGPT draws from. A batch is recorded, not computed.
 *
 * {@snippet :
 * var windows = new TokenWindows(tokenizer.encode(text), 64).stride(1);
 * for (Batch batch : new DataLoader(windows, 32).shuffle(0)) {
 *   Tensor logits = model.apply(batch.x()); // [32, 64, tokens]
 * }
 * }
 */
public final class TokenWindows implements Dataset {
  private final Tensor tokens;
  private final int blockSize;
  private final int stride;

  /**
   * Blocks of a text.
   *
   * @param tokens the text
   * @throws IllegalArgumentException if the block size is not positive, or the text has not one token more than a block
   */
  public TokenWindows(int[] tokens, int blockSize) {
    this(Tensors.of(tokens, tokens.length), blockSize);
  }

  /**
   * Blocks of a text.
   *
   * @param tokens the text, integers [length], which are computed now
   * @throws IllegalArgumentException if these are no integers [length], the block size is not positive, or the text has not one
   *     token more than a block
   */
  public TokenWindows(Tensor tokens, int blockSize) {
    this(integers(tokens), blockSize, blockSize);
  }

  private TokenWindows(Tensor tokens, int blockSize, int stride) {
    if (blockSize < 1 || stride < 1) {
      throw OpError.of(
          "tokenWindows",
          "block size and stride must be positive, not " + blockSize + " and " + stride);
    }
    if (tokens.dim(0) <= blockSize) {
      throw OpError.of(
          "tokenWindows",
          "a block of " + blockSize + " needs one token more, the text has " + tokens.dim(0));
    }
    this.tokens = tokens;
    this.blockSize = blockSize;
    this.stride = stride;
  }

  private static Tensor integers(Tensor tokens) {
    if (tokens.rank() != 1 || tokens.dtype().isFloat() || tokens.dtype() == DType.BOOL) {
      throw OpError.of(
          "tokenWindows", "needs integers [length], not " + tokens.dtype() + tokens.shape());
    }
    return tokens.to(DType.I32).detach().realize();
  }

  /**
   * The same text with another distance between the beginnings of blocks.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public TokenWindows stride(int distance) {
    return new TokenWindows(tokens, blockSize, distance);
  }

  /** This data set in the memory of a device, which then makes the batches. */
  public TokenWindows to(Device device) {
    return new TokenWindows(tokens.to(device).realize(), blockSize, stride);
  }

  @Override
  public int size() {
    return (tokens.dim(0) - 1 - blockSize) / stride + 1;
  }

  @Override
  public Batch batch(int[] indices) {
    int[] begins = new int[indices.length];
    for (int i = 0; i < begins.length; i++) {
      begins[i] = Objects.checkIndex(indices[i], size()) * stride;
    }
    Tensor places =
        Scope.on(
            tokens.device(),
            () ->
                Tensors.of(begins, begins.length, 1)
                    .add(Tensors.arange(0, blockSize, 1, DType.I32))
                    .flatten());
    return new Batch(at(places, begins.length), at(places.add(1), begins.length));
  }

  private Tensor at(Tensor places, int count) {
    return tokens.gather(0, places).reshape(count, blockSize);
  }
}
