package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;

/**
 * A mixture of distributions of one family, of which each draw is one of a component.
 *
 * @param mixtureDistribution the probabilities of the components
 * @param componentDistribution the components, along the last axis of its batch
 */
public record MixtureSameFamily(Categorical mixtureDistribution, Distribution componentDistribution)
    implements Distribution {
  /** The mixture of components with probabilities that are broadcast to their batch. */
  public MixtureSameFamily {
    Shape components = componentDistribution.batchShape();
    if (components.rank() == 0 || components.dim(-1) != mixtureDistribution.numEvents()) {
      throw OpError.of(
          "MixtureSameFamily",
          "probabilities "
              + mixtureDistribution.probs().shape()
              + " do not fit a batch "
              + components
              + " of components");
    }
    mixtureDistribution = mixtureDistribution.expand(Checks.without(components, 1));
  }

  @Override
  public Shape batchShape() {
    return Checks.without(componentDistribution.batchShape(), 1);
  }

  @Override
  public Shape eventShape() {
    return componentDistribution.eventShape();
  }

  /** A value with an axis of size 1 for the components. */
  private Tensor spread(Tensor value) {
    return Checks.value(this, value.dtype(), value).unsqueeze(-1 - eventShape().rank());
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor logs = componentDistribution.logProb(spread(value));
    return logs.add(mixtureDistribution.logits()).logsumexp(-1);
  }

  /** The mean over the components of what each of them has. */
  private Tensor mixed(Tensor ofComponents) {
    int event = eventShape().rank();
    Tensor p = mixtureDistribution.probs();
    int[] sizes = Arrays.copyOf(p.shape().dims(), p.rank() + event);
    Arrays.fill(sizes, p.rank(), sizes.length, 1);
    return p.reshape(sizes).mul(ofComponents).sum(-1 - event);
  }

  @Override
  public Tensor mean() {
    return mixed(componentDistribution.mean());
  }

  @Override
  public Tensor variance() {
    Tensor apart = componentDistribution.mean().sub(mean().unsqueeze(-1 - eventShape().rank()));
    return mixed(componentDistribution.variance().add(apart.square()));
  }

  @Override
  public Tensor cdf(Tensor value) {
    return componentDistribution.cdf(spread(value)).mul(mixtureDistribution.probs()).sum(-1);
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    Shape draws = Checks.without(shape, eventShape().rank());
    Shape components = Shape.of(mixtureDistribution.numEvents());
    Shape all = Checks.joined(Checks.joined(draws, components), eventShape());
    int axis = draws.rank();
    int[] ones = new int[1 + eventShape().rank()];
    Arrays.fill(ones, 1);
    Tensor component =
        mixtureDistribution.draw(random, draws).reshape(Checks.joined(draws, Shape.of(ones)));
    Tensor drawn = componentDistribution.draw(random, all);
    return drawn.gather(axis, component.broadcastTo(all.with(axis, 1))).squeeze(axis);
  }
}
