package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Scope;
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
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reductions of windows: a view of what surrounds the tensor by padding, and a fold of that. */
public final class Pooling {
  private Pooling() {}

  public static Tensor max(
      int axes, Tensor x, int kernel, int stride, int padding, int dilation, boolean ceil) {
    return max(
        axes,
        x,
        all(axes, kernel),
        all(axes, stride),
        all(axes, padding),
        all(axes, dilation),
        ceil);
  }

  public static Tensor max(
      int axes, Tensor x, int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceil) {
    String op = "maxPool" + axes + "d";
    return max(op, windows(op, axes, x, kernel, stride, padding, dilation, ceil), x);
  }

  public static ValuesAndIndices maxWithIndices(
      int axes, Tensor x, int kernel, int stride, int padding, int dilation, boolean ceil) {
    return maxWithIndices(
        axes,
        x,
        all(axes, kernel),
        all(axes, stride),
        all(axes, padding),
        all(axes, dilation),
        ceil);
  }

  public static ValuesAndIndices maxWithIndices(
      int axes, Tensor x, int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceil) {
    String op = "maxPool" + axes + "dWithIndices";
    Windows windows = windows(op, axes, x, kernel, stride, padding, dilation, ceil);
    Tensor at = positionOfLargest(op, windows, x.detach());
    return new ValuesAndIndices(max(op, windows, x), at.to(DType.I64));
  }

  public static Tensor average(
      int axes,
      Tensor x,
      int kernel,
      int stride,
      int padding,
      boolean ceil,
      boolean countPadding,
      @Nullable Integer divisor) {
    return average(
        axes,
        x,
        all(axes, kernel),
        all(axes, stride),
        all(axes, padding),
        ceil,
        countPadding,
        divisor);
  }

  public static Tensor average(
      int axes,
      Tensor x,
      int[] kernel,
      int[] stride,
      int[] padding,
      boolean ceil,
      boolean countPadding,
      @Nullable Integer divisor) {
    String op = "avgPool" + axes + "d";
    Operands.requireFloat(op, x);
    if (divisor != null && divisor == 0) {
      throw OpError.of(op, "the divisor must not be 0");
    }
    Windows windows = windows(op, axes, x, kernel, stride, padding, all(axes, 1), ceil);
    return Statistics.wide(
        x,
        values -> {
          Tensor sums = sums(op, windows, values);
          if (divisor != null) {
            return sums.div(divisor);
          }
          return cut(windows, countPadding)
              ? sums.div(counted(windows, countPadding, x.device()).to(values.dtype()))
              : sums.div(Axes.product(kernel));
        });
  }

  private static Tensor sums(String op, Windows windows, Tensor x) {
    boolean differentiable = Scope.gradEnabled() && x.tracked();
    Node zero = Graph.constant(x.dtype(), 0, x.device());
    Tensor all = windows.of(differentiable ? x.detach() : x, zero);
    Tensor sums = Reductions.reduce(ReduceOp.SUM, all, windows.within(), false);
    return differentiable
        ? new Tensor(Graph.custom(new SumRule(op, windows), List.of(sums.node(), x.node())))
        : sums;
  }

  /** Whether windows have elements that do not count. */
  private static boolean cut(Windows windows, boolean countPadding) {
    boolean cut = false;
    for (int i = 0; i < windows.axes(); i++) {
      int margin = windows.padding().get(i);
      int size = windows.input().dim(windows.first() + i);
      cut |= windows.end(i) > size + (countPadding ? margin : 0) || (!countPadding && margin > 0);
    }
    return cut;
  }

  /** How many elements of each window are not beyond the tensor, or not beyond its padding. */
  private static Tensor counted(Windows windows, boolean countPadding, Device device) {
    Tensor product = null;
    for (int i = 0; i < windows.axes(); i++) {
      Tensor start = windows.start(i, device);
      int size = windows.input().dim(windows.first() + i);
      Tensor end =
          start
              .add(windows.kernel().get(i))
              .clampMax(countPadding ? size + windows.padding().get(i) : size);
      Tensor count = end.sub(countPadding ? start : start.clampMin(0));
      product = product == null ? count : product.mul(count);
    }
    return Objects.requireNonNull(product);
  }

  private static int[] all(int axes, int value) {
    return Convolutions.repeated(value, axes);
  }

  private static Windows windows(
      String op,
      int axes,
      Tensor x,
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] dilation,
      boolean ceil) {
    requirePlanes(op, axes, x);
    Convolutions.values(op, axes, "kernel size", kernel, 1);
    Convolutions.values(op, axes, "stride", stride, 1);
    Convolutions.values(op, axes, "padding", padding, 0);
    Convolutions.values(op, axes, "dilation", dilation, 1);
    for (int i = 0; i < axes; i++) {
      if (padding[i] > kernel[i] / 2) {
        throw OpError.of(
            op,
            "padding "
                + Arrays.toString(padding)
                + ": must be at most half of the kernel size "
                + Arrays.toString(kernel));
      }
    }
    return Windows.of(op, x.shape(), kernel, stride, padding, dilation, ceil);
  }

  /** Requires [n, channels, size...] or [channels, size...], with positions that an i32 can tell. */
  static void requirePlanes(String op, int axes, Tensor x) {
    if (x.rank() != axes + 2 && x.rank() != axes + 1) {
      throw OpError.of(
          op, "needs an input of " + (axes + 2) + " axes, or one less, not " + x.shape());
    }
    int[] dims = x.shape().dims();
    ShapeMath.size(op, Axes.product(Arrays.copyOfRange(dims, dims.length - axes, dims.length)));
  }

  private static Extremes extremes(String op, Windows windows, Tensor x) {
    return new Extremes(
        windows.of(x, Extremes.least(op, x)),
        windows.positions(x.device()),
        windows.inside(x.device()),
        windows.within());
  }

  /** The position (i32) of the first largest value of each window, or of the last NaN. */
  private static Tensor positionOfLargest(String op, Windows windows, Tensor x) {
    return Axes.product(windows.kernel().toArray()) <= FirstLargest.MOST
        ? new FirstLargest(windows, x, Extremes.least(op, x)).position()
        : extremes(op, windows, x).positionOfLargest();
  }

  private static Tensor max(String op, Windows windows, Tensor x) {
    if (!Scope.gradEnabled() || !x.tracked()) {
      return extremes(op, windows, x).largest();
    }
    Node value = extremes(op, windows, x.detach()).largest().node();
    return new Tensor(Graph.custom(new Rule(op, windows), List.of(value, x.node())));
  }

  /** The gradient of a sum goes to all elements of the window. */
  private record SumRule(String name, Windows windows) implements GradientRule {
    @Override
    public List<Supplier<Node>> gradients(Node node, Node gradient) {
      return List.of(() -> new Holders(windows).sum(new Tensor(gradient), null).node());
    }
  }

  /** The gradient of a largest value goes to the one element where it was found. */
  private record Rule(String name, Windows windows) implements GradientRule {
    @Override
    public List<Supplier<Node>> gradients(Node node, Node gradient) {
      return List.of(() -> back(new Tensor(node.input(1)).detach(), new Tensor(gradient)).node());
    }

    private Tensor back(Tensor x, Tensor g) {
      Tensor at = positionOfLargest(name, windows, x);
      return new Holders(windows).sum(g, at);
    }
  }
}
