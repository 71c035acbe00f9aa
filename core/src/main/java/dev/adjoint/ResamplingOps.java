package dev.adjoint;

import dev.adjoint.ops.Grids;
import dev.adjoint.ops.Interpolation;

/**
 * Images of other sizes, and images read at positions that are themselves tensors, as in {@code torch.nn.functional}.
 *
 * <p>Elements are gathered, so gradients are scattered; sizes that are multiples of each other are views for {@code "nearest"}.
 * Of f16 and bf16 all is computed in f32 and rounded at the end.
 */
public sealed interface ResamplingOps permits Tensor {
  /** This in other sizes by the nearest elements. */
  default Tensor interpolate(int... size) {
    return interpolate(size, "nearest", false);
  }

  /** This in other sizes, see {@link #interpolate(int[], String, boolean)}, with corners that are not aligned. */
  default Tensor interpolate(int[] size, String mode) {
    return interpolate(size, mode, false);
  }

  /**
   * This, [n, channels, size...] of one to three axes, in other sizes; one size stands for all axes.
   *
   * <ul>
   *   <li>{@code "nearest"}: element {@code i * in / out}, rounded down; of any type;
   *   <li>{@code "nearest-exact"}: element {@code (i + 0.5) * in / out}, rounded down; of any type;
   *   <li>{@code "linear"} (one axis), {@code "bilinear"} (two), {@code "trilinear"} (three): between the two nearest elements;
   *   <li>{@code "bicubic"} (two axes): by the cubic convolution of four elements with a = -0.75;
   *   <li>{@code "area"}: means of parts, as {@link AdaptivePoolingOps}.
   * </ul>
   *
   * With {@code alignCorners}, which the third and the fourth know, the centers of the first and the last elements stay where
   * they are; else the corners of them do. The antialiasing of PyTorch is not there.
   *
   * @throws IllegalArgumentException if the mode is none of these or does not fit the number of axes, the input has no elements
   *     along an axis, or an integer is to be interpolated
   */
  default Tensor interpolate(int[] size, String mode, boolean alignCorners) {
    return Interpolation.toSize((Tensor) this, size, mode, alignCorners);
  }

  /** This in sizes that are multiplied by factors, by the nearest elements. */
  default Tensor interpolate(double... scaleFactor) {
    return interpolate(scaleFactor, "nearest");
  }

  /** This in sizes that are multiplied by factors, with corners that are not aligned. */
  default Tensor interpolate(double[] scaleFactor, String mode) {
    return interpolate(scaleFactor, mode, false);
  }

  /**
   * This in sizes that are multiplied by factors and rounded down; one factor stands for all axes. Positions are computed from
   * the factors and not from the rounded sizes, as in PyTorch without {@code recompute_scale_factor}; but the linear modes leave
   * an axis as it is if its size stays.
   */
  default Tensor interpolate(double[] scaleFactor, String mode, boolean alignCorners) {
    return Interpolation.byFactor((Tensor) this, scaleFactor, mode, alignCorners);
  }

  /** {@link #gridSample(Tensor, String, String, boolean)}, bilinear, with zeros outside, and corners not aligned. */
  default Tensor gridSample(Tensor grid) {
    return gridSample(grid, "bilinear", "zeros", false);
  }

  /** {@link #gridSample(Tensor, String, String, boolean)}, with zeros outside, and corners not aligned. */
  default Tensor gridSample(Tensor grid, String mode) {
    return gridSample(grid, mode, "zeros", false);
  }

  /**
   * This, [n, channels, height, width], at the positions of a grid [n, height', width', 2] of x and y from -1 to 1; or
   * [n, channels, depth, height, width], at those of a grid [n, depth', height', width', 3] of x, y and z. The result has the
   * sizes of the grid.
   *
   * <p>The mode is {@code "bilinear"}, {@code "nearest"} or, without a depth, {@code "bicubic"}: the cubic convolution of 16
   * elements with a = -0.75. With {@code alignCorners}, -1 and 1 are the centers of the first and the last elements, else their
   * outer edges. What is outside is 0 for the padding {@code "zeros"}, the nearest element for {@code "border"}, and the mirrored
   * element for {@code "reflection"}.
   *
   * @throws IllegalArgumentException if shapes, types or devices do not fit, or there is no such mode or padding
   */
  default Tensor gridSample(Tensor grid, String mode, String paddingMode, boolean alignCorners) {
    return Grids.sample((Tensor) this, grid, mode, paddingMode, alignCorners);
  }

  /** {@link #affineGrid(int[], boolean)} with corners that are not aligned. */
  default Tensor affineGrid(int... size) {
    return affineGrid(size, false);
  }

  /**
   * The grid of positions that these affine maps, [n, 2, 3], make of images [n, channels, height, width], as {@link #gridSample}
   * takes it; or [n, 3, 4] of images with a depth.
   *
   * @throws IllegalArgumentException if these are no such maps, or not one for each image
   */
  default Tensor affineGrid(int[] size, boolean alignCorners) {
    return Grids.affine((Tensor) this, size, alignCorners);
  }
}
