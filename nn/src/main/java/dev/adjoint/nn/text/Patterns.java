package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The patterns of a tokenizer, which are written for the library Oniguruma, as patterns of Java. */
final class Patterns {
  /** Classes have all of Unicode; a dot is all but a line feed, and lines end there, as in Ruby. */
  private static final int FLAGS =
      Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES | Pattern.MULTILINE;

  /** What Java reads, but as something else. */
  private static final List<String> AMBIGUOUS =
      List.of("[:", "\\h", "\\H", "(?m", "\\Z", "\\<", "\\>");

  private Patterns() {}

  static Pattern compile(String regex) {
    return Pattern.compile(regex, FLAGS);
  }

  /** The pattern of {@code {"String": ...}} or {@code {"Regex": ...}}. */
  static Pattern read(Json json) throws InvalidDataFileException {
    json.only("String", "Regex");
    if (!json.get("String").isNull()) {
      return Pattern.compile(json.get("String").string(), Pattern.LITERAL);
    }
    String regex = json.get("Regex").string();
    for (String part : AMBIGUOUS) {
      if (regex.contains(part)) {
        throw json.error("the pattern " + regex + " is not supported: " + part);
      }
    }
    try {
      return compile(regex);
    } catch (PatternSyntaxException e) {
      throw json.error("the pattern " + regex + " is not supported: " + e.getDescription());
    }
  }
}
