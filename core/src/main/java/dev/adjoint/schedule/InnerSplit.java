package dev.adjoint.schedule;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Access;
import dev.adjoint.kernel.Instr;
import dev.adjoint.kernel.Stage;
import java.util.List;

/**
 * How often a product is cut along its inner axis: parts that are products of their own, side by side, whose results are summed.
 * A product of few tiles, as the gradient of a convolution's weight is, leaves most units of a large device idle otherwise.
 */
final class InnerSplit {
  /** The side of a tile, of which a unit has one at a time. */
  private static final int TILE = 64;

  /** The elements of a part along the inner axis, at least. */
  private static final int LEAST = 256;

  /** A group of a tile leaves most of a unit to others. */
  private static final int PARTS_PER_UNIT = 4;

  private InnerSplit() {}

  /**
   * The number of parts; 1 if a product stays whole.
   *
   * @param sizes batch axes, m, n and k
   * @param outermost the sizes that must be cut evenly: k of a factor in memory, the first axis of k of a computed one
   * @param units how many tiles a device works on at a time; 1 if it cuts a product in another way
   */
  static int parts(int[] sizes, List<Integer> outermost, int units) {
    int rank = sizes.length;
    long tiles = tiles(sizes[rank - 3]) * tiles(sizes[rank - 2]);
    for (int a = 0; a < rank - 3; a++) {
      tiles *= sizes[a];
    }
    if (units == 1 || tiles == 0 || tiles > 2L * units) {
      return 1;
    }
    long most = Math.min((long) PARTS_PER_UNIT * units / tiles, sizes[rank - 1] / LEAST);
    for (int parts = (int) most; parts > 1; parts--) {
      int n = parts;
      if (outermost.stream().allMatch(size -> size % n == 0)) {
        return parts;
      }
    }
    return 1;
  }

  private static long tiles(int size) {
    return ((long) size + TILE - 1) / TILE;
  }

  /**
   * An element function over batch axes and others, with an axis for the parts behind those of the batch.
   *
   * @param batch the number of batch axes
   * @param axis the axis that is cut
   * @param size how far a part reaches along it
   */
  static Operand cut(Operand whole, int batch, int axis, int size) {
    long[] c = whole.element().coefficients;
    long[] more = new long[c.length + 1];
    System.arraycopy(c, 0, more, 0, batch);
    more[batch] = c[axis] * size;
    System.arraycopy(c, batch, more, batch + 1, c.length - batch);
    return new Operand(
        whole.kind(), whole.dtype(), whole.node(), new Affine(whole.element().offset, more));
  }

  /**
   * The sum of the parts.
   *
   * @param batch the number of products
   * @param matrix the elements of each
   * @param from the value that has the results of the parts
   */
  static Step sum(int batch, int matrix, int parts, int from, DType type) {
    Affine read = new Affine(0, new long[] {(long) parts * matrix, 1, matrix});
    Affine written = new Affine(0, new long[] {matrix, 1, 0});
    var operands =
        List.of(
            new Operand(Access.Kind.READ, type, from, read),
            new Operand(Access.Kind.WRITE, type, Operand.RAW, written));
    Stage fold =
        new Stage.Reduce(
            List.of(new Instr.Load(0, type)), List.of(new Stage.Fold(ReduceOp.SUM, 0, type)));
    Stage finish =
        new Stage.Finish(List.of(new Instr.Reduced(0, type)), List.of(new Stage.Store(1, 0)));
    Space space = Space.of(new int[] {batch, matrix}, new int[] {parts});
    return LoopSteps.of(new Lowering.Result(space, operands, new Scalars(), List.of(fold, finish)));
  }
}
