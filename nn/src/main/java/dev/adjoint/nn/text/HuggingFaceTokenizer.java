package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer from a {@code tokenizer.json}, the format of Hugging Face's {@code tokenizers}; it gives the same numbers.
 *
 * <ul>
 *   <li>normalizers: BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Prepend, Replace, Precompiled,
 *       Sequence;
 *   <li>pre-tokenizers: BertPreTokenizer, Whitespace, WhitespaceSplit, Punctuation, Digits, Split, ByteLevel, Metaspace,
 *       Sequence;
 *   <li>models: BPE, Unigram, WordPiece;
 *   <li>post-processors: TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence;
 *   <li>decoders: ByteLevel, WordPiece, Metaspace, BPEDecoder, Replace, ByteFallback, Fuse, Strip, Sequence;
 *   <li>added tokens, truncation and padding.
 * </ul>
 *
 * <p>A file with anything else is refused, with its name. Patterns are those of Java; what other engines read in another way is
 * refused too. Unicode is that of the JDK.
 *
 * {@snippet :
 * HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(Path.of("tokenizer.json"));
 * TokenBatch batch = tokenizer.encodeBatch(List.of("A first text.", "And another one"));
 * }
 */
public final class HuggingFaceTokenizer implements Tokenizer {
  private final UnaryOperator<String> normalizer;
  private final PreTokenizer preTokenizer;
  private final boolean asksForFirst;
  private final SubwordModel model;
  private final PostProcessor postProcessor;
  private final UnaryOperator<List<String>> decoder;
  private final AddedTokens raw;
  private final AddedTokens normalized;
  private final @Nullable Truncation truncation;
  private final @Nullable Padding padding;
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Integer, String> tokens = new HashMap<>();
  private final Map<Integer, Boolean> special = new HashMap<>();
  private final int size;

  /**
   * How texts of a batch are filled up.
   *
   * @param length to which length, or 0 for that of the longest
   * @param multiple of which number the length is a multiple
   * @param left whether texts are filled up at their beginning
   * @param padId by which token
   */
  private record Padding(int length, int multiple, boolean left, int padId) {
    static Padding read(Json json) throws InvalidDataFileException {
      json.only(
          "strategy", "direction", "pad_to_multiple_of", "pad_id", "pad_type_id", "pad_token");
      Json strategy = json.get("strategy");
      if (strategy.isString() && !strategy.string().equals("BatchLongest")) {
        throw strategy.error("the strategy " + strategy.string() + " is not supported");
      }
      Json multiple = json.get("pad_to_multiple_of");
      return new Padding(
          strategy.isString() ? 0 : strategy.only("Fixed").get("Fixed").integer(),
          multiple.isNull() ? 1 : Math.max(1, multiple.integer()),
          Truncation.isLeft(json.get("direction")),
          json.get("pad_id").integer());
    }
  }

