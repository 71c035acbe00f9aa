package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;

/**
 * LeNet-5 (LeCun et al. 1998) with ReLU and largest values of windows, as PyTorch's tutorial on neural networks has it: images
 * [n, channels, size, size] become logits [n, classes].
 *
 * <p>Two convolutions of 5 x 5 without padding, {@code conv1} to 6 and {@code conv2} to 16 channels, each followed by windows of
 * 2 x 2, then {@code fc1}, {@code fc2} and {@code fc3} to 120, 84 and as many values as there are classes.
 */
public final class LeNet extends Module {
  private static final String OP = "leNet";

  private final int inChannels;
  private final int imageSize;
  private final Conv2d conv1;
  private final Conv2d conv2;
  private final Linear fc1;
  private final Linear fc2;
  private final Linear fc3;

  /** For grey images of 32 x 32 pixels and 10 classes: 61,706 parameters. */
  public LeNet() {
    this(1, 10, 32);
  }

  /**
   * For images of a size; 28 gives the net of PyTorch's tutorial on Fashion-MNIST.
   *
   * @throws IllegalArgumentException if a number is not positive, or images have less than 16 x 16 pixels
   */
  public LeNet(int inChannels, int numClasses, int imageSize) {
    if (imageSize < 16) {
      throw OpError.of(OP, "needs images of at least 16 x 16 pixels, not of " + imageSize);
    }
    this.inChannels = inChannels;
    this.imageSize = imageSize;
    int left = ((imageSize - 4) / 2 - 4) / 2;
    conv1 = new Conv2d(inChannels, 6, 5);
    conv2 = new Conv2d(6, 16, 5);
    fc1 = new Linear(16 * left * left, 120);
    fc2 = new Linear(120, 84);
    fc3 = new Linear(84, numClasses);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Require.images(OP, x, inChannels, imageSize, imageSize);
    Tensor y = conv1.apply(x).relu().maxPool2d(2);
    y = conv2.apply(y).relu().maxPool2d(2).flatten(1);
    return fc3.apply(fc2.apply(fc1.apply(y).relu()).relu());
  }
}
