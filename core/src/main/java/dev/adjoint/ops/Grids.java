package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Images read at the positions of a grid, and the grids of affine maps. */
public final class Grids {
  private Grids() {}

  /** What is read outside of an image. */
  private enum Outside {
    ZEROS,
    BORDER,
    REFLECTION
  }

  /**
   * The elements to read along one axis, and their weights, for all positions [n, 1, positions].
   *
   * @param at positions (i32), which are in the image
   * @param inside whether the elements were in the image before they were moved there
   * @param weight their weights
   */
  private record Tap(Tensor at, Tensor inside, Tensor weight) {}

  public static Tensor sample(
      Tensor x, Tensor grid, String mode, String paddingMode, boolean alignCorners) {
    String op = "gridSample";
    Graph.sameDevice(op, x.node(), grid.node());
    Operands.requireFloat(op, x);
    int axes = x.rank() - 2;
    if ((axes != 2 && axes != 3)
        || grid.rank() != x.rank()
        || grid.dim(0) != x.dim(0)
        || grid.dim(-1) != axes
        || grid.dtype() != x.dtype()) {
      throw OpError.of(
          op,
          "needs [n, channels, height, width] and a grid [n, height', width', 2] of its type, or both with a depth, not "
              + x.dtype()
              + x.shape()
              + " and "
              + grid.dtype()
              + grid.shape());
    }
    int[] dims = x.shape().dims();
    long elements = Axes.product(Arrays.copyOfRange(dims, 2, dims.length));
    if (elements == 0) {
      throw OpError.of(op, "the images of " + x.shape() + " have no elements");
    }
    ShapeMath.size(op, elements);
    boolean cubic = mode.equals("bicubic");
    if (!cubic && !mode.equals("bilinear") && !mode.equals("nearest")) {
      throw OpError.of(op, "there is no mode \"" + mode + "\"");
    }
    if (cubic && axes == 3) {
      throw OpError.of(op, "mode \"bicubic\" reads images without a depth, not " + x.shape());
    }
    Outside outside =
        switch (paddingMode) {
          case "zeros" -> Outside.ZEROS;
          case "border" -> Outside.BORDER;
          case "reflection" -> Outside.REFLECTION;
          default -> throw OpError.of(op, "there is no padding \"" + paddingMode + "\"");
        };
    List<List<Tap>> taps = new ArrayList<>();
    for (int i = 0; i < axes; i++) {
      // The grid has x first, the image has it last.
      Tensor g = grid.select(-1, axes - 1 - i).to(x.dtype().register()).flatten(1).unsqueeze(1);
      taps.add(taps(g, x.dim(2 + i), mode, outside, alignCorners));
    }
    for (int i = 0; i < axes; i++) {
      dims[2 + i] = grid.dim(1 + i);
    }
    Tensor values = x.to(x.dtype().register()).flatten(2);
    return sum(values, x.shape(), taps).reshape(Shape.of(dims)).to(x.dtype());
  }

  /** The sum over all choices of a tap for each axis. */
  private static Tensor sum(Tensor values, Shape image, List<List<Tap>> taps) {
    List<Tap> all = taps.getFirst();
    for (int i = 1; i < taps.size(); i++) {
      List<Tap> more = new ArrayList<>();
      for (Tap a : all) {
        for (Tap b : taps.get(i)) {
          more.add(
              new Tap(
                  a.at.mul(image.dim(2 + i)).add(b.at),
                  a.inside.logicalAnd(b.inside),
                  a.weight.mul(b.weight)));
        }
      }
      all = more;
    }
    int count = all.getFirst().at.dim(2);
    Shape shape = values.shape().with(2, count);
    Tensor sum = null;
    for (Tap tap : all) {
      Tensor read = tap.inside.where(values.gather(2, tap.at.broadcastTo(shape)), 0);
      Tensor term = read.mul(tap.weight);
      sum = sum == null ? term : sum.add(term);
    }
    return Objects.requireNonNull(sum);
  }

