package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import java.util.Map;

/** An image as doubles, and layers in evaluation mode by plain loops: what networks are compared with. */
final class PlainImage {
  final int channels;
  final int height;
  final int width;
  private final double[] values;

  PlainImage(int channels, int height, int width) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.values = new double[channels * height * width];
  }

  /** Of a tensor [1, channels, height, width]. */
  static PlainImage of(Tensor x) {
    var image = new PlainImage(x.dim(1), x.dim(2), x.dim(3));
    System.arraycopy(x.toDoubles(), 0, image.values, 0, image.values.length);
    return image;
  }

  private int at(int c, int y, int x) {
    return (c * height + y) * width + x;
  }

  private boolean has(int y, int x) {
    return y >= 0 && y < height && x >= 0 && x < width;
  }

  double[] values() {
    return values.clone();
  }

  /** A convolution with square kernels, by the name of its layer. */
  PlainImage conv(Map<String, ? extends Tensor> state, String name, int stride, int padding) {
    Tensor w = state.get(name + ".weight");
    double[] weight = w.toDoubles();
    double[] bias =
        state.containsKey(name + ".bias") ? state.get(name + ".bias").toDoubles() : null;
    int k = w.dim(2);
    int inner = w.dim(1);
    int perGroup = w.dim(0) / (channels / inner);
    var y =
        new PlainImage(
            w.dim(0),
            (height + 2 * padding - k) / stride + 1,
            (width + 2 * padding - k) / stride + 1);
    for (int o = 0; o < y.channels; o++) {
      for (int row = 0; row < y.height; row++) {
        for (int column = 0; column < y.width; column++) {
          double sum = bias == null ? 0 : bias[o];
          for (int c = 0; c < inner; c++) {
            for (int i = 0; i < k * k; i++) {
              int r = row * stride - padding + i / k;
              int s = column * stride - padding + i % k;
              if (has(r, s)) {
                sum +=
                    weight[(o * inner + c) * k * k + i]
                        * values[at(o / perGroup * inner + c, r, s)];
              }
            }
          }
          y.values[y.at(o, row, column)] = sum;
        }
      }
    }
    return y;
  }

  /** A transposed convolution with a kernel as large as its stride. */
  PlainImage doubled(Map<String, ? extends Tensor> state, String name) {
    Tensor w = state.get(name + ".weight");
    double[] weight = w.toDoubles();
    double[] bias = state.get(name + ".bias").toDoubles();
    var y = new PlainImage(w.dim(1), 2 * height, 2 * width);
    for (int o = 0; o < y.channels; o++) {
      for (int row = 0; row < y.height; row++) {
        for (int column = 0; column < y.width; column++) {
          double sum = bias[o];
          for (int c = 0; c < channels; c++) {
            int tap = row % 2 * 2 + column % 2;
            sum += weight[(c * y.channels + o) * 4 + tap] * values[at(c, row / 2, column / 2)];
          }
          y.values[y.at(o, row, column)] = sum;
        }
      }
    }
    return y;
  }

  /** Batch norm with running statistics. */
  PlainImage norm(Map<String, ? extends Tensor> state, String name) {
    double[] mean = state.get(name + ".running_mean").toDoubles();
    double[] variance = state.get(name + ".running_var").toDoubles();
    double[] weight = state.get(name + ".weight").toDoubles();
    double[] bias = state.get(name + ".bias").toDoubles();
    var y = new PlainImage(channels, height, width);
    for (int i = 0; i < values.length; i++) {
      int c = i / (height * width);
      y.values[i] = (values[i] - mean[c]) / Math.sqrt(variance[c] + 1e-5) * weight[c] + bias[c];
    }
    return y;
  }

  PlainImage clamp(double most) {
    var y = new PlainImage(channels, height, width);
    for (int i = 0; i < values.length; i++) {
      y.values[i] = Math.min(Math.max(values[i], 0), most);
    }
    return y;
  }

  PlainImage relu() {
    return clamp(Double.POSITIVE_INFINITY);
  }

  PlainImage plus(PlainImage other) {
    var y = new PlainImage(channels, height, width);
    for (int i = 0; i < values.length; i++) {
      y.values[i] = values[i] + other.values[i];
    }
    return y;
  }

  PlainImage maxPool(int kernel, int stride, int padding) {
    var y =
        new PlainImage(
            channels,
            (height + 2 * padding - kernel) / stride + 1,
            (width + 2 * padding - kernel) / stride + 1);
    for (int c = 0; c < channels; c++) {
      for (int row = 0; row < y.height; row++) {
        for (int column = 0; column < y.width; column++) {
          double most = Double.NEGATIVE_INFINITY;
          for (int i = 0; i < kernel * kernel; i++) {
            int r = row * stride - padding + i / kernel;
            int s = column * stride - padding + i % kernel;
            most = has(r, s) ? Math.max(most, values[at(c, r, s)]) : most;
          }
          y.values[y.at(c, row, column)] = most;
        }
      }
    }
    return y;
  }

  /** Every second pixel of channels that lie between others of zeros. */
  PlainImage thinned(int out, int stride) {
    var y = new PlainImage(out, Math.ceilDiv(height, stride), Math.ceilDiv(width, stride));
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < y.height * y.width; i++) {
        y.values[y.at(c + (out - channels) / 2, i / y.width, i % y.width)] =
            values[at(c, i / y.width * stride, i % y.width * stride)];
      }
    }
    return y;
  }

  /** These channels, then those of another image of a size up to this one, which is in the middle. */
  PlainImage before(PlainImage other) {
    var y = new PlainImage(channels + other.channels, height, width);
    System.arraycopy(values, 0, y.values, 0, values.length);
    int top = (height - other.height) / 2;
    int left = (width - other.width) / 2;
    for (int i = 0; i < other.values.length; i++) {
      int c = i / (other.height * other.width);
      int row = i / other.width % other.height;
      y.values[y.at(channels + c, row + top, i % other.width + left)] = other.values[i];
    }
    return y;
  }

  /** The mean of each channel. */
  PlainImage means() {
    var y = new PlainImage(channels, 1, 1);
    for (int i = 0; i < values.length; i++) {
      y.values[i / (height * width)] += values[i] / (height * width);
    }
    return y;
  }

  /** A linear layer of all values, by its name; each output is a channel. */
  PlainImage linear(Map<String, ? extends Tensor> state, String name) {
    double[] weight = state.get(name + ".weight").toDoubles();
    double[] bias = state.get(name + ".bias").toDoubles();
    var y = new PlainImage(bias.length, 1, 1);
    for (int o = 0; o < bias.length; o++) {
      y.values[o] = bias[o];
      for (int i = 0; i < values.length; i++) {
        y.values[o] += weight[o * values.length + i] * values[i];
      }
    }
    return y;
  }
}
