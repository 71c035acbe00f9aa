package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvOptions;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;

/** Two convolutions of 3 x 3 that keep the size, each with batch norm and ReLU. */
final class DoubleConv extends Module {
  private final Sequential doubleConv;

  DoubleConv(int in, int mid, int out, boolean bias) {
    ConvOptions options = ConvOptions.DEFAULT.padding(1).bias(bias);
    doubleConv =
        Sequential.of(
            new Conv2d(in, mid, 3, options),
            new BatchNorm2d(mid),
            Activation.RELU,
            new Conv2d(mid, out, 3, options),
            new BatchNorm2d(out),
            Activation.RELU);
  }

  @Override
  protected Tensor forward(Tensor x) {
    return doubleConv.apply(x);
  }
}