  /** The taps along an axis for coordinates from -1 to 1. */
  private static List<Tap> taps(
      Tensor g, int size, String mode, Outside outside, boolean alignCorners) {
    Tensor place = alignCorners ? g.add(1).div(2).mul(size - 1) : g.add(1).mul(size).sub(1).div(2);
    if (mode.equals("bicubic")) {
      return cubicTaps(place, size, outside, alignCorners);
    }
    Tensor moved = moved(place, size, outside, alignCorners);
    if (mode.equals("nearest")) {
      Tensor at = moved.detach().round();
      return List.of(tap(at, size, Tensors.onesLike(at)));
    }
    Tensor first = moved.floor();
    Tensor part = moved.sub(first);
    return List.of(tap(first, size, part.rsub(1)), tap(first.add(1), size, part));
  }

  /** The taps of the cubic convolution: as in PyTorch, each of the four is moved by itself, and not the place. */
  private static List<Tap> cubicTaps(
      Tensor place, int size, Outside outside, boolean alignCorners) {
    Tensor first = place.floor();
    Tensor[] weights = Interpolation.cubicWeights(place.sub(first));
    List<Tap> taps = new ArrayList<>();
    for (int k = 0; k < weights.length; k++) {
      Tensor at = moved(first.detach().add(k - 1), size, outside, alignCorners);
      taps.add(tap(at, size, weights[k]));
    }
    return taps;
  }

  private static Tap tap(Tensor place, int size, Tensor weight) {
    Tensor at = place.to(DType.I32);
    return new Tap(at.clamp(0, size - 1), at.ge(0).logicalAnd(at.lt(size)), weight);
  }

  /** Places outside moved into the image, or near to it where they stay outside, so that an i32 can tell them. */
  private static Tensor moved(Tensor place, int size, Outside outside, boolean alignCorners) {
    return switch (outside) {
      case ZEROS -> place.gt(-4).logicalAnd(place.lt(size + 3)).where(place, -4);
      case BORDER -> clipped(place, size);
      case REFLECTION ->
          clipped(
              alignCorners ? reflected(place, 0, size - 1.0) : reflected(place, -0.5, size), size);
    };
  }

  /** A place from 0 to size - 1; there is no gradient at the ends, and NaN becomes 0. */
  private static Tensor clipped(Tensor place, int size) {
    double last = size - 1;
    return place.gt(0).where(place.ge(last).where(last, place), 0);
  }

  /** A place mirrored at the ends of a span that begins somewhere. */
  private static Tensor reflected(Tensor place, double begin, double span) {
    if (span == 0) {
      return place.mul(0);
    }
    Tensor from = place.sub(begin);
    Tensor far = from.lt(0).where(from.neg(), from);
    Tensor flips = far.detach().div(span).floor();
    Tensor rest = far.fmod(span);
    return flips.fmod(2).eq(0).where(rest.add(begin), rest.rsub(span + begin));
  }

  public static Tensor affine(Tensor theta, int[] size, boolean alignCorners) {
    Operands.requireFloat("affineGrid", theta);
    int axes = size.length - 2;
    if ((axes != 2 && axes != 3)
        || !theta.shape().equals(Shape.of(size[0], axes, axes + 1))
        || Arrays.stream(size).anyMatch(n -> n < 1)) {
      throw OpError.of(
          "affineGrid",
          "maps "
              + theta.shape()
              + " do not fit images "
              + Arrays.toString(size)
              + ": needs [n, 2, 3] for [n, channels, height, width], or [n, 3, 4] with a depth");
    }
    Shape places = Shape.of(Arrays.copyOfRange(size, 2, size.length));
    List<Tensor> columns = new ArrayList<>();
    for (int i = axes - 1; i >= 0; i--) {
      columns.add(centers(places, i, theta, alignCorners));
    }
    columns.add(Tensors.onesLike(columns.getFirst()));
    Tensor base = Tensors.stack(columns, -1).flatten(0, axes - 1);
    int[] dims = new int[axes + 2];
    System.arraycopy(size, 2, dims, 1, axes);
    dims[0] = size[0];
    dims[axes + 1] = axes;
    return MatrixProducts.matmul(base, theta.transpose(1, 2)).reshape(Shape.of(dims));
  }

  /** The coordinates from -1 to 1 along an axis, stretched over the others. */
  private static Tensor centers(Shape places, int axis, Tensor like, boolean alignCorners) {
    int n = places.dim(axis);
    DType wide = like.dtype().register();
    Tensor twice = Sequences.indices(places, axis, like.device()).mul(2).sub(n - 1).to(wide);
    int span = alignCorners ? n - 1 : n;
    return twice.div(Math.max(1, span)).to(like.dtype());
  }
}
