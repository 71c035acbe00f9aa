package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where special tokens stand around one text, and around two.
 *
 * @param single the parts of one text
 * @param pair the parts of two texts
 */
record PostProcessor(List<Part> single, List<Part> pair) {
  /** What is in the result: special tokens, or a text; with a number of the type. */
  sealed interface Part {
    int typeId();
  }

  /** Tokens that are added. */
  record Special(List<Integer> ids, int typeId) implements Part {}

  /** A text: the first or the second. */
  record Text(boolean second, int typeId) implements Part {}

  private static final PostProcessor NONE =
      new PostProcessor(
          List.of(new Text(false, 0)), List.of(new Text(false, 0), new Text(true, 1)));

  /** The post-processor of a {@code tokenizer.json}; one that adds nothing for null. */
  static PostProcessor read(Json json) throws InvalidDataFileException {
    if (json.isNull()) {
      return NONE;
    }
    String type = json.type();
    return switch (type) {
      case "ByteLevel" -> {
        // It only moves offsets.
        json.only("add_prefix_space", "trim_offsets", "use_regex");
        yield NONE;
      }
      case "TemplateProcessing" -> template(json.only("single", "pair", "special_tokens"));
      case "BertProcessing" -> {
        json.only("sep", "cls");
        Special cls = special(json.get("cls"), 0);
        Special sep = special(json.get("sep"), 0);
        yield new PostProcessor(
            List.of(cls, new Text(false, 0), sep),
            List.of(cls, new Text(false, 0), sep, new Text(true, 1), special(json.get("sep"), 1)));
      }
      case "RobertaProcessing" -> {
        json.only("sep", "cls", "trim_offsets", "add_prefix_space");
        Special cls = special(json.get("cls"), 0);
        Special sep = special(json.get("sep"), 0);
        yield new PostProcessor(
            List.of(cls, new Text(false, 0), sep),
            List.of(cls, new Text(false, 0), sep, sep, new Text(true, 0), sep));
      }
      case "Sequence" -> sequence(json.only("processors").get("processors"));
      default -> throw json.error("the post-processor " + type + " is not supported");
    };
  }

  private static PostProcessor sequence(Json json) throws InvalidDataFileException {
    PostProcessor result = NONE;
    for (Json part : json.list()) {
      PostProcessor one = read(part);
      if (!result.equals(NONE) && !one.equals(NONE)) {
        throw json.error("a Sequence of several that add tokens is not supported");
      }
      result = one.equals(NONE) ? result : one;
    }
    return result;
  }

  /** A token of {@code ["[SEP]", 102]}. */
  private static Special special(Json json, int typeId) throws InvalidDataFileException {
    List<Json> token = json.list();
    if (token.size() != 2) {
      throw json.error("a token is its text and its number");
    }
    return new Special(List.of(token.get(1).integer()), typeId);
  }

  private static PostProcessor template(Json json) throws InvalidDataFileException {
    Json specials = json.get("special_tokens");
    return new PostProcessor(
        json.get("single").isNull() ? NONE.single() : parts(json.get("single"), specials),
        json.get("pair").isNull() ? NONE.pair() : parts(json.get("pair"), specials));
  }

  private static List<Part> parts(Json json, Json specials) throws InvalidDataFileException {
    List<Part> parts = new ArrayList<>();
    for (Json part : json.list()) {
      part.only("SpecialToken", "Sequence");
      boolean text = part.get("SpecialToken").isNull();
      Json content = part.get(text ? "Sequence" : "SpecialToken").only("id", "type_id");
      String id = content.get("id").string();
      int typeId = content.get("type_id").integer();
      if (!text) {
        List<Integer> ids = new ArrayList<>();
        for (Json number : specials.get(id).only("id", "ids", "tokens").get("ids").list()) {
          ids.add(number.integer());
        }
        parts.add(new Special(ids, typeId));
      } else if (id.equals("A") || id.equals("B")) {
        parts.add(new Text(id.equals("B"), typeId));
      } else {
        throw content.error("there is no sequence " + id + ", only A and B");
      }
    }
    return parts;
  }

  /** How many tokens are added. */
  static int added(List<Part> parts) {
    int count = 0;
    for (Part part : parts) {
      if (part instanceof Special special) {
        count += special.ids().size();
      }
    }
    return count;
  }

  /** Texts among what is added. */
  static Encoding apply(List<Part> parts, int[] first, int[] second) {
    var ids = new IntList();
    var types = new IntList();
    for (Part part : parts) {
      int[] added =
          switch (part) {
            case Special special -> special.ids().stream().mapToInt(Integer::intValue).toArray();
            case Text text -> text.second() ? second : first;
          };
      for (int id : added) {
        ids.add(id);
        types.add(part.typeId());
      }
    }
    return new Encoding(ids.toArray(), types.toArray());
  }
}
