package dev.adjoint.codegen;

import dev.adjoint.DType;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.List;

/**
 * Positions in the order of elements, for a processor: a work-item sorts a row. Where there is memory for positions twice, it
 * does so by the digits of keys, the last one first, and leaves out digits that all keys share. Else a heap has the least
 * elements so far, of which the largest gives way to each that is less; the heap is then taken apart from its largest on.
 */
final class RowSortForm implements Form {
  private static final int DIGITS = 256;

  /** The elements that a work-item has memory of its own for. */
  static final int OWN = 2048;

  /** Fewer elements are sorted by a heap. */
  private static final int FEW = 64;

  private final Kernel.ArgSort kernel;
  private final Target target;
  private final Geometry geometry;
  private final List<Integer> rows;
  private final SortKeys keys;
  private final int passes;

  RowSortForm(Kernel.ArgSort kernel, Target target, Geometry geometry) {
    this.kernel = kernel;
    this.target = target;
    this.geometry = geometry;
    this.rows = Grid.axesBut(kernel.axis(), geometry);
    this.keys = new SortKeys(kernel, target.dialect(), 1);
    this.passes = kernel.dtype().bytes();
  }

  @Override
  public Geometry geometry() {
    return geometry;
  }

  @Override
  public Grid grid() {
    return TeamScanForm.teams(geometry, rows, 1);
  }

  @Override
  public void print(CodeText text, Parameters parameters) {
    keys.define(text);
    var places = new Places(text, parameters, kernel.accesses());
    text.line("const i32 row = " + target.dialect().group(0) + ";");
    places.unravel(rows, "row");
    places.bases(rows);
    text.line("const i32 n = (i32) " + parameters.scalar(1, DType.I64) + ";");
    text.line("const i64 apart = " + parameters.scalar(0, DType.I64) + ";");
    text.line("const %s%s* from = a1 + b1;".formatted(global(), CTypes.memory(kernel.dtype())));
    text.line(global() + "i32* to = a0 + b0;");
    text.line("const i64 step = " + parameters.stride(0, kernel.axis()) + ";");
    if (kernel.spare()) {
      text.line(global() + "i32* other = a2 + b2;");
      spare(text);
      return;
    }
    int size = geometry.sizes()[kernel.axis()];
    text.line("const i32 wanted = " + parameters.size(kernel.axis()) + ";");
    boolean small = size > FEW && size <= OWN;
    if (small) {
      text.open("if (wanted == n)");
      own(text);
      text.line("return;");
      text.close();
    }
    heap(text);
  }

  private String global() {
    return target.dialect().global;
  }

  private String key(String position) {
    return "key(from[" + position + " * apart])";
  }

  private String digit(String key, String pass) {
    return "(i32) (" + key + " >> 8 * " + pass + " & " + (DIGITS - 1) + ")";
  }

  /** Sorts by digits in the work-item's own memory. */
  private void own(CodeText text) {
    text.line(keys.word() + " keys[" + OWN + "];");
    text.line("i32 positions[" + 2 * OWN + "];");
    text.open("for (i32 i = 0; i < n; i++)");
    text.line("keys[i] = " + key("i") + ";");
    text.close();
    text.line("i32* into = positions;");
    text.line("i32* before = positions + " + OWN + ";");
    counts(text, "keys[%s]");
    passes(text, "keys[%s]", "into[%s]", "before[%s]", "i32*");
    text.open("for (i32 i = 0; i < n; i++)");
    text.line("to[i * step] = first ? i : before[i];");
    text.close();
  }

  /** Sorts by digits. Result and spare memory take turns, so that the last digit leaves all in the result. */
  private void spare(CodeText text) {
    counts(text, key("%s"));
    text.line("i32 left = 0;");
    text.open("for (i32 pass = 0; pass < " + passes + "; pass++)");
    text.line("left += counts[pass * " + DIGITS + " + " + digit("any", "pass") + "] < n;");
    text.close();
    text.line(global() + "i32* into = left % 2 ? to : other;");
    text.line(global() + "i32* before = left % 2 ? other : to;");
    text.open("for (i32 i = 0; left == 0 && i < n; i++)");
    text.line("to[i * step] = i;");
    text.close();
    passes(text, key("%s"), "into[%s * step]", "before[%s * step]", global() + "i32*");
  }

