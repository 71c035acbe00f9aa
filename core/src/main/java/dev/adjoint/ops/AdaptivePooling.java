package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.ValuesAndIndices;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ReduceOp;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cut of the last axes of a tensor into so many parts: part i of n along an axis of a size is from {@code i * size / n} to
 * {@code (i + 1) * size / n}, rounded down and up, so that parts may overlap.
 *
 * <p>Parts of equal size are a view. Others are as long as the longest and gathered; what is too much of them is left out.
 */
public final class AdaptivePooling {
  /** The most parts along an axis for which the gradient is found by products. */
  private static final int MOST = 512;

  private final Tensor x;
  private final int[] counts;
  private final int[] lengths;

  private AdaptivePooling(String op, int axes, Tensor x, int[] sizes) {
    Pooling.requirePlanes(op, axes, x);
    int[] counts = sizes.length == 1 ? Convolutions.repeated(sizes[0], axes) : sizes;
    Convolutions.values(op, axes, "output size", counts, 1);
    this.x = x;
    this.counts = counts.clone();
    this.lengths = new int[axes];
    for (int i = 0; i < axes; i++) {
      long size = size(i);
      if (size == 0) {
        throw OpError.of(
            op, "axis " + (first() + i) + " of shape " + x.shape() + " has no elements");
      }
      for (long part = 0; part < counts[i]; part++) {
        long end = Math.ceilDiv((part + 1) * size, counts[i]);
        lengths[i] = Math.max(lengths[i], (int) (end - part * size / counts[i]));
      }
    }
  }

  public static Tensor average(String op, int axes, Tensor x, int... sizes) {
    Operands.requireFloat(op, x);
    var cut = new AdaptivePooling(op, axes, x, sizes);
    return Statistics.wide(
        x,
        values -> {
          Tensor inside = cut.inside();
          if (inside == null) {
            Tensor sums = Reductions.reduce(ReduceOp.SUM, cut.parts(values), cut.within(), false);
            return sums.div(Axes.product(cut.lengths));
          }
          boolean ruled = Scope.gradEnabled() && values.tracked() && cut.isShort();
          Tensor parts = cut.parts(ruled ? values.detach() : values);
          Tensor counted = inside.where(parts, 0);
          Tensor sums = Reductions.reduce(ReduceOp.SUM, counted, cut.within(), false);
          var rule = new SumRule(op, Arrays.stream(cut.counts).boxed().toList());
          Tensor all =
              ruled ? new Tensor(Graph.custom(rule, List.of(sums.node(), values.node()))) : sums;
          return all.div(cut.counted().to(values.dtype()));
        });
  }

  /**
   * The gradient of the sums of parts goes to all elements of a part: it is a product, axis by axis, with matrices that tell what
   * belongs to a part.
   */
  private record SumRule(String name, List<Integer> counts) implements GradientRule {
    @Override
    public List<Supplier<Node>> gradients(Node node, Node gradient) {
      int[] sizes = counts.stream().mapToInt(Integer::intValue).toArray();
      var cut = new AdaptivePooling(name, sizes.length, new Tensor(node.input(1)), sizes);
      return List.of(() -> cut.spread(new Tensor(gradient)).node());
    }
  }

  /** For each element the sum over all parts that it belongs to. */
  private Tensor spread(Tensor parts) {
    Tensor sums = parts;
    for (int i = 0; i < counts.length; i++) {
      Tensor at = new Tensor(Graph.iota(size(i), x.device()));
      Tensor begun = at.ge(start(i, 0).unsqueeze(1));
      Tensor member = begun.logicalAnd(at.lt(start(i, 1).unsqueeze(1)));
      sums = MatrixProducts.along(sums, first() + i, member.to(parts.dtype()));
    }
    return sums;
  }

  /** Whether a product with a matrix that has an element for each part is not too long a way to a sum over a few of them. */
  private boolean isShort() {
    return Arrays.stream(counts).max().orElse(0) <= MOST;
  }

  public static Tensor max(String op, int axes, Tensor x, int... sizes) {
    return new AdaptivePooling(op, axes, x, sizes).max(op);
  }

