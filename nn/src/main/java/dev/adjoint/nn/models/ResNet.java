package dev.adjoint.nn.models;

import dev.adjoint.Tensor;
import dev.adjoint.nn.AdaptiveAvgPool2d;
import dev.adjoint.nn.BatchNorm2d;
import dev.adjoint.nn.Conv2d;
import dev.adjoint.nn.ConvOptions;
import dev.adjoint.nn.Linear;
import dev.adjoint.nn.MaxPool2d;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.Sequential;
import java.util.ArrayList;

/**
 * The residual networks of He et al. (2015) for ImageNet, as torchvision has them, with the stride of long blocks at their 3 x 3
 * convolution: images [n, 3, height, width] become logits [n, classes].
 *
 * <p>{@code conv1} of 7 x 7 with stride 2, {@code bn1}, windows of 3 x 3 with stride 2, four stages {@code layer1} to {@code
 * layer4} of blocks, of which all but the first begin with stride 2, the mean of all pixels and {@code fc}.
 */
public final class ResNet extends Module {
  private final Conv2d conv1 =
      new Conv2d(3, 64, 7, ConvOptions.DEFAULT.stride(2).padding(3).bias(false));
  private final BatchNorm2d bn1 = new BatchNorm2d(64);
  private final MaxPool2d maxpool = new MaxPool2d(3, 2, 1);
  private final Sequential layer1;
  private final Sequential layer2;
  private final Sequential layer3;
  private final Sequential layer4;
  private final AdaptiveAvgPool2d avgpool = new AdaptiveAvgPool2d(1);
  private final Linear fc;

  private ResNet(int numClasses, boolean bottleneck, int... depths) {
    layer1 = stage(bottleneck, 64, 64, depths[0], 1);
    int wide = bottleneck ? Bottleneck.EXPANSION : 1;
    layer2 = stage(bottleneck, 64 * wide, 128, depths[1], 2);
    layer3 = stage(bottleneck, 128 * wide, 256, depths[2], 2);
    layer4 = stage(bottleneck, 256 * wide, 512, depths[3], 2);
    fc = new Linear(512 * wide, numClasses);
    FirstValues.ofTorchvision(this);
  }

  private static Sequential stage(boolean bottleneck, int in, int planes, int depth, int stride) {
    var blocks = new ArrayList<Module>();
    int channels = in;
    for (int i = 0; i < depth; i++) {
      int step = i == 0 ? stride : 1;
      blocks.add(
          bottleneck
              ? new Bottleneck(channels, planes, step)
              : new BasicBlock(channels, planes, step));
      channels = bottleneck ? planes * Bottleneck.EXPANSION : planes;
    }
    return Sequential.of(blocks);
  }

  /** 18 layers; 11,689,512 parameters for 1000 classes. */
  public static ResNet resnet18(int numClasses) {
    return new ResNet(numClasses, false, 2, 2, 2, 2);
  }

  /** 34 layers; 21,797,672 parameters for 1000 classes. */
  public static ResNet resnet34(int numClasses) {
    return new ResNet(numClasses, false, 3, 4, 6, 3);
  }

  /** 50 layers; 25,557,032 parameters for 1000 classes. */
  public static ResNet resnet50(int numClasses) {
    return new ResNet(numClasses, true, 3, 4, 6, 3);
  }

  /** 101 layers; 44,549,160 parameters for 1000 classes. */
  public static ResNet resnet101(int numClasses) {
    return new ResNet(numClasses, true, 3, 4, 23, 3);
  }

  /** 152 layers; 60,192,808 parameters for 1000 classes. */
  public static ResNet resnet152(int numClasses) {
    return new ResNet(numClasses, true, 3, 8, 36, 3);
  }

  @Override
  protected Tensor forward(Tensor x) {
    Require.images("resNet", x, 3, 1);
    Tensor y = maxpool.apply(bn1.apply(conv1.apply(x)).relu());
    y = layer4.apply(layer3.apply(layer2.apply(layer1.apply(y))));
    return fc.apply(avgpool.apply(y).flatten(1));
  }
}
