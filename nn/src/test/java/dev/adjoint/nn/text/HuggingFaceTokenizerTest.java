package dev.adjoint.nn.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Numbers of tokens against those of Hugging Face's tokenizers 0.21.0, as {@code ai.djl.huggingface:tokenizers:0.38.0} calls it:
 * {@code expected.json} has what {@code encode} of a text and of a pair, {@code encode_batch} and {@code decode} gave for the
 * files beside it. These are small: their vocabularies were trained on ten lines of text, and each has other elements.
 */
class HuggingFaceTokenizerTest {
  static Path file(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(HuggingFaceTokenizerTest.class.getResource(name), name).toURI());
  }

  private static Map<String, HuggingFaceTokenizer> tokenizers(List<Json> cases)
      throws IOException, URISyntaxException {
    var tokenizers = new HashMap<String, HuggingFaceTokenizer>();
    for (Json one : cases) {
      String name = one.get("file").string();
      if (!tokenizers.containsKey(name)) {
        tokenizers.put(name, HuggingFaceTokenizer.load(file(name + ".json")));
      }
    }
    return tokenizers;
  }

  private static int[] numbers(Json json) throws IOException {
    List<Json> list = json.list();
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i).integer();
    }
    return numbers;
  }

  @TestFactory
  List<DynamicTest> givesTheNumbersOfHuggingFace() throws IOException, URISyntaxException {
    List<Json> cases = Json.read(file("expected.json")).list();
    Map<String, HuggingFaceTokenizer> tokenizers = tokenizers(cases);
    return tokenizers.keySet().stream()
        .sorted()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      for (Json one : cases) {
                        if (one.get("file").string().equals(name)) {
                          check(one, Objects.requireNonNull(tokenizers.get(name)));
                        }
                      }
                    }))
        .toList();
  }

  private static void check(Json one, HuggingFaceTokenizer tokenizer) throws IOException {
    if (!one.get("batch").isNull()) {
      checkBatch(one, tokenizer);
      return;
    }
    String text = one.get("text").string();
    int[] ids = numbers(one.get("ids"));
    if (!one.get("pair").isNull()) {
      Encoding both = tokenizer.encodePair(text, one.get("pair").string());
      assertThat(both.ids()).as(text).containsExactly(ids);
      assertThat(both.typeIds()).as(text).containsExactly(numbers(one.get("types")));
      return;
    }
    assertThat(tokenizer.encode(text)).as(text).containsExactly(ids);
    assertThat(tokenizer.encode(text, false)).as(text).containsExactly(numbers(one.get("raw")));
    assertThat(tokenizer.decode(ids)).as(text).isEqualTo(one.get("decoded").string());
    assertThat(tokenizer.decode(ids, false)).as(text).isEqualTo(one.get("all").string());
  }

  private static void checkBatch(Json one, HuggingFaceTokenizer tokenizer) throws IOException {
    List<Json> rows = one.get("ids").list();
    List<Json> masks = one.get("mask").list();
    List<Json> texts = one.get("batch").list();
    List<String> strings = new ArrayList<>();
    for (Json text : texts) {
      strings.add(text.string());
    }
    if (!hasPadding(tokenizer, rows)) {
      return;
    }
    TokenBatch batch = tokenizer.encodeBatch(strings);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(batch.ids().select(0, i).toInts()).containsExactly(numbers(rows.get(i)));
      assertThat(batch.mask().select(0, i).toInt().toInts()).containsExactly(numbers(masks.get(i)));
    }
  }

  /** Whether the file says how to fill up: the rows are equally long then. */
  private static boolean hasPadding(HuggingFaceTokenizer tokenizer, List<Json> rows)
      throws IOException {
    int length = rows.getFirst().list().size();
    for (Json row : rows) {
      if (row.list().size() != length) {
        return false;
      }
    }
    assertThat(tokenizer.padId()).isNotNegative();
    return true;
  }

  @Test
  void batchIsFilledUpByThePadTokenWhereTheFileSaysNothing() throws Exception {
    HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(file("bert.json"));
    TokenBatch batch = tokenizer.encodeBatch(List.of("the", "the engine rec"));
    int[] shorter = tokenizer.encode("the");
    assertThat(batch.ids().select(0, 1).toInts())
        .containsExactly(tokenizer.encode("the engine rec"));
    assertThat(batch.ids().select(0, 0).toInts())
        .containsExactly(shorter[0], shorter[1], shorter[2], 0, 0, 0, 0);
    assertThat(batch.mask().select(0, 0).toBooleans())
        .containsExactly(true, true, true, false, false, false, false);
    assertThat(batch.keyPaddingMask().select(0, 0).toBooleans())
        .containsExactly(false, false, false, true, true, true, true);
    assertThat(tokenizer.id("[SEP]")).hasValue(3);
    assertThat(tokenizer.id("none")).isEmpty();
    assertThat(tokenizer.token(3)).isEqualTo("[SEP]");
    assertThat(tokenizer.size()).isGreaterThan(200);
  }
}
