package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Module;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Classifiers of images and the U-Net: shapes, gradients, first values, training and errors. */
class ImageModelsTest {
  @BeforeEach
  void seed() {
    Random.seed(11);
  }

  private static void classifies(Module model, Tensor x, int classes) {
    Tensor y = model.apply(x);
    assertThat(y.shape().dims()).containsExactly(x.dim(0), classes);
    Tensor loss = Losses.crossEntropy(y, Tensors.arange(x.dim(0)).remainder(classes));
    assertThat(Trained.withoutGradient(model, loss)).isEmpty();
  }

  @Test
  void gradientsReachEveryParameter() {
    classifies(new LeNet(), Tensors.randn(3, 1, 32, 32), 10);
    classifies(new LeNet(3, 4, 29), Tensors.randn(2, 3, 29, 29), 4);
    classifies(new MnistNet(), Tensors.randn(2, 1, 28, 28), 10);
    classifies(ResNet.resnet18(6), Tensors.randn(2, 3, 64, 64), 6);
    classifies(new CifarResNet(14, 10), Tensors.randn(4, 3, 32, 32), 10);
    classifies(new MobileNetV2(5, 0.25, 0.2), Tensors.randn(2, 3, 64, 64), 5);
  }

  @Test
  void bottlenecksAndTheirGradients() {
    var block = new Bottleneck(8, 4, 2);
    Tensor y = block.apply(Tensors.randn(2, 8, 9, 10));
    assertThat(y.shape().dims()).containsExactly(2, 16, 5, 5);
    assertThat(Trained.withoutGradient(block, y.square().sum())).isEmpty();
  }

  @Test
  void vggHasItsShapes() {
    VGG model = Scope.withDType(DType.BF16, () -> VGG.vgg11Bn(3));
    Tensor y = model.predict(Tensors.randn(1, 3, 40, 33).to(DType.BF16));
    assertThat(y.shape().dims()).containsExactly(1, 3);
    assertThatThrownBy(() -> model.apply(Tensors.zeros(1, 3, 32, 31)))
        .hasMessageContaining(
            "vgg: needs images [n, 3, height, width] of at least 32 x 32 pixels, the input is [1, 3, 32, 31]");
    assertThat(deviation(model, "features.22.weight")).isBetween(0.02, 0.0215);
    assertThat(deviation(model, "classifier.3.weight")).isBetween(0.0099, 0.0101);
    assertThat(model.state().get("features.0.bias").abs().sum().item()).isZero();
  }

  /** He's rule by the fan-out for 512 channels and 3 x 3: sqrt(2 / 4608) = 0.0208. */
  private static double deviation(Module model, String name) {
    return model.state().get(name).toFloat().square().mean().sqrt().item();
  }

  @Test
  void firstValuesFollowTheirRules() {
    Module residual = ResNet.resnet18(10);
    assertThat(deviation(residual, "layer4.1.conv2.weight")).isBetween(0.0206, 0.0211);
    // By the fan-out, 128 outputs of one pixel: sqrt(2 / 128) = 0.125.
    assertThat(deviation(residual, "layer2.0.downsample.0.weight")).isBetween(0.120, 0.130);
    // By the fan-in: sqrt(2 / (32 * 9)) = 0.0833 and sqrt(2 / 64) = 0.177.
    Module cifar = CifarResNet.resnet20(100);
    assertThat(deviation(cifar, "layer3.0.conv1.weight")).isBetween(0.082, 0.0845);
    assertThat(deviation(cifar, "linear.weight")).isBetween(0.171, 0.183);
    // A convolution of each channel by itself: sqrt(2 / (960 * 9)) = 0.0152.
    Module mobile = new MobileNetV2(10);
    assertThat(deviation(mobile, "features.17.conv.1.0.weight")).isBetween(0.0148, 0.0157);
  }

  @Test
  void uNetKeepsSizes() {
    for (boolean bilinear : new boolean[] {false, true}) {
      var model = new UNet(2, 3, bilinear, 4);
      Tensor x = Tensors.randn(1, 2, 37, 50);
      Tensor y = model.apply(x);
      assertThat(y.shape().dims()).containsExactly(1, 3, 37, 50);
      Tensor target = Tensors.randint(3, new int[] {1, 37, 50});
      assertThat(Trained.withoutGradient(model, Losses.crossEntropy(y, target))).isEmpty();
      assertThatThrownBy(() -> model.apply(Tensors.zeros(1, 2, 15, 16)))
          .hasMessageContaining("of at least 16 x 16 pixels, the input is [1, 2, 15, 16]");
    }
  }

  @Test
  void stepsLowerTheLoss() {
    Tensor x = Tensors.randn(4, 3, 12, 12).realize();
    Tensor labels = Tensors.arange(4).remainder(3);
    var cifar = new CifarResNet(8, 3);
    Trained.learns(cifar, 15, 0.01, 0.3, () -> Losses.crossEntropy(cifar.apply(x), labels));
    Tensor grey = Tensors.randn(4, 1, 28, 28).realize();
    var lenet = new LeNet(1, 3, 28);
    Trained.learns(lenet, 25, 0.005, 0.3, () -> Losses.crossEntropy(lenet.apply(grey), labels));
    var mnist = new MnistNet();
    Trained.learns(mnist, 15, 0.002, 0.5, () -> Losses.nll(mnist.apply(grey), labels));
  }

  @Test
  void runningStatisticsMove() {
    var model = new CifarResNet(8, 3);
    Variable mean = model.state().get("layer1.0.bn1.running_mean");
    model.apply(Tensors.randn(2, 3, 8, 8)).realize();
    assertThat(mean.abs().sum().item()).isPositive();
    assertThat(model.state().get("bn1.num_batches_tracked").itemLong()).isEqualTo(1);
  }

  @Test
  void errorsNameTheRule() {
    assertThatThrownBy(() -> ResNet.resnet18(2).apply(Tensors.zeros(1, 1, 32, 32)))
        .hasMessageContaining("resNet: needs images [n, 3, height, width]")
        .hasMessageContaining("the input is [1, 1, 32, 32]");
    assertThatThrownBy(() -> new LeNet().apply(Tensors.zeros(1, 1, 28, 28)))
        .hasMessageContaining("leNet: needs images [n, 1, 32, 32], the input is [1, 1, 28, 28]");
    assertThatThrownBy(() -> new LeNet(1, 10, 15))
        .hasMessageContaining("leNet: needs images of at least 16 x 16 pixels, not of 15");
    assertThatThrownBy(() -> new MnistNet().apply(Tensors.zeros(28, 28)))
        .hasMessageContaining("mnistNet: needs images [n, 1, 28, 28], the input is [28, 28]");
    assertThatThrownBy(() -> new CifarResNet(18, 10))
        .hasMessageContaining("cifarResNet: the depth must be 6 k + 2 for a k from 1 on, not 18");
    assertThatThrownBy(() -> new MobileNetV2(10, 0, 0.2))
        .hasMessageContaining("mobileNetV2: the factor of channels must be positive, not 0.0");
    assertThatThrownBy(() -> new UNet(0, 1))
        .hasMessageContaining("uNet: the number of channels must be positive, not 0");
  }
}