  public static ValuesAndIndices maxWithIndices(String op, int axes, Tensor x, int... sizes) {
    var cut = new AdaptivePooling(op, axes, x, sizes);
    Tensor at = cut.extremes(op, x.detach()).positionOfLargest();
    return new ValuesAndIndices(cut.max(op), at.to(DType.I64));
  }

  private Tensor max(String op) {
    if (!Scope.gradEnabled() || !x.tracked()) {
      return extremes(op, x).largest();
    }
    // The gradient goes to the one element at the position.
    Tensor at = extremes(op, x.detach()).positionOfLargest();
    return x.flatten(first()).gather(first(), at.flatten(first())).reshape(at.shape());
  }

  private Extremes extremes(String op, Tensor values) {
    Node least = Extremes.least(op, values);
    Tensor inside = inside();
    Tensor parts = parts(values);
    Tensor positions = coordinate(0);
    for (int i = 1; i < counts.length; i++) {
      positions = positions.mul(size(i)).add(coordinate(i));
    }
    return new Extremes(
        inside == null ? parts : Operands.where(inside, parts, new Tensor(least)),
        positions,
        inside,
        within());
  }

  private int first() {
    return x.rank() - counts.length;
  }

  private int size(int i) {
    return x.dim(first() + i);
  }

  private boolean isEven(int i) {
    return size(i) % counts[i] == 0;
  }

  /** The parts of a tensor, each axis made into one that counts parts and one for the elements of a part. */
  private Tensor parts(Tensor values) {
    Tensor parts = values;
    for (int i = 0; i < counts.length; i++) {
      int axis = first() + 2 * i;
      if (!isEven(i)) {
        parts = parts.indexSelect(axis, line(i).clampMax(size(i) - 1).flatten());
      }
      parts = parts.unflatten(axis, counts[i], lengths[i]);
    }
    return parts;
  }

  private int[] within() {
    int[] within = new int[counts.length];
    Arrays.setAll(within, i -> first() + 2 * i + 1);
    return within;
  }

  /** The positions (i32) of the elements of parts along one axis, [count, length]; they may go beyond the part. */
  private Tensor line(int i) {
    return start(i, 0).unsqueeze(1).add(new Tensor(Graph.iota(lengths[i], x.device())));
  }

  /** Where parts begin (i32), or where the parts before them end: {@code i * size / count}, rounded down or up. */
  private Tensor start(int i, int before) {
    boolean fits = (counts[i] + 1L) * size(i) <= Integer.MAX_VALUE;
    Tensor number = new Tensor(Graph.iota(counts[i], x.device()));
    int up = before == 0 ? 0 : counts[i] - 1;
    Tensor exact = number.to(fits ? DType.I32 : DType.I64).add(before).mul(size(i));
    return exact.add(up).floorDiv(counts[i]).to(DType.I32);
  }

  /** Which elements belong to parts, or null if all do. */
  private @Nullable Tensor inside() {
    Tensor inside = null;
    for (int i = 0; i < counts.length; i++) {
      if (!isEven(i)) {
        Tensor fits = turned(i, line(i).lt(start(i, 1).unsqueeze(1)));
        inside = inside == null ? fits : inside.logicalAnd(fits);
      }
    }
    return inside;
  }

  private Tensor coordinate(int i) {
    return turned(i, line(i));
  }

  /** A matrix [count, length] along the two axes of the parts. */
  private Tensor turned(int i, Tensor matrix) {
    int[] dims = Graph.ones(first() + 2 * counts.length).dims();
    dims[first() + 2 * i] = matrix.dim(0);
    dims[first() + 2 * i + 1] = matrix.dim(1);
    return matrix.reshape(Shape.of(dims));
  }

  /** How many elements parts have (i32). */
  private Tensor counted() {
    Tensor product = start(0, 1).sub(start(0, 0));
    for (int i = 1; i < counts.length; i++) {
      product = product.unsqueeze(-1).mul(start(i, 1).sub(start(i, 0)));
    }
    return product;
  }
}
