package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/**
 * Resilient backpropagation (Riedmiller and Braun): only the signs of gradients count, so it is meant for gradients of all of
 * the data.
 *
 * <p>Each element has a step size d, the learning rate at first. With gradient g and the one before, p: d is multiplied by
 * etaPlus where {@code p g} is above 0 and by etaMinus where it is below, and kept between the smallest and the largest size;
 * where it is below 0, g counts as 0. {@code w = w - sign(g) * d}.
 */
public final class Rprop extends Optimizer {
  private double etaMinus = 0.5;
  private double etaPlus = 1.2;
  private double smallest = 1e-6;
  private double largest = 50;

  /** Rprop with learning rate 1e-2, the default of PyTorch. */
  public Rprop(Collection<Parameter> parameters) {
    this(parameters, 1e-2);
  }

  /** Rprop with etas 0.5 and 1.2 and step sizes from 1e-6 to 50. */
  public Rprop(Collection<Parameter> parameters, double learningRate) {
    this(single(parameters, learningRate));
  }

  /** Rprop of several groups. */
  public Rprop(List<ParameterGroup> groups) {
    super(groups);
  }

  /** Sets by how much step sizes shrink, in (0, 1), and grow, above 1; returns this. */
  public Rprop etas(double etaMinus, double etaPlus) {
    if (!(etaMinus > 0 && etaMinus < 1 && etaPlus > 1)) {
      throw new IllegalArgumentException(
          "optimizer: etas must be in (0, 1) and above 1, not " + etaMinus + " and " + etaPlus);
    }
    this.etaMinus = etaMinus;
    this.etaPlus = etaPlus;
    return this;
  }

  /** Sets the smallest and the largest step size; returns this. */
  public Rprop stepSizes(double smallest, double largest) {
    this.smallest = Hyper.notNegative("smallest step size", smallest);
    this.largest = Hyper.notNegative("largest step size", largest);
    return this;
  }

  /** Chooses to go up instead of down, for all groups; returns this. */
  public Rprop maximize(boolean on) {
    groups().forEach(group -> group.maximize(on));
    return this;
  }

  @Override
  protected Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group) {
    // Of the signs, as a product of small gradients is 0.
    Tensor agreement = gradient.sign().mul(state.get("prev").sign());
    Tensor grown =
        agreement.lt(0).where(etaMinus, agreement.gt(0).where(etaPlus, agreement.add(1)));
    Tensor size = state.get("step_size", group.learningRate());
    size = state.set("step_size", size.mul(grown).clamp(smallest, largest));
    Tensor g = state.set("prev", agreement.lt(0).where(0, gradient));
    return parameter.sub(g.sign().mul(size));
  }
}
