package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a tokenizer divides text into pieces, each of which becomes tokens by itself. */
sealed interface PreTokenizer {
  /** The pieces of a piece; empty ones are dropped by {@link #pieces}. */
  List<Piece> divide(Piece piece);

  /**
   * A part of a text.
   *
   * @param first whether the text begins with it
   */
  record Piece(String text, boolean first) {}

  /** What becomes of the places where a pattern matches. */
  enum Behavior {
    REMOVED("Removed"),
    ISOLATED("Isolated"),
    MERGED_WITH_PREVIOUS("MergedWithPrevious"),
    MERGED_WITH_NEXT("MergedWithNext"),
    CONTIGUOUS("Contiguous");

    private final String label;

    Behavior(String label) {
      this.label = label;
    }

    static Behavior read(Json json) throws InvalidDataFileException {
      for (Behavior behavior : values()) {
        if (behavior.label.equals(json.string())) {
          return behavior;
        }
      }
      throw json.error("the behavior " + json.string() + " is not supported");
    }
  }

  /** Pieces between and at matches of a pattern. */
  record Split(Pattern pattern, boolean invert, Behavior behavior) implements PreTokenizer {
    @Override
    public List<Piece> divide(Piece piece) {
      String text = piece.text();
      // Ends of the parts of the text, and which of them are matches.
      List<Integer> ends = new ArrayList<>();
      List<Boolean> matches = new ArrayList<>();
      int begin = 0;
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        if (matcher.start() > begin) {
          ends.add(matcher.start());
          matches.add(invert);
        }
        ends.add(matcher.end());
        matches.add(!invert);
        begin = matcher.end();
      }
      if (begin < text.length()) {
        ends.add(text.length());
        matches.add(invert);
      }
      List<Piece> pieces = new ArrayList<>();
      begin = 0;
      for (int i = 0; i < ends.size(); i++) {
        boolean endsHere = i + 1 == ends.size() || isBoundary(matches.get(i), matches.get(i + 1));
        if (endsHere) {
          if (behavior != Behavior.REMOVED || !matches.get(i)) {
            pieces.add(new Piece(text.substring(begin, ends.get(i)), piece.first() && begin == 0));
          }
          begin = ends.get(i);
        }
      }
      return pieces;
    }

    private boolean isBoundary(boolean match, boolean next) {
      return switch (behavior) {
        case REMOVED, ISOLATED -> true;
        case CONTIGUOUS -> match != next;
        // Of matches in a row, the first one belongs to what is before it, or the last one to what
        // is behind.
        case MERGED_WITH_PREVIOUS -> match || !next;
        case MERGED_WITH_NEXT -> !match || next;
      };
    }
  }

  /** Pieces of which the bytes are characters, as GPT-2 has them. */
  record ByteLevel(boolean addPrefixSpace, boolean useRegex) implements PreTokenizer {
    private static final Split GPT2 =
        new Split(
            Patterns.compile(
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
            false,
            Behavior.ISOLATED);

    @Override
    public List<Piece> divide(Piece piece) {
      boolean prefixed = addPrefixSpace && !piece.text().startsWith(" ");
      Piece whole = prefixed ? new Piece(" " + piece.text(), piece.first()) : piece;
      List<Piece> parts = useRegex ? GPT2.divide(whole) : List.of(whole);
      return parts.stream()
          .map(part -> new Piece(ByteCharacters.of(part.text()), part.first()))
          .toList();
    }
  }

  /** Pieces that begin with a character in place of a space, as SentencePiece has them. */
  record Metaspace(String replacement, String prependScheme, boolean split)
      implements PreTokenizer {
    @Override
    public List<Piece> divide(Piece piece) {
      String text = piece.text().replace(" ", replacement);
      boolean prepended =
          prependScheme.equals("always") || (prependScheme.equals("first") && piece.first());
      if (prepended && !text.startsWith(replacement)) {
        text = replacement + text;
      }
      var whole = new Piece(text, piece.first());
      Pattern space = Pattern.compile(replacement, Pattern.LITERAL);
      return split
          ? new Split(space, false, Behavior.MERGED_WITH_NEXT).divide(whole)
          : List.of(whole);
    }
  }

  /** One after the other. */
  record Sequence(List<PreTokenizer> parts) implements PreTokenizer {
    @Override
    public List<Piece> divide(Piece piece) {
      List<Piece> pieces = List.of(piece);
      for (PreTokenizer part : parts) {
        pieces = pieces.stream().flatMap(one -> part.pieces(one).stream()).toList();
      }
      return pieces;
    }
  }

  /** The pieces of a piece that are not empty. */
  default List<Piece> pieces(Piece piece) {
    return divide(piece).stream().filter(part -> !part.text().isEmpty()).toList();
  }
}
