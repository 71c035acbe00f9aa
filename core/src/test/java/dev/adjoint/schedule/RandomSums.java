package dev.adjoint.schedule;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random graphs of f32 tensors whose sums are inexact, with several roots that share reductions. A disguised graph has the same
 * values: some of them are computed before, and some lie in memory in another layout.
 */
final class RandomSums {
  /** The number of layouts that a tensor can be given. */
  static final int LAYOUTS = 6;

  private static final int[] SIZES = {1, 2, 3, 5, 8, 31, 32, 33, 40, 64, 70};
  private static final int LARGE = 1100;
  private static final int MOST_ELEMENTS = 20_000;

  private final Random random;
  private final Random disguises = new Random(1);
  private final boolean disguised;
  private final List<Tensor> tensors = new ArrayList<>();

  RandomSums(long seed, boolean disguised) {
    this.random = new Random(seed);
    this.disguised = disguised;
  }

  /** The roots of the graph. */
  List<Tensor> roots() {
    for (int i = 0; i < 3; i++) {
      add(source(shape()));
    }
    for (int i = 0; i < 4 + random.nextInt(8); i++) {
      add(next(pick()));
    }
    Tensor x = pick();
    while (x.shape().rank() == 0) {
      x = source(shape());
    }
    Tensor sum = x.sum(random.nextInt(x.shape().rank()), true);
    add(sum);
    var roots = new ArrayList<Tensor>();
    roots.add(x.div(sum.abs().add(1)).tanh().pow(2));
    roots.add(x.sub(sum).exp().add(1).log().sum(random.nextInt(x.shape().rank())));
    roots.add(sum.abs().add(0.5).pow(1.5).mul(x).sum());
    for (int i = 0; i < 3; i++) {
      roots.add(pick());
    }
    return roots;
  }

  private void add(Tensor x) {
    tensors.add(disguised && disguises.nextBoolean() ? laidOut(x, disguises.nextInt(LAYOUTS)) : x);
  }

  /** A tensor in memory, in a layout of a number. */
  static Tensor laidOut(Tensor x, int layout) {
    int rank = x.shape().rank();
    if (rank == 0) {
      return x.realize();
    }
    int[] axes = IntStream.range(0, rank).toArray();
    int[] reversed = IntStream.range(0, rank).map(d -> rank - 1 - d).toArray();
    int n = x.shape().dim(0);
    return switch (layout) {
      case 0 -> x.realize();
      case 1 -> stored(x.permute(reversed)).permute(reversed);
      case 2 -> stored(x.flip(axes)).flip(axes);
      case 3 -> Tensors.cat(0, x, x).realize().slice(0, n, 2 * n, 1);
      case 4 -> Tensors.stack(rank, x, x).realize().select(rank, 1);
      default -> stored(x.movedim(rank - 1, 0)).movedim(0, rank - 1);
    };
  }

  /** The same values, in memory in row-major order. */
  private static Tensor stored(Tensor x) {
    return x.mul(1).realize();
  }

  private int[] shape() {
    int[] dims = new int[1 + random.nextInt(3)];
    int elements = 1;
    for (int d = 0; d < dims.length; d++) {
      int size = random.nextInt(6) == 0 ? LARGE : SIZES[random.nextInt(SIZES.length)];
      dims[d] = (long) elements * size > MOST_ELEMENTS ? 2 : size;
      elements *= dims[d];
    }
    return dims;
  }

  private Tensor source(int[] dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensors.of(values, dims);
  }

  private Tensor pick() {
    return tensors.get(random.nextInt(tensors.size()));
  }

  private Tensor next(Tensor x) {
    int rank = x.shape().rank();
    if (rank == 0) {
      return x.tanh();
    }
    int axis = random.nextInt(rank);
    return switch (random.nextInt(12)) {
      case 0 -> x.sum(axis);
      case 1 -> x.sum();
      case 2 -> x.sub(x.mean(axis, true));
      case 3 -> x.softmax(axis);
      case 4 -> x.tanh().mul(0.01).add(1).prod(axis);
      case 5 -> x.var(axis, true).add(1).mul(x);
      case 6 -> x.permute(IntStream.range(0, rank).map(d -> rank - 1 - d).toArray());
      case 7 -> x.add(source(x.shape().dims()));
      case 8 -> x.unsqueeze(axis).expand(inserted(x.shape().dims(), axis)).sum(axis);
      case 9 ->
          rank > 1 ? x.sum(IntStream.range(0, rank).filter(d -> d != axis).toArray()) : x.sum();
      case 10 -> x.amax(axis, true).add(x);
      default -> x.flatten();
    };
  }

  private static int[] inserted(int[] dims, int axis) {
    int[] more = new int[dims.length + 1];
    for (int d = 0; d < more.length; d++) {
      more[d] = d < axis ? dims[d] : d == axis ? 3 : dims[d - 1];
    }
    return more;
  }
}
