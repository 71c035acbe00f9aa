package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;
import dev.adjoint.schedule.Engine;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Running statistics of batch norms, computed anew for parameters that no training step has made. */
public final class RunningStatistics {
  private RunningStatistics() {}

  /**
   * Sets the running means and variances of all batch norms of a model to the means of those of the batches of some inputs, as is
   * needed after parameters were averaged, see {@link dev.adjoint.nn.optim.AveragedModel#copyTo}. The model runs in training mode
   * without gradients, and is in the mode of before afterwards.
   *
   * @throws IllegalArgumentException if there are no inputs
   */
  public static void update(Module model, Iterable<Tensor> inputs) {
    var sums = new IdentityHashMap<BatchNorm, List<Tensor>>();
    ForwardHook hook =
        (module, x, y) -> {
          if (module instanceof BatchNorm layer && layer.runningMean != null) {
            sums.merge(layer, statistics(x.getFirst()), RunningStatistics::plus);
          }
        };
    boolean training = model.training();
    model.train();
    long batches = 0;
    try {
      for (Tensor input : inputs) {
        Scope.noGrad(
            () -> {
              Module.observing(hook, () -> model.apply(input)).realize();
              sums.values().forEach(Tensor::realize);
            });
        batches++;
      }
    } finally {
      if (!training) {
        model.eval();
      }
    }
    if (batches == 0) {
      throw OpError.of("runningStatistics", "there are no inputs");
    }
    set(sums, batches);
  }

  private static void set(Map<BatchNorm, List<Tensor>> sums, long batches) {
    Tensor count = Tensors.full(Shape.SCALAR, batches, DType.I64);
    Scope.noGrad(
        () ->
            sums.forEach(
                (layer, sum) -> {
                  set(layer.runningMean, sum.get(0).div(batches));
                  set(layer.runningVar, sum.get(1).div(batches));
                  set(layer.numBatchesTracked, count);
                }));
    Engine.realize(List.of());
  }

  private static void set(@Nullable Variable variable, Tensor value) {
    if (variable != null) {
      variable.copyFrom(value);
    }
  }

  /** Mean and variance of each channel, which is axis 1; the variance divides by the count minus 1. */
  private static List<Tensor> statistics(Tensor x) {
    int[] axes = IntStream.range(0, x.rank()).filter(axis -> axis != 1).toArray();
    return List.of(x.mean(axes), x.var(axes));
  }

  private static List<Tensor> plus(List<Tensor> a, List<Tensor> b) {
    return List.of(a.get(0).add(b.get(0)), a.get(1).add(b.get(1)));
  }
}
