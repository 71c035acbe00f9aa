package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvOptions;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import org.jspecify.annotations.Nullable;

/** Convolutions of 1 x 1, 3 x 3 and 1 x 1 with a way around them; the second has the stride, the last four times the channels. */
final class Bottleneck extends Module {
  /** How many times the channels the output has. */
  static final int EXPANSION = 4;

  private final Conv2d conv1;
  private final BatchNorm2d bn1;
  private final Conv2d conv2;
  private final BatchNorm2d bn2;
  private final Conv2d conv3;
  private final BatchNorm2d bn3;
  private final @Nullable Sequential downsample;

  Bottleneck(int in, int planes, int stride) {
    ConvOptions options = ConvOptions.DEFAULT.bias(false);
    int out = planes * EXPANSION;
    conv1 = new Conv2d(in, planes, 1, options);
    bn1 = new BatchNorm2d(planes);
    conv2 = new Conv2d(planes, planes, 3, options.stride(stride).padding(1));
    bn2 = new BatchNorm2d(planes);
    conv3 = new Conv2d(planes, out, 1, options);
    bn3 = new BatchNorm2d(out);
    downsample = BasicBlock.downsample(in, out, stride);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Tensor y = bn2.apply(conv2.apply(bn1.apply(conv1.apply(x)).relu())).relu();
    y = bn3.apply(conv3.apply(y));
    return y.add(downsample == null ? x : downsample.apply(x)).relu();
  }
}
