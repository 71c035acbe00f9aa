package dev.adjoint;

import dev.adjoint.schedule.Engine;
import dev.adjoint.schedule.PlanSize;
import java.util.stream.Stream;

/**
 * What a computation takes: kernels and memory, both known before it runs.
 *
 * @param nodes the number of recorded operations that it passes, those that are computed already included
 * @param launches how many kernels run
 * @param peakBytes the bytes of device memory that it takes at its peak, apart from values that exist already: its results, and
 *     the temporaries that live at the same time
 */
public record Plans(int nodes, int launches, long peakBytes) {
  private Plans(PlanSize size) {
    this(size.nodes(), size.launches(), size.peakBytes());
  }

  /**
   * What it would take to compute tensors, together, now. Nothing is computed.
   *
   * @throws IllegalArgumentException if they are on several devices, or wait for a copy from another device
   * @throws StaleTensorException if a value is needed that an update has overwritten
   */
  public static Plans of(Tensor... tensors) {
    return new Plans(Engine.plan(Stream.of(tensors).map(Tensor::node).toList()));
  }

  /** What the last computation of this thread took, such as a training step; zeros if there was none. */
  public static Plans last() {
    return new Plans(Engine.last());
  }
}
