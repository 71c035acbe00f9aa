package dev.adjoint.nn.data;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.Arrays;
import java.util.Objects;

/**
 * Stretches of a series, each with what comes next: sample i has the {@code length} steps from {@code i * stride} on as its
 * input, and the {@code horizon} steps after these as its target. The windows take no memory, however much they overlap: a batch
 * picks its steps from the series, in the plan of the training step that reads it.
 */
public final class Windows implements Dataset {
  private final Tensor series;
  private final int length;
  private final int horizon;
  private final int stride;
  private final int size;

  private Windows(Tensor series, int length, int horizon, int stride, int size) {
    this.series = series;
    this.length = length;
    this.horizon = horizon;
    this.stride = stride;
    this.size = size;
  }

  /**
   * All windows of a series.
   *
   * @throws IllegalArgumentException if a number is not positive, or the series is shorter than one window
   */
  public static Windows of(Tensor series, int length, int horizon) {
    return of(series, length, horizon, 1);
  }

  /**
   * The windows of a series that begin at multiples of a stride.
   *
   * @param series its steps along axis 0, [steps] or [steps, ...]
   * @param length how many steps an input has: inputs are [n, length, ...]
   * @param horizon how many steps a target has: targets are [n, horizon, ...]
   * @throws IllegalArgumentException if a number is not positive, or the series is shorter than one window
   */
  public static Windows of(Tensor series, int length, int horizon, int stride) {
    if (length < 1 || horizon < 1 || stride < 1) {
      throw new IllegalArgumentException(
          "windows: length, horizon and stride must be positive, not "
              + length
              + ", "
              + horizon
              + " and "
              + stride);
    }
    long window = (long) length + horizon;
    if (series.rank() < 1 || series.dim(0) < window) {
      throw new IllegalArgumentException(
          "windows: a series of "
              + window
              + " steps or more along axis 0 is needed, this one is "
              + series.shape());
    }
    int size = (series.dim(0) - (int) window) / stride + 1;
    return new Windows(series.detach().realize(), length, horizon, stride, size);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Batch batch(int[] indices) {
    for (int index : indices) {
      Objects.checkIndex(index, size);
    }
    return new Batch(steps(indices, 0, length), steps(indices, length, horizon));
  }

  private Tensor steps(int[] indices, int first, int count) {
    int[] steps = new int[indices.length * count];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = indices[i / count] * stride + first + i % count;
    }
    int[] shape = new int[series.rank() + 1];
    System.arraycopy(series.shape().dims(), 0, shape, 1, series.rank());
    shape[0] = indices.length;
    shape[1] = count;
    Tensor rows = Scope.on(series.device(), () -> Tensors.of(steps));
    return series.indexSelect(0, rows).reshape(shape);
  }

  /** The series, and what of it is in a window. */
  @Override
  public String toString() {
    return "Windows("
        + series.dtype()
        + Arrays.toString(series.shape().dims())
        + ", length="
        + length
        + ", horizon="
        + horizon
        + ", stride="
        + stride
        + ")";
  }
}
