package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvOptions;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import java.util.ArrayList;

/**
 * More channels by a convolution of 1 x 1, a convolution of 3 x 3 of each channel by itself, and fewer channels, without an
 * activation; with a way around all where input and output have the same shape.
 */
final class InvertedResidual extends Module {
  private final boolean around;
  private final Sequential conv;

  InvertedResidual(int in, int out, int stride, int factor) {
    around = stride == 1 && in == out;
    int inner = in * factor;
    var layers = new ArrayList<Module>();
    if (factor != 1) {
      layers.add(MobileNetV2.convolution(in, inner, 1, 1, 1));
    }
    layers.add(MobileNetV2.convolution(inner, inner, 3, stride, inner));
    layers.add(new Conv2d(inner, out, 1, ConvOptions.DEFAULT.bias(false)));
    layers.add(new BatchNorm2d(out));
    conv = Sequential.of(layers);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return around ? x.add(conv.apply(x)) : conv.apply(x);
  }
}
