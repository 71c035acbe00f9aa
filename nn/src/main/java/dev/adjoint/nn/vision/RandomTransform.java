package dev.adjoint.nn.vision;

import dev.adjoint.DType;
import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/** What random transforms share: where draws come from, and draws of one number for each image. */
abstract class RandomTransform extends ImageTransform {
  private Random random = Random.standard();

  RandomTransform(String op) {
    super(op);
  }

  /** Sets where draws come from. */
  final void source(Random source) {
    random = source;
  }

  /** Where draws come from. */
  final Random source() {
    return random;
  }

  /** A number (f32) in [low, high) for each image, [n]. */
  final Tensor uniform(Tensor x, double low, double high) {
    Tensor unit = random.uniform(Shape.of(x.dim(0)), DType.F32, x.device());
    return unit.mul(high - low).add(low);
  }

  /** An integer (i64) from 0 to bound, exclusive, for each image, [n]. */
  final Tensor integers(Tensor x, int bound) {
    return Scope.on(x.device(), () -> random.randint(0, bound, x.dim(0)));
  }

  /** Whether each image is chosen, with a probability, [n, 1, 1, 1]. */
  final Tensor chosen(Tensor x, double p) {
    return random.mask(p, Shape.of(x.dim(0), 1, 1, 1), x.device());
  }

  /** The probability, if it is in [0, 1]. */
  final double probability(double p) {
    return unit("the probability", p);
  }

  /** The value, if it is in [0, 1]. */
  final double unit(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw OpError.of(op(), what + " must be in [0, 1], it is " + value);
    }
    return value;
  }

  /** Requires a range in its order, and not below a bound. */
  final void requireRange(String what, double low, double high, double least) {
    if (!(low >= least && low <= high && high < Double.POSITIVE_INFINITY)) {
      throw OpError.of(
          op(),
          what
              + " must be a range"
              + (least > -Double.MAX_VALUE ? " of numbers from " + least + " on" : "")
              + ", not "
              + low
              + " to "
              + high);
    }
  }
}
