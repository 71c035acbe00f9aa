package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.Arrays;

/** The structure of a computation, without its values: two computations with equal signatures run by one plan. */
final class Signature {
  private static final Op LEAF = new Op.Source();

  /** Stands for every custom function: the rule matters for gradients alone, and a plan must not keep what it captures. */
  private static final Op CUSTOM = new Op.Detach();

  private final Op[] ops;
  private final Shape[] shapes;
  private final DType[] dtypes;
  private final int[] links;
  private final int hash;

  private Signature(Op[] ops, Shape[] shapes, DType[] dtypes, int[] links) {
    this.ops = ops;
    this.shapes = shapes;
    this.dtypes = dtypes;
    this.links = links;
    int h = Arrays.hashCode(links);
    for (int i = 0; i < ops.length; i++) {
      h = h * 31 + ops[i].hashCode();
      h = h * 31 + shapes[i].hashCode();
      h = h * 31 + dtypes[i].ordinal();
    }
    this.hash = h;
  }

  /**
   * The signature of a walk.
   *
   * @param targets per update the position of the new value and that of the leaf that holds the old value, or -1
   */
  static Signature of(Walk walk, int[] targets, boolean keepTracked) {
    int n = walk.size();
    var ops = new Op[n];
    var shapes = new Shape[n];
    var dtypes = new DType[n];
    int count = targets.length + walk.roots.length + 3;
    for (int[] inputs : walk.inputs) {
      count += inputs.length + 1;
    }
    int[] links = new int[count];
    int at = 0;
    links[at++] = keepTracked ? 1 : 0;
    links[at++] = walk.roots.length;
    links[at++] = targets.length;
    for (int root : walk.roots) {
      links[at++] = root;
    }
    for (int target : targets) {
      links[at++] = target;
    }
    for (int i = 0; i < n; i++) {
      Node node = walk.nodes[i];
      ops[i] = walk.isLeaf(i) ? LEAF : node.op() instanceof Op.Custom ? CUSTOM : node.op();
      shapes[i] = node.shape();
      dtypes[i] = node.dtype();
      int flags =
          (node.kept() ? 1 : 0) + (node.tracked() ? 2 : 0) + (walk.ownedByVariable(i) ? 4 : 0);
      links[at++] =
          walk.isLeaf(i)
              ? -8 * (walk.alias[i] + 1) - flags
              : flags + 8 * node.precision().ordinal();
      for (int input : walk.inputs[i]) {
        links[at++] = input;
      }
    }
    return new Signature(ops, shapes, dtypes, links);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature s
        && hash == s.hash
        && Arrays.equals(links, s.links)
        && Arrays.equals(dtypes, s.dtypes)
        && Arrays.equals(shapes, s.shapes)
        && Arrays.equals(ops, s.ops);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
