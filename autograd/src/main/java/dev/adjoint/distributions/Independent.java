package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.stream.IntStream;

/**
 * A distribution of which some last axes of the batch are axes of the event: its elements are independent of each other.
 *
 * @param baseDist the distribution of the elements
 * @param reinterpretedBatchNdims how many axes of its batch are axes of the event
 */
public record Independent(Distribution baseDist, int reinterpretedBatchNdims)
    implements Distribution {
  /** The distribution whose events have more axes. */
  public Independent {
    int rank = baseDist.batchShape().rank();
    if (reinterpretedBatchNdims < 0 || reinterpretedBatchNdims > rank) {
      throw OpError.of(
          "Independent",
          "batch " + baseDist.batchShape() + " does not have " + reinterpretedBatchNdims + " axes");
    }
  }

  @Override
  public Shape batchShape() {
    return Checks.without(baseDist.batchShape(), reinterpretedBatchNdims);
  }

  @Override
  public Shape eventShape() {
    Shape axes = Checks.last(baseDist.batchShape(), reinterpretedBatchNdims);
    return Checks.joined(axes, baseDist.eventShape());
  }

  /** The sum over the axes of the event that were axes of the batch, which come last. */
  private Tensor sum(Tensor x) {
    int[] axes = IntStream.range(-reinterpretedBatchNdims, 0).toArray();
    return axes.length == 0 ? x : x.sum(axes);
  }

  @Override
  public Tensor logProb(Tensor value) {
    return sum(baseDist.logProb(Checks.value(this, value.dtype(), value)));
  }

  @Override
  public Tensor mean() {
    return baseDist.mean();
  }

  @Override
  public Tensor variance() {
    return baseDist.variance();
  }

  @Override
  public Tensor stddev() {
    return baseDist.stddev();
  }

  @Override
  public Tensor entropy() {
    return sum(baseDist.entropy());
  }

  @Override
  public boolean hasRsample() {
    return baseDist.hasRsample();
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    return baseDist.draw(random, shape);
  }

  /** The divergence from this to another with as many axes. */
  Tensor kl(Independent q) {
    if (reinterpretedBatchNdims != q.reinterpretedBatchNdims) {
      throw new UnsupportedOperationException(
          "klDivergence: there is none of Independent with "
              + reinterpretedBatchNdims
              + " axes and with "
              + q.reinterpretedBatchNdims);
    }
    return sum(Distributions.klDivergence(baseDist, q.baseDist));
  }
}
