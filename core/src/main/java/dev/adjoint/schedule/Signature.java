package dev.adjoint.schedule;

import dev.adjoint.graph.Node;
import java.util.Arrays;
import java.util.List;

/** The structure of a computation, without its values: two computations with equal signatures run by one plan. */
final class Signature {
  private final int[] code;
  private final int hash;

  /** The structure that a code describes. */
  Signature(int[] code) {
    this.code = code;
    this.hash = Arrays.hashCode(code);
  }

  /** The signature of a walk with its updates. */
  static Signature of(Walk walk, List<UpdateTarget> targets, boolean keepTracked) {
    int n = walk.size();
    int count = 2 * targets.size() + walk.roots.length + 3 + 2 * n;
    for (int i = 0; i < n; i++) {
      count += walk.inputs(i);
    }
    int[] code = new int[count];
    int at = 0;
    code[at++] = keepTracked ? 1 : 0;
    code[at++] = walk.roots.length;
    code[at++] = targets.size();
    for (int root : walk.roots) {
      code[at++] = root;
    }
    for (UpdateTarget target : targets) {
      code[at++] = target.position();
      code[at++] = target.leaf();
    }
    for (int i = 0; i < n; i++) {
      Node node = walk.nodes[i];
      boolean leaf = walk.isLeaf(i);
      int flags =
          (node.kept() ? 1 : 0)
              + (node.tracked() ? 2 : 0)
              + (walk.ownedByVariable(i) ? 4 : 0)
              + (leaf ? 8 : 0);
      code[at++] = walk.structure(i);
      code[at++] = 16 * (leaf ? walk.alias[i] : 0) + flags;
      for (int k = 0; k < walk.inputs(i); k++) {
        code[at++] = walk.input(i, k);
      }
    }
    return new Signature(code);
  }

  /** The bytes that this takes in memory. */
  long bytes() {
    return 4L * code.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature s && hash == s.hash && Arrays.equals(code, s.code);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
