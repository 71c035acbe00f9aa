package dev.adjoint.nn.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.Module;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Networks of images in evaluation mode against plain loops in double precision, which read the state by its names. */
class PlainNetworksTest {
  private static <T> T f64(Supplier<T> body) {
    return Scope.withDType(DType.F64, body);
  }

  /** A model whose norms are not those of a new one. */
  private static <M extends Module> M net(Supplier<M> make) {
    Random.seed(5);
    M model = f64(make);
    model
        .state()
        .forEach(
            (name, variable) -> {
              if (name.endsWith("running_mean") || name.endsWith("bias")) {
                variable.copyFrom(f64(() -> Tensors.randLike(variable).sub(0.5)));
              } else if (name.endsWith("running_var")) {
                variable.copyFrom(f64(() -> Tensors.randLike(variable).add(0.5)));
              }
            });
    model.eval();
    return model;
  }

  @Test
  void leNet() {
    var model = net(() -> new LeNet(3, 7, 27));
    Map<String, Variable> s = model.state();
    Tensor x = image(27, 27);
    PlainImage y = PlainImage.of(x).conv(s, "conv1", 1, 0).relu().maxPool(2, 2, 0);
    y = y.conv(s, "conv2", 1, 0).relu().maxPool(2, 2, 0);
    y = y.linear(s, "fc1").relu().linear(s, "fc2").relu().linear(s, "fc3");
    close(model.apply(x), y.values());
  }

  @Test
  void mnistNet() {
    var model = net(MnistNet::new);
    Map<String, Variable> s = model.state();
    Tensor x = f64(() -> Tensors.randn(1, 1, 28, 28).realize());
    PlainImage y = PlainImage.of(x).conv(s, "conv1", 1, 0).relu().conv(s, "conv2", 1, 0).relu();
    double[] logits = y.maxPool(2, 2, 0).linear(s, "fc1").relu().linear(s, "fc2").values();
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    close(model.apply(x), Arrays.stream(logits).map(z -> z - Math.log(sum)).toArray());
  }

  private static Tensor image(int height, int width) {
    return f64(() -> Tensors.randn(1, 3, height, width).realize());
  }

  private static void close(Tensor actual, double[] expected) {
    assertThat(actual.toDoubles()).usingComparatorWithPrecision(1e-9).containsExactly(expected);
  }

  @Test
  void resNet18() {
    var model = net(() -> ResNet.resnet18(5));
    Map<String, Variable> s = model.state();
    Tensor x = image(33, 40);
    PlainImage y = PlainImage.of(x).conv(s, "conv1", 2, 3).norm(s, "bn1").relu().maxPool(3, 2, 1);
    for (int layer = 1; layer <= 4; layer++) {
      for (int block = 0; block < 2; block++) {
        String name = "layer" + layer + "." + block;
        int stride = layer > 1 && block == 0 ? 2 : 1;
        PlainImage z = y.conv(s, name + ".conv1", stride, 1).norm(s, name + ".bn1").relu();
        z = z.conv(s, name + ".conv2", 1, 1).norm(s, name + ".bn2");
        if (stride == 2) {
          String down = name + ".downsample.";
          y = y.conv(s, down + "0", 2, 0).norm(s, down + "1");
        }
        y = z.plus(y).relu();
      }
    }
    close(model.apply(x), y.means().linear(s, "fc").values());
  }

  @Test
  void resNet50BeginsWithBottlenecks() {
    var block = net(() -> new Bottleneck(8, 3, 2));
    Map<String, Variable> s = block.state();
    Tensor x = f64(() -> Tensors.randn(1, 8, 7, 6).realize());
    PlainImage from = PlainImage.of(x);
    PlainImage y = from.conv(s, "conv1", 1, 0).norm(s, "bn1").relu();
    y = y.conv(s, "conv2", 2, 1).norm(s, "bn2").relu().conv(s, "conv3", 1, 0).norm(s, "bn3");
    y = y.plus(from.conv(s, "downsample.0", 2, 0).norm(s, "downsample.1")).relu();
    close(block.apply(x), y.values());
  }

  @Test
  void cifarResNet() {
    var model = net(() -> new CifarResNet(14, 4));
    Map<String, Variable> s = model.state();
    Tensor x = image(11, 12);
    PlainImage y = PlainImage.of(x).conv(s, "conv1", 1, 1).norm(s, "bn1").relu();
    for (int layer = 1; layer <= 3; layer++) {
      for (int block = 0; block < 2; block++) {
        String name = "layer" + layer + "." + block;
        int stride = layer > 1 && block == 0 ? 2 : 1;
        PlainImage z = y.conv(s, name + ".conv1", stride, 1).norm(s, name + ".bn1").relu();
        z = z.conv(s, name + ".conv2", 1, 1).norm(s, name + ".bn2");
        y = z.plus(y.thinned(z.channels, stride)).relu();
      }
    }
    close(model.apply(x), y.means().linear(s, "linear").values());
  }

  @Test
  void mobileNetV2() {
    var model = net(() -> new MobileNetV2(4, 0.25, 0.2));
    Map<String, Variable> s = model.state();
    Tensor x = image(32, 38);
    PlainImage y = convolution(PlainImage.of(x), s, "features.0", 2, 1);
    for (int block = 1; block <= 17; block++) {
      String name = "features." + block + ".conv.";
      int stride = block == 2 || block == 4 || block == 7 || block == 14 ? 2 : 1;
      int from = block == 1 ? 0 : 1;
      PlainImage z = block == 1 ? y : convolution(y, s, name + "0", 1, 0);
      z = convolution(z, s, name + from, stride, 1);
      z = z.conv(s, name + (from + 1), 1, 0).norm(s, name + (from + 2));
      y = stride == 1 && z.channels == y.channels ? y.plus(z) : z;
    }
    y = convolution(y, s, "features.18", 1, 0);
    close(model.apply(x), y.means().linear(s, "classifier.1").values());
  }

  private static PlainImage convolution(
      PlainImage x, Map<String, Variable> s, String name, int stride, int padding) {
    return x.conv(s, name + ".0", stride, padding).norm(s, name + ".1").clamp(6);
  }

  @Test
  void uNet() {
    var model = net(() -> new UNet(3, 2, false, 4));
    Map<String, Variable> s = model.state();
    Tensor x = image(19, 38);
    var levels = new PlainImage[5];
    levels[0] = pair(PlainImage.of(x), s, "inc");
    for (int i = 1; i <= 4; i++) {
      levels[i] = pair(levels[i - 1].maxPool(2, 2, 0), s, "down" + i + ".maxpool_conv.1");
    }
    PlainImage y = levels[4];
    for (int i = 1; i <= 4; i++) {
      y = pair(levels[4 - i].before(y.doubled(s, "up" + i + ".up")), s, "up" + i + ".conv");
    }
    close(model.apply(x), y.conv(s, "outc.conv", 1, 0).values());
  }

  private static PlainImage pair(PlainImage x, Map<String, Variable> s, String name) {
    String in = name + ".double_conv.";
    PlainImage y = x.conv(s, in + "0", 1, 1).norm(s, in + "1").relu();
    return y.conv(s, in + "3", 1, 1).norm(s, in + "4").relu();
  }
}
