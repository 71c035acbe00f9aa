package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvOptions;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import java.util.ArrayList;

/**
 * The residual networks of He et al. (2015) for CIFAR-10, section 4.2, with the names of Idelbayev's implementation
 * (akamaster/pytorch_resnet_cifar10): images [n, 3, height, width], of 32 x 32 pixels there, become logits [n, classes].
 *
 * <p>{@code conv1} to 16 channels, {@code bn1}, three stages {@code layer1} to {@code layer3} of 16, 32 and 64 channels, the mean
 * of all pixels and {@code linear}. Ways around blocks have no parameters: they take every second pixel and add channels of zeros
 * (option A).
 */
public final class CifarResNet extends Module {
  private static final String OP = "cifarResNet";

  private final Conv2d conv1 = new Conv2d(3, 16, 3, ConvOptions.DEFAULT.padding(1).bias(false));
  private final BatchNorm2d bn1 = new BatchNorm2d(16);
  private final Sequential layer1;
  private final Sequential layer2;
  private final Sequential layer3;
  private final Linear linear;

  /**
   * A network of a depth, {@code 6 k + 2}: k blocks of two convolutions in each stage.
   *
   * @throws IllegalArgumentException if it is no such depth, or there are no classes
   */
  public CifarResNet(int depth, int numClasses) {
    if (depth < 8 || depth % 6 != 2) {
      throw OpError.of(OP, "the depth must be 6 k + 2 for a k from 1 on, not " + depth);
    }
    int blocks = depth / 6;
    layer1 = stage(16, 16, blocks, 1);
    layer2 = stage(16, 32, blocks, 2);
    layer3 = stage(32, 64, blocks, 2);
    linear = new Linear(64, numClasses);
    FirstValues.byFanIn(this);
  }

  private static Sequential stage(int in, int out, int count, int stride) {
    var blocks = new ArrayList<Module>();
    for (int i = 0; i < count; i++) {
      blocks.add(new CifarBlock(i == 0 ? in : out, out, i == 0 ? stride : 1));
    }
    return Sequential.of(blocks);
  }

  /** 20 layers; 269,722 parameters for 10 classes. */
  public static CifarResNet resnet20(int numClasses) {
    return new CifarResNet(20, numClasses);
  }

  /** 32 layers; 464,154 parameters for 10 classes. */
  public static CifarResNet resnet32(int numClasses) {
    return new CifarResNet(32, numClasses);
  }

  /** 44 layers; 658,586 parameters for 10 classes. */
  public static CifarResNet resnet44(int numClasses) {
    return new CifarResNet(44, numClasses);
  }

  /** 56 layers; 853,018 parameters for 10 classes. */
  public static CifarResNet resnet56(int numClasses) {
    return new CifarResNet(56, numClasses);
  }

  /** 110 layers; 1,727,962 parameters for 10 classes. */
  public static CifarResNet resnet110(int numClasses) {
    return new CifarResNet(110, numClasses);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Require.images(OP, x, 3, 1);
    Tensor y = bn1.apply(conv1.apply(x)).relu();
    return linear.apply(layer3.apply(layer2.apply(layer1.apply(y))).mean(2, 3));
  }
}
