package dev.adjoint.nn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.io.Checkpoint;
import dev.adjoint.nn.optim.SGD;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
  private static final List<List<String>> TEXTS =
      List.of(List.of("b", "a", "b", "c"), List.of("a", "b", "d", "<unk>"), List.of());

  @Test
  void numbersTokensByFrequencyThenByText() {
    // build_vocab_from_iterator(texts, min_freq=..., specials=..., max_tokens=...).get_itos()
    assertThat(Vocabulary.build(TEXTS).tokens()).containsExactly("b", "a", "<unk>", "c", "d");
    assertThat(Vocabulary.build(TEXTS, 2, "<unk>", "<pad>").tokens())
        .containsExactly("<unk>", "<pad>", "b", "a");
    assertThat(Vocabulary.build(TEXTS, 1, 4, "<unk>", "<pad>").tokens())
        .containsExactly("<unk>", "<pad>", "b", "a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Vocabulary.build(TEXTS, 0))
        .withMessage(
            "vocabulary: needs a frequency from 1 on and room for 0 special tokens, not 0 and 2147483647");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Vocabulary.build(TEXTS, 1, 1, "x", "y"))
        .withMessageEndingWith("room for 2 special tokens, not 1 and 1");
  }

  @Test
  void findsTokensAndNumbers() {
    Vocabulary vocabulary = Vocabulary.build(TEXTS, 1, "<unk>");
    assertThat(vocabulary.size()).isEqualTo(5);
    assertThat(vocabulary.index("b")).isEqualTo(1);
    assertThat(vocabulary.token(2)).isEqualTo("a");
    assertThat(vocabulary.contains("zebra")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.index("zebra"))
        .withMessage("vocabulary: there is no token 'zebra' among 5, and no default index");
    vocabulary.defaultIndex(0);
    assertThat(vocabulary.indices(List.of("a", "zebra", "d"))).containsExactly(2, 0, 4);
    assertThatThrownBy(() -> vocabulary.token(5))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("vocabulary: no token 5, there are 5");
    assertThatThrownBy(() -> vocabulary.defaultIndex(-1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Vocabulary(List.of("a", "b", "a")))
        .withMessage("vocabulary: the token 'a' comes twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Vocabulary(List.of("\ud800")))
        .withMessageEndingWith("is no text");
  }

  @Test
  void checkpointKeepsIt(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("run.safetensors");
    var model = new Linear(2, 2);
    var optimizer = new SGD(model.parameters(), 0.1);
    Vocabulary saved = new Vocabulary(List.of("<unk>", "", "é数😀", "b")).defaultIndex(0);
    new Checkpoint(model, optimizer).with("vocabulary", saved).save(file);
    var loaded = new Vocabulary(List.of());
    new Checkpoint(model, optimizer).with("vocabulary", loaded).load(file);
    assertThat(loaded.tokens()).isEqualTo(saved.tokens());
    assertThat(loaded.index("what")).isZero();

    var empty = new Vocabulary(List.of());
    new Checkpoint(model, optimizer).with("vocabulary", empty).save(file);
    new Checkpoint(model, optimizer).with("vocabulary", loaded).load(file);
    assertThat(loaded.size()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> loaded.index("what"));
  }

  @Test
  void refusesAStateThatDoesNotFitAndStaysAsItWas() {
    Vocabulary vocabulary = new Vocabulary(List.of("ab", "c")).defaultIndex(1);
    Map<String, Tensor> state = vocabulary.state();
    assertRefused(vocabulary, changed(state, "tokens.lengths", null), "has no texts 'tokens'");
    assertRefused(
        vocabulary, changed(state, "other", Tensors.of(1L)), "is not that of a vocabulary");
    assertRefused(
        vocabulary,
        changed(state, "tokens.bytes", Tensors.of(1f, 2)),
        "but lengths i32[2] and bytes f32[2]");
    assertRefused(
        vocabulary,
        changed(state, "tokens.lengths", Tensors.of(2, 4)),
        "a saved text of 4 bytes begins at byte 2 of 3");
    assertRefused(
        vocabulary,
        changed(state, "tokens.lengths", Tensors.of(1, 1)),
        "the saved texts end at byte 2 of 3");
    assertRefused(
        vocabulary,
        changed(state, "tokens.lengths", Tensors.of(3, -1)),
        "a saved token is missing");
    assertRefused(
        vocabulary,
        changed(state, "default_index", Tensors.of(2L)),
        "the saved default index 2 is none of 2 tokens");
    Tensor bytes = Tensors.of(0xff, 'b', 'c').to(DType.U8);
    assertRefused(vocabulary, changed(state, "tokens.bytes", bytes), "from byte 0 on is not UTF-8");
    assertThat(vocabulary.tokens()).containsExactly("ab", "c");
    assertThat(vocabulary.index("?")).isEqualTo(1);
  }

  private static Map<String, Tensor> changed(
      Map<String, Tensor> state, String name, @Nullable Tensor value) {
    var changed = new HashMap<>(state);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, value);
    }
    return changed;
  }

  private static void assertRefused(
      Vocabulary vocabulary, Map<String, Tensor> state, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vocabulary.load(state))
        .withMessageStartingWith("vocabulary: ")
        .withMessageContaining(message);
  }
}
