package dev.adjoint.nn.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A character for each byte, as GPT-2 writes bytes in its vocabulary: what is printed in Latin-1 stands for itself, all other
 * bytes for the characters from U+0100 on, in their order.
 */
final class ByteCharacters {
  private static final int BYTES = 256;
  private static final char[] CHARACTERS = new char[BYTES];
  private static final short[] VALUES;

  static {
    int next = BYTES;
    for (int b = 0; b < BYTES; b++) {
      boolean printed = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      CHARACTERS[b] = (char) (printed ? b : next++);
    }
    VALUES = new short[next];
    Arrays.fill(VALUES, (short) -1);
    for (int b = 0; b < BYTES; b++) {
      VALUES[CHARACTERS[b]] = (short) b;
    }
  }

  private ByteCharacters() {}

  /** The characters of the bytes of a text in UTF-8. */
  static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The characters of bytes. */
  static String of(byte[] bytes) {
    char[] characters = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      characters[i] = CHARACTERS[bytes[i] & 0xff];
    }
    return new String(characters);
  }

  /** The bytes that characters stand for; of a token with other characters, its bytes in UTF-8. */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      if (c >= VALUES.length || VALUES[c] < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) VALUES[c];
    }
    return bytes;
  }
}
