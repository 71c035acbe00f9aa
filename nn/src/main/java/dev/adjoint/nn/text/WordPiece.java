package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.util.Map;

/**
 * The longest token that a piece begins with, then the longest one that its rest begins with, and so on (Schuster and Nakajima
 * 2012; the form of BERT). A piece that cannot be divided so is one unknown token.
 *
 * @param vocabulary the numbers of the tokens
 * @param unknown the number of the unknown token
 * @param prefix what tokens begin with that do not begin a piece
 * @param maxCharacters how many characters a piece has at most that is not unknown
 */
record WordPiece(Map<String, Integer> vocabulary, int unknown, String prefix, int maxCharacters)
    implements SubwordModel {

  static WordPiece read(Json json) throws InvalidDataFileException {
    json.only("unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab");
    Map<String, Integer> vocabulary = json.get("vocab").integers();
    String unknown = json.get("unk_token").string();
    Integer id = vocabulary.get(unknown);
    if (id == null) {
      throw json.error("the vocabulary has no token '" + unknown + "'");
    }
    return new WordPiece(
        vocabulary,
        id,
        json.get("continuing_subword_prefix").string(),
        json.get("max_input_chars_per_word").integer());
  }

  @Override
  public void encode(String piece, IntList ids) {
    if (piece.codePointCount(0, piece.length()) > maxCharacters) {
      ids.add(unknown);
      return;
    }
    var found = new IntList();
    for (int begin = 0; begin < piece.length(); ) {
      int end = piece.length();
      Integer id = null;
      while (end > begin && id == null) {
        String part = piece.substring(begin, end);
        id = vocabulary.get(begin == 0 ? part : prefix + part);
        if (id == null) {
          end = piece.offsetByCodePoints(end, -1);
        }
      }
      if (id == null) {
        ids.add(unknown);
        return;
      }
      found.add(id);
      begin = end;
    }
    for (int id : found.toArray()) {
      ids.add(id);
    }
  }
}
