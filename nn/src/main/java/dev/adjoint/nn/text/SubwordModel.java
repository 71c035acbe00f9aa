package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.nio.charset.StandardCharsets;
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
      case "Unigram" -> Unigram.read(json);
      case "WordPiece" -> WordPiece.read(json);
      default -> throw json.error("the model " + type + " is not supported");
    };
  }

  /** Adds the tokens of the bytes of a text, such as {@code <0xE2>}, if there is one for each. */
  static boolean addBytes(String text, Map<String, Integer> vocabulary, IntList ids) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] found = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      Integer id = vocabulary.get(String.format("<0x%02X>", bytes[i]));
      if (id == null) {
        return false;
      }
      found[i] = id;
    }
    for (int id : found) {
      ids.add(id);
    }
    return true;
  }

  /** Files of before 2020 do not name the model. */
  private static String untagged(Json json) throws InvalidDataFileException {
    return json.object().containsKey("merges") ? "BPE" : json.type();
  }
}
