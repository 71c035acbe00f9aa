package dev.adjoint.cuda;

import dev.adjoint.cuda.ConvolutionShape.Image;
import dev.adjoint.cuda.ConvolutionShape.Pass;
import dev.adjoint.cuda.WindowAxis.Axis;
import dev.adjoint.kernel.Geometry;
import dev.adjoint.kernel.Kernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A product whose right factor is a list of steps through memory, taken as a convolution.
 *
 * <p>In a forward pass rows of that factor are windows, and its inner axis has channels and the elements of a window; in that of
 * the weight gradient the inner axis has images and windows, and rows are channels and elements. Which axes are which is tried:
 * whatever has the same steps is the same product. An image is one only if no two of its elements are at one place.
 */
final class ConvolutionMatch {
  /** More axes of one kind are none of a convolution. */
  private static final int MOST_AXES = 4;

  /** Along how many axes of an image libraries move windows. */
  private static final int LEAST_WINDOW_AXES = 2;

  private static final int MOST_WINDOW_AXES = 3;

  private static final int LEFT = 0;
  private static final int RESULT = 2;

  private final Kernel.MatMul kernel;
  private final Geometry geometry;
  private final List<Axis> rows;
  private final List<Axis> depth;
  private final int batch;
  private final int image;

  ConvolutionMatch(Kernel.MatMul kernel, Kernel.Factor right, Geometry geometry) {
    this.kernel = kernel;
    this.geometry = geometry;
    int rank = geometry.sizes().length;
    int first = kernel.firstAxis(1, rank);
    batch = kernel.batchRank(rank);
    image = kernel.firstOfFactor(1);
    rows = axes(right.firstRow(first), right.rows());
    depth = axes(right.firstDepth(first), right.depth());
  }

  /** The axes of the right factor from one on that are longer than 1. */
  private List<Axis> axes(int first, int count) {
    return IntStream.range(first, first + count)
        .filter(a -> geometry.sizes()[a] > 1)
        .mapToObj(a -> new Axis(geometry.sizes()[a], geometry.strides()[image][a]))
        .toList();
  }

  private long size(int axis) {
    return geometry.sizes()[batch + axis];
  }

  private long stride(int operand, int axis) {
    return geometry.strides()[operand][batch + axis];
  }

  /** The convolution, or null if there is none. */
  @Nullable ConvolutionShape shape() {
    boolean forwards =
        rows.stream().allMatch(a -> a.step() > 0) && depth.stream().allMatch(a -> a.step() > 0);
    if (!forwards || rows.size() > MOST_AXES || depth.size() > MOST_AXES) {
      return null;
    }
    Batch axes = Batch.of(geometry, batch, image, true);
    ConvolutionShape forward =
        axes == null || !isMatrix(LEFT, size(0), size(2))
            ? null
            : find(Pass.FORWARD, axes, depth, rows);
    if (forward != null && hasManyWindows(forward)) {
      return forward;
    }
    axes = Batch.of(geometry, batch, image, false);
    ConvolutionShape gradient =
        axes == null || !isMatrix(RESULT, size(0), size(1))
            ? null
            : find(Pass.WEIGHT_GRADIENT, axes, rows, depth);
    return gradient != null && (forward == null || hasManyWindows(gradient)) ? gradient : forward;
  }

  /**
   * Whether there are no fewer windows than elements of one: a product may be a forward pass as well as a weight gradient, which
   * differ by what is called a window.
   */
  private static boolean hasManyWindows(ConvolutionShape shape) {
    long elements = 1;
    long windows = 1;
    for (int axis = 2; axis < shape.filter().size(); axis++) {
      elements *= shape.filter().get(axis);
      windows *= shape.output().sizes().get(axis);
    }
    return elements <= windows;
  }

  /** Whether the matrices of an operand are contiguous. */
  private boolean isMatrix(int operand, long height, long width) {
    long across = operand == LEFT ? stride(LEFT, 2) : stride(RESULT, 1);
    return (across == 1 || width == 1) && (stride(operand, 0) == width || height == 1);
  }

  private @Nullable ConvolutionShape find(
      Pass pass, Batch axes, List<Axis> kernels, List<Axis> windows) {
    for (int channels = Math.min(1, kernels.size()); channels >= 0; channels--) {
      int most = pass == Pass.FORWARD ? 0 : Math.min(1, windows.size());
      for (int images = most; images >= 0; images--) {
        Axis channel = channels == 0 ? null : kernels.getFirst();
        Axis of = pass == Pass.FORWARD ? axes.images : images == 0 ? null : windows.getFirst();
        List<Axis> elements = kernels.subList(channels, kernels.size());
        List<Axis> places = windows.subList(images, windows.size());
        for (List<WindowAxis> along : WindowAxis.all(elements, places)) {
          ConvolutionShape shape = shape(pass, axes, channel, of, along);
          if (shape != null) {
            return shape;
          }
        }
      }
    }
    return null;
  }

