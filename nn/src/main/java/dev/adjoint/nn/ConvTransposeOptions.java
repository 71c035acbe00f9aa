package dev.adjoint.nn;

import java.util.List;

/**
 * Options of {@link ConvTranspose1d}, {@link ConvTranspose2d} and {@link ConvTranspose3d}:
 * {@code ConvTransposeOptions.DEFAULT.stride(2).outputPadding(1)}. One number stands for all axes.
 *
 * @param stride how far apart windows of the output are
 * @param padding what is cut off on both sides of each axis of the output
 * @param outputPadding what is added at the end of each axis of the output
 * @param groups into how many groups the channels are cut
 * @param bias whether there is a bias
 * @param dilation how far apart the elements of a window are
 */
public record ConvTransposeOptions(
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> outputPadding,
    int groups,
    boolean bias,
    List<Integer> dilation) {
  /** Stride 1, no padding, one group, a bias, and dilation 1. */
  public static final ConvTransposeOptions DEFAULT =
      new ConvTransposeOptions(List.of(1), List.of(0), List.of(0), 1, true, List.of(1));

  /** Checks the groups. */
  public ConvTransposeOptions {
    Checks.positive("convTranspose", "the number of groups", groups);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    outputPadding = List.copyOf(outputPadding);
    dilation = List.copyOf(dilation);
  }

  /** These options with a stride. */
  public ConvTransposeOptions stride(int... stride) {
    return new ConvTransposeOptions(
        ConvOptions.list(stride), padding, outputPadding, groups, bias, dilation);
  }

  /** These options with padding. */
  public ConvTransposeOptions padding(int... padding) {
    return new ConvTransposeOptions(
        stride, ConvOptions.list(padding), outputPadding, groups, bias, dilation);
  }

  /** These options with output padding. */
  public ConvTransposeOptions outputPadding(int... outputPadding) {
    return new ConvTransposeOptions(
        stride, padding, ConvOptions.list(outputPadding), groups, bias, dilation);
  }

  /** These options with groups of channels. */
  public ConvTransposeOptions groups(int groups) {
    return new ConvTransposeOptions(stride, padding, outputPadding, groups, bias, dilation);
  }

  /** These options with or without a bias. */
  public ConvTransposeOptions bias(boolean bias) {
    return new ConvTransposeOptions(stride, padding, outputPadding, groups, bias, dilation);
  }

  /** These options with a dilation. */
  public ConvTransposeOptions dilation(int... dilation) {
    return new ConvTransposeOptions(
        stride, padding, outputPadding, groups, bias, ConvOptions.list(dilation));
  }
}
