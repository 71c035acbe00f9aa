package dev.adjoint.ops;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The input gradient of a convolution whose windows are apart, by a product for each phase.
 *
 * <p>For a stride s and a padding p, element {@code s u + r} of the input is element {@code first + s t} of window
 * {@code u + lead - t}, where {@code first} and {@code lead} are rest and quotient of {@code r + p} by s. So each phase r is the
 * input gradient of a convolution with stride 1 and the elements from {@code first} on of the kernels. All read the gradient of
 * the output as it lies in the same zeros.
 *
 * @param whole the convolution
 */
record SeparatePhases(Convolution whole) {
  /** As many phases as are worth a product each. */
  private static final int MOST = 8;

  /**
   * Whether phases are few, and filling up their kernels to the same length would add much work. With one channel, the product of
   * a phase would have a single row.
   */
  static boolean fit(Convolution c) {
    long phases = 1;
    long elements = 1;
    long filled = 1;
    for (int i = 0; i < c.axes(); i++) {
      int s = c.strides().get(i);
      phases *= s;
      elements *= c.kernel(i);
      filled *= (long) Math.ceilDiv(c.kernel(i) + Math.floorMod(-c.padding().get(i), s), s) * s;
    }
    return c.weight().dim(1) > 1 && phases <= MOST && 4 * filled >= 5 * elements;
  }

  Tensor inputGradient(Tensor w, Tensor g) {
    int n = whole.axes();
    int[] lows = new int[n];
    int[] sizes = new int[n];
    for (int i = 0; i < n; i++) {
      int axis = i;
      int s = whole.strides().get(i);
      lows[i] = IntStream.range(0, s).map(r -> first(axis, r)).min().orElseThrow();
      sizes[i] = lead(i, s - 1) + size(i) - lows[i];
    }
    int[] starts = Arrays.stream(lows).map(low -> -low).toArray();
    Tensor placed = Convolution.place(g, starts, ones(n), sizes);
    int[] strides = whole.strides().toArray();
    int count = Arrays.stream(strides).reduce(1, (a, b) -> a * b);
    Tensor[] phases = new Tensor[count];
    for (int phase = 0; phase < count; phase++) {
      int[] rests = new int[n];
      int left = phase;
      for (int i = n - 1; i >= 0; i--) {
        rests[i] = left % strides[i];
        left /= strides[i];
      }
      phases[phase] = phase(rests, lows, w, placed);
    }
    return joined(Tensors.stack(0, phases));
  }

  /** The input gradient at the elements with some rests. */
  private Tensor phase(int[] rests, int[] lows, Tensor w, Tensor placed) {
    int n = whole.axes();
    int[] input = whole.input().dims();
    int[] kernel = whole.weight().dims();
    int[] from = new int[2 + n];
    int[] steps = ones(2 + n).toArray();
    int[] first = new int[2 + n];
    int[] around = placed.shape().dims();
    for (int i = 0; i < n; i++) {
      int taps = taps(i, rests[i]);
      input[2 + i] = size(i);
      kernel[2 + i] = taps;
      from[2 + i] = (rests[i] + whole.padding().get(i)) % whole.strides().get(i);
      steps[2 + i] = whole.strides().get(i);
      first[2 + i] = first(i, rests[i]) - lows[i];
      around[2 + i] = lead(i, rests[i]) + size(i) - first(i, rests[i]);
    }
    Shape result = Shape.of(input);
    if (IntStream.of(kernel).anyMatch(size -> size == 0)) {
      return new Tensor(Graph.constant(w.dtype(), 0, w.device())).broadcastTo(result);
    }
    Shape part = Shape.of(kernel);
    var side =
        new Convolution(
            result, part, ones(n), Axes.of(new int[n]), whole.dilations(), whole.groups());
    return side.inputGradientOf(
        new Tensor(Graph.slice(w.node(), Axes.of(from), Axes.of(steps), part)),
        new Tensor(Graph.slice(placed.node(), Axes.of(first), ones(2 + n), Shape.of(around))));
  }

  /** Phases [phases, n, channels, size / s...] as [n, channels, size...]. */
  private Tensor joined(Tensor phases) {
    int n = whole.axes();
    int[] dims = new int[2 + 2 * n];
    int[] wide = whole.input().dims();
    for (int i = 0; i < n; i++) {
      dims[i] = whole.strides().get(i);
      dims[n + 2 + i] = size(i);
      wide[2 + i] = dims[i] * size(i);
    }
    dims[n] = wide[0];
    dims[n + 1] = wide[1];
    IntStream pairs = IntStream.range(0, n).flatMap(i -> IntStream.of(n + 2 + i, i));
    Tensor all =
        phases
            .reshape(Shape.of(dims))
            .permute(Convolution.order(IntStream.of(n, n + 1), pairs))
            .reshape(Shape.of(wide));
    return new Tensor(Graph.slice(all.node(), Axes.of(new int[2 + n]), ones(2 + n), whole.input()));
  }

  /** The last window that has the first element with some rest. */
  private int lead(int axis, int rest) {
    return (rest + whole.padding().get(axis)) / whole.strides().get(axis);
  }

  /** The first window that has it. */
  private int first(int axis, int rest) {
    return lead(axis, rest) - (taps(axis, rest) - 1) * whole.dilations().get(axis);
  }

  /** How many windows have an element with some rest. */
  private int taps(int axis, int rest) {
    int s = whole.strides().get(axis);
    return Math.ceilDiv(whole.kernel(axis) - (rest + whole.padding().get(axis)) % s, s);
  }

  /** The elements of a phase along an axis. */
  private int size(int axis) {
    return Math.ceilDiv(whole.input().dim(2 + axis), whole.strides().get(axis));
  }

  private static Axes ones(int n) {
    return Axes.of(Graph.ones(n).dims());
  }
}
