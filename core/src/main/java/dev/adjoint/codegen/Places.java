package dev.adjoint.codegen;

import dev.adjoint.kernel.Access;
import java.util.List;

/** Prints where in memory an index point is: index variables are {@code i0}, {@code i1} and so on, one per axis. */
final class Places {
  private final CodeText text;
  private final Parameters parameters;
  private final List<Access> accesses;

  Places(CodeText text, Parameters parameters, List<Access> accesses) {
    this.text = text;
    this.parameters = parameters;
    this.accesses = accesses;
  }

  /** Takes a row number, an i32, apart into index variables. */
  void unravel(List<Integer> axes, String row) {
    unravel(axes, row, "i32");
  }

  /** Takes a row number of an integer type apart into index variables. */
  void unravel(List<Integer> axes, String row, String type) {
    String rest = row;
    for (int k = axes.size() - 1; k >= 0; k--) {
      int axis = axes.get(k);
      if (k == 0) {
        text.line("const i32 i" + axis + " = " + rest + ";");
      } else {
        String size = parameters.size(axis);
        text.line("const i32 i" + axis + " = " + rest + " % " + size + ";");
        text.line("const " + type + " above" + axis + " = " + rest + " / " + size + ";");
        rest = "above" + axis;
      }
    }
  }

  /** Declares {@code b0}, {@code b1}...: the element of each access at the index variables of some axes. */
  void bases(List<Integer> axes) {
    for (int a = 0; a < accesses.size(); a++) {
      text.line("const i64 b" + a + " = " + along(parameters.start(a), a, axes) + ";");
    }
  }

  /** An element moved by the index variables of some axes. */
  String along(String element, int access, List<Integer> axes) {
    var sum = new StringBuilder(element);
    for (int axis : axes) {
      sum.append(" + (i64) i").append(axis).append(" * ").append(parameters.stride(access, axis));
    }
    return sum.toString();
  }

  /** An element moved along the lane axis, of which the kind of step is known. */
  String lane(String element, int access, int axis) {
    return switch (accesses.get(access).lane()) {
      case BROADCAST -> element;
      case CONTIGUOUS -> element + " + i" + axis;
      case STRIDED -> along(element, access, List.of(axis));
    };
  }
}
