package dev.adjoint.codegen;

import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Kernel;
import java.util.List;

/** The functions that the forms of a scan call: the fold, and what is carried from part to part; runs have 16 elements. */
final class ScanFold {
  /** Levels of parts of at least RUN elements in a row of any length. */
  static final int LEVELS = 7;

  private ScanFold() {}

  /**
   * Makes sure that a kernel has two functions: {@code fold(a, b)}; and {@code carry(carried, level, number, total)}, which takes
   * in the total of part {@code number} of a level, as it ends, and gives the fold of all parts up to it. For each level,
   * {@code carried} holds the fold of the ended parts of that level in the current part of the level above.
   */
  static void define(CodeText text, Dialect dialect, Kernel.Scan kernel) {
    String type = CTypes.register(kernel.dtype());
    var inside = new CodeText();
    List<Instr> body = kernel.fold();
    new BodyWriter(inside, dialect, new Parameters(dialect, false), List.of(), 0)
        .body(body, a -> "", slot -> slot == 0 ? "a" : "b");
    inside.line("return v" + (body.size() - 1) + ";");
    inside.helpers().forEach(text::helper);
    text.helper(
        dialect.function
            + " "
            + type
            + " fold("
            + type
            + " a, "
            + type
            + " b) {\n"
            + inside
            + "}\n");
    text.helper(
        """
        %1$s %2$s carry(%2$s* carried, i32 level, i32 number, %2$s total) {
          i32 rest = number;
          for (i32 l = level;; l++) {
            const i32 place = rest & 15;
            carried[l] = place == 0 ? total : fold(carried[l], total);
            if (place != 15) {
              break;
            }
            total = carried[l];
            rest >>= 4;
          }
          %2$s sum = total;
          i32 none = 1;
          for (i32 l = %3$d; l >= level; l--) {
            if (((number + 1) >> 4 * (l - level) & 15) != 0) {
              sum = none ? carried[l] : fold(sum, carried[l]);
              none = 0;
            }
          }
          return sum;
        }
        """
            .formatted(dialect.function, type, LEVELS - 1));
  }
}
