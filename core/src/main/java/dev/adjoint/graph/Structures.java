package dev.adjoint.graph;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import dev.adjoint.Shape;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers for what nodes compute: equal op, shape, type and precision give the same number, so graphs are compared by comparing
 * ints.
 *
 * <p>A number never stands for two structures. When too many are known, all are forgotten, and structures that come again get new
 * numbers: what was found under the old ones is then found no more.
 */
final class Structures {
  /** About 10 MB. */
  private static final int MOST = 1 << 16;

  /** Stands for every custom function: its rule matters for gradients alone, and must not be kept reachable. */
  private static final Op CUSTOM = new Op.Detach();

  /** Stands for those that are one kernel each, which matters for the plan. */
  private static final Op ONE_KERNEL = new Op.Custom(() -> "one kernel");

  private static final Map<Structure, Integer> KNOWN = new HashMap<>();
  private static int last;

  private record Structure(Op op, Shape shape, DType dtype, Precision precision) {
    @Override
    public int hashCode() {
      return (op.hashCode() * 31 + shape.hashCode()) * 31 + dtype.ordinal();
    }
  }

  private Structures() {}

  private static Op withoutRule(Op op) {
    return op instanceof Op.Custom(var rule) ? rule.call() == null ? CUSTOM : ONE_KERNEL : op;
  }

  /** The number of a structure; not 0. */
  static int of(Op op, Shape shape, DType dtype, Precision precision) {
    var structure = new Structure(withoutRule(op), shape, dtype, precision);
    synchronized (KNOWN) {
      Integer known = KNOWN.get(structure);
      if (known != null) {
        return known;
      }
      if (KNOWN.size() >= MOST) {
        KNOWN.clear();
      }
      KNOWN.put(structure, ++last);
      return last;
    }
  }
}
