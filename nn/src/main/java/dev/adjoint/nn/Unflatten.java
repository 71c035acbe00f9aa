package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Arrays;

/** One axis as several: [n, c * h * w] becomes [n, c, h, w] with {@code new Unflatten(1, c, h, w)}. */
public final class Unflatten extends Module {
  private final int dim;
  private final int[] unflattenedSize;

  /**
   * Splits an axis.
   *
   * @param dim the axis; a negative one counts from the end
   * @param unflattenedSize the sizes, of which one may be -1
   * @throws IllegalArgumentException if there are no sizes
   */
  public Unflatten(int dim, int... unflattenedSize) {
    if (unflattenedSize.length == 0) {
      throw OpError.of("unflatten", "needs the sizes of the new axes");
    }
    this.dim = dim;
    this.unflattenedSize = unflattenedSize.clone();
  }

  @Override
  protected Tensor forward(Tensor x) {
    return x.unflatten(dim, unflattenedSize);
  }

  @Override
  public String label() {
    return "Unflatten(" + dim + ", " + Arrays.toString(unflattenedSize) + ")";
  }
}
