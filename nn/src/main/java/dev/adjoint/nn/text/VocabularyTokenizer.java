package dev.adjoint.nn.text;

/** What tokenizers share whose tokens are those of a vocabulary. */
abstract class VocabularyTokenizer implements Tokenizer {
  private static final String PAD = "<pad>";

  private final Vocabulary vocabulary;

  VocabularyTokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** The vocabulary, for a checkpoint. */
  public final Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public final int size() {
    return vocabulary.size();
  }

  /** The number of the token {@code "<pad>"}. */
  @Override
  public final int padId() {
    if (!vocabulary.contains(PAD)) {
      throw new IllegalStateException(
          "encodeBatch: texts are not equally long, and the vocabulary has no token " + PAD);
    }
    return vocabulary.index(PAD);
  }
}
