package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvOptions;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import java.util.ArrayList;

/**
 * MobileNetV2 (Sandler et al. 2018), as torchvision has it: images [n, 3, height, width] become logits [n, classes].
 *
 * <p>{@code features} are a convolution with stride 2, 17 inverted residuals and a convolution of 1 x 1; the mean of all pixels
 * goes to {@code classifier}.
 */
public final class MobileNetV2 extends Module {
  private static final String OP = "mobileNetV2";

  /** For each stage: the factor within a block, channels, number of blocks and stride of the first. */
  private static final int[][] STAGES = {
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1}
  };

  private final Sequential features;
  private final Sequential classifier;

  /** The network of the usual width, with dropout of 0.2; 3,504,872 parameters for 1000 classes. */
  public MobileNetV2(int numClasses) {
    this(numClasses, 1, 0.2);
  }

  /**
   * A network.
   *
   * @param widthMult the factor of all numbers of channels, which are rounded to multiples of 8
   * @param dropout the probability that an element is dropped before the last layer
   * @throws IllegalArgumentException if the factor is not positive, or the probability is not in [0, 1]
   */
  public MobileNetV2(int numClasses, double widthMult, double dropout) {
    if (!(widthMult > 0)) {
      throw OpError.of(OP, "the factor of channels must be positive, not " + widthMult);
    }
    var blocks = new ArrayList<Module>();
    int in = channels(32 * widthMult);
    blocks.add(convolution(3, in, 3, 2, 1));
    for (int[] stage : STAGES) {
      int out = channels(stage[1] * widthMult);
      for (int i = 0; i < stage[2]; i++) {
        blocks.add(new InvertedResidual(in, out, i == 0 ? stage[3] : 1, stage[0]));
        in = out;
      }
    }
    int last = channels(1280 * Math.max(1, widthMult));
    blocks.add(convolution(in, last, 1, 1, 1));
    features = Sequential.of(blocks);
    FirstValues.ofTorchvision(features);
    classifier =
        Sequential.of(
            new Dropout(dropout), new Linear(last, numClasses, Init.normal(0, 0.01), Init.zeros()));
  }

  /** The nearest multiple of 8, but from 8 on and not below nine tenths of the value. */
  private static int channels(double value) {
    int nearest = Math.max(8, (int) (value + 4) / 8 * 8);
    return nearest < 0.9 * value ? nearest + 8 : nearest;
  }

  /** A convolution that keeps the size at stride 1, a batch norm and ReLU6. */
  static Sequential convolution(int in, int out, int kernel, int stride, int groups) {
    ConvOptions options =
        ConvOptions.DEFAULT.stride(stride).padding(kernel / 2).groups(groups).bias(false);
    return Sequential.of(
        new Conv2d(in, out, kernel, options), new BatchNorm2d(out), Activation.RELU6);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Require.images(OP, x, 3, 1);
    return classifier.apply(features.apply(x).adaptiveAvgPool2d(1).flatten(1));
  }
}
