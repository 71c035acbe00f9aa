package dev.adjoint.cpu.plain;

import static java.lang.Double.doubleToRawLongBits;
import static java.lang.Double.longBitsToDouble;
import static java.lang.Float.floatToRawIntBits;
import static java.lang.Float.intBitsToFloat;

import dev.adjoint.DType;
import dev.adjoint.graph.ReduceOp;
import dev.adjoint.kernel.Kernel;
import java.util.Arrays;

/**
 * A fold in the order of {@link Kernel.Loop}, of values as raw bits: the partial results of the current block, and the part of
 * the tree that the blocks before it make. Generated code calls it.
 */
final class Partials {
  private final ReduceOp op;
  private final DType type;
  private final int block;
  private final long identity;
  private final long[] partials = new long[Kernel.Loop.PARTIALS];
  private final long[] tree = new long[Long.SIZE];
  private int filled;
  private long blocks;

  /** The state before the first element, for blocks of some elements. */
  Partials(ReduceOp op, DType type, int block) {
    this.op = op;
    this.type = type;
    this.block = block;
    identity = op.identity(type);
    Arrays.fill(partials, identity);
  }

  /** Takes the next element. */
  void take(long value) {
    int at = filled % partials.length;
    partials[at] = fold(partials[at], value);
    if (++filled == block) {
      endBlock();
    }
  }

  private void endBlock() {
    for (int half = partials.length / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        partials[j] = fold(partials[j], partials[j + half]);
      }
    }
    long value = partials[0];
    int level = 0;
    for (; (blocks >> level & 1) != 0; level++) {
      value = fold(tree[level], value);
    }
    tree[level] = value;
    blocks++;
    filled = 0;
    Arrays.fill(partials, identity);
  }

  /** The result; what is taken next is the first element of another fold. */
  long result() {
    if (filled > 0 || blocks == 0) {
      endBlock();
    }
    int level = Long.numberOfTrailingZeros(blocks);
    long result = tree[level];
    for (level++; blocks >> level != 0; level++) {
      if ((blocks >> level & 1) != 0) {
        result = fold(tree[level], result);
      }
    }
    blocks = 0;
    return result;
  }

  private long fold(long a, long b) {
    return switch (type.carrier()) {
      // The low half of a result of longs is that of ints.
      case INT, LONG -> foldLongs(a, b);
      case FLOAT -> floatToRawIntBits(foldFloats(intBitsToFloat((int) a), intBitsToFloat((int) b)));
      case DOUBLE -> doubleToRawLongBits(foldDoubles(longBitsToDouble(a), longBitsToDouble(b)));
    };
  }

  private long foldLongs(long a, long b) {
    return switch (op) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  private float foldFloats(float a, float b) {
    return switch (op) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  private double foldDoubles(double a, double b) {
    return switch (op) {
      case SUM -> a + b;
      case PROD -> a * b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }
}