  private @Nullable ConvolutionShape shape(
      Pass pass,
      Batch axes,
      @Nullable Axis channel,
      @Nullable Axis images,
      List<WindowAxis> found) {
    boolean hasWindows = found.stream().anyMatch(a -> a.kernel() > 1 && a.windows() > 1);
    if (!hasWindows || found.size() > MOST_WINDOW_AXES) {
      return null;
    }
    var along = new ArrayList<>(found);
    while (along.size() < LEAST_WINDOW_AXES) {
      along.addFirst(new WindowAxis(1, 1, 1, 1, 1));
    }
    long n = images == null ? 1 : images.size();
    long out = size(0);
    long each = channel == null ? 1 : channel.size();
    int rank = 2 + along.size();
    long[] sizes = new long[rank];
    long[] steps = new long[rank];
    long[] windows = new long[rank];
    long[] distances = new long[rank];
    long[] filter = new long[rank];
    sizes[0] = n;
    steps[0] = images == null ? 0 : images.step();
    sizes[1] = each * axes.groups;
    steps[1] = channel == null ? axes.imageStep : channel.step();
    windows[0] = n;
    windows[1] = out * axes.groups;
    filter[0] = windows[1];
    filter[1] = each;
    long places = 1;
    for (int i = rank - 1; i >= 2; i--) {
      WindowAxis axis = along.get(i - 2);
      sizes[i] = axis.size();
      steps[i] = axis.unit();
      filter[i] = axis.kernel();
      windows[i] = axis.windows();
      distances[i] = places;
      places *= axis.windows();
    }
    boolean forward = pass == Pass.FORWARD;
    int operand = forward ? RESULT : LEFT;
    long groupStep = forward ? axes.resultStep : axes.leftStep;
    distances[0] = forward ? axes.imagesResultStep : places;
    distances[1] = out == 1 ? groupStep : stride(operand, 0);
    long filterStep = forward ? axes.leftStep : axes.resultStep;
    boolean fits = forward || stride(LEFT, 2) == 1;
    if (axes.groups > 1) {
      fits &= axes.imageStep == each * steps[1];
      fits &= groupStep == out * distances[1];
      fits &= filterStep == out * size(forward ? 2 : 1);
    }
    Image input = image(sizes, steps);
    Image output = image(windows, distances);
    return fits && input != null && output != null
        ? new ConvolutionShape(
            pass,
            kernel.dtype(),
            kernel.precision(),
            input,
            Arrays.stream(filter).mapToObj(size -> (int) size).toList(),
            output,
            along.stream().map(a -> (int) a.stride()).toList(),
            along.stream().map(a -> (int) a.dilation()).toList(),
            (int) axes.groups,
            false)
        : null;
  }

  /**
   * Images of sizes and strides, whose last element is at a number that fits an int; null if they are not, or two elements are at
   * one place. The stride along an axis of size 1 may be anything: it is that of contiguous images.
   */
  private static @Nullable Image image(long[] sizes, long[] strides) {
    long next = 1;
    for (int axis = sizes.length - 1; axis >= 0; axis--) {
      if (sizes[axis] == 1) {
        strides[axis] = next;
      }
      next = sizes[axis] * strides[axis];
    }
    long last = 0;
    int[] order =
        IntStream.range(0, sizes.length)
            .boxed()
            .filter(axis -> sizes[axis] > 1)
            .sorted(Comparator.comparingLong(axis -> strides[axis]))
            .mapToInt(axis -> axis)
            .toArray();
    for (int axis : order) {
      if (strides[axis] <= last) {
        return null;
      }
      last += (sizes[axis] - 1) * strides[axis];
      if (last > Integer.MAX_VALUE) {
        return null;
      }
    }
    for (int axis = 0; axis < sizes.length; axis++) {
      if (Math.max(sizes[axis], strides[axis]) > Integer.MAX_VALUE) {
        return null;
      }
    }
    return new Image(
        Arrays.stream(sizes).mapToObj(size -> (int) size).toList(),
        Arrays.stream(strides).mapToObj(stride -> (int) stride).toList());
  }

  /**
   * The batch axes of a product: images, along which the weight is the same, and groups.
   *
   * @param images null if there is no such axis
   * @param imagesResultStep the distance of results along images
   * @param groups how many groups; 1 if there is no such axis, and the steps along it are 0
   * @param imageStep the distance of the operand that is read in windows
   */
  private record Batch(
      @Nullable Axis images,
      long imagesResultStep,
      long groups,
      long leftStep,
      long imageStep,
      long resultStep) {
    /** The batch axes; null if there are others. */
    static @Nullable Batch of(Geometry geometry, int rank, int image, boolean hasImages) {
      var found = new Batch(null, 0, 1, 0, 0, 0);
      for (int a = 0; a < rank; a++) {
        long size = geometry.sizes()[a];
        long left = geometry.strides()[LEFT][a];
        long at = geometry.strides()[image][a];
        long result = geometry.strides()[RESULT][a];
        if (size == 1) {
          continue;
        }
        if (at <= 0 || left < 0) {
          return null;
        }
        if (left == 0 && hasImages && found.images == null) {
          found =
              new Batch(
                  new Axis(size, at),
                  result,
                  found.groups,
                  found.leftStep,
                  found.imageStep,
                  found.resultStep);
        } else if (left > 0 && found.groups == 1) {
          found = new Batch(found.images, found.imagesResultStep, size, left, at, result);
        } else {
          return null;
        }
      }
      return found;
    }
  }
}
