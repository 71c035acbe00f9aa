package dev.adjoint.cpu.plain;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Kernel;

/**
 * The state of a fold in the order of {@link Kernel.Loop}, for a number of columns side by side: the partial results of the
 * current block, and the part of the tree that the blocks before it make.
 */
final class Partials {
  /** The row of {@link #values} with the result, behind those of the partials. */
  static final int RESULT = Kernel.Loop.PARTIALS;

  private final DType type;
  private final int width;
  private final BlockOp op;
  private final Object values;
  private final long identity;
  private final Object[] tree = new Object[Long.SIZE];
  private long blocks;

  /** The state before the first element. */
  Partials(ReduceOp op, DType type, int width) {
    this.type = type;
    this.width = width;
    this.op = BlockOpCompiler.of(op, type);
    identity = FoldValues.identity(op, type);
    values = TypedArrays.array(type, (RESULT + 1) * width);
    if (identity != 0) {
      reset(RESULT);
    }
  }

  /** An array with a row of columns for each partial, and one for the result. Partials without elements are the identity. */
  Object values() {
    return values;
  }

  /** Folds values into the partials from an index of the array on. */
  void take(int at, Object from, int fromAt, int n) {
    op.run(values, at, values, at, from, fromAt, values, 0, n);
  }

  private void reset(int elements) {
    TypedArrays.fill(type, values, identity, Math.min(elements, RESULT) * width);
  }

  /** Folds the partials of a block of some elements, in halves, to the first row. */
  void fold(int elements) {
    int rows = Math.min(elements, RESULT);
    for (int half = RESULT / 2; half > 0; half /= 2) {
      if (rows > half) {
        int n = (rows - half) * width;
        op.run(values, 0, values, 0, values, half * width, values, 0, n);
        rows = half;
      }
    }
  }

  /** Ends a block of some elements, whose result is in the first row. */
  void push(int elements) {
    int level = 0;
    for (; (blocks >> level & 1) != 0; level++) {
      op.run(values, 0, tree[level], 0, values, 0, values, 0, width);
    }
    if (tree[level] == null) {
      tree[level] = TypedArrays.array(type, width);
    }
    System.arraycopy(values, 0, tree[level], 0, width);
    blocks++;
    reset(elements);
  }

  /** Ends the fold with a block of some elements, maybe none, whose result is in the first row. */
  void finish(int elements) {
    if (blocks == 0) {
      System.arraycopy(values, 0, values, RESULT * width, width);
      reset(elements);
      return;
    }
    if (elements > 0) {
      push(elements);
    }
    int level = Long.numberOfTrailingZeros(blocks);
    System.arraycopy(tree[level], 0, values, RESULT * width, width);
    for (level++; blocks >> level != 0; level++) {
      if ((blocks >> level & 1) != 0) {
        op.run(values, RESULT * width, tree[level], 0, values, RESULT * width, values, 0, width);
      }
    }
    blocks = 0;
  }
}
