package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OpError;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Images in other sizes: one axis after the other, as each element is a sum of products of weights along the axes. */
public final class Interpolation {
  private static final double A = -0.75;

  /** The gradient of longer lines is found element by element: the matrix of all weights would have too many zeros. */
  private static final int MOST = 512;

  private Interpolation() {}

  /** How elements between those of an axis are found. */
  private enum Mode {
    NEAREST(1, 3),
    NEAREST_EXACT(1, 3),
    LINEAR(1, 1),
    BILINEAR(2, 2),
    TRILINEAR(3, 3),
    BICUBIC(2, 2),
    AREA(1, 3);

    private final int least;
    private final int most;

    Mode(int least, int most) {
      this.least = least;
      this.most = most;
    }

    boolean isNearest() {
      return this == NEAREST || this == NEAREST_EXACT;
    }

    static Mode of(Tensor x, String name, boolean alignCorners) {
      Mode mode =
          switch (name) {
            case "nearest" -> NEAREST;
            case "nearest-exact" -> NEAREST_EXACT;
            case "linear" -> LINEAR;
            case "bilinear" -> BILINEAR;
            case "trilinear" -> TRILINEAR;
            case "bicubic" -> BICUBIC;
            case "area" -> AREA;
            default -> throw OpError.of("interpolate", "there is no mode \"" + name + "\"");
          };
      int axes = x.rank() - 2;
      if (axes < mode.least || axes > mode.most) {
        throw OpError.of(
            "interpolate",
            "mode \""
                + name
                + "\" does not fit the axes of [n, channels, ...], which is "
                + x.shape());
      }
      if (alignCorners && (mode.isNearest() || mode == AREA)) {
        throw OpError.of("interpolate", "mode \"" + name + "\" cannot align corners");
      }
      if (!mode.isNearest()) {
        Operands.requireFloat("interpolate", x);
      }
      return mode;
    }
  }

  public static Tensor toSize(Tensor x, int[] size, String name, boolean alignCorners) {
    Mode mode = Mode.of(x, name, alignCorners);
    int axes = x.rank() - 2;
    int[] sizes = size.length == 1 ? Convolutions.repeated(size[0], axes) : size;
    return resample(x, sizes, null, mode, alignCorners);
  }

  public static Tensor byFactor(Tensor x, double[] factor, String name, boolean alignCorners) {
    Mode mode = Mode.of(x, name, alignCorners);
    int axes = x.rank() - 2;
    double[] factors = new double[axes];
    int[] sizes = new int[axes];
    for (int i = 0; i < axes; i++) {
      boolean fits = factor.length == 1 || factor.length == axes;
      factors[i] = fits ? factor[factor.length == 1 ? 0 : i] : Double.NaN;
      double exact = Math.floor(x.dim(2 + i) * factors[i]);
      if (!(factors[i] > 0 && exact >= 1)) {
        throw OpError.of(
            "interpolate",
            "factors "
                + Arrays.toString(factor)
                + ": needs one for each axis of [n, channels, ...], which is "
                + x.shape()
                + ", and leave an element of each");
      }
      sizes[i] = ShapeMath.size("interpolate", (long) exact);
    }
    return resample(x, sizes, factors, mode, alignCorners);
  }

  private static Tensor resample(
      Tensor x, int[] sizes, double @Nullable [] factors, Mode mode, boolean alignCorners) {
    int axes = x.rank() - 2;
    Convolutions.values("interpolate", axes, "size", sizes, 1);
    if (mode == Mode.AREA) {
      return AdaptivePooling.average("interpolate", axes, x, sizes);
    }
    for (int i = 0; i < axes; i++) {
      if (x.dim(2 + i) == 0) {
        throw OpError.of(
            "interpolate", "axis " + (2 + i) + " of shape " + x.shape() + " has no elements");
      }
    }
    Tensor values = mode.isNearest() ? x : x.to(x.dtype().register());
    for (int i = 0; i < axes; i++) {
      int axis = 2 + i;
      int in = values.dim(axis);
      int out = sizes[i];
      double step = factors == null ? (double) in / out : 1 / factors[i];
      if (mode.isNearest()) {
        double shift = mode == Mode.NEAREST ? 0 : 0.5;
        values = nearest(values, axis, out, factors == null ? 0 : step, shift);
      } else if (mode == Mode.BICUBIC) {
        values = cubic(values, axis, position(values, in, out, step, alignCorners));
      } else if (in != out) {
        // As in PyTorch, a size that stays leaves the elements, even where a factor would move
        // them.
        values = linear(values, new Line(axis, in, out, step, alignCorners));
      }
    }
    return values.to(x.dtype());
  }

