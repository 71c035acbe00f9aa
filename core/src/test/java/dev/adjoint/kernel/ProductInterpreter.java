package dev.adjoint.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Runs matrix products one element at a time, in the words of {@link Kernel.MatMul}. Sums of products are done in sequence. */
final class ProductInterpreter {
  private final Kernel.MatMul product;
  private final Geometry at;
  private final MemorySegment[] memory;
  private final long[] starts;
  private final long[] scalars;
  private final int batch;
  private boolean inRange = true;

  private ProductInterpreter(
      Kernel.MatMul product, Geometry at, MemorySegment[] memory, long[] starts, long[] scalars) {
    this.product = product;
    this.at = at;
    this.memory = memory;
    this.starts = starts;
    this.scalars = scalars;
    this.batch = product.batchRank(at.sizes().length);
  }

  /** Runs a product; whether all positions that its loops check are in range. */
  static boolean run(
      Kernel.MatMul product, Geometry at, MemorySegment[] memory, long[] starts, long[] scalars) {
    return new ProductInterpreter(product, at, memory, starts, scalars).run();
  }

  /** An operand with its element for each index along the batch axes, its rows and k. */
  private record Operand(MemorySegment memory, long start, long offset, long[] strides) {
    double get(Kernel.MatMul product, int[] index) {
      long element = offset;
      for (int d = 0; d < index.length; d++) {
        element += index[d] * strides[d];
      }
      return KernelInterpreter.get(
          new MemorySegment[] {memory}, new long[] {start}, 0, product.dtype(), element);
    }
  }

  private boolean run() {
    Operand left = operand(0);
    Operand right = operand(1);
    int axes = batch + 2;
    int[] outer = Arrays.copyOf(at.sizes(), axes);
    for (long p = 0; p < size(outer); p++) {
      int[] index = Arrays.copyOf(KernelInterpreter.unravel(p, outer), at.sizes().length);
      int[] inLeft = Arrays.copyOf(index, axes);
      int[] inRight = Arrays.copyOf(index, axes);
      inRight[batch] = index[batch + 1];
      double sum = 0;
      for (int k = 0; k < at.sizes()[axes]; k++) {
        inLeft[batch + 1] = k;
        inRight[batch + 1] = k;
        sum += left.get(product, inLeft) * right.get(product, inRight);
      }
      KernelInterpreter.put(
          memory, starts, 2, product.dtype(), KernelInterpreter.element(at, 2, index), sum);
    }
    return inRange
        & KernelInterpreter.map(
            product.epilogue(), product.firstOfEpilogue(), axes, at, memory, starts, scalars);
  }

  private Operand operand(int operand) {
    Kernel.Factor factor = product.factor(operand);
    if (factor == null) {
      long[] all = at.strides()[operand];
      long[] strides = Arrays.copyOf(all, batch + 2);
      strides[batch] = all[batch + operand];
      strides[batch + 1] = all[batch + 2];
      return new Operand(memory[operand], starts[operand], at.offsets()[operand], strides);
    }
    int own = product.firstAxis(operand, at.sizes().length);
    int[] axes =
        IntStream.concat(IntStream.range(0, batch), IntStream.range(own, own + factor.rank()))
            .toArray();
    long rows = at.sizes()[batch + operand];
    long depth = at.sizes()[batch + 2];
    long[] written = new long[axes.length];
    rowMajor(written, axes, batch + factor.firstDepth(0), factor.depth(), 1);
    rowMajor(written, axes, batch + factor.firstRow(0), factor.rows(), depth);
    rowMajor(written, axes, 0, batch, rows * depth);
    long elements = size(Arrays.stream(axes).map(a -> at.sizes()[a]).toArray());
    MemorySegment target = MemorySegment.ofArray(new long[Math.toIntExact(elements)]);
    map(factor.map(), axes, product.firstOfFactor(operand), factor.operands(), target, written);
    long[] strides = Arrays.copyOf(written, batch + 2);
    strides[batch] = depth;
    strides[batch + 1] = 1;
    return new Operand(target, 0, 0, strides);
  }

  private void rowMajor(long[] strides, int[] axes, int first, int count, long inner) {
    long stride = inner;
    for (int a = first + count - 1; a >= first; a--) {
      strides[a] = stride;
      stride *= at.sizes()[axes[a]];
    }
  }

  /**
   * Runs a map over some axes of the launch.
   *
   * @param first the operand of its first access
   * @param count how many of its accesses are operands
   * @param target where its last access goes if that is none
   */
  private void map(
      Kernel.Loop map, int[] axes, int first, int count, MemorySegment target, long[] written) {
    int accesses = map.accesses().size();
    long[][] strides = new long[accesses][];
    long[] offsets =
        Arrays.copyOf(Arrays.copyOfRange(at.offsets(), first, first + count), accesses);
    MemorySegment[] blocks =
        Arrays.copyOf(Arrays.copyOfRange(memory, first, first + count), accesses);
    long[] begins = Arrays.copyOf(Arrays.copyOfRange(starts, first, first + count), accesses);
    for (int a = 0; a < count; a++) {
      long[] all = at.strides()[first + a];
      strides[a] = Arrays.stream(axes).mapToLong(axis -> all[axis]).toArray();
    }
    if (target != null) {
      strides[count] = written;
      blocks[count] = target;
    }
    var loop = new Kernel.Loop(axes.length, 0, false, map.accesses(), map.scalars(), map.stages());
    int[] sizes = Arrays.stream(axes).map(a -> at.sizes()[a]).toArray();
    inRange &=
        LoopInterpreter.run(loop, new Geometry(sizes, offsets, strides), blocks, begins, scalars);
  }

  private static long size(int[] sizes) {
    return Arrays.stream(sizes).asLongStream().reduce(1, (a, b) -> a * b);
  }
}
