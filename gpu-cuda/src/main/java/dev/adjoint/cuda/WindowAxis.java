package dev.adjoint.cuda;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * An axis of an image along which windows lie.
 *
 * @param kernel the elements of a window
 * @param dilation the elements of the image from one of these to the next
 * @param windows how many windows there are
 * @param stride the elements of the image from one of these to the next
 * @param unit the distance in memory of neighbours in the image
 */
record WindowAxis(long kernel, long dilation, long windows, long stride, long unit) {
  /** An axis of a launch: its size, which is not 1, and what it moves by in memory, which is positive. */
  record Axis(long size, long step) {}

  /** The least number of elements of the image that have all windows. */
  long size() {
    return (windows - 1) * stride + (kernel - 1) * dilation + 1;
  }

  private static WindowAxis of(Axis kernel, Axis windows) {
    long unit =
        BigInteger.valueOf(kernel.step).gcd(BigInteger.valueOf(windows.step)).longValueExact();
    return new WindowAxis(kernel.size, kernel.step / unit, windows.size, windows.step / unit, unit);
  }

  /**
   * All ways to take axes of the elements of windows and axes of the windows as those of an image, in their order: an axis of
   * both kinds, or one of them alone if there is only one window along it, or one element of a window.
   */
  static List<List<WindowAxis>> all(List<Axis> kernels, List<Axis> windows) {
    if (kernels.isEmpty() && windows.isEmpty()) {
      return List.of(List.of());
    }
    var all = new ArrayList<List<WindowAxis>>();
    List<Axis> fewerKernels = kernels.isEmpty() ? kernels : kernels.subList(1, kernels.size());
    List<Axis> fewerWindows = windows.isEmpty() ? windows : windows.subList(1, windows.size());
    if (!kernels.isEmpty() && !windows.isEmpty()) {
      WindowAxis both = of(kernels.getFirst(), windows.getFirst());
      add(all, both, all(fewerKernels, fewerWindows));
    }
    if (!kernels.isEmpty()) {
      Axis kernel = kernels.getFirst();
      add(all, new WindowAxis(kernel.size, 1, 1, 1, kernel.step), all(fewerKernels, windows));
    }
    if (!windows.isEmpty()) {
      Axis window = windows.getFirst();
      add(all, new WindowAxis(1, 1, window.size, 1, window.step), all(kernels, fewerWindows));
    }
    return all;
  }

  private static void add(
      List<List<WindowAxis>> all, WindowAxis first, List<List<WindowAxis>> others) {
    for (List<WindowAxis> rest : others) {
      var axes = new ArrayList<WindowAxis>();
      axes.add(first);
      axes.addAll(rest);
      all.add(axes);
    }
  }
}