  /** The elements at {@code (i + shift) * step}, rounded down; a step of 0 stands for the quotient of the sizes. */
  private static Tensor nearest(Tensor x, int axis, int out, double step, double shift) {
    int in = x.dim(axis);
    if (step == 0 && out % in == 0) {
      return x.repeatInterleave(out / in, axis);
    }
    // In f32, as in PyTorch: another rounding of the product may name another element.
    float exact = step == 0 ? (float) in / out : (float) step;
    Tensor i = new Tensor(Graph.iota(out, x.device())).to(DType.F32);
    Tensor at = (shift == 0 ? i : i.add(shift)).mul(exact).floor().clampMax(in - 1);
    return x.indexSelect(axis, at.to(DType.I32));
  }

  /** Where the elements of a result lie in the input, in the type of the values. */
  private static Tensor position(
      Tensor values, int in, int out, double step, boolean alignCorners) {
    Tensor i = new Tensor(Graph.iota(out, values.device())).to(values.dtype());
    return alignCorners
        ? i.mul(out > 1 ? (in - 1.0) / (out - 1) : 0)
        : i.add(0.5).mul(step).sub(0.5);
  }

  private static Tensor linear(Tensor x, Line line) {
    boolean ruled = Scope.gradEnabled() && x.tracked() && line.out() <= MOST;
    Tensor from = ruled ? x.detach() : x;
    Tensor position = line.position(x);
    Tensor first = position.floor().clampMax(line.in() - 1);
    int axis = line.axis();
    Tensor part = turned(x, axis, position.sub(first).clamp(0, 1));
    Tensor one = read(from, axis, first, 0).mul(part.rsub(1));
    Tensor value = one.add(read(from, axis, first, 1).mul(part));
    return ruled ? new Tensor(Graph.custom(line, List.of(value.node(), x.node()))) : value;
  }

  /**
   * The elements along an axis, each between two others. The gradient is a product with the matrix of all weights: it has many
   * zeros, but sums without them would have a few elements each, at positions of their own.
   */
  private record Line(int axis, int in, int out, double step, boolean alignCorners)
      implements GradientRule {
    @Override
    public String name() {
      return "interpolate";
    }

    /** Where the elements of the result lie, in the type of the values. */
    Tensor position(Tensor values) {
      return Interpolation.position(values, in, out, step, alignCorners).clampMin(0);
    }

    @Override
    public List<Supplier<Node>> gradients(Node node, Node gradient) {
      Tensor g = new Tensor(gradient);
      Tensor place = new Tensor(Graph.iota(in, g.device())).to(g.dtype());
      Tensor distance = position(g).clampMax(in - 1).unsqueeze(1).sub(place).abs();
      Tensor weights = distance.rsub(1).clampMin(0);
      return List.of(() -> MatrixProducts.along(g, axis, weights).node());
    }
  }

  private static Tensor cubic(Tensor x, int axis, Tensor position) {
    Tensor first = position.floor().clampMax(x.dim(axis) - 1);
    Tensor part = turned(x, axis, position.sub(first).clamp(0, 1));
    Tensor[] weights = cubicWeights(part);
    Tensor sum = read(x, axis, first, -1).mul(weights[0]);
    for (int k = 1; k < 4; k++) {
      sum = sum.add(read(x, axis, first, k - 1).mul(weights[k]));
    }
    return sum;
  }

  /**
   * The weights of the elements 1 before, at, 1 and 2 behind a place, which is a part of the way from the second to the third.
   */
  static Tensor[] cubicWeights(Tensor part) {
    Tensor rest = part.rsub(1);
    return new Tensor[] {outer(part.add(1)), inner(part), inner(rest), outer(rest.add(1))};
  }

  /** The kernel of the cubic convolution at a distance up to 1: {@code ((a + 2) d - (a + 3)) d^2 + 1}. */
  private static Tensor inner(Tensor d) {
    return d.mul(A + 2).sub(A + 3).mul(d).mul(d).add(1);
  }

  /** The kernel at a distance from 1 to 2: {@code ((a d - 5 a) d + 8 a) d - 4 a}. */
  private static Tensor outer(Tensor d) {
    return d.mul(A).sub(5 * A).mul(d).add(8 * A).mul(d).sub(4 * A);
  }

  /** The elements some places behind the first, or at the ends. */
  private static Tensor read(Tensor x, int axis, Tensor first, int behind) {
    Tensor at = first.to(DType.I32).add(behind).clamp(0, x.dim(axis) - 1);
    return x.indexSelect(axis, at);
  }

  /** A vector along an axis. */
  private static Tensor turned(Tensor x, int axis, Tensor vector) {
    return vector.reshape(Graph.ones(x.rank()).with(axis, vector.dim(0)));
  }
}
