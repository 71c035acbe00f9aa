package dev.adjoint.nn.vision;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/**
 * Grey images of coloured ones: {@code 0.2989 r + 0.587 g + 0.114 b}, where bytes are rounded down; grey ones stay as they are.
 */
public final class Grayscale extends ImageTransform {
  private final int channels;

  /** Grey images of one channel. */
  public Grayscale() {
    this(1);
  }

  /**
   * Grey images of 1 channel, or of 3 equal ones.
   *
   * @throws IllegalArgumentException if it is another number
   */
  public Grayscale(int numOutputChannels) {
    super("grayscale");
    if (numOutputChannels != 1 && numOutputChannels != 3) {
      throw OpError.of(op(), "makes 1 or 3 channels, not " + numOutputChannels);
    }
    this.channels = numOutputChannels;
  }

  @Override
  Tensor transform(Tensor x) {
    requireGrayOrRgb(x);
    Tensor gray = gray(x);
    return channels == 1 ? gray : gray.expand(x.dim(0), channels, x.dim(2), x.dim(3));
  }

  /** One channel of images of one or three. */
  static Tensor gray(Tensor x) {
    if (x.dim(1) == 1) {
      return x;
    }
    Tensor wide = x.to(x.dtype() == DType.F64 ? DType.F64 : DType.F32);
    Tensor sum =
        wide.narrow(1, 0, 1)
            .mul(0.2989)
            .add(wide.narrow(1, 1, 1).mul(0.587))
            .add(wide.narrow(1, 2, 1).mul(0.114));
    return sum.to(x.dtype());
  }
}
