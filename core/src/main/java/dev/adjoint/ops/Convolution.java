package dev.adjoint.ops;

import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Fold;
import dev.adjoint.graph.GradientRule;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A convolution of given shapes, as a number that is linear in each of three factors, an input x, a weight w and a gradient g of
 * the output:
 *
 * <pre>{@code
 * sum_n,o,c,p,k  g[n, o, p]  w[o, c, k]  x[n, c, p stride + k dilation - padding]
 * }</pre>
 *
 * Its derivative by g is the output, those by x and w are the input and the weight gradient. Each is one matrix product of views
 * of the other two factors, and the gradients of each are the other two derivatives again, with what flows in as the third
 * factor.
 *
 * @param input the shape [n, channels, size...]
 * @param weight the shape [out, channels / groups, kernel...]
 */
record Convolution(
    Shape input, Shape weight, Axes strides, Axes padding, Axes dilations, int groups) {
  /** What the number is linear in. */
  enum Factor {
    INPUT,
    WEIGHT,
    OUTPUT
  }

  /** The derivative by a factor, given the two others in the order of {@link Factor}. */
  Tensor of(Factor factor, Tensor a, Tensor b) {
    if (!Scope.gradEnabled() || !(a.tracked() || b.tracked())) {
      return product(factor, a, b);
    }
    Node value = product(factor, untracked(a), untracked(b)).node();
    return new Tensor(Graph.custom(new Rule(this, factor), List.of(value, a.node(), b.node())));
  }

  /** A node of its own even if the tensor is untracked: a copy of the graph may have tracked inputs. */
  private static Tensor untracked(Tensor x) {
    return new Tensor(Node.of(new Op.Detach(), List.of(x.node()), x.shape(), x.dtype(), false));
  }

  private record Rule(Convolution convolution, Factor factor) implements GradientRule {
    @Override
    public String name() {
      return "conv" + convolution.axes() + "d";
    }

    @Override
    public List<Supplier<Node>> gradients(Node node, Node gradient) {
      Tensor g = new Tensor(gradient);
      Tensor a = new Tensor(node.input(1));
      Tensor b = new Tensor(node.input(2));
      return switch (factor) {
        case INPUT ->
            List.of(
                () -> convolution.of(Factor.WEIGHT, g, b).node(),
                () -> convolution.of(Factor.OUTPUT, g, a).node());
        case WEIGHT ->
            List.of(
                () -> convolution.of(Factor.INPUT, g, b).node(),
                () -> convolution.of(Factor.OUTPUT, a, g).node());
        case OUTPUT ->
            List.of(
                () -> convolution.of(Factor.INPUT, b, g).node(),
                () -> convolution.of(Factor.WEIGHT, a, g).node());
      };
    }
  }

  private Tensor product(Factor factor, Tensor a, Tensor b) {
    return switch (factor) {
      case INPUT -> inputGradient(a, b);
      case WEIGHT -> weightGradient(a, b);
      case OUTPUT -> output(a, b);
    };
  }

  /** {@code [g, out / g, channels / g * kernel] x [n, g, channels / g * kernel, size']} for g groups. */
  private Tensor output(Tensor x, Tensor w) {
    Tensor windows = windows(x);
    int[] dims = Arrays.copyOf(windows.shape().dims(), 2 + axes());
    dims[1] = w.dim(0);
    Tensor left = matrices(filters(w), ShapeMath.order(3 + axes()), 1, 1);
    return times(left, columns(windows)).reshape(Shape.of(dims));
  }

  /**
   * The output of another convolution: of g, its elements as far apart as the windows were, with the kernels reversed and from
   * out to channels. {@link ConvolutionPhases} do without the zeros between the elements where they can.
   */
  Tensor inputGradient(Tensor w, Tensor g) {
    if (hasFewInputs()) {
      return summed(w, g);
    }
    if (ConvolutionPhases.fit(this)) {
      return SeparatePhases.fit(this)
          ? new SeparatePhases(this).inputGradient(w, g)
          : ConvolutionPhases.of(this).inputGradient(w, g);
    }
    int[] starts = new int[axes()];
    int[] sizes = new int[axes()];
    for (int i = 0; i < axes(); i++) {
      int span = (kernel(i) - 1) * dilations.get(i);
      starts[i] = span - padding.get(i);
      sizes[i] = input.dim(2 + i) + span;
    }
    return inputGradientOf(w, place(g, starts, strides, sizes));
  }

  /** The input gradient, given the gradient of the output in zeros: windows of it, one for each element of the input. */
  Tensor inputGradientOf(Tensor w, Tensor placed) {
    int[] ones = new int[axes()];
    Arrays.fill(ones, 1);
    Tensor windows = unfold(placed, Axes.of(ones));
    Tensor reversed = w.flip(IntStream.range(2, 2 + axes()).toArray());
    int[] order = ShapeMath.order(3 + axes());
    order[1] = 2;
    order[2] = 1;
    return times(matrices(filters(reversed), order, 1, 1), columns(windows)).reshape(input);
  }

  /** Whether all windows of the input have far fewer elements than those of the output that an element of the input is in. */
  private boolean hasFewInputs() {
    long inputs = weight.dim(1);
    long outputs = weight.dim(0) / groups;
    for (int i = 0; i < axes(); i++) {
      inputs *= kernel(i);
      outputs *= Math.ceilDiv((kernel(i) - 1) * dilations.get(i) + 1, strides.get(i));
    }
    return inputs > 0 && 2 * inputs < outputs;
  }

  /** The products {@code [g, channels / g * kernel, out / g] x [n, g, out / g, size']}, added up where windows overlap. */
  private Tensor summed(Tensor w, Tensor g) {
    int[] order = order(IntStream.of(0), IntStream.range(2, 3 + axes()), IntStream.of(1));
    Tensor left = matrices(filters(w), order, 1, 1 + axes());
    int[] dims = new int[2 + 2 * axes()];
    int[] sizes = input.dims();
    int[] starts = new int[input.rank()];
    dims[0] = input.dim(0);
    dims[1] = input.dim(1);
    for (int i = 0; i < axes(); i++) {
      dims[2 + i] = kernel(i);
      dims[2 + axes() + i] = g.dim(2 + i);
      int padded = sizes[2 + i] + 2 * padding.get(i);
      sizes[2 + i] = Math.ceilDiv(padded, strides.get(i)) * strides.get(i);
      starts[2 + i] = padding.get(i);
    }
    Tensor columns = left.matmul(matrices(grouped(g), ShapeMath.order(3 + axes()), 2, 1));
    IntStream kernels = IntStream.range(2, 2 + axes());
    IntStream places = IntStream.range(2 + axes(), dims.length);
    Tensor windows =
        columns.reshape(Shape.of(dims)).permute(order(IntStream.of(0, 1), places, kernels));
    Axes along = Axes.of(IntStream.range(2, 2 + axes()).toArray());
    Node sums = Fold.of(windows.node(), along, strides, dilations, Shape.of(sizes));
    Axes ones = Axes.of(Graph.ones(starts.length).dims());
    return new Tensor(Graph.slice(sums, Axes.of(starts), ones, input));
  }

  /** {@code [g, out / g, n * size'] x [g, n * size', channels / g * kernel]} for g groups. */
  private Tensor weightGradient(Tensor x, Tensor g) {
    int[] rows = ShapeMath.order(3 + axes());
    rows[0] = 1;
    rows[1] = 2;
    rows[2] = 0;
    int[] order = order(IntStream.of(1, 0), outputs(), IntStream.of(2), kernels());
    Tensor right = matrices(grouped(windows(x)), order, 1, 1 + axes());
    return times(matrices(grouped(g), rows, 1, 1), right).reshape(weight);
  }

  /** A product; that of a single row, which a convolution of each channel by itself has, is a sum in one loop kernel. */
  private Tensor times(Tensor a, Tensor b) {
    return weight.dim(1) == 1 && a.dim(-2) == 1
        ? MatrixProducts.sum(a.transpose(-1, -2).mul(b), -2, true)
        : a.matmul(b);
  }

  /** The windows of x, [n, channels, size'..., kernel...]. */
  private Tensor windows(Tensor x) {
    int[] sizes = new int[axes()];
    int[] ones = new int[axes()];
    for (int i = 0; i < axes(); i++) {
      sizes[i] = input.dim(2 + i) + 2 * padding.get(i);
      ones[i] = 1;
    }
    return unfold(place(x, padding.toArray(), Axes.of(ones), sizes), strides);
  }

  private Tensor unfold(Tensor x, Axes steps) {
    Axes axes = Axes.of(IntStream.range(2, 2 + axes()).toArray());
    Axes kernel = Axes.of(IntStream.range(0, axes()).map(this::kernel).toArray());
    return new Tensor(Graph.unfold(x.node(), axes, kernel, steps, dilations));
  }

  /**
   * A tensor [n, channels, ...] in zeros of other sizes: along each further axis, element p is at {@code start + p * step}, and
   * left out if that is outside.
   */
  static Tensor place(Tensor x, int[] starts, Axes steps, int[] sizes) {
    int[] before = new int[x.rank()];
    int[] apart = new int[x.rank()];
    int[] skipped = new int[x.rank()];
    int[] padded = x.shape().dims();
    int[] kept = x.shape().dims();
    Arrays.fill(apart, 1);
    for (int i = 0; i < sizes.length; i++) {
      int axis = 2 + i;
      apart[axis] = steps.get(i);
      before[axis] = Math.max(0, starts[i]);
      skipped[axis] = before[axis] - starts[i];
      kept[axis] = sizes[i];
      int end = before[axis] + (x.dim(axis) - 1) * apart[axis] + 1;
      padded[axis] = Math.max(end, skipped[axis] + sizes[i]);
    }
    int[] ones = new int[x.rank()];
    Arrays.fill(ones, 1);
    Node zero = Graph.constant(x.dtype(), 0, x.device());
    Node wide = Graph.pad(x.node(), zero, Axes.of(before), Axes.of(apart), Shape.of(padded));
    return new Tensor(Graph.slice(wide, Axes.of(skipped), Axes.of(ones), Shape.of(kept)));
  }

  /** Each window as a column, [n, g, channels / g * kernel, size']. */
  private Tensor columns(Tensor windows) {
    int[] order = order(IntStream.range(0, 3), kernels(), outputs());
    return matrices(grouped(windows), order, 2, 1 + axes());
  }

  /** A weight as [g, out / g, channels / g, kernel...]. */
  private Tensor filters(Tensor w) {
    return w.unflatten(0, groups, w.dim(0) / groups);
  }

  /** A tensor [n, channels, ...] as [n, g, channels / g, ...]. */
  private Tensor grouped(Tensor x) {
    return x.unflatten(1, groups, x.dim(1) / groups);
  }

  int axes() {
    return strides.size();
  }

  int kernel(int i) {
    return weight.dim(2 + i);
  }

  /** Where the windows [n, g, channels / g, size'..., kernel...] count windows. */
  private IntStream outputs() {
    return IntStream.range(3, 3 + axes());
  }

  /** Where they count the elements of a window. */
  private IntStream kernels() {
    return IntStream.range(3 + axes(), 3 + 2 * axes());
  }

  static int[] order(IntStream... parts) {
    return Arrays.stream(parts).flatMapToInt(part -> part).toArray();
  }

  private static Tensor matrices(Tensor x, int[] order, int batch, int rows) {
    return MatrixProducts.matrices(x, order, batch, rows);
  }
}
