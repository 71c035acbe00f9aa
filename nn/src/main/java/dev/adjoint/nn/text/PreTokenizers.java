package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import dev.adjoint.nn.text.PreTokenizer.Behavior;
import dev.adjoint.nn.text.PreTokenizer.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads how a tokenizer divides text. */
final class PreTokenizers {
  private static final Pattern SPACE = Patterns.compile("\\s");
  private static final Pattern WORD = Patterns.compile("\\w+|[^\\w\\s]+");
  private static final Pattern NUMERAL = Patterns.compile("\\p{N}");

  /** Punctuation of Unicode, and all of ASCII that is neither letter nor digit nor space. */
  private static final Pattern PUNCTUATION =
      Patterns.compile("[\\p{gc=P}\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e]");

  private PreTokenizers() {}

  /** The pre-tokenizer of a {@code tokenizer.json}; one that leaves text whole for null. */
  static PreTokenizer read(Json json) throws InvalidDataFileException {
    if (json.isNull()) {
      return new PreTokenizer.Sequence(List.of());
    }
    String type = json.type();
    return switch (type) {
      case "Sequence" -> {
        List<PreTokenizer> parts = new ArrayList<>();
        for (Json part : json.only("pretokenizers").get("pretokenizers").list()) {
          parts.add(read(part));
        }
        yield new PreTokenizer.Sequence(parts);
      }
      case "BertPreTokenizer" -> {
        json.only();
        yield new PreTokenizer.Sequence(
            List.of(
                new Split(SPACE, false, Behavior.REMOVED),
                new Split(PUNCTUATION, false, Behavior.ISOLATED)));
      }
      case "Whitespace" -> {
        json.only();
        yield new Split(WORD, true, Behavior.REMOVED);
      }
      case "WhitespaceSplit" -> {
        json.only();
        yield new Split(SPACE, false, Behavior.REMOVED);
      }
      case "Punctuation" ->
          new Split(PUNCTUATION, false, Behavior.read(json.only("behavior").get("behavior")));
      case "Digits" -> {
        boolean individual = json.only("individual_digits").get("individual_digits").bool();
        yield new Split(NUMERAL, false, individual ? Behavior.ISOLATED : Behavior.CONTIGUOUS);
      }
      case "Split" -> {
        json.only("pattern", "behavior", "invert");
        Pattern pattern = Patterns.read(json.get("pattern"));
        Behavior behavior = Behavior.read(json.get("behavior"));
        yield new Split(pattern, json.get("invert").bool(false), behavior);
      }
      case "ByteLevel" -> {
        json.only("add_prefix_space", "trim_offsets", "use_regex");
        yield new PreTokenizer.ByteLevel(
            json.get("add_prefix_space").bool(), json.get("use_regex").bool(true));
      }
      case "Metaspace" -> metaspace(json);
      default -> throw json.error("the pre-tokenizer " + type + " is not supported");
    };
  }

  /** Whether a piece is divided in another way where the text begins with it. */
  static boolean asksForFirst(PreTokenizer preTokenizer) {
    return switch (preTokenizer) {
      case PreTokenizer.Metaspace metaspace -> metaspace.prependScheme().equals("first");
      case PreTokenizer.Sequence(var parts) -> parts.stream().anyMatch(PreTokenizers::asksForFirst);
      case Split _, PreTokenizer.ByteLevel _ -> false;
    };
  }

  /** Also for the decoder of the same name. */
  static PreTokenizer.Metaspace metaspace(Json json) throws InvalidDataFileException {
    json.only("replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep");
    String scheme =
        json.get("prepend_scheme").isNull() ? "always" : json.get("prepend_scheme").string();
    if (!List.of("always", "first", "never").contains(scheme)) {
      throw json.error("the prepend_scheme " + scheme + " is not supported");
    }
    // What older files have in place of the scheme.
    boolean prefixed = json.get("add_prefix_space").bool(true);
    return new PreTokenizer.Metaspace(
        json.get("replacement").string(),
        prefixed ? scheme : "never",
        json.get("split").bool(true));
  }
}
