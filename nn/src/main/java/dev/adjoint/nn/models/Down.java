package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.MaxPool2d;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;

/** Half the resolution, and two convolutions. */
final class Down extends Module {
  private final Sequential maxpoolConv;

  Down(int in, int out, boolean bias) {
    maxpoolConv = Sequential.of(new MaxPool2d(2), new DoubleConv(in, out, out, bias));
  }

  @Override
  protected Tensor forward(Tensor x) {
    return maxpoolConv.apply(x);
  }
}
