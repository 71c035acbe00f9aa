package dev.adjoint.nn.text;

import java.util.List;

/** Characters as tokens: each code point is one. */
public final class CharTokenizer extends VocabularyTokenizer {
  /** A tokenizer with the characters of a vocabulary. */
  public CharTokenizer(Vocabulary vocabulary) {
    super(vocabulary);
  }

  /** A tokenizer for the characters of a text, in the order of their code points, as nanoGPT numbers them. */
  public static CharTokenizer of(String text) {
    return new CharTokenizer(
        new Vocabulary(
            text.codePoints().distinct().sorted().mapToObj(Character::toString).toList()));
  }

  /** The characters of a text. */
  public static List<String> split(String text) {
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  @Override
  public int[] encode(String text) {
    return vocabulary().indices(split(text));
  }

  @Override
  public String decode(int... ids) {
    var text = new StringBuilder();
    for (int id : ids) {
      text.append(vocabulary().token(id));
    }
    return text.toString();
  }
}