  /** Counts the digits of all keys. */
  private void counts(CodeText text, String key) {
    text.line("i32 counts[" + passes * DIGITS + "];");
    text.open("for (i32 x = 0; x < " + passes * DIGITS + "; x++)");
    text.line("counts[x] = 0;");
    text.close();
    text.open("for (i32 i = 0; i < n; i++)");
    text.line("const " + keys.word() + " k = " + key.formatted("i") + ";");
    for (int pass = 0; pass < passes; pass++) {
      text.line("counts[" + pass * DIGITS + " + " + digit("k", "" + pass) + "]++;");
    }
    text.close();
    text.line("const " + keys.word() + " any = " + key.formatted("0") + ";");
  }

  /** Brings positions into the order of each digit, from {@code before} to {@code into}, which then exchange their names. */
  private void passes(CodeText text, String key, String into, String before, String pointer) {
    text.line("i32 first = 1;");
    text.open("for (i32 pass = 0; pass < " + passes + "; pass++)");
    text.line("i32* place = counts + pass * " + DIGITS + ";");
    text.open("if (place[" + digit("any", "pass") + "] < n)");
    text.line("i32 sum = 0;");
    text.open("for (i32 x = 0; x < " + DIGITS + "; x++)");
    text.line("const i32 count = place[x];");
    text.line("place[x] = sum;");
    text.line("sum += count;");
    text.close();
    text.open("for (i32 i = 0; i < n; i++)");
    text.line("const i32 position = first ? i : " + before.formatted("i") + ";");
    text.line("const " + keys.word() + " k = " + key.formatted("position") + ";");
    text.line("const i32 rank = place[" + digit("k", "pass") + "]++;");
    text.line(into.formatted("rank") + " = position;");
    text.close();
    text.line("first = 0;");
    text.line(pointer + " const last = into;");
    text.line("into = before;");
    text.line("before = last;");
    text.close();
    text.close();
  }

  /** Elements come in the order of their positions, so one that equals the largest of the heap is behind it. */
  private void heap(CodeText text) {
    sift(text);
    String call = "sift(from, apart, to, step, ";
    text.open("for (i32 i = 0; i < wanted; i++)");
    text.line("to[i * step] = i;");
    text.close();
    text.open("for (i32 root = wanted / 2 - 1; root >= 0; root--)");
    text.line(call + "root, wanted, to[root * step]);");
    text.close();
    text.line(keys.word() + " most = " + key("to[0]") + ";");
    text.open("for (i32 i = wanted; i < n; i++)");
    text.open("if (" + key("i") + " < most)");
    text.line(call + "0, wanted, i);");
    text.line("most = " + key("to[0]") + ";");
    text.close();
    text.close();
    text.open("for (i32 size = wanted - 1; size > 0; size--)");
    text.line("const i32 last = to[size * step];");
    text.line("to[size * step] = to[0];");
    text.line(call + "0, size, last);");
    text.close();
  }

  /** The function that puts a position below the larger ones from a place of the heap on. */
  private void sift(CodeText text) {
    text.helper(
        """
        %1$s void sift(const %2$s%3$s* from, i64 apart, %2$si32* to, i64 step, i32 root, i32 size, i32 position) {
          const %4$s k = %5$s;
          for (i32 child = 2 * root + 1; child < size; child = 2 * root + 1) {
            i32 larger = to[child * step];
            %4$s x = %6$s;
            if (child + 1 < size) {
              const i32 right = to[(child + 1) * step];
              const %4$s y = %7$s;
              if (y > x || (y == x && right > larger)) {
                larger = right;
                x = y;
                child++;
              }
            }
            if (x < k || (x == k && larger < position)) {
              break;
            }
            to[root * step] = larger;
            root = child;
          }
          to[root * step] = position;
        }
        """
            .formatted(
                target.dialect().function,
                target.dialect().global,
                CTypes.memory(kernel.dtype()),
                keys.word(),
                key("position"),
                key("larger"),
                key("right")));
  }
}
