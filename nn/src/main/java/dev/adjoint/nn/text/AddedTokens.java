package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tokens that are found in a text before anything else is done with it; of several at one place the longest. */
final class AddedTokens {
  private static final Pattern WORD = Patterns.compile("\\w");
  private static final Pattern SPACE = Patterns.compile("\\s");

  private final Map<Character, List<Token>> byFirst = new HashMap<>();

  /**
   * An added token.
   *
   * @param content what it is found by
   * @param singleWord whether it is one only where no letter or digit is beside it
   * @param lstrip whether spaces before it belong to it
   * @param rstrip whether spaces behind it belong to it
   * @param normalized whether it is looked for in normalized text
   * @param special whether a decoded text lacks it
   */
  record Token(
      int id,
      String content,
      boolean singleWord,
      boolean lstrip,
      boolean rstrip,
      boolean normalized,
      boolean special) {
    static Token read(Json json) throws InvalidDataFileException {
      json.only("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
      return new Token(
          json.get("id").integer(),
          json.get("content").string(),
          json.get("single_word").bool(),
          json.get("lstrip").bool(),
          json.get("rstrip").bool(),
          json.get("normalized").bool(),
          json.get("special").bool());
    }
  }

  /**
   * A part of a text: a token, or what is between tokens.
   *
   * @param first whether the text begins with it
   */
  record Part(String text, @Nullable Token token, boolean first) {}

  /** Those tokens that are looked for in normalized text, or those that are not. */
  AddedTokens(List<Token> tokens, boolean normalized, UnaryOperator<String> normalizer) {
    for (Token token : tokens) {
      String content = normalized ? normalizer.apply(token.content()) : token.content();
      if (token.normalized() == normalized && !content.isEmpty()) {
        var found =
            new Token(
                token.id(),
                content,
                token.singleWord(),
                token.lstrip(),
                token.rstrip(),
                normalized,
                token.special());
        byFirst.computeIfAbsent(content.charAt(0), _ -> new ArrayList<>()).add(found);
      }
    }
    for (List<Token> candidates : byFirst.values()) {
      candidates.sort(Comparator.comparingInt(token -> -token.content().length()));
    }
  }

  /** The parts of a text, none of them empty. */
  List<Part> split(String text) {
    List<Part> parts = new ArrayList<>();
    int done = 0;
    int at = 0;
    while (at < text.length()) {
      Token token = longest(text, at);
      if (token == null) {
        at++;
        continue;
      }
      int start = at;
      int stop = at + token.content().length();
      at = stop;
      if (token.singleWord() && (wordEnds(text, start) || wordBegins(text, stop))) {
        continue;
      }
      if (token.lstrip()) {
        while (start > done && isSpace(text, start - 1)) {
          start--;
        }
      }
      if (token.rstrip()) {
        while (stop < text.length() && isSpace(text, stop)) {
          stop++;
        }
      }
      if (done < start) {
        parts.add(new Part(text.substring(done, start), null, done == 0));
      }
      parts.add(new Part(token.content(), token, start == 0));
      done = stop;
      at = stop;
    }
    if (done < text.length()) {
      parts.add(new Part(text.substring(done), null, done == 0));
    }
    return parts;
  }

  private @Nullable Token longest(String text, int at) {
    for (Token token : byFirst.getOrDefault(text.charAt(at), List.of())) {
      if (text.startsWith(token.content(), at)) {
        return token;
      }
    }
    return null;
  }

  private static boolean wordEnds(String text, int at) {
    return at > 0 && matches(WORD, text.codePointBefore(at));
  }

  private static boolean wordBegins(String text, int at) {
    return at < text.length() && matches(WORD, text.codePointAt(at));
  }

  private static boolean isSpace(String text, int at) {
    return matches(SPACE, text.charAt(at));
  }

  private static boolean matches(Pattern pattern, int character) {
    return pattern.matcher(Character.toString(character)).matches();
  }
}
