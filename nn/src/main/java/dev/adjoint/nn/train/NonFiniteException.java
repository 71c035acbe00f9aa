package dev.adjoint.nn.train;

/** Thrown when a loss, a gradient or a parameter has become NaN or infinite: the training has diverged. */
public final class NonFiniteException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final int step;
  private final String where;

  /**
   * An exception for a training step.
   *
   * @param epoch the number of the epoch, from 1 on
   * @param step the number of the step within it, from 0 on
   * @param where what was found not to be finite first, such as {@code gradient of fc1.weight}
   * @param message what happened and what can be done
   */
  public NonFiniteException(int epoch, int step, String where, String message) {
    super(message);
    this.epoch = epoch;
    this.step = step;
    this.where = where;
  }

  /** The number of the epoch, from 1 on. */
  public int epoch() {
    return epoch;
  }

  /** The number of the step within the epoch, from 0 on. */
  public int step() {
    return step;
  }

  /** What was found not to be finite first. */
  public String where() {
    return where;
  }
}
