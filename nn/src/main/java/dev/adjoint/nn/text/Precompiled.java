package dev.adjoint.nn.text;

import dev.adjoint.nn.io.InvalidDataFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The replacements of characters that SentencePiece has put into a model: the number of bytes of a double array, the array, and
 * the new texts in UTF-8, each with a 0 behind it.
 *
 * <p>The array is a trie of the old texts in UTF-8, as darts-clone writes it (Aoe 1989, "An Efficient Digital Search Algorithm by
 * Using a Double-Array Structure"). As in Hugging Face's tokenizers, a cluster of characters of less than six bytes is replaced
 * as a whole if it begins with an old text, and all else by single characters.
 */
final class Precompiled {
  private static final Pattern CLUSTER = Pattern.compile("\\X");
  private static final int LONG_CLUSTER = 6;
  private static final int LEAF = 1 << 31;

  private final int[] units;
  private final byte[] texts;

  private Precompiled(int[] units, byte[] texts) {
    this.units = units;
    this.texts = texts;
  }

  static Precompiled read(Json json) throws InvalidDataFileException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(json.string());
    } catch (IllegalArgumentException e) {
      throw json.error("this is not Base64: " + e.getMessage());
    }
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = bytes.length < Integer.BYTES ? 0 : data.getInt();
    if (size <= 0 || size % Integer.BYTES != 0 || size > data.remaining()) {
      throw json.error("no array of " + size + " bytes is in " + bytes.length);
    }
    int[] units = new int[size / Integer.BYTES];
    data.asIntBuffer().get(units);
    byte[] texts = Arrays.copyOfRange(bytes, Integer.BYTES + size, bytes.length);
    for (int unit : units) {
      if (unit < 0 && value(unit) >= texts.length) {
        throw json.error("there is no text " + value(unit) + " in " + texts.length + " bytes");
      }
    }
    return new Precompiled(units, texts);
  }

  private static int value(int unit) {
    return unit & ~LEAF;
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }

  /** The text with what is replaced. */
  String apply(String text) {
    var result = new StringBuilder(text.length());
    Matcher clusters = CLUSTER.matcher(text);
    while (clusters.find()) {
      String cluster = clusters.group();
      byte[] bytes = cluster.getBytes(StandardCharsets.UTF_8);
      String whole = bytes.length < LONG_CLUSTER ? replacement(bytes) : null;
      if (whole != null) {
        result.append(whole);
      } else {
        cluster.codePoints().forEach(c -> append(Character.toString(c), result));
      }
    }
    return result.toString();
  }

  private void append(String character, StringBuilder result) {
    String found = replacement(character.getBytes(StandardCharsets.UTF_8));
    result.append(found == null ? character : found);
  }

  /** What the shortest old text becomes with which bytes begin, or null if there is none. */
  private @Nullable String replacement(byte[] bytes) {
    int node = offset(units[0]);
    for (byte one : bytes) {
      int c = one & 0xff;
      node ^= c;
      if (c == 0 || node >= units.length || (units[node] & (LEAF | 0xff)) != c) {
        return null;
      }
      boolean ends = (units[node] >>> 8 & 1) == 1;
      node ^= offset(units[node]);
      if (ends && node < units.length && units[node] < 0) {
        return text(value(units[node]));
      }
    }
    return null;
  }

  private String text(int begin) {
    int end = begin;
    while (end < texts.length && texts[end] != 0) {
      end++;
    }
    return new String(texts, begin, end - begin, StandardCharsets.UTF_8);
  }
}
