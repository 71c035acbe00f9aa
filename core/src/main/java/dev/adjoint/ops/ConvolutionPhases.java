package dev.adjoint.ops;

import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Axes;
import dev.adjoint.graph.Graph;
import java.util.stream.IntStream;

/**
 * The input gradient of a convolution whose windows are apart, without zeros between the elements of the gradient g of the
 * output.
 *
 * <p>For a stride s, element {@code s u + r} of the input is only in windows whose element there is one of each s-th of a kernel.
 * So the phases r are further channels of a convolution with stride 1 and kernels that are s times shorter; what it gives for
 * them is laid between each other, which is a view. Zeros before the kernels make phase 0 that of element 0.
 *
 * @param whole the convolution
 * @param side that of stride 1, of channels [channels, phases]
 * @param skipped the zeros before the kernels along each axis
 */
record ConvolutionPhases(Convolution whole, Convolution side, Axes skipped) {
  /** Whether windows are apart along some axis, and elements of a window are neighbours along each of these. */
  static boolean fit(Convolution c) {
    IntStream apart = IntStream.range(0, c.axes()).filter(i -> c.strides().get(i) > 1);
    int[] axes = apart.toArray();
    return axes.length > 0 && IntStream.of(axes).allMatch(i -> c.dilations().get(i) == 1);
  }

  static ConvolutionPhases of(Convolution c) {
    int[] inputs = c.input().dims();
    int[] kernels = c.weight().dims();
    int[] padding = new int[c.axes()];
    int[] skipped = new int[c.axes()];
    for (int i = 0; i < c.axes(); i++) {
      int s = c.strides().get(i);
      skipped[i] = Math.floorMod(-c.padding().get(i), s);
      padding[i] = (c.padding().get(i) + skipped[i]) / s;
      inputs[2 + i] = Math.ceilDiv(inputs[2 + i], s);
      kernels[2 + i] = Math.ceilDiv(kernels[2 + i] + skipped[i], s);
      inputs[1] *= s;
      kernels[1] *= s;
    }
    Axes ones = Axes.of(Graph.ones(c.axes()).dims());
    var side =
        new Convolution(
            Shape.of(inputs), Shape.of(kernels), ones, Axes.of(padding), c.dilations(), c.groups());
    return new ConvolutionPhases(c, side, Axes.of(skipped));
  }

  Tensor inputGradient(Tensor w, Tensor g) {
    return joined(side.inputGradient(split(w), g));
  }

  /** The kernels [out, channels, size...] by phases, [out, channels * phases, size / s...]. */
  private Tensor split(Tensor w) {
    int n = whole.axes();
    int[] filled = new int[n];
    int[] dims = new int[2 + 2 * n];
    dims[0] = w.dim(0);
    dims[1] = w.dim(1);
    for (int i = 0; i < n; i++) {
      dims[2 + 2 * i] = side.kernel(i);
      dims[3 + 2 * i] = whole.strides().get(i);
      filled[i] = dims[2 + 2 * i] * dims[3 + 2 * i];
    }
    IntStream sizes = IntStream.range(0, n).map(i -> 2 + 2 * i);
    IntStream phases = IntStream.range(0, n).map(i -> 3 + 2 * i);
    return Convolution.place(w, skipped.toArray(), side.strides(), filled)
        .reshape(Shape.of(dims))
        .permute(Convolution.order(IntStream.of(0, 1), phases, sizes))
        .reshape(side.weight());
  }

  /** Channels and phases [n, channels * phases, size / s...] as [n, channels, size...]. */
  private Tensor joined(Tensor y) {
    int n = whole.axes();
    int[] dims = new int[2 + 2 * n];
    int[] wide = whole.input().dims();
    dims[0] = wide[0];
    dims[1] = wide[1];
    for (int i = 0; i < n; i++) {
      dims[2 + i] = whole.strides().get(i);
      dims[2 + n + i] = side.input().dim(2 + i);
      wide[2 + i] = dims[2 + i] * dims[2 + n + i];
    }
    IntStream pairs = IntStream.range(0, n).flatMap(i -> IntStream.of(2 + n + i, 2 + i));
    Tensor all =
        y.reshape(Shape.of(dims))
            .permute(Convolution.order(IntStream.of(0, 1), pairs))
            .reshape(Shape.of(wide));
    Axes ones = Axes.of(Graph.ones(wide.length).dims());
    Axes starts = Axes.of(new int[wide.length]);
    return new Tensor(Graph.slice(all.node(), starts, ones, whole.input()));
  }
}
