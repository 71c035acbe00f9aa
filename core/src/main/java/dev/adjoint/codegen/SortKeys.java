package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Kernel;

/**
 * The keys by which the forms of a sort compare elements: unsigned numbers, whose order is that of the elements; and how a group
 * finds the first positions in that order without sorting all: the largest wanted key is found first, four bits at a time, by
 * counting; then the positions that are wanted are collected, equal keys in order.
 */
final class SortKeys {
  private final Kernel.ArgSort kernel;
  private final Dialect d;
  private final int items;
  private final boolean wide;

  /** The keys of a sort by groups of some work-items. */
  SortKeys(Kernel.ArgSort kernel, Dialect d, int items) {
    this.kernel = kernel;
    this.d = d;
    this.items = items;
    this.wide = isWide(kernel);
  }

  /** Whether keys have 64 bits. */
  static boolean isWide(Kernel.ArgSort kernel) {
    return kernel.dtype().bytes() == 8;
  }

  /** The key of the element at a position. */
  static String at(Parameters parameters, String position) {
    return "key(a1[b1 + (i64) (" + position + ") * " + parameters.scalar(0, DType.I64) + "])";
  }

  /** The type of a key. */
  String word() {
    return wide ? "u64" : "u32";
  }

  /** The function that makes a key of an element. */
  void define(CodeText text) {
    DType type = kernel.dtype();
    String sign = wide ? "((u64) 1 << 63)" : "0x80000000u";
    String order =
        switch (type) {
          case BOOL, U8 -> "  const u32 order = x;\n";
          case I32, I64 -> "  const %s order = (%s) x ^ %s;\n".formatted(word(), word(), sign);
          case I8, F16, BF16 ->
              throw new IllegalStateException(
                  "kernel: " + type + " is widened before it is sorted");
          case F32, F64 -> {
            String bits = String.format(wide ? d.bitsF64 : d.bitsF32, "x");
            String number = wide ? "(u64) 0x7ff << 52" : "0x7f800000u";
            yield """
                  const %1$s bits = (%1$s) %2$s;
                  const %1$s size = bits & ~%3$s;
                  const %1$s order = size > (%4$s) ? ~(%1$s) 0 : size == 0 || bits == size ? size | %3$s : ~bits;
                """
                .formatted(word(), bits, sign, number);
          }
        };
    String turned = !kernel.descending() ? "order" : type.bytes() == 1 ? "order ^ 255" : "~order";
    text.helper(
        "%s %s key(%s x) {\n%s  return %s;\n}\n"
            .formatted(d.function, word(), CTypes.memory(type), order, turned));
  }

  /** Declares the local memory of {@link #first}, at the beginning of a kernel. */
  void declare(CodeText text) {
    text.line(d.local + "i32 counts[" + 16 * items / 2 + "];");
    text.line(d.local + "i32 sums[16];");
  }

  /**
   * Collects the first {@code wanted} of {@code n} positions.
   *
   * @param key the key of a position
   * @param place where the position of a rank is written
   */
  void first(CodeText text, String key, String place) {
    select(text, key);
    collect(text, key, place);
  }

  /** Finds the key {@code most} of the last wanted position, and how many positions with that key are wanted. */
  private void select(CodeText text, String key) {
    text.line(word() + " most = 0;");
    text.line("i32 equal = wanted;");
    text.open("for (i32 shift = " + (8 * kernel.dtype().bytes() - 4) + "; shift >= 0; shift -= 4)");
    text.line("i32 count[16];");
    text.open("for (i32 k = 0; k < 16; k++)");
    text.line("count[k] = 0;");
    text.close();
    text.open("for (i32 i = t; i < n; i += " + items + ")");
    text.line("const " + word() + " digits = (" + key.formatted("i") + " ^ most) >> shift;");
    text.open("if (digits < 16)");
    text.line("count[digits]++;");
    text.close();
    text.close();
    // Two items share a place: with one for each, local memory would be more than any device has.
    int half = items / 2;
    put(text, "t < " + half, "=");
    put(text, "t >= " + half, "+=");
    text.open("for (i32 k = t; k < 16; k += " + items + ")");
    text.line("i32 sum = 0;");
    text.open("for (i32 i = 0; i < " + half + "; i++)");
    text.line("sum += counts[16 * i + k];");
    text.close();
    text.line("sums[k] = sum;");
    text.close();
    text.line(d.barrier);
    text.line("i32 digit = 0;");
    text.open("while (equal > sums[digit])");
    text.line("equal -= sums[digit++];");
    text.close();
    text.line("most |= (" + word() + ") digit << shift;");
    text.line(d.barrier);
    text.close();
  }

  /** Prints that the counts of some items go to local memory. */
  private void put(CodeText text, String which, String sign) {
    text.open("for (i32 k = 0; " + which + " && k < 16; k++)");
    text.line("counts[16 * (t % " + items / 2 + ") + k] " + sign + " count[k];");
    text.close();
    text.line(d.barrier);
  }

  /** Collects the positions below {@code most}, and behind them the first ones that are equal to it. */
  private void collect(CodeText text, String key, String place) {
    text.line("i32 below = 0;");
    text.line("i32 same = wanted - equal;");
    text.open("for (i32 first = 0; first < n; first += " + items + ")");
    text.line("const i32 i = first + t;");
    text.line("const i32 inside = n - first > t;");
    text.line("const " + word() + " k = " + key.formatted("(inside ? i : 0)") + ";");
    text.line("const i32 less = inside && k < most;");
    text.line("const i32 equals = inside && k == most;");
    // Two counts in one number, as neither is above 256.
    text.line("counts[t] = less | equals << 16;");
    text.line(d.barrier);
    text.open("for (i32 step = 1; step < " + items + "; step *= 2)");
    text.line("const i32 other = t >= step ? counts[t - step] : 0;");
    text.line(d.barrier);
    text.line("counts[t] += other;");
    text.line(d.barrier);
    text.close();
    text.open("if (less)");
    text.line(place.formatted("below + (counts[t] & 0xffff) - 1") + " = i;");
    text.close();
    text.open("if (equals && same + (counts[t] >> 16) <= wanted)");
    text.line(place.formatted("same + (counts[t] >> 16) - 1") + " = i;");
    text.close();
    text.line("below += counts[" + (items - 1) + "] & 0xffff;");
    text.line("same += counts[" + (items - 1) + "] >> 16;");
    text.line(d.barrier);
    text.close();
  }
}
