package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How tokens become text again: each decoder maps a list of strings to another, which is joined in the end. */
final class Decoders {
  private Decoders() {}

  /** The decoder of a {@code tokenizer.json}; spaces between tokens for null. */
  static UnaryOperator<List<String>> read(Json json) throws InvalidDataFileException {
    if (json.isNull()) {
      return tokens -> List.of(String.join(" ", tokens));
    }
    String type = json.type();
    return switch (type) {
      case "Sequence" -> sequence(json.only("decoders").get("decoders").list());
      case "ByteLevel" -> {
        json.only("add_prefix_space", "trim_offsets", "use_regex");
        yield Decoders::byteLevel;
      }
      case "WordPiece" -> wordPiece(json.only("prefix", "cleanup"));
      case "Metaspace" -> metaspace(PreTokenizers.metaspace(json));
      case "BPEDecoder" -> {
        String suffix = json.only("suffix").get("suffix").string();
        yield tokens ->
            each(tokens, (i, token) -> token.replace(suffix, i + 1 == tokens.size() ? "" : " "));
      }
      case "Replace" -> {
        json.only("pattern", "content");
        Pattern pattern = Patterns.read(json.get("pattern"));
        String content = Matcher.quoteReplacement(json.get("content").string());
        yield tokens -> each(tokens, (_, token) -> pattern.matcher(token).replaceAll(content));
      }
      case "ByteFallback" -> {
        json.only();
        yield Decoders::byteFallback;
      }
      case "Fuse" -> {
        json.only();
        yield tokens -> List.of(String.join("", tokens));
      }
      case "Strip" -> strip(json.only("content", "start", "stop"));
      default -> throw json.error("the decoder " + type + " is not supported");
    };
  }

  /** What becomes of a token at a place. */
  private interface Change {
    String apply(int place, String token);
  }

  private static List<String> each(List<String> tokens, Change change) {
    List<String> changed = new ArrayList<>();
    for (String token : tokens) {
      changed.add(change.apply(changed.size(), token));
    }
    return changed;
  }

  private static UnaryOperator<List<String>> sequence(List<Json> parts)
      throws InvalidDataFileException {
    List<UnaryOperator<List<String>>> all = new ArrayList<>();
    for (Json part : parts) {
      all.add(read(part));
    }
    return tokens -> {
      List<String> result = tokens;
      for (UnaryOperator<List<String>> one : all) {
        result = one.apply(result);
      }
      return result;
    };
  }

  private static List<String> byteLevel(List<String> tokens) {
    var bytes = new ByteArrayOutputStream();
    tokens.forEach(token -> bytes.writeBytes(ByteCharacters.bytes(token)));
    return List.of(bytes.toString(StandardCharsets.UTF_8));
  }

  private static UnaryOperator<List<String>> wordPiece(Json json) throws InvalidDataFileException {
    String prefix = json.get("prefix").string();
    boolean cleanup = json.get("cleanup").bool();
    return tokens ->
        each(
            tokens,
            (i, token) -> {
              String text = token;
              if (i > 0) {
                text = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
              }
              return cleanup ? cleaned(text) : text;
            });
  }

  /** Without the spaces before punctuation and abbreviations of English. */
  private static String cleaned(String text) {
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" do not", " don't")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }

  private static UnaryOperator<List<String>> metaspace(PreTokenizer.Metaspace metaspace) {
    String replacement = metaspace.replacement();
    boolean prepended = !metaspace.prependScheme().equals("never");
    return tokens ->
        each(tokens, (i, token) -> token.replace(replacement, i == 0 && prepended ? "" : " "));
  }

  /** Tokens such as {@code <0xE2>} as bytes; where those in a row are no UTF-8, each is a replacement character. */
  private static List<String> byteFallback(List<String> tokens) {
    List<String> decoded = new ArrayList<>();
    var bytes = new ByteArrayOutputStream();
    for (String token : tokens) {
      if (token.matches("<0x[0-9A-Fa-f]{2}>")) {
        bytes.write(Integer.parseInt(token, 3, 5, 16));
      } else {
        flush(bytes, decoded);
        decoded.add(token);
      }
    }
    flush(bytes, decoded);
    return decoded;
  }

  private static void flush(ByteArrayOutputStream bytes, List<String> decoded) {
    if (bytes.size() > 0) {
      try {
        ByteBuffer all = ByteBuffer.wrap(bytes.toByteArray());
        decoded.add(StandardCharsets.UTF_8.newDecoder().decode(all).toString());
      } catch (CharacterCodingException e) {
        decoded.add("\ufffd".repeat(bytes.size()));
      }
      bytes.reset();
    }
  }

  private static UnaryOperator<List<String>> strip(Json json) throws InvalidDataFileException {
    String content = json.get("content").string();
    int start = json.get("start").integer();
    int stop = json.get("stop").integer();
    return tokens ->
        each(
            tokens,
            (_, token) -> {
              int begin = 0;
              int end = token.length();
              for (int i = 0; i < start && token.startsWith(content, begin); i++) {
                begin += content.length();
              }
              for (int i = 0; i < stop && endsWith(token, begin, end, content); i++) {
                end -= content.length();
              }
              return token.substring(begin, end);
            });
  }

  private static boolean endsWith(String token, int begin, int end, String content) {
    return end - content.length() >= begin && token.startsWith(content, end - content.length());
  }
}
