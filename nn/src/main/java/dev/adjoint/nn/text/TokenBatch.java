package dev.adjoint.nn.text;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Texts of a batch as numbers of tokens.
 *
 * @param ids the numbers, i32 [texts, length]
 * @param mask which of them belong to a text, bool [texts, length]; what fills up is false
 */
public record TokenBatch(Tensor ids, Tensor mask) {
  /**
   * What only fills up, bool [texts, length]: the {@code keyPaddingMask} of {@link dev.adjoint.nn.MultiheadAttention}.
   */
  public Tensor keyPaddingMask() {
    return mask.logicalNot();
  }

  /** Texts that are filled up at their end, to the length of the longest. */
  static TokenBatch padded(List<int[]> texts, IntSupplier padId) {
    int longest = texts.stream().mapToInt(text -> text.length).max().orElse(0);
    return padded(texts, longest, false, padId);
  }

  /**
   * Texts that are filled up to a length.
   *
   * @param left whether at their beginning
   * @param padId the number that fills up, which is asked for where a text is shorter alone
   */
  static TokenBatch padded(List<int[]> texts, int length, boolean left, IntSupplier padId) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("encodeBatch: there is no text");
    }
    int[] ids = new int[Math.multiplyExact(texts.size(), length)];
    boolean[] mask = new boolean[ids.length];
    for (int i = 0; i < texts.size(); i++) {
      int[] text = texts.get(i);
      int row = i * length;
      int missing = length - text.length;
      int begin = left ? row + missing : row;
      if (missing > 0) {
        Arrays.fill(ids, row, row + length, padId.getAsInt());
      }
      System.arraycopy(text, 0, ids, begin, text.length);
      Arrays.fill(mask, begin, begin + text.length, true);
    }
    return new TokenBatch(
        Tensors.of(ids, texts.size(), length), Tensors.of(mask, texts.size(), length));
  }
}
