package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.util.Map;

/** How a piece of text becomes tokens of a vocabulary. */
interface SubwordModel {
  /** Adds the numbers of the tokens of a piece. */
  void encode(String piece, IntList ids);

  /** The numbers of the tokens. */
  Map<String, Integer> vocabulary();

  /** The model of a {@code tokenizer.json}. */
  static SubwordModel read(Json json) throws InvalidDataFileException {
    String type = json.get("type").isNull() ? untagged(json) : json.type();
    return switch (type) {
      case "BPE" -> Bpe.read(json);
      case "WordPiece" -> WordPiece.read(json);
      default -> throw json.error("the model " + type + " is not supported");
    };
  }

  /** Files of before 2020 do not name the model. */
  private static String untagged(Json json) throws InvalidDataFileException {
    return json.object().containsKey("merges") ? "BPE" : json.type();
  }
}
