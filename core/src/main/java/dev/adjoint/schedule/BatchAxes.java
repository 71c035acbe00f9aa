package dev.adjoint.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * The batch axes of a matrix product, as few as possible: those of size 1 are dropped, those that only continue the rows become
 * rows, and neighbours that all operands pass through as one are joined.
 */
final class BatchAxes {
  private final List<Operand> operands;

  /** The axes that are kept, by their number in the launch before; those that joined one have no number of their own. */
  private final List<Integer> kept = new ArrayList<>();

  private final List<Integer> keptSizes = new ArrayList<>();

  private BatchAxes(List<Operand> operands) {
    this.operands = operands;
  }

  /**
   * Joins axes.
   *
   * @param sizes those of the launch: batch axes, the rows, and others
   * @param batch the number of batch axes
   * @param rows whether batch axes may become rows, which those of a computed factor may not
   */
  static BatchAxes of(int[] sizes, int batch, boolean rows, List<Operand> operands) {
    var axes = new BatchAxes(operands);
    for (int a = sizes.length - 1; a >= batch; a--) {
      axes.kept.addFirst(a);
      axes.keptSizes.addFirst(sizes[a]);
    }
    for (int a = batch - 1; a >= 0; a--) {
      if (sizes[a] == 1) {
        continue;
      }
      boolean beforeRows = axes.kept.getFirst() == batch;
      if ((rows || !beforeRows) && axes.continues(a, sizes[a])) {
        axes.keptSizes.set(0, axes.keptSizes.getFirst() * sizes[a]);
      } else {
        axes.kept.addFirst(a);
        axes.keptSizes.addFirst(sizes[a]);
      }
    }
    return axes;
  }

  /** Whether an axis and the first that is kept are passed through as one. */
  private boolean continues(int axis, int size) {
    int inner = kept.getFirst();
    int innerSize = keptSizes.getFirst();
    return (long) innerSize * size <= Integer.MAX_VALUE
        && operands.stream()
            .allMatch(o -> o.element().along(axis) == o.element().along(inner) * innerSize);
  }

  /** The sizes of the axes that are left. */
  int[] sizes() {
    return keptSizes.stream().mapToInt(size -> size).toArray();
  }

  /** The operands over the axes that are left. */
  List<Operand> operands() {
    return operands.stream()
        .map(
            o -> {
              long[] c = kept.stream().mapToLong(axis -> o.element().along(axis)).toArray();
              return new Operand(o.kind(), o.dtype(), o.node(), new Affine(o.element().offset, c));
            })
        .toList();
  }
}
