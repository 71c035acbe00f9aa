package dev.adjoint.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A residual network for CIFAR in libtorch, with the names and the ways around blocks of akamaster/pytorch_resnet_cifar10. */
final class LibtorchResNet extends Module {
  private final Conv2dImpl conv1 = register_module("conv1", conv(3, 16, 1));
  private final BatchNorm2dImpl bn1 = register_module("bn1", norm(16));
  private final List<Block> blocks = new ArrayList<>();
  private final LinearImpl linear;

  /** Three stages of as many blocks each. */
  LibtorchResNet(int count, int classes) {
    stage("layer1", 16, 16, count, 1);
    stage("layer2", 16, 32, count, 2);
    stage("layer3", 32, 64, count, 2);
    linear = register_module("linear", new LinearImpl(64, classes));
  }

  private void stage(String name, int in, int out, int count, int stride) {
    Module stage = register_module(name, new Module());
    for (int i = 0; i < count; i++) {
      var block = new Block(i == 0 ? in : out, out, i == 0 ? stride : 1);
      blocks.add(stage.register_module(Integer.toString(i), block));
    }
  }

  /** Images [n, 3, height, width] become logits [n, classes]. */
  Tensor forward(Tensor x) {
    Tensor y = bn1.forward(conv1.forward(x)).relu();
    for (Block block : blocks) {
      y = block.forward(y);
    }
    return linear.forward(y.mean(2, 3));
  }

  private static Conv2dImpl conv(long in, long out, long stride) {
    var options = new Conv2dOptions(in, out, new LongPointer(3, 3));
    options.stride().put(new long[] {stride, stride});
    options.padding().put(new LongPointer(1, 1));
    options.bias().put(false);
    return new Conv2dImpl(options);
  }

  private static BatchNorm2dImpl norm(long channels) {
    return new BatchNorm2dImpl(new BatchNormOptions(channels));
  }

  /** Two convolutions with a way around them that has no parameters. */
  private static final class Block extends Module {
    private final int more;
    private final int stride;
    private final Conv2dImpl conv1;
    private final BatchNorm2dImpl bn1;
    private final Conv2dImpl conv2;
    private final BatchNorm2dImpl bn2;

    Block(int in, int out, int stride) {
      this.more = out - in;
      this.stride = stride;
      conv1 = register_module("conv1", conv(in, out, stride));
      bn1 = register_module("bn1", norm(out));
      conv2 = register_module("conv2", conv(out, out, 1));
      bn2 = register_module("bn2", norm(out));
    }

    Tensor forward(Tensor x) {
      Tensor y = bn2.forward(conv2.forward(bn1.forward(conv1.forward(x)).relu()));
      return y.add(shortcut(x)).relu();
    }

    private Tensor shortcut(Tensor x) {
      if (stride == 1 && more == 0) {
        return x;
      }
      var all = new LongOptional();
      Tensor taken = x.slice(2, all, all, stride).slice(3, all, all, stride);
      return torch.pad(taken, 0, 0, 0, 0, more / 2, more - more / 2);
    }
  }
}