  private HuggingFaceTokenizer(Json json) throws InvalidDataFileException {
    json.only(
        "version",
        "truncation",
        "padding",
        "added_tokens",
        "normalizer",
        "pre_tokenizer",
        "post_processor",
        "decoder",
        "model");
    if (!json.get("version").string().equals("1.0")) {
      throw json.error("the version " + json.get("version").string() + " is not supported");
    }
    normalizer = Normalizers.read(json.get("normalizer"));
    preTokenizer = PreTokenizers.read(json.get("pre_tokenizer"));
    asksForFirst = PreTokenizers.asksForFirst(preTokenizer);
    model = SubwordModel.read(json.get("model"));
    postProcessor = PostProcessor.read(json.get("post_processor"));
    decoder = Decoders.read(json.get("decoder"));
    Json limit = json.get("truncation");
    truncation = limit.isNull() ? null : Truncation.read(limit);
    Json filling = json.get("padding");
    padding = filling.isNull() ? null : Padding.read(filling);
    ids.putAll(model.vocabulary());
    List<AddedTokens.Token> added = new ArrayList<>();
    Json list = json.get("added_tokens");
    for (Json element : list.isNull() ? List.<Json>of() : list.list()) {
      AddedTokens.Token token = AddedTokens.Token.read(element);
      Integer other = ids.putIfAbsent(token.content(), token.id());
      if (other != null && other != token.id()) {
        throw element.error("the model has the number " + other + " for " + token.content());
      }
      special.put(token.id(), token.special());
      added.add(token);
    }
    raw = new AddedTokens(added, false, normalizer);
    normalized = new AddedTokens(added, true, normalizer);
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      String before = tokens.put(entry.getValue(), entry.getKey());
      if (before != null) {
        throw json.error(
            "'" + before + "' and '" + entry.getKey() + "' have one number: " + entry.getValue());
      }
    }
    size = tokens.keySet().stream().mapToInt(id -> id + 1).max().orElse(0);
  }

  /**
   * The tokenizer of a {@code tokenizer.json}.
   *
   * @throws IOException if the file cannot be read, is damaged, or has an element that is not supported
   */
  public static HuggingFaceTokenizer load(Path path) throws IOException {
    return new HuggingFaceTokenizer(Json.read(path));
  }

  /** The tokens of a text, with special ones added, and cut as the file says; not filled up. */
  @Override
  public int[] encode(String text) {
    return encode(text, true);
  }

  /** The tokens of a text, cut as the file says, with special ones added or without. */
  public int[] encode(String text, boolean addSpecialTokens) {
    List<PostProcessor.Part> parts = postProcessor.single();
    int added = addSpecialTokens ? PostProcessor.added(parts) : 0;
    int[] found = find(text);
    int[] kept = truncation == null ? found : truncation.apply(found, added);
    return addSpecialTokens ? PostProcessor.apply(parts, kept, new int[0]).ids() : kept;
  }

  /** The tokens of two texts as one sequence, with special ones added, and cut as the file says; not filled up. */
  public Encoding encodePair(String first, String second) {
    List<PostProcessor.Part> parts = postProcessor.pair();
    int[][] found = {find(first), find(second)};
    if (truncation != null) {
      found = truncation.apply(found[0], found[1], PostProcessor.added(parts));
    }
    return PostProcessor.apply(parts, found[0], found[1]);
  }

  private int[] find(String whole) {
    var found = new IntList();
    for (AddedTokens.Part part : raw.split(whole)) {
      if (part.token() != null) {
        found.add(part.token().id());
        continue;
      }
      String text = normalizer.apply(part.text());
      boolean first = part.first() && !(asksForFirst && losesFirst(part.text(), text));
      for (AddedTokens.Part inner : normalized.split(text)) {
        if (inner.token() != null) {
          found.add(inner.token().id());
          continue;
        }
        var piece = new PreTokenizer.Piece(inner.text(), first && inner.first());
        preTokenizer.pieces(piece).forEach(each -> model.encode(each.text(), found));
      }
    }
    return found.toArray();
  }

  /** Whether nothing comes of the first character, such as a space; what is left is then not the beginning of the text. */
  private boolean losesFirst(String text, String result) {
    return normalizer.apply(text.substring(text.offsetByCodePoints(0, 1))).equals(result);
  }

  /**
   * Texts as one matrix, filled up as the file says, or else at their end to the longest.
   *
   * @throws IllegalArgumentException if there is no text, or one is longer than all are to be
   * @throws IllegalStateException if texts are to be filled up, and the file says nothing about it and has neither {@code [PAD]}
   *     nor {@code <pad>}
   */
  @Override
  public TokenBatch encodeBatch(List<String> texts) {
    List<int[]> encoded = texts.stream().map(this::encode).toList();
    if (padding == null) {
      return TokenBatch.padded(encoded, this::padId);
    }
    int longest = encoded.stream().mapToInt(text -> text.length).max().orElse(0);
    int length = padding.length() == 0 ? longest : padding.length();
    length = Math.ceilDiv(length, padding.multiple()) * padding.multiple();
    if (longest > length) {
      throw new IllegalArgumentException(
          "encodeBatch: a text has " + longest + " tokens, all are to have " + length);
    }
    return TokenBatch.padded(encoded, length, padding.left(), this::padId);
  }

  /** The number of the token that fills up: that of the file, or of {@code [PAD]} or {@code <pad>}. */
  @Override
  public int padId() {
    if (padding != null) {
      return padding.padId();
    }
    Integer id = ids.getOrDefault("[PAD]", ids.get("<pad>"));
    if (id == null) {
      throw new IllegalStateException(
          "encodeBatch: texts are not equally long, and the file has no token [PAD] or <pad>");
    }
    return id;
  }

  /** The text of tokens, without the special ones. */
  @Override
  public String decode(int... numbers) {
    return decode(numbers, true);
  }

  /**
   * The text of tokens, with the special ones or without.
   *
   * @throws IndexOutOfBoundsException if there is no token with one of the numbers
   */
  public String decode(int[] numbers, boolean skipSpecialTokens) {
    List<String> texts =
        Arrays.stream(numbers)
            .filter(id -> !(skipSpecialTokens && special.getOrDefault(id, false)))
            .mapToObj(this::token)
            .toList();
    return String.join("", decoder.apply(texts));
  }

  @Override
  public int size() {
    return size;
  }

  /** The number of a token, if there is one. */
  public OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The token with a number, as it is written in the file.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public String token(int id) {
    String token = tokens.get(id);
    if (token == null) {
      throw new IndexOutOfBoundsException(
          "decode: no token " + id + ", the largest is " + (size - 1));
    }
    return token;
  }
}
