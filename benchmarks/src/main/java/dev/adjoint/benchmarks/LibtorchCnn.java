package dev.adjoint.benchmarks;

import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The net of PyTorch's MNIST example without dropout, in libtorch. */
final class LibtorchCnn extends Module {
  private final Conv2dImpl conv1 = conv("conv1", 1, 32);
  private final Conv2dImpl conv2 = conv("conv2", 32, 64);
  private final LinearImpl fc1 = register_module("fc1", new LinearImpl(9216, 128));
  private final LinearImpl fc2 = register_module("fc2", new LinearImpl(128, 10));

  private Conv2dImpl conv(String name, long in, long out) {
    return register_module(name, new Conv2dImpl(in, out, new LongPointer(3, 3)));
  }

  /** Images [n, 1, 28, 28] become logits [n, 10]. */
  Tensor forward(Tensor x) {
    Tensor y = conv2.forward(conv1.forward(x).relu()).relu();
    return fc2.forward(fc1.forward(torch.max_pool2d(y, 2, 2).flatten(1, -1)).relu());
  }
}
