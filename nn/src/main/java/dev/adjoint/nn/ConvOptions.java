package dev.adjoint.nn;

import dev.adjoint.graph.OpError;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Options of {@link Conv1d}, {@link Conv2d} and {@link Conv3d}: {@code ConvOptions.DEFAULT.stride(2).padding(1)}. One number
 * stands for all axes.
 *
 * @param stride how far apart windows are
 * @param padding what is added on both sides of each axis
 * @param namedPadding {@code "same"} or {@code "valid"} in place of numbers, or null
 * @param dilation how far apart the elements of a window are
 * @param groups into how many groups the channels are cut
 * @param bias whether there is a bias
 * @param paddingMode what is added: {@code "zeros"}, {@code "reflect"}, {@code "replicate"} or {@code "circular"}
 */
public record ConvOptions(
    List<Integer> stride,
    List<Integer> padding,
    @Nullable String namedPadding,
    List<Integer> dilation,
    int groups,
    boolean bias,
    String paddingMode) {
  /** Stride 1, no padding, dilation 1, one group, and a bias. */
  public static final ConvOptions DEFAULT =
      new ConvOptions(List.of(1), List.of(0), null, List.of(1), 1, true, "zeros");

  /** Checks the names and the groups. */
  public ConvOptions {
    Checks.positive("conv", "the number of groups", groups);
    if (namedPadding != null && !List.of("same", "valid").contains(namedPadding)) {
      throw OpError.of("conv", "padding '" + namedPadding + "' must be numbers, same or valid");
    }
    if (!List.of("zeros", "reflect", "replicate", "circular").contains(paddingMode)) {
      throw OpError.of(
          "conv",
          "padding mode '" + paddingMode + "' must be zeros, reflect, replicate or circular");
    }
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /** These options with a stride. */
  public ConvOptions stride(int... stride) {
    return new ConvOptions(
        list(stride), padding, namedPadding, dilation, groups, bias, paddingMode);
  }

  /** These options with padding on both sides of each axis. */
  public ConvOptions padding(int... padding) {
    return new ConvOptions(stride, list(padding), null, dilation, groups, bias, paddingMode);
  }

  /** These options with padding {@code "same"}, which keeps the sizes at stride 1, or {@code "valid"}, which is none. */
  public ConvOptions padding(String padding) {
    return new ConvOptions(stride, List.of(0), padding, dilation, groups, bias, paddingMode);
  }

  /** These options with a dilation. */
  public ConvOptions dilation(int... dilation) {
    return new ConvOptions(
        stride, padding, namedPadding, list(dilation), groups, bias, paddingMode);
  }

  /** These options with groups of channels. */
  public ConvOptions groups(int groups) {
    return new ConvOptions(stride, padding, namedPadding, dilation, groups, bias, paddingMode);
  }

  /** These options with or without a bias. */
  public ConvOptions bias(boolean bias) {
    return new ConvOptions(stride, padding, namedPadding, dilation, groups, bias, paddingMode);
  }

  /** These options with a padding mode. */
  public ConvOptions paddingMode(String paddingMode) {
    return new ConvOptions(stride, padding, namedPadding, dilation, groups, bias, paddingMode);
  }

  /** Numbers as an array. */
  static int[] array(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Numbers as a list. */
  static List<Integer> list(int... values) {
    return Arrays.stream(values).boxed().toList();
  }
}
