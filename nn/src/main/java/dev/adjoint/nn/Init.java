package dev.adjoint.nn;

import dev.adjoint.Devices;
import dev.adjoint.Parameter;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;

/**
 * A rule for the first values of a variable. Random ones follow the seed of {@link Random}; types and devices are
 * those of the {@link Scope}.
 *
 * <p>The fan-in of a weight [out, in, ...] is the number of inputs of one output: the product of all sizes but the
 * first; its fan-out is {@code out} times the sizes from the third on.
 */
@FunctionalInterface
public interface Init {
  /** First values for a shape. */
  Tensor create(Shape shape);

  /** A parameter with first values by this rule. */
  default Parameter parameter(String name, int... shape) {
    return new Parameter(name, create(Shape.of(shape)));
  }

  /** A variable that is not trained, with first values by this rule. */
  default Variable buffer(String name, int... shape) {
    return new Variable(name, create(Shape.of(shape)));
  }

  /** Gives a variable new values by this rule, at once. */
  default void fill(Variable variable) {
    Tensor values =
        Scope.on(
            variable.device(),
            () ->
                Scope.withDType(
                    variable.dtype(), () -> Scope.noGrad(() -> create(variable.shape()))));
    variable.set(values);
    variable.realize();
  }

  /** Zeros. */
  static Init zeros() {
    return constant(0);
  }

  /** Ones. */
  static Init ones() {
    return constant(1);
  }

  /** One number everywhere. */
  static Init constant(double value) {
    return shape -> Tensors.full(shape, value);
  }

  /** Uniform in [low, high). */
  static Init uniform(double low, double high) {
    return shape ->
        Random.standard().uniform(shape, Scope.dtype(), Devices.current()).mul(high - low).add(low);
  }

  /** Normally distributed. */
  static Init normal(double mean, double deviation) {
    return shape -> standardNormal(shape).mul(deviation).add(mean);
  }

  /** Normally distributed, without values further than two deviations from the mean. */
  static Init truncatedNormal(double mean, double deviation) {
    return shape -> truncated(shape).mul(deviation).add(mean);
  }

  /** Uniform in {@code +-1 / sqrt(fanIn)}: the default of fully connected layers, for the bias too. */
  static Init fanIn(int fanIn) {
    double bound = 1 / Math.sqrt(fanIn);
    return uniform(-bound, bound);
  }

  /** {@link #kaimingUniform(double)} with the gain of ReLU. */
  static Init kaimingUniform() {
    return kaimingUniform(Activation.RELU.gain());
  }

  /** Uniform with deviation {@code gain / sqrt(fanIn)} (He et al.). */
  static Init kaimingUniform(double gain) {
    return shape -> uniformOf(shape, gain / Math.sqrt(fanIn(shape)));
  }

  /** {@link #kaimingNormal(double)} with the gain of ReLU. */
  static Init kaimingNormal() {
    return kaimingNormal(Activation.RELU.gain());
  }

  /** Normal with deviation {@code gain / sqrt(fanIn)} (He et al.). */
  static Init kaimingNormal(double gain) {
    return kaimingNormal(gain, "fan_in");
  }

  /**
   * Normal with deviation {@code gain / sqrt(fan)} (He et al.).
   *
   * @param mode {@code "fan_in"}, which keeps the size of values, or {@code "fan_out"}, which keeps that of gradients
   * @throws IllegalArgumentException if it is neither
   */
  static Init kaimingNormal(double gain, String mode) {
    if (!mode.equals("fan_in") && !mode.equals("fan_out")) {
      throw OpError.of("init", "mode '" + mode + "' must be fan_in or fan_out");
    }
    return shape ->
        normal(0, gain / Math.sqrt(mode.equals("fan_in") ? fanIn(shape) : fanOut(shape)))
            .create(shape);
  }

  /** {@link #xavierUniform(double)} with gain 1. */
  static Init xavierUniform() {
    return xavierUniform(1);
  }

  /** Uniform with deviation {@code gain * sqrt(2 / (fanIn + fanOut))} (Glorot and Bengio). */
  static Init xavierUniform(double gain) {
    return shape -> uniformOf(shape, gain * Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape))));
  }

  /** {@link #xavierNormal(double)} with gain 1. */
  static Init xavierNormal() {
    return xavierNormal(1);
  }

  /** Normal with deviation {@code gain * sqrt(2 / (fanIn + fanOut))} (Glorot and Bengio). */
  static Init xavierNormal(double gain) {
    return shape -> normal(0, gain * Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape)))).create(shape);
  }

  /** Normal with deviation {@code 1 / sqrt(fanIn)} (LeCun), for self-normalising networks. */
  static Init lecunNormal() {
    return kaimingNormal(1);
  }

  /** Uniform with deviation {@code 1 / sqrt(fanIn)} (LeCun). */
  static Init lecunUniform() {
    return kaimingUniform(1);
  }

  /**
   * A random matrix [out, all others] times gain, whose rows, or columns if there are fewer of them, are orthonormal
   * (Saxe et al.).
   */
  static Init orthogonal(double gain) {
    return shape -> Orthogonal.matrix(shape, gain);
  }

  private static Tensor uniformOf(Shape shape, double deviation) {
    double bound = Math.sqrt(3) * deviation;
    return uniform(-bound, bound).create(shape);
  }

  private static Tensor standardNormal(Shape shape) {
    return Random.standard().normal(shape, Scope.dtype(), Devices.current());
  }

  private static Tensor truncated(Shape shape) {
    // A draw is outside with probability 0.046, so after eight of them the clamp is for one value
    // in 10^11.
    Tensor values = standardNormal(shape);
    for (int i = 0; i < 7; i++) {
      values = values.abs().le(2).where(values, standardNormal(shape));
    }
    return values.clamp(-2, 2);
  }

  private static long fanIn(Shape shape) {
    requireMatrix(shape);
    return Math.max(1, shape.size() / Math.max(1, shape.dim(0)));
  }

  private static long fanOut(Shape shape) {
    requireMatrix(shape);
    return Math.max(1, shape.size() / Math.max(1, shape.dim(1)));
  }

  private static void requireMatrix(Shape shape) {
    if (shape.rank() < 2) {
      throw OpError.of("init", "needs a shape [out, in, ...], not " + shape);
    }
  }
}
