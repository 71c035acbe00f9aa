package dev.adjoint.nn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenizersTest {
  @Test
  void charactersAreNumberedInTheirOrder() {
    CharTokenizer tokenizer = CharTokenizer.of("hello 😀 world");
    assertThat(tokenizer.size()).isEqualTo(9);
    // The characters are ' ', d, e, h, l, o, r, w, and the one beyond 16 bits.
    assertThat(tokenizer.encode("he 😀")).containsExactly(3, 2, 0, 8);
    assertThat(tokenizer.decode(tokenizer.encode("old 😀 hero"))).isEqualTo("old 😀 hero");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.encode("x"))
        .withMessageStartingWith("vocabulary: there is no token 'x'");
    assertThatThrownBy(() -> tokenizer.decode(9)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void wordsAreThoseOfBasicEnglish() {
    // torchtext.data.utils.get_tokenizer("basic_english")(text)
    assertThat(WordTokenizer.split("You can now install TorchText using pip!"))
        .containsExactly("you", "can", "now", "install", "torchtext", "using", "pip", "!");
    assertThat(WordTokenizer.split("Don't say \"no\";<br />(yes):  A.B, c?\u00a0d\n"))
        .containsExactly(
            "don", "'", "t", "say", "no", "(", "yes", ")", "a", ".", "b", ",", "c", "?", "d");
    assertThat(WordTokenizer.split(" ")).isEmpty();
    Vocabulary vocabulary = new Vocabulary(List.of("<unk>", "a", "word", "."));
    var tokenizer = new WordTokenizer(vocabulary.defaultIndex(0));
    assertThat(tokenizer.encode("A word, a WORD.")).containsExactly(1, 2, 0, 1, 2, 3);
    assertThat(tokenizer.decode(1, 2, 3)).isEqualTo("a word .");
    assertThat(tokenizer.vocabulary()).isSameAs(vocabulary);
  }

  @Test
  void batchIsFilledUpByThePadToken() {
    var tokenizer = new CharTokenizer(new Vocabulary(List.of("a", "b", "<pad>")));
    TokenBatch batch = tokenizer.encodeBatch(List.of("ab", "", "bab"));
    assertThat(batch.ids().dtype()).isEqualTo(DType.I32);
    assertThat(batch.ids().toInts()).containsExactly(0, 1, 2, 2, 2, 2, 1, 0, 1);
    assertThat(batch.mask().toBooleans())
        .containsExactly(true, true, false, false, false, false, true, true, true);
    assertThat(batch.keyPaddingMask().toBooleans())
        .containsExactly(false, false, true, true, true, true, false, false, false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.encodeBatch(List.of()))
        .withMessage("encodeBatch: there is no text");
    CharTokenizer plain = CharTokenizer.of("ab");
    assertThat(plain.encodeBatch(List.of("ab", "ba")).ids().toInts()).containsExactly(0, 1, 1, 0);
    assertThatThrownBy(() -> plain.encodeBatch(List.of("ab", "a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "encodeBatch: texts are not equally long, and the vocabulary has no token <pad>");
  }
}
