package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.ConvTranspose2d;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Upsample;
import java.util.List;

/** Twice the resolution, joined with what had it before, and two convolutions. */
final class Up extends Module {
  private final Module up;
  private final DoubleConv conv;

  Up(int in, int out, boolean bilinear, boolean bias) {
    up =
        bilinear
            ? Upsample.scaleFactor(2).mode("bilinear").alignCorners(true)
            : new ConvTranspose2d(in, in / 2, 2, 2, 0);
    conv = new DoubleConv(in, bilinear ? in / 2 : out, out, bias);
  }

  /** Of x, and what it is joined with, whose size the result has. */
  Tensor join(Tensor x, Tensor before) {
    return call(
        List.of(x, before),
        () -> {
          Tensor y = up.apply(x);
          int height = before.dim(2) - y.dim(2);
          int width = before.dim(3) - y.dim(3);
          // Halves of odd sizes have lost a row or column.
          Tensor padded = y.pad(width / 2, width - width / 2, height / 2, height - height / 2);
          return conv.apply(Tensors.cat(1, before, padded));
        });
  }
}
