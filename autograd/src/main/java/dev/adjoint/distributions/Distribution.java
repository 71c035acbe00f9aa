package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;

/**
 * A probability distribution, or a batch of them.
 *
 * <p>The parameters are broadcast to {@link #batchShape}. One draw has the shape {@link #eventShape}, which has no axes if it is
 * a number. So {@code sample(random, 5, 2)} has the shape [5, 2] followed by both, and {@link #logProb} takes values of that
 * shape and has one number for each event. Draws follow the stream of a {@link Random} and are the same on every device.
 *
 * <p>Parameters must be floats of one type on one device. What they and the values must be, such as positive, is checked at the
 * call for numbers; for tensors when they are used, which throws an {@link ArithmeticException} with the line of the call.
 */
public interface Distribution {
  /** The shape of the parameters: how many distributions these are. */
  Shape batchShape();

  /** The shape of one draw of one distribution. */
  default Shape eventShape() {
    return Shape.SCALAR;
  }

  /** The logarithm of the probability, or of its density, of values. */
  Tensor logProb(Tensor value);

  /** The expected value. */
  Tensor mean();

  /** The expected square of the distance to the mean. */
  Tensor variance();

  /** The standard deviation, the square root of the variance. */
  default Tensor stddev() {
    return variance().sqrt();
  }

  /**
   * The expected value of {@code -logProb}, in nats.
   *
   * @throws UnsupportedOperationException if there is no closed form
   */
  default Tensor entropy() {
    throw Checks.unsupported(this, "entropy");
  }

  /**
   * The probability of a draw that is at most a value.
   *
   * @throws UnsupportedOperationException if there is no closed form
   */
  default Tensor cdf(Tensor value) {
    throw Checks.unsupported(this, "cdf");
  }

  /**
   * The value up to which draws have a probability: the inverse of {@link #cdf}.
   *
   * @throws UnsupportedOperationException if there is no closed form
   */
  default Tensor icdf(Tensor probability) {
    throw Checks.unsupported(this, "icdf");
  }

  /** Whether gradients flow from draws to the parameters. */
  default boolean hasRsample() {
    return false;
  }

  /**
   * Draws of a shape, for those who implement a distribution; others call {@link #sample} or {@link #rsample}.
   *
   * @param shape the sizes of the samples, of the batch and of an event
   */
  Tensor draw(Random random, Shape shape);

  /** Draws that no gradient flows through, by {@link Random#standard()}. */
  default Tensor sample(int... sampleShape) {
    return sample(Random.standard(), sampleShape);
  }

  /** Draws that no gradient flows through. */
  default Tensor sample(Random random, int... sampleShape) {
    return Scope.noGrad(() -> draw(random, Checks.drawn(this, sampleShape)).detach());
  }

  /** Draws that gradients flow through to the parameters, by {@link Random#standard()}. */
  default Tensor rsample(int... sampleShape) {
    return rsample(Random.standard(), sampleShape);
  }

  /**
   * Draws that gradients flow through to the parameters.
   *
   * @throws UnsupportedOperationException if not {@link #hasRsample}
   */
  default Tensor rsample(Random random, int... sampleShape) {
    if (!hasRsample()) {
      throw Checks.unsupported(this, "rsample");
    }
    return draw(random, Checks.drawn(this, sampleShape));
  }
}
