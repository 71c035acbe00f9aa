package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer from the ranks of OpenAI's tiktoken, the files {@code r50k_base.tiktoken} and its like: a line has the bytes of a
 * token in base64 and its number, which is its rank too.
 *
 * <p>A piece of text that is a token is that token; else its bytes are tokens, and the pair of neighbours that make the token of
 * the lowest rank is merged, again and again.
 */
public final class TiktokenTokenizer implements Tokenizer {
  private static final int BYTES = 256;

  private final PreTokenizer pieces;
  private final AddedTokens special;
  private final Bpe model;
  private final @Nullable String[] tokens;
  private final Map<Integer, String> specialById;

  /**
   * Merges by the ranks of their results.
   *
   * @param vocabulary the ranks, which are the numbers of the tokens
   * @param tokens the tokens by their numbers
   */
  private record Ranks(Map<String, Integer> vocabulary, @Nullable String[] tokens)
      implements Merges {
    @Override
    public int rank(int left, int right) {
      return vocabulary.getOrDefault(tokens[left] + tokens[right], NONE);
    }

    @Override
    public int result(int rank) {
      return rank;
    }
  }

  private TiktokenTokenizer(
      Map<String, Integer> ranks, Pattern pattern, Map<String, Integer> specialTokens) {
    int size = 0;
    for (int id : ranks.values()) {
      size = Math.max(size, id + 1);
    }
    for (int id : specialTokens.values()) {
      size = Math.max(size, id + 1);
    }
    tokens = new @Nullable String[size];
    ranks.forEach((token, id) -> tokens[id] = token);
    var split = new PreTokenizer.Split(pattern, false, PreTokenizer.Behavior.ISOLATED);
    pieces = new PreTokenizer.Sequence(List.of(split, new PreTokenizer.ByteLevel(false, false)));
    model =
        new Bpe(ranks, new Ranks(ranks, tokens), new Bpe.Options("", "", "", false, false, true));
    List<AddedTokens.Token> added = new ArrayList<>();
    specialById = new HashMap<>();
    specialTokens.forEach(
        (content, id) -> {
          added.add(new AddedTokens.Token(id, content, false, false, false, false, true));
          specialById.put(id, content);
        });
    special = new AddedTokens(added, false, text -> text);
  }

  /**
   * The tokenizer of a file of ranks.
   *
   * @throws IOException if the file cannot be read, or has no ranks of this encoding
   */
  public static TiktokenTokenizer load(Path ranks, TiktokenEncoding encoding) throws IOException {
    return load(ranks, encoding.pattern(), encoding.specialTokens());
  }

  /**
   * The tokenizer of a file of ranks.
   *
   * @param pattern a pattern of Java, whose matches are the pieces of a text, as is what is between them; its classes have all of
   *     Unicode
   * @param specialTokens the numbers of special tokens
   * @throws IOException if the file cannot be read, a line has not a token and a number, a token or a number comes twice, or
   *     there is a byte that is no token
   * @throws IllegalArgumentException if there is no such pattern
   */
  public static TiktokenTokenizer load(
      Path ranks, String pattern, Map<String, Integer> specialTokens) throws IOException {
    try {
      Pattern compiled = Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS);
      return new TiktokenTokenizer(read(ranks, specialTokens), compiled, specialTokens);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "tiktoken: the pattern " + pattern + " is wrong: " + e.getDescription(), e);
    }
  }

  private static Map<String, Integer> read(Path path, Map<String, Integer> specialTokens)
      throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(path, StandardCharsets.US_ASCII);
    } catch (MalformedInputException e) {
      throw new InvalidDataFileException(path, "the file is not ASCII", e);
    }
    var ranks = new HashMap<String, Integer>();
    var numbers = new HashSet<>(specialTokens.values());
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isEmpty()) {
        continue;
      }
      String[] parts = lines.get(i).split(" ", -1);
      if (parts.length != 2) {
        throw wrong(path, i, "a token in base64 and a number are expected");
      }
      int rank;
      byte[] bytes;
      try {
        bytes = Base64.getDecoder().decode(parts[0]);
        rank = Integer.parseUnsignedInt(parts[1]);
      } catch (IllegalArgumentException e) {
        throw wrong(path, i, "a token in base64 and a number are expected");
      }
      if (rank < 0 || rank == Integer.MAX_VALUE || !numbers.add(rank)) {
        throw wrong(path, i, "the number " + parts[1] + " is too large, or comes twice");
      }
      if (ranks.put(ByteCharacters.of(bytes), rank) != null) {
        throw wrong(path, i, "the token comes twice");
      }
    }
    for (int b = 0; b < BYTES; b++) {
      if (!ranks.containsKey(ByteCharacters.of(new byte[] {(byte) b}))) {
        throw new InvalidDataFileException(path, "the byte " + b + " is no token");
      }
    }
    return ranks;
  }

  private static InvalidDataFileException wrong(Path path, int line, String rule) {
    return new InvalidDataFileException(path, "line " + (line + 1) + ": " + rule);
  }

  /**
   * The tokens of a text.
   *
   * @throws IllegalArgumentException if a special token is in it, which nobody may write who is not trusted
   */
  @Override
  public int[] encode(String text) {
    for (AddedTokens.Part part : special.split(text)) {
      if (part.token() != null) {
        throw new IllegalArgumentException(
            "encode: the text has the special token "
                + part.text()
                + "; encodeOrdinary takes it for text, encodeWithSpecialTokens for a token");
      }
    }
    return encodeOrdinary(text);
  }

  /** The tokens of a text, in which special tokens are text like any other. */
  public int[] encodeOrdinary(String text) {
    var ids = new IntList();
    add(text, ids);
    return ids.toArray();
  }

  /** The tokens of a text, in which special tokens are tokens. */
  public int[] encodeWithSpecialTokens(String text) {
    var ids = new IntList();
    for (AddedTokens.Part part : special.split(text)) {
      if (part.token() == null) {
        add(part.text(), ids);
      } else {
        ids.add(part.token().id());
      }
    }
    return ids.toArray();
  }

  private void add(String text, IntList ids) {
    pieces
        .pieces(new PreTokenizer.Piece(text, true))
        .forEach(piece -> model.encode(piece.text(), ids));
  }

  /** The text of tokens, with special ones; bytes that are no UTF-8 become replacement characters. */
  @Override
  public String decode(int... ids) {
    var bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      String token = id >= 0 && id < tokens.length ? tokens[id] : null;
      String content = specialById.get(id);
      if (content != null) {
        bytes.writeBytes(content.getBytes(StandardCharsets.UTF_8));
      } else if (token != null) {
        bytes.writeBytes(ByteCharacters.bytes(token));
      } else {
        throw new IndexOutOfBoundsException(
            "decode: no token " + id + ", the largest is " + (tokens.length - 1));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public int size() {
    return tokens.length;
  }

  @Override
  public int padId() {
    throw new IllegalStateException(
        "encodeBatch: texts are not equally long, and the encoding has no token that fills up");
  }
}
