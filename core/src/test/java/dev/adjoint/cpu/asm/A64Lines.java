package dev.adjoint.cpu.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;

/** Random AArch64 code and its text, which GNU's assembler must turn into the same code. */
abstract class A64Lines {
  static final int EACH = 60;

  final Random random = new Random(64);
  final A64 code = new A64();
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void tools() {
    Tools.need("aarch64-linux-gnu-as", "binutils-aarch64-linux-gnu");
  }

  /** The text of what was just written. */
  void text(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
    assertEquals(4 * lines.size(), code.size(), lines.getLast());
  }

  void compare(int atLeast) {
    byte[] wanted = Tools.assemble("aarch64-linux-gnu-", lines, "-march=armv8.6-a");
    ByteBuffer expected = ByteBuffer.wrap(wanted).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer actual = ByteBuffer.wrap(code.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(expected.capacity(), actual.capacity());
    var different = new ArrayList<String>();
    for (int i = 0; i < lines.size(); i++) {
      int is = actual.getInt(4 * i);
      int should = expected.getInt(4 * i);
      if (is != should) {
        different.add(String.format(Locale.ROOT, "%s: %08x, not %08x", lines.get(i), is, should));
      }
    }
    assertEquals(List.of(), different.subList(0, Math.min(50, different.size())));
    assertTrue(lines.size() >= atLeast, "only " + lines.size() + " instructions");
  }

  int register() {
    return random.nextInt(32);
  }

  int below(int limit) {
    return random.nextInt(limit);
  }

  static String lower(Object name) {
    return name.toString().toLowerCase(Locale.ROOT);
  }

  /** A vector register, as in {@code v3.4s}. */
  static String v(int number, Arrangement t) {
    return "v" + number + "." + t.lanes + letter(t);
  }

  /** The same register with lanes twice as wide, of which the whole register is full. */
  static String wider(int number, Arrangement t) {
    return "v" + number + "." + (8 >> t.size) + "hsd".charAt(t.size);
  }

  static char letter(Arrangement t) {
    return "bhsd".charAt(t.size);
  }

  static int lanes(Arrangement t) {
    return 16 >> t.size;
  }

  /** A general register, as in {@code w3}; register 31 is zero. */
  static String g(A64Width width, int number) {
    return lower(width) + (number == 31 ? "zr" : number);
  }

  static String base(int number) {
    return number == 31 ? "sp" : "x" + number;
  }

  /** A register where 31 is the stack pointer. */
  static String s(A64Width width, int number) {
    return number == 31 ? width == A64Width.X ? "sp" : "wsp" : g(width, number);
  }

  static String r(A64Real t, int number) {
    return lower(t) + number;
  }

  A64Width width() {
    return random.nextBoolean() ? A64Width.X : A64Width.W;
  }

  A64Condition condition() {
    A64Condition[] all = A64Condition.values();
    return all[below(all.length)];
  }
}
