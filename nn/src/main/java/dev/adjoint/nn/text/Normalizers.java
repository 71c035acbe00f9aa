package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a tokenizer does to text before it divides it. */
final class Normalizers {
  private static final Pattern MARKS = Pattern.compile("\\p{M}");
  private static final Pattern NON_SPACING_MARKS = Pattern.compile("\\p{Mn}");

  private Normalizers() {}

  /** The normalizer of a {@code tokenizer.json}; nothing for null. */
  static UnaryOperator<String> read(Json json) throws InvalidDataFileException {
    if (json.isNull()) {
      return UnaryOperator.identity();
    }
    String type = json.type();
    return switch (type) {
      case "Sequence" -> sequence(json.only("normalizers").get("normalizers").list());
      case "NFC" -> form(json, Normalizer.Form.NFC);
      case "NFD" -> form(json, Normalizer.Form.NFD);
      case "NFKC" -> form(json, Normalizer.Form.NFKC);
      case "NFKD" -> form(json, Normalizer.Form.NFKD);
      case "Lowercase" -> {
        json.only();
        yield Normalizers::lowercase;
      }
      case "StripAccents" -> {
        json.only();
        yield text -> MARKS.matcher(text).replaceAll("");
      }
      case "Strip" -> strip(json.only("strip_left", "strip_right"));
      case "Prepend" -> {
        String prefix = json.only("prepend").get("prepend").string();
        yield text -> text.isEmpty() ? text : prefix + text;
      }
      case "Replace" -> {
        json.only("pattern", "content");
        Pattern pattern = Patterns.read(json.get("pattern"));
        String content = Matcher.quoteReplacement(json.get("content").string());
        yield text -> pattern.matcher(text).replaceAll(content);
      }
      case "Precompiled" -> {
        json.only("precompiled_charsmap");
        Precompiled replacements = Precompiled.read(json.get("precompiled_charsmap"));
        yield replacements::apply;
      }
      case "BertNormalizer" -> bert(json);
      default -> throw json.error("the normalizer " + type + " is not supported");
    };
  }

  private static UnaryOperator<String> sequence(List<Json> parts) throws InvalidDataFileException {
    List<UnaryOperator<String>> all = new ArrayList<>();
    for (Json part : parts) {
      all.add(read(part));
    }
    return text -> {
      String result = text;
      for (UnaryOperator<String> one : all) {
        result = one.apply(result);
      }
      return result;
    };
  }

  private static UnaryOperator<String> form(Json json, Normalizer.Form form)
      throws InvalidDataFileException {
    json.only();
    return text -> Normalizer.normalize(text, form);
  }

  private static UnaryOperator<String> strip(Json json) throws InvalidDataFileException {
    boolean left = json.get("strip_left").bool();
    boolean right = json.get("strip_right").bool();
    Pattern spaces =
        Patterns.compile((left ? "\\A\\s+" : "(?!)") + "|" + (right ? "\\s+\\z" : "(?!)"));
    return text -> spaces.matcher(text).replaceAll("");
  }

  /** Each character in lower case by itself: a sigma at the end of a word is like any other. */
  static String lowercase(String text) {
    var lower = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              // The only one whose lower case is two characters.
              if (c == 0x130) {
                lower.append("i\u0307");
              } else {
                lower.appendCodePoint(Character.toLowerCase(c));
              }
            });
    return lower.toString();
  }

  private static UnaryOperator<String> bert(Json json) throws InvalidDataFileException {
    json.only("clean_text", "handle_chinese_chars", "strip_accents", "lowercase");
    boolean clean = json.get("clean_text").bool(true);
    boolean chinese = json.get("handle_chinese_chars").bool(true);
    boolean lower = json.get("lowercase").bool(true);
    boolean accents = json.get("strip_accents").bool(lower);
    return text -> {
      String result = clean ? cleaned(text) : text;
      result = chinese ? spaced(result) : result;
      if (accents) {
        String decomposed = Normalizer.normalize(result, Normalizer.Form.NFD);
        result = NON_SPACING_MARKS.matcher(decomposed).replaceAll("");
      }
      return lower ? lowercase(result) : result;
    };
  }

  /** Without control characters, and with ordinary spaces. */
  private static String cleaned(String text) {
    var cleaned = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\t' || c == '\n' || c == '\r' || Character.isSpaceChar(c)) {
                cleaned.append(' ');
              } else if (c != 0xfffd && !isControl(c)) {
                cleaned.appendCodePoint(c);
              }
            });
    return cleaned.toString();
  }

  private static boolean isControl(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
      default -> false;
    };
  }

  /** With spaces around the characters of the blocks of CJK ideographs. */
  private static String spaced(String text) {
    var spaced = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isIdeograph(c)) {
                spaced.append(' ').appendCodePoint(c).append(' ');
              } else {
                spaced.appendCodePoint(c);
              }
            });
    return spaced.toString();
  }

  private static boolean isIdeograph(int c) {
    return (c >= 0x4e00 && c <= 0x9fff)
        || (c >= 0x3400 && c <= 0x4dbf)
        || (c >= 0x20000 && c <= 0x2a6df)
        || (c >= 0x2a700 && c <= 0x2b73f)
        || (c >= 0x2b740 && c <= 0x2b81f)
        // From b920 on, not from b820 on, in BERT as well as here.
        || (c >= 0x2b920 && c <= 0x2ceaf)
        || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0x2f800 && c <= 0x2fa1f);
  }
}
