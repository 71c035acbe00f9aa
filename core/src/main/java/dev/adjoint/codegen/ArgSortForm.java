package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Positions in the order of elements, with a group of work-items for each row, which needs no memory but the result. Keys are
 * unsigned numbers, whose order is that of the elements, and no two pairs of key and position are equal: so any way to sort gives
 * the same positions.
 *
 * <p>If not all positions are wanted, the largest wanted key is found first, four bits at a time, by counting; then the positions
 * that are wanted are collected, in any order. A bitonic network sorts them in place. All its comparisons put the least first, so
 * pairs of places of which one is behind the end are left out.
 */
final class ArgSortForm implements Form {
  private static final int ITEMS = 256;

  private final Kernel.ArgSort kernel;
  private final Target target;
  private final Geometry geometry;
  private final List<Integer> rows;
  private final int items;
  private final boolean wide;

  ArgSortForm(Kernel.ArgSort kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.rows =
        IntStream.range(0, geometry.sizes().length)
            .filter(a -> a != kernel.axis())
            .boxed()
            .toList();
    this.items = target.few() ? 1 : ITEMS;
    this.wide = kernel.dtype().bytes() == 8;
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    return TeamScanForm.teams(geometry, rows, items);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    Dialect d = target.dialect();
    define(text, d);
    int axis = kernel.axis();
    var places = new Places(text, parameters, kernel.accesses());
    text.line(d.local + "i32 counts[" + 16 * items + "];");
    text.line(d.local + "i32 sums[16];");
    text.line("const i32 t = " + d.item(0) + ";");
    text.line("const i32 row = " + d.group(0) + ";");
    places.unravel(rows, "row");
    places.bases(rows);
    text.line("const i32 n = (i32) " + parameters.scalar(1, DType.I64) + ";");
    text.line("const i32 wanted = " + parameters.size(axis) + ";");
    String key = "key(a1[b1 + %s * " + parameters.scalar(0, DType.I64) + "])";
    String place = "a0[b0 + (i64) (%s) * " + parameters.stride(0, axis) + "]";
    text.open("if (wanted == n)");
    text.open("for (i32 i = t; i < n; i += " + items + ")");
    text.line(place.formatted("i") + " = i;");
    text.close();
    text.close();
    text.open("else");
    select(text, key);
    collect(text, key, place);
    text.close();
    text.line(d.barrier);
    sort(text, key, place);
  }

  private String word() {
    return wide ? "u64" : "u32";
  }

  /** The function that makes a key of an element. */
  private void define(CodeText text, Dialect d) {
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

  /** Finds the key {@code most} of the last wanted position, and how many positions with that key are wanted. */
  private void select(CodeText text, String key) {
    Dialect d = target.dialect();
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
    text.open("for (i32 k = 0; k < 16; k++)");
    text.line("counts[16 * t + k] = count[k];");
    text.close();
    text.line(d.barrier);
    text.open("for (i32 k = t; k < 16; k += " + items + ")");
    text.line("i32 sum = 0;");
    text.open("for (i32 i = 0; i < " + items + "; i++)");
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

  /** Collects the positions below {@code most}, and behind them the first ones that are equal to it. */
  private void collect(CodeText text, String key, String place) {
    Dialect d = target.dialect();
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

  /** Sorts the first {@code wanted} places. */
  private void sort(CodeText text, String key, String place) {
    text.line("u32 pairs = 1;");
    text.open("while (2 * pairs < (u32) wanted)");
    text.line("pairs *= 2;");
    text.close();
    text.open("for (u32 sorted = 1; sorted < (u32) wanted; sorted *= 2)");
    text.open("for (u32 step = sorted; step > 0; step /= 2)");
    text.open("for (u32 pair = t; pair < pairs; pair += " + items + ")");
    text.line("const u32 inside = pair & (step - 1);");
    text.line("const u32 first = 2 * (pair - inside);");
    text.line("const u32 low = first + inside;");
    // The first step compares places that mirror each other, the others such with a distance.
    text.line("const u32 high = step == sorted ? first + 2 * step - 1 - inside : low + step;");
    text.open("if (high < (u32) wanted)");
    text.line("const i32 a = " + place.formatted("low") + ";");
    text.line("const i32 b = " + place.formatted("high") + ";");
    text.line("const " + word() + " x = " + key.formatted("a") + ";");
    text.line("const " + word() + " y = " + key.formatted("b") + ";");
    text.open("if (y < x || (y == x && b < a))");
    text.line(place.formatted("low") + " = b;");
    text.line(place.formatted("high") + " = a;");
    text.close();
    text.close();
    text.close();
    text.line(target.dialect().barrier);
    text.close();
    text.close();
  }
}
