package dev.adjoint;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Prints tensors: nested brackets, then shape, type and device. Axes longer than 6 of large tensors show both ends. */
final class TensorFormat {
  private static final int EDGE = 3;
  private static final long LARGE = 1000;

  private final HostData data;
  private final int[] dims;
  private final boolean[] shortened;
  private final boolean scientific;
  private final int digits;
  private int width;

  private TensorFormat(Tensor shown, boolean[] shortened) {
    this.data = HostData.read(shown);
    this.dims = shown.shape().dims();
    this.shortened = shortened;
    double[] finite =
        Arrays.stream(data.dtype().isFloat() ? data.doubles() : new double[0])
            .filter(v -> Double.isFinite(v) && v != 0)
            .map(Math::abs)
            .toArray();
    double largest = Arrays.stream(finite).max().orElse(1);
    double smallest = Arrays.stream(finite).min().orElse(1);
    boolean whole = Arrays.stream(finite).allMatch(v -> v == Math.rint(v));
    this.scientific = largest >= 1e8 || smallest < 1e-4 || (!whole && largest / smallest > 1e6);
    this.digits = whole && !scientific ? 0 : 4;
    for (int i = 0; i < data.size(); i++) {
      width = Math.max(width, number(i).length());
    }
  }

  static String format(Tensor x) {
    String kind = x.dtype() + " on " + x.device();
    if (x.size() == 0) {
      return "[] (shape " + x.shape() + ", " + kind + ")";
    }
    boolean[] shortened = new boolean[x.rank()];
    Tensor shown = x;
    if (x.size() > LARGE) {
      x.realize();
      for (int axis = 0; axis < x.rank(); axis++) {
        int n = x.dim(axis);
        if (n > 2 * EDGE) {
          shortened[axis] = true;
          shown =
              Tensors.cat(
                  List.of(shown.narrow(axis, 0, EDGE), shown.narrow(axis, n - EDGE, EDGE)), axis);
        }
      }
    }
    var text = new StringBuilder();
    new TensorFormat(shown.detach(), shortened).append(text, 0, 0);
    return text + (x.rank() == 0 ? " (" : " (shape " + x.shape() + ", ") + kind + ")";
  }

  private void append(StringBuilder text, int axis, int start) {
    if (axis == dims.length) {
      String number = number(start);
      text.append(dims.length == 0 ? number : " ".repeat(width - number.length()) + number);
      return;
    }
    int stride = 1;
    for (int i = axis + 1; i < dims.length; i++) {
      stride *= dims[i];
    }
    boolean last = axis == dims.length - 1;
    String separator =
        last ? ", " : "," + "\n".repeat(dims.length - 1 - axis) + " ".repeat(axis + 1);
    text.append('[');
    for (int i = 0; i < dims[axis]; i++) {
      if (i > 0) {
        text.append(separator);
      }
      if (shortened[axis] && i == EDGE) {
        text.append("...").append(separator);
      }
      append(text, axis + 1, start + i * stride);
    }
    text.append(']');
  }

  private String number(int i) {
    if (data.dtype().isFloat()) {
      return real(data.real(i));
    }
    return data.dtype() == DType.BOOL
        ? String.valueOf(data.integer(i) != 0)
        : String.valueOf(data.integer(i));
  }

  private String real(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    String format = scientific ? "%.4e" : digits == 0 ? "%.0f." : "%." + digits + "f";
    return String.format(Locale.ROOT, format, value);
  }
}
