package dev.adjoint.nn.text;

import java.util.List;

/** Something that turns text into numbers of tokens and back. Implementations answer calls from several threads at once. */
public interface Tokenizer {
  /**
   * The numbers of the tokens of a text.
   *
   * @throws IllegalArgumentException if the text has what is no token, and there is no token for that
   */
  int[] encode(String text);

  /**
   * The text of tokens. It is the text that was encoded, as far as the tokenizer keeps it.
   *
   * @throws IndexOutOfBoundsException if there is no token with one of the numbers
   */
  String decode(int... ids);

  /** One more than the largest number of a token: the rows that an embedding needs. */
  int size();

  /**
   * The number of the token that fills up short texts.
   *
   * @throws IllegalStateException if there is none
   */
  int padId();

  /**
   * Texts as one matrix, in which short ones are filled up at their end.
   *
   * @throws IllegalArgumentException if there is no text, or one cannot be encoded
   * @throws IllegalStateException if texts are not equally long and there is no token to fill up
   */
  default TokenBatch encodeBatch(List<String> texts) {
    return TokenBatch.padded(texts.stream().map(this::encode).toList(), this::padId);
  }
}
