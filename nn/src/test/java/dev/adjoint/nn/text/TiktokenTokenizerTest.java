package dev.adjoint.nn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TiktokenTokenizerTest {
  private static final String PATTERN = " ?\\p{L}+|\\s+|[^\\s\\p{L}]+";
  private static final Map<String, Integer> SPECIAL = Map.of("<|end|>", 300);

  @TempDir Path folder;

  private static String line(byte[] token, int rank) {
    return Base64.getEncoder().encodeToString(token) + " " + rank;
  }

  private static String line(String token, int rank) {
    return line(token.getBytes(StandardCharsets.UTF_8), rank);
  }

  /** All bytes by their values, then "he", "th", "the" and " the". */
  private static List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      lines.add(line(new byte[] {(byte) b}, b));
    }
    lines.addAll(List.of(line("he", 256), line("th", 257), line("the", 258), line(" the", 260)));
    return lines;
  }

  private Path write(List<String> lines) throws IOException {
    return Files.write(folder.resolve("ranks.tiktoken"), lines);
  }

  @Test
  void mergesByRanks() throws IOException {
    TiktokenTokenizer tokenizer = TiktokenTokenizer.load(write(lines()), PATTERN, SPECIAL);
    assertThat(tokenizer.size()).isEqualTo(301);
    // A piece that is a token is that token, though its bytes would become t and he.
    assertThat(tokenizer.encode("the")).containsExactly(258);
    // The pair h, e comes before t, h; then t, he is the token "the".
    assertThat(tokenizer.encode("there")).containsExactly(258, 'r', 'e');
    assertThat(tokenizer.encode("thx the")).containsExactly(257, 'x', 260);
    assertThat(tokenizer.encode("é")).containsExactly(0xc3, 0xa9);
    assertThat(tokenizer.encode("")).isEmpty();
    for (String text : List.of("then the é😀 \n", "a\u0000b")) {
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
    assertThat(tokenizer.decode(0xc3)).isEqualTo("\ufffd");
    assertThatThrownBy(() -> tokenizer.decode(259))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("decode: no token 259, the largest is 300");
    assertThatThrownBy(() -> tokenizer.encodeBatch(List.of("a", "bc")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void specialTokensMustBeAskedFor() throws IOException {
    TiktokenTokenizer tokenizer = TiktokenTokenizer.load(write(lines()), PATTERN, SPECIAL);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.encode("the<|end|>"))
        .withMessageStartingWith("encode: the text has the special token <|end|>; encodeOrdinary");
    assertThat(tokenizer.encodeWithSpecialTokens("the<|end|>he")).containsExactly(258, 300, 256);
    assertThat(tokenizer.encodeOrdinary("<|end|>"))
        .containsExactly('<', '|', 'e', 'n', 'd', '|', '>');
    assertThat(tokenizer.decode(258, 300)).isEqualTo("the<|end|>");
  }

  @Test
  void refusesFilesThatHaveNoRanks() throws IOException {
    List<String> few = lines().subList(1, 260);
    assertRefused(few, "the byte 0 is no token");
    assertRefused(with("YQ=="), "line 261: a token in base64 and a number are expected");
    assertRefused(with("Y 400"), "line 261: a token in base64 and a number are expected");
    assertRefused(with("YWI= x"), "line 261: a token in base64 and a number are expected");
    assertRefused(with("YWI= 7"), "line 261: the number 7 is too large, or comes twice");
    assertRefused(with("YWI= 300"), "line 261: the number 300 is too large, or comes twice");
    assertRefused(with("YWI= -1"), "line 261: a token in base64 and a number are expected");
    assertRefused(with(line("he", 400)), "line 261: the token comes twice");
    assertRefused(with("é 400"), "the file is not ASCII");
    Path file = write(lines());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TiktokenTokenizer.load(file, "(", SPECIAL))
        .withMessage("tiktoken: the pattern ( is wrong: Unclosed group");
  }

  private static List<String> with(String line) {
    List<String> lines = lines();
    lines.add(line);
    return lines;
  }

  private void assertRefused(List<String> lines, String message) throws IOException {
    Path path = write(lines);
    assertThatThrownBy(() -> TiktokenTokenizer.load(path, PATTERN, SPECIAL))
        .isInstanceOf(InvalidDataFileException.class)
        .hasMessage(path + ": " + message);
  }

  /** The files of ranks in the Maven artifact {@code com.knuddels:jtokkit:1.1.0}; the numbers are what that library gives. */
  @Test
  void readsTheFilesOfTiktoken() throws IOException {
    Path jar =
        Path.of(
            System.getProperty("user.home"),
            ".m2/repository/com/knuddels/jtokkit/1.1.0/jtokkit-1.1.0.jar");
    assumeTrue(Files.isRegularFile(jar), "the artifact com.knuddels:jtokkit:1.1.0 is not in ~/.m2");
    String text = "Größere Bäume — naïve café, 数字在 don't  WE'LL\n\n  x";
    Map<TiktokenEncoding, int[]> expected =
        Map.of(
            TiktokenEncoding.R50K_BASE,
            new int[] {
              8642, 9101, 39683, 567, 347, 11033, 2454, 851, 41492, 40304, 11, 10545, 243, 108,
              27764, 245, 28839, 101, 836, 470, 220, 12887, 6, 3069, 628, 220, 2124
            },
            TiktokenEncoding.P50K_BASE,
            new int[] {
              8642, 9101, 39683, 567, 347, 11033, 2454, 851, 41492, 40304, 11, 10545, 243, 108,
              27764, 245, 28839, 101, 836, 470, 220, 12887, 6, 3069, 628, 220, 2124
            },
            TiktokenEncoding.CL100K_BASE,
            new int[] {
              6600, 3029, 8156, 486, 426, 2357, 3972, 2001, 95980, 588, 53050, 11, 48785, 19113,
              19000, 1541, 956, 220, 20255, 6, 4178, 271, 220, 865
            },
            TiktokenEncoding.O200K_BASE,
            new int[] {
              3193, 573, 2819, 512, 418, 103557, 2733, 153475, 737, 30469, 11, 71324, 8134, 2178,
              4128, 220, 26919, 6, 7454, 279, 220, 1215
            });
    Map<TiktokenEncoding, Integer> sizes =
        Map.of(
            TiktokenEncoding.R50K_BASE, 50257,
            TiktokenEncoding.P50K_BASE, 50281,
            TiktokenEncoding.CL100K_BASE, 100277,
            TiktokenEncoding.O200K_BASE, 200019);
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      for (TiktokenEncoding encoding : TiktokenEncoding.values()) {
        String name = encoding.name().toLowerCase(Locale.ROOT) + ".tiktoken";
        Path ranks = zip.getPath("com/knuddels/jtokkit", name);
        TiktokenTokenizer tokenizer = TiktokenTokenizer.load(ranks, encoding);
        assertThat(tokenizer.size()).isEqualTo(sizes.get(encoding));
        int[] ids = tokenizer.encode(text);
        assertThat(ids).containsExactly(expected.get(encoding));
        assertThat(tokenizer.decode(ids)).isEqualTo(text);
        assertThat(tokenizer.encodeWithSpecialTokens("<|endoftext|>"))
            .containsExactly(encoding.specialTokens().get("<|endoftext|>"));
      }
    }
  }
}
