package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.Activation;
import dev.adjoint.nn.AdaptiveAvgPool2d;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.Dropout;
import dev.adjoint.nn.Init;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.MaxPool2d;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import java.util.ArrayList;
import java.util.function.UnaryOperator;

/**
 * The networks of Simonyan and Zisserman (2014) for ImageNet, as torchvision has them: images [n, 3, height, width] of at least
 * 32 x 32 pixels become logits [n, classes].
 *
 * <p>{@code features} are 8 to 16 convolutions of 3 x 3 with ReLU, and windows of 2 x 2 in five places; the means of 7 x 7 parts
 * go to the three linear layers of {@code classifier}.
 */
public final class VGG extends Module {
  private static final int[] CHANNELS = {64, 128, 256, 512, 512};

  private final Sequential features;
  private final AdaptiveAvgPool2d avgpool = new AdaptiveAvgPool2d(7, 7);
  private final Sequential classifier;

  /** A network of so many convolutions in each of the five parts. */
  private VGG(int numClasses, boolean norms, int... depths) {
    var layers = new ArrayList<UnaryOperator<Tensor>>();
    int in = 3;
    for (int part = 0; part < depths.length; part++) {
      for (int i = 0; i < depths[part]; i++) {
        layers.add(new Conv2d(in, CHANNELS[part], 3, 1, 1));
        if (norms) {
          layers.add(new BatchNorm2d(CHANNELS[part]));
        }
        layers.add(Activation.RELU);
        in = CHANNELS[part];
      }
      layers.add(new MaxPool2d(2));
    }
    features = Sequential.of(layers);
    FirstValues.ofTorchvision(features);
    classifier =
        Sequential.of(
            linear(512 * 7 * 7, 4096),
            Activation.RELU,
            new Dropout(),
            linear(4096, 4096),
            Activation.RELU,
            new Dropout(),
            linear(4096, numClasses));
  }

  private static Linear linear(int in, int out) {
    return new Linear(in, out, Init.normal(0, 0.01), Init.zeros());
  }

  /** 8 convolutions; 132,863,336 parameters for 1000 classes. */
  public static VGG vgg11(int numClasses) {
    return new VGG(numClasses, false, 1, 1, 2, 2, 2);
  }

  /** {@link #vgg11} with batch normalisation. */
  public static VGG vgg11Bn(int numClasses) {
    return new VGG(numClasses, true, 1, 1, 2, 2, 2);
  }

  /** 10 convolutions; 133,047,848 parameters for 1000 classes. */
  public static VGG vgg13(int numClasses) {
    return new VGG(numClasses, false, 2, 2, 2, 2, 2);
  }

  /** {@link #vgg13} with batch normalisation. */
  public static VGG vgg13Bn(int numClasses) {
    return new VGG(numClasses, true, 2, 2, 2, 2, 2);
  }

  /** 13 convolutions; 138,357,544 parameters for 1000 classes. */
  public static VGG vgg16(int numClasses) {
    return new VGG(numClasses, false, 2, 2, 3, 3, 3);
  }

  /** {@link #vgg16} with batch normalisation. */
  public static VGG vgg16Bn(int numClasses) {
    return new VGG(numClasses, true, 2, 2, 3, 3, 3);
  }

  /** 16 convolutions; 143,667,240 parameters for 1000 classes. */
  public static VGG vgg19(int numClasses) {
    return new VGG(numClasses, false, 2, 2, 4, 4, 4);
  }

  /** {@link #vgg19} with batch normalisation. */
  public static VGG vgg19Bn(int numClasses) {
    return new VGG(numClasses, true, 2, 2, 4, 4, 4);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Require.images("vgg", x, 3, 32);
    return classifier.apply(avgpool.apply(features.apply(x)).flatten(1));
  }
}
