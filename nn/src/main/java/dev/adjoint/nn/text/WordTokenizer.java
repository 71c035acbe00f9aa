package dev.adjoint.nn.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Words in lower case as tokens, and punctuation: the {@code basic_english} of torchtext.
 *
 * {@snippet :
 * var vocabulary = Vocabulary.build(lines.stream().map(WordTokenizer::split).toList(), 5, "<unk>", "<pad>");
 * var tokenizer = new WordTokenizer(vocabulary.defaultIndex(vocabulary.index("<unk>")));
 * }
 */
public final class WordTokenizer extends VocabularyTokenizer {
  /** A tokenizer with the words of a vocabulary. */
  public WordTokenizer(Vocabulary vocabulary) {
    super(vocabulary);
  }

  /**
   * The words of a text. The characters {@code ' . , ( ) ! ?} are words of their own; {@code ; :} and {@code <br />} divide
   * words, and {@code "} disappears.
   */
  public static List<String> split(String text) {
    String spaced =
        text.toLowerCase(Locale.ROOT)
            .replace("<br />", " ")
            .replace("\"", "")
            .replaceAll("[;:]", " ")
            .replaceAll("['.,()!?]", " $0 ");
    // White space as Python has it, which knows more of it than the trim of Java.
    return Arrays.stream(spaced.split("(?U)[\\s\\x1c-\\x1f]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  @Override
  public int[] encode(String text) {
    return vocabulary().indices(split(text));
  }

  /** The words with spaces between them. */
  @Override
  public String decode(int... ids) {
    return Arrays.stream(ids).mapToObj(vocabulary()::token).collect(Collectors.joining(" "));
  }
}
