package dev.adjoint.check;

import dev.adjoint.Device;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.nn.optim.Adam;
import java.util.function.Supplier;

/** How long steps of training take: all of it, and the part of the thread that starts it. */
final class Steps {
  private static final int WARM_UP = 20;
  private static final int GPT_BATCH = 12;
  private static final String GPT = "GPT block step, 128 wide, batch 12 x 64";

  private final Figures figures;
  private final Device device;

  Steps(Figures figures) {
    this.figures = figures;
    device = figures.device();
  }

  /** Adds all of them. */
  void all() {
    for (int batch : new int[] {32, 128, 512}) {
      add(mlp(batch), () -> perceptron(batch), false);
    }
    add(GPT, this::block, false);
    add(mlp(128), () -> perceptron(128), true);
    add(GPT, this::block, true);
  }

  private static String mlp(int batch) {
    return "MLP 784-512-256-10 step, batch " + batch;
  }

  private void add(String what, Supplier<Runnable> steps, boolean host) {
    figures.add(
        what + (host ? ", host" : ""),
        "us",
        () -> {
          Runnable step = steps.get();
          Stopwatch stopwatch = figures.stopwatch();
          stopwatch.warmUp(step, WARM_UP);
          return (host ? stopwatch.hostSeconds(step) : stopwatch.seconds(step)) * 1e6;
        });
  }

  private Runnable perceptron(int batch) {
    return new Training(device, batch, 512, 256)::step;
  }

  private Runnable block() {
    int[] shape = {GPT_BATCH, GptBlock.TOKENS, GptBlock.WIDTH};
    Tensor x = Scope.on(device, () -> Tensors.rand(shape).realize());
    GptBlock block = Scope.on(device, GptBlock::new);
    var optimizer = new Adam(block.parameters(), 1e-3);
    return () ->
        Scope.on(
            device,
            () -> {
              Tensor y = block.apply(x);
              optimizer.step(y.mul(y).mean().backward());
              return y;
            });
  }
}
