package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;

/**
 * The net of PyTorch's MNIST example: images [n, 1, 28, 28] become logarithms of probabilities [n, 10], for {@link
 * dev.adjoint.nn.Losses#nll}. It has 1,199,882 parameters.
 *
 * <p>Convolutions of 3 x 3, {@code conv1} to 32 and {@code conv2} to 64 channels, windows of 2 x 2, then {@code fc1} to 128 and
 * {@code fc2} to 10 values; a quarter and a half of the elements are dropped before these two.
 */
public final class MnistNet extends Module {
  private final Conv2d conv1 = new Conv2d(1, 32, 3);
  private final Conv2d conv2 = new Conv2d(32, 64, 3);
  private final Dropout dropout1 = new Dropout(0.25);
  private final Dropout dropout2 = new Dropout(0.5);
  private final Linear fc1 = new Linear(9216, 128);
  private final Linear fc2 = new Linear(128, 10);

  /** A net with random parameters. */
  public MnistNet() {}

  @Override
  protected Tensor forward(Tensor x) {
    Require.images("mnistNet", x, 1, 28, 28);
    Tensor y = conv2.apply(conv1.apply(x).relu()).relu();
    y = dropout1.apply(y.maxPool2d(2)).flatten(1);
    return fc2.apply(dropout2.apply(fc1.apply(y).relu())).logSoftmax(1);
  }
}
