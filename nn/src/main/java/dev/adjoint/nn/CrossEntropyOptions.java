package dev.adjoint.nn;

import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/**
 * Options of {@link Losses#crossEntropy} and {@link Losses#nll}: {@code
 * CrossEntropyOptions.DEFAULT.labelSmoothing(0.1)}.
 *
 * @param labelSmoothing the part of each label, in [0, 1], that is spread evenly over all classes
 * @param ignoreIndex samples with this label count nothing; it need not be a class, and is -100 by default
 * @param classWeights a factor per class [c], or null for none
 * @param reduction what is done with the values of the samples
 */
public record CrossEntropyOptions(
    double labelSmoothing, long ignoreIndex, @Nullable Tensor classWeights, Reduction reduction) {
  /** No smoothing, all samples but those with the label -100, no weights, the mean: as in PyTorch. */
  public static final CrossEntropyOptions DEFAULT =
      new CrossEntropyOptions(0, -100, null, Reduction.MEAN);

  /** Checks the smoothing. */
  public CrossEntropyOptions {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw OpError.of("crossEntropy", "label smoothing must be in [0, 1], not " + labelSmoothing);
    }
  }

  /** These options with label smoothing. */
  public CrossEntropyOptions labelSmoothing(double part) {
    return new CrossEntropyOptions(part, ignoreIndex, classWeights, reduction);
  }

  /** These options with another label that does not count. */
  public CrossEntropyOptions ignoreIndex(long index) {
    return new CrossEntropyOptions(labelSmoothing, index, classWeights, reduction);
  }

  /** These options with a factor per class. */
  public CrossEntropyOptions classWeights(Tensor weights) {
    return new CrossEntropyOptions(labelSmoothing, ignoreIndex, weights, reduction);
  }

  /** These options with a reduction. */
  public CrossEntropyOptions reduction(Reduction reduction) {
    return new CrossEntropyOptions(labelSmoothing, ignoreIndex, classWeights, reduction);
  }
}
