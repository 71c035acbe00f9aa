package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import java.util.Collection;
import java.util.List;

/** Parameters that are trained with one learning rate and one weight decay, which may change between steps. */
public final class ParameterGroup {
  private final List<Parameter> parameters;
  private double learningRate;
  private double weightDecay;
  private double l1;
  private boolean maximize;

  /**
   * A group without weight decay.
   *
   * @throws IllegalArgumentException if it is empty or the learning rate is negative
   */
  public ParameterGroup(Collection<Parameter> parameters, double learningRate) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("optimizer: a group needs at least one parameter");
    }
    this.parameters = List.copyOf(parameters);
    learningRate(learningRate);
  }

  /** The parameters. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** The learning rate of the next step. */
  public double learningRate() {
    return learningRate;
  }

  /** Sets the learning rate; returns this group. */
  public ParameterGroup learningRate(double rate) {
    learningRate = Hyper.notNegative("learning rate", rate);
    return this;
  }

  /** The factor of the decay of the weights. */
  public double weightDecay() {
    return weightDecay;
  }

  /** Sets the factor of the decay of the weights; returns this group. */
  public ParameterGroup weightDecay(double factor) {
    weightDecay = Hyper.notNegative("weight decay", factor);
    return this;
  }

  /** The factor of the absolute values of the weights. */
  public double l1() {
    return l1;
  }

  /**
   * Sets the factor of the absolute values of the weights; returns this group. After each update the weights move
   * towards zero by the learning rate times this factor and stay there if they reach it (a proximal step), so that they
   * become exactly zero.
   */
  public ParameterGroup l1(double factor) {
    l1 = Hyper.notNegative("l1", factor);
    return this;
  }

  /** Whether the function that gives the gradients is to become large. */
  public boolean maximize() {
    return maximize;
  }

  /** Chooses to go up instead of down: the gradients are negated; returns this group. */
  public ParameterGroup maximize(boolean on) {
    maximize = on;
    return this;
  }

  /** The gradient, or its negative to go up. */
  Tensor directed(Tensor gradient) {
    return maximize ? gradient.neg() : gradient;
  }

  /** The gradient of the loss plus half the weight decay times the squared weights. */
  Tensor decayed(Tensor gradient, Tensor weights) {
    return weightDecay == 0 ? gradient : gradient.add(weights.mul(weightDecay));
  }

  Tensor shrunk(Tensor weights) {
    return l1 == 0 ? weights : weights.sign().mul(weights.abs().sub(learningRate * l1).relu());
  }
}
