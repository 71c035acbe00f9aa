package dev.adjoint.nn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The best division against a search of all; see also the numbers of {@link HuggingFaceTokenizerTest}. */
class UnigramTest {
  private static final String[] TOKENS = {"?", "a", "b", "ab", "ba", "aab", "abba", "bab", "cb"};
  private static final double[] SCORES = {0, -2, -2.1, -3.3, -3.7, -4.9, -6.2, -5.4, -1};

  @TempDir Path folder;

  private HuggingFaceTokenizer tokenizer(String unknown) throws IOException {
    var vocabulary = new ArrayList<String>();
    for (int i = 0; i < TOKENS.length; i++) {
      vocabulary.add("[\"" + TOKENS[i] + "\"," + SCORES[i] + "]");
    }
    Path path = folder.resolve("tokenizer.json");
    Files.writeString(
        path,
        "{\"version\":\"1.0\",\"model\":{\"type\":\"Unigram\",\"unk_id\":"
            + unknown
            + ",\"vocab\":["
            + String.join(",", vocabulary)
            + "]}}");
    return HuggingFaceTokenizer.load(path);
  }

  /** The largest sum of scores of the divisions of a text, where c by itself is unknown. */
  private static double largest(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    double best = text.charAt(0) == 'c' ? -6.2 - 10 + largest(text.substring(1)) : -1e9;
    for (int i = 1; i < TOKENS.length; i++) {
      if (text.startsWith(TOKENS[i])) {
        best = Math.max(best, SCORES[i] + largest(text.substring(TOKENS[i].length())));
      }
    }
    return best;
  }

  @Test
  void theSumOfScoresIsTheLargest() throws IOException {
    HuggingFaceTokenizer tokenizer = tokenizer("0");
    var random = new Random(4);
    for (int i = 0; i < 300; i++) {
      var text = new StringBuilder();
      int length = random.nextInt(14);
      for (int j = 0; j < length; j++) {
        // No two unknown characters in a row, which would be one token.
        boolean free = j == 0 || text.charAt(j - 1) != 'c';
        text.append("abaab".charAt(random.nextInt(5)));
        if (free && random.nextInt(6) == 0) {
          text.setCharAt(j, 'c');
        }
      }
      int[] ids = tokenizer.encode(text.toString());
      double sum = Arrays.stream(ids).mapToDouble(id -> id == 0 ? -16.2 : SCORES[id]).sum();
      assertThat(sum).as(text.toString()).isCloseTo(largest(text.toString()), within(1e-9));
      List<String> parts = Arrays.stream(ids).mapToObj(id -> id == 0 ? "c" : TOKENS[id]).toList();
      assertThat(String.join("", parts)).isEqualTo(text.toString());
    }
  }

  @Test
  void unknownCharactersInARowAreOneToken() throws IOException {
    assertThat(tokenizer("0").encode("accxb")).containsExactly(1, 0, 2);
    assertThat(tokenizer("0").encode("axcb\ud83d\ude42\ud83d\ude42")).containsExactly(1, 0, 8, 0);
    assertThat(tokenizer("null").encode("acb")).containsExactly(1, 8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer("null").encode("accb"))
        .withMessage("encode: no token has 'c', and the file names no unknown one");
  }

  @Test
  void longPiecesTakeNoMoreThanTheirLength() throws IOException {
    HuggingFaceTokenizer tokenizer = tokenizer("0");
    int[] ids = tokenizer.encode("ab".repeat(200_000));
    assertThat(ids).hasSize(200_000).containsOnly(3);
  }
}
