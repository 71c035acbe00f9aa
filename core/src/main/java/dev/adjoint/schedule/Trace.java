package dev.adjoint.schedule;

import dev.adjoint.graph.Node;
import dev.adjoint.kernel.Access;
import org.jspecify.annotations.Nullable;

/** Follows a node down through views to a value in memory: they become an offset and strides. */
final class Trace {
  private final Walk walk;
  private final boolean[] stored;
  private Views.@Nullable Split wanted;
  private int unfit;

  Trace(Walk walk, boolean[] stored) {
    this.walk = walk;
    this.stored = stored;
  }

  /**
   * A node as an operand; null, with the reason in {@link #wanted} and {@link #unfit}, if it is not one.
   *
   * @param element which element, over axes of some sizes
   */
  @Nullable Operand operand(int top, Affine element, int[] sizes) {
    wanted = null;
    int i = top;
    var views = new Views(sizes);
    Element e = Element.of(element, walk.nodes[i].shape().size(), Element.ALWAYS);
    while (isViewed(i)) {
      Node view = walk.nodes[i];
      e = views.through(view.op(), view.shape(), view.input(0).shape(), e);
      if (e == null) {
        wanted = views.wanted();
        unfit = top;
        return null;
      }
      i = walk.input(i, 0);
    }
    if (!isMemory(i)) {
      unfit = i;
      return null;
    }
    return new Operand(Access.Kind.READ, walk.nodes[i].dtype(), i, e.number()).over(sizes.length);
  }

  /** The first node below a chain of views that are not in memory themselves. */
  int under(int i) {
    int below = i;
    while (isViewed(below)) {
      below = walk.input(below, 0);
    }
    return below;
  }

  /** Whether a node, or what it is a view of, is in memory. */
  boolean isInMemory(int i) {
    return isMemory(under(i));
  }

  private boolean isMemory(int i) {
    return walk.isLeaf(i) || stored[i] || Region.base(walk, stored, i) >= 0;
  }

  private boolean isViewed(int i) {
    return walk.isView(i) && !isMemory(i);
  }

  /** The split of an axis that would have made the last node that was none an operand, or null. */
  Views.@Nullable Split wanted() {
    return wanted;
  }

  /** What must be in memory before the last node that was none is an operand. */
  Lowered.Unfit unfit() {
    return new Lowered.Unfit(unfit);
  }
}
