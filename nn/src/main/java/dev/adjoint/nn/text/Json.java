package dev.adjoint.nn.text;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.adjoint.nn.io.InvalidDataFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON file, which knows where it stands, so that errors can say it.
 *
 * @param file the file
 * @param where the keys that lead to the value
 * @param value a map, a list, a string, a number, a truth value or null
 */
record Json(Path file, String where, @Nullable Object value) {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          // A vocabulary has many names, and each comes once.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxNumberLength(40)
                  .maxStringLength(10_000_000)
                  .build())
          .build();

  /**
   * The value of a file.
   *
   * @throws IOException if the file cannot be read or is no JSON
   */
  static Json read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        JsonParser parser = JSON.createParser(in)) {
      parser.nextToken();
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new InvalidDataFileException(file, "more text follows the JSON value");
      }
      return new Json(file, "", value);
    } catch (JacksonException e) {
      throw new InvalidDataFileException(file, "this is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return null;
    }
    return switch (token) {
      case START_OBJECT -> {
        var map = new LinkedHashMap<String, @Nullable Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          map.put(key, value(parser));
        }
        yield map;
      }
      case START_ARRAY -> {
        var list = new ArrayList<@Nullable Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("json: " + token + " is no value");
    };
  }

  /** An error about this value. */
  InvalidDataFileException error(String rule) {
    return new InvalidDataFileException(file, where.isEmpty() ? rule : where + ": " + rule);
  }

  private InvalidDataFileException wrong(String expected) {
    String found = String.valueOf(value);
    return error(
        "found "
            + (found.length() > 100 ? found.substring(0, 100) + "..." : found)
            + " in place of "
            + expected);
  }

  boolean isNull() {
    return value == null;
  }

  boolean isString() {
    return value instanceof String;
  }

  /** The values of an object, by name. */
  Map<?, ?> object() throws InvalidDataFileException {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw wrong("an object");
  }

  /** A value of an object, or null if it is not there. */
  Json get(String key) throws InvalidDataFileException {
    return new Json(file, where.isEmpty() ? key : where + "." + key, object().get(key));
  }

  /** The name of the kind of an element. */
  String type() throws InvalidDataFileException {
    return get("type").string();
  }

  /** Requires that an object has no other keys, because they might mean something. */
  Json only(String... keys) throws InvalidDataFileException {
    List<String> known = Arrays.asList(keys);
    for (Object key : object().keySet()) {
      if (!key.equals("type") && !known.contains(key)) {
        throw error("'" + key + "' is not supported, only " + known);
      }
    }
    return this;
  }

  List<Json> list() throws InvalidDataFileException {
    if (!(value instanceof List<?> list)) {
      throw wrong("a list");
    }
    List<Json> values = new ArrayList<>();
    for (Object element : list) {
      values.add(new Json(file, where + "[" + values.size() + "]", element));
    }
    return values;
  }

  String string() throws InvalidDataFileException {
    if (value instanceof String text) {
      return text;
    }
    throw wrong("a string");
  }

  /** A string, or an empty one for null. */
  String stringOrEmpty() throws InvalidDataFileException {
    return isNull() ? "" : string();
  }

  boolean bool() throws InvalidDataFileException {
    if (value instanceof Boolean bool) {
      return bool;
    }
    throw wrong("true or false");
  }

  boolean bool(boolean otherwise) throws InvalidDataFileException {
    return isNull() ? otherwise : bool();
  }

  /** A number that is not negative. */
  int integer() throws InvalidDataFileException {
    return integer(value);
  }

  private int integer(@Nullable Object number) throws InvalidDataFileException {
    if (number instanceof Long integer && integer >= 0 && integer < Integer.MAX_VALUE) {
      return integer.intValue();
    }
    throw wrong("an integer from 0 on");
  }

  /** Any number. */
  double number() throws InvalidDataFileException {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong("a number");
  }

  /** Numbers that are not negative, by name. */
  Map<String, Integer> integers() throws InvalidDataFileException {
    var numbers = new LinkedHashMap<String, Integer>();
    for (Map.Entry<?, ?> entry : object().entrySet()) {
      numbers.put((String) entry.getKey(), integer(entry.getValue()));
    }
    return numbers;
  }
}
