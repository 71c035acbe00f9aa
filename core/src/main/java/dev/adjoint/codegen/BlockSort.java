package dev.adjoint.codegen;

/**
 * How a group sorts a block of keys and their positions in local memory, and merges two runs there. Work-item {@code t} of the
 * group has {@code each} neighbouring elements in registers: it sorts these, then runs are merged, of twice the length each
 * time, until one is left. Which elements its results of a merge come from it finds by a binary search along a diagonal of the
 * merge matrix (merge path: Green, McColl, Bader: GPU Merge Path, 2012). A merge prefers the first run, so equal keys keep their
 * order.
 */
final class BlockSort {
  private final Dialect d;
  private final String word;
  private final int items;
  private final int each;

  /**
   * The sort of one kernel.
   *
   * @param word the type of a key
   */
  BlockSort(Dialect d, String word, int items, int each) {
    this.d = d;
    this.word = word;
    this.items = items;
    this.each = each;
  }

  /** Declares the block, whose element k is at {@code slot(k)}, at the beginning of a kernel. */
  void declare(CodeText text) {
    // Elements of neighbouring items are in different banks of local memory.
    text.helper(
        """
        %s i32 slot(i32 i) {
          return i + (i >> 5);
        }
        """
            .formatted(d.function));
    // A merge may look behind its end.
    int slots = (items * each + each) / 32 * 33 + 32;
    text.line(d.local + word + " keys[" + slots + "];");
    text.line(d.local + "i32 positions[" + slots + "];");
    text.line(word + " ownKeys[" + each + "];");
    text.line("i32 own[" + each + "];");
  }

  /** Sorts the block, of which {@code count} elements matter. */
  void sort(CodeText text) {
    text.open("for (i32 k = 0; k < " + each + "; k++)");
    text.line("ownKeys[k] = keys[slot(t * " + each + " + k)];");
    text.line("own[k] = positions[slot(t * " + each + " + k)];");
    text.close();
    // Neighbours change places if they are not in order: even pairs, then odd ones, often enough
    // for the longest way.
    text.open("for (i32 round = 0; round < " + each / 2 + "; round++)");
    for (int first = 0; first < 2; first++) {
      text.open("for (i32 k = " + first + "; k < " + (each - 1) + "; k += 2)");
      text.line("const i32 turned = ownKeys[k + 1] < ownKeys[k];");
      turn(text, word, "ownKeys");
      turn(text, "i32", "own");
      text.close();
    }
    text.close();
    put(text);
    text.open("for (i32 width = " + each + "; width < count; width *= 2)");
    text.line("const i32 from = t * " + each + " & -2 * width;");
    text.line("const i32 middle = from + width;");
    text.line("const i32 end = middle + width;");
    merge(text, "t * " + each + " - from");
    text.close();
  }

  private static void turn(CodeText text, String type, String array) {
    text.open("");
    text.line("const " + type + " x = " + array + "[k];");
    text.line(array + "[k] = turned ? " + array + "[k + 1] : x;");
    text.line(array + "[k + 1] = turned ? x : " + array + "[k + 1];");
    text.close();
  }

  /** Merges the runs before {@code middle} and {@code end}: the results of this item are those behind a diagonal. */
  void merge(CodeText text, String diagonal) {
    text.line("const i32 diagonal = " + diagonal + ";");
    search(text, "keys[slot(%s)]");
    text.line("i32 a = from + low;");
    text.line("i32 b = middle + diagonal - low;");
    text.open("for (i32 k = 0; k < " + each + "; k++)");
    text.line("const " + word + " x = keys[slot(a)];");
    text.line("const " + word + " y = keys[slot(b)];");
    text.line("const i32 left = b >= end || (a < middle && x <= y);");
    text.line("ownKeys[k] = left ? x : y;");
    text.line("own[k] = positions[slot(left ? a : b)];");
    text.line("a += left;");
    text.line("b += 1 - left;");
    text.close();
    text.line(d.barrier);
    put(text);
  }

  /** Finds how many elements before a diagonal come {@code from} the first run: {@code low}. */
  private static void search(CodeText text, String key) {
    bounds(text);
    text.open("while (low < high)");
    text.line("const i32 probe = (low + high) / 2;");
    text.line("const i32 behind = " + behind(key) + ";");
    text.line("high = behind ? probe : high;");
    text.line("low = behind ? low : probe + 1;");
    text.close();
  }

  /** Declares between which numbers the result of a search is. */
  static void bounds(CodeText text) {
    text.line("i32 low = diagonal > end - middle ? diagonal - (end - middle) : 0;");
    text.line("i32 high = diagonal < middle - from ? diagonal : middle - from;");
  }

  /** Whether element {@code probe} of the first run comes behind the diagonal. */
  static String behind(String key) {
    return key.formatted("middle + diagonal - 1 - probe") + " < " + key.formatted("from + probe");
  }

  /** Puts the elements of all items in local memory. */
  private void put(CodeText text) {
    text.open("for (i32 k = 0; k < " + each + "; k++)");
    text.line("keys[slot(t * " + each + " + k)] = ownKeys[k];");
    text.line("positions[slot(t * " + each + " + k)] = own[k];");
    text.close();
    text.line(d.barrier);
  }
}
