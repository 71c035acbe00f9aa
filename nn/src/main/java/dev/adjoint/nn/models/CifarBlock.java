package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvOptions;
import dev.adjoint.nn.Module;

/** Two convolutions of 3 x 3 with a way around them that has no parameters. */
final class CifarBlock extends Module {
  private final int more;
  private final int stride;
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;

  CifarBlock(int in, int out, int stride) {
    this.more = out - in;
    this.stride = stride;
    ConvOptions options = ConvOptions.DEFAULT.padding(1).bias(false);
    conv1 = new Conv2d(in, out, 3, options.stride(stride));
    bn1 = new BatchNorm2d(out);
    conv2 = new Conv2d(out, out, 3, options);
    bn2 = new BatchNorm2d(out);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = bn2.apply(conv2.apply(bn1.apply(conv1.apply(x)).relu()));
    return y.add(shortcut(x)).relu();
  }

  /** Every second pixel, with as many channels of zeros on both sides as the output has more. */
  private Tensor shortcut(Tensor x) {
    if (stride == 1 && more == 0) {
      return x;
    }
    Tensor taken = x.slice(2, 0, x.dim(2), stride).slice(3, 0, x.dim(3), stride);
    return taken.pad(0, 0, 0, 0, more / 2, more - more / 2);
  }
}
