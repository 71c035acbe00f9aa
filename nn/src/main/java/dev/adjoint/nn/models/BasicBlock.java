package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvOptions;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import org.jspecify.annotations.Nullable;

/** Two convolutions of 3 x 3 with a way around them, of which the first has the stride. */
final class BasicBlock extends Module {
  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;
  private final @Nullable Sequential downsample;

  BasicBlock(int in, int planes, int stride) {
    ConvOptions options = ConvOptions.DEFAULT.padding(1).bias(false);
    conv1 = new Conv2d(in, planes, 3, options.stride(stride));
    bn1 = new BatchNorm2d(planes);
    conv2 = new Conv2d(planes, planes, 3, options);
    bn2 = new BatchNorm2d(planes);
    downsample = downsample(in, planes, stride);
  }

  /** What makes the input of a block fit its output, or null where it does: a convolution of 1 x 1 and a batch norm. */
  static @Nullable Sequential downsample(int in, int out, int stride) {
    if (stride == 1 && in == out) {
      return null;
    }
    return Sequential.of(
        new Conv2d(in, out, 1, ConvOptions.DEFAULT.stride(stride).bias(false)),
        new BatchNorm2d(out));
  }

  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = bn2.apply(conv2.apply(bn1.apply(conv1.apply(x)).relu()));
    return y.add(downsample == null ? x : downsample.apply(x)).relu();
  }
}
