package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import java.util.Collection;
import java.util.function.UnaryOperator;

/**
 * Loss functions: how wrong predictions are. Names, meaning and defaults are those of PyTorch.
 *
 * <p>Which one for what: a number to predict, {@link #mse}, or {@link #l1}, {@link #smoothL1} and {@link #huber} where outliers
 * must not dominate, or {@link #poissonNll} and {@link #gaussianNll} for counts and for numbers with a variance; one class of
 * several, {@link #crossEntropy} of logits; yes or no, also several at once, {@link #binaryCrossEntropyWithLogits}; a
 * distribution to match, {@link #klDiv}; a margin as in support vector machines, {@link #hinge}, {@link #multiMargin} and
 * others; embeddings, {@link #cosineEmbedding} and {@link #tripletMargin}; a sequence without an alignment, {@link #ctc}.
 *
 * <p>Predictions and targets have one shape, nothing is broadcast. Without an option the result is the mean, a scalar.
 */
public final class Losses extends EmbeddingLosses {
  private Losses() {}

  /** The mean of the CTC loss of samples, each divided by the length of its target, with class 0 as the blank. */
  public static Tensor ctc(
      Tensor logProbs, Tensor targets, int[] inputLengths, int[] targetLengths) {
    return ctc(logProbs, targets, inputLengths, targetLengths, 0, Reduction.MEAN, false);
  }

  /**
   * Connectionist temporal classification (Graves et al. 2006): the negative logarithm of the probability that a sequence of
   * outputs is the target, if repeated outputs count once and blanks nothing; reduced. It is infinite where the input is too
   * short for its target.
   *
   * <p>It is composed of operations for each time, and so is its gradient, so it has gradients of all orders; by
   * log-probabilities that are free they are those of the formula, where PyTorch adds what {@link Tensor#logSoftmax} takes away
   * again.
   *
   * @param logProbs [t, n, c] or [t, c], f32 or f64, as {@link Tensor#logSoftmax} gives them
   * @param targets class indices (i32 or i64): [n, s], of which what is beyond a length does not count, or all samples one after
   *     the other, [sum of the lengths]
   * @param inputLengths how many times count, for each sample
   * @param targetLengths the number of labels of each sample
   * @param blank the class that means nothing
   * @param reduction the mean is that of the losses divided by the lengths of their targets
   * @param zeroInfinity whether infinite losses count 0, with gradients of 0
   * @throws IndexOutOfBoundsException if a label is known to be no class; others throw it when the loss is computed
   */
  public static Tensor ctc(
      Tensor logProbs,
      Tensor targets,
      int[] inputLengths,
      int[] targetLengths,
      int blank,
      Reduction reduction,
      boolean zeroInfinity) {
    return CtcLoss.of(
        logProbs, targets, inputLengths, targetLengths, blank, reduction, zeroInfinity);
  }

  /**
   * The sum of the absolute values of parameters, such as those of one layer: {@code
   * loss.add(Losses.l1Penalty(model.fc.parameters()).mul(1e-4))}. Its gradient does not bring weights to exactly zero; {@link
   * dev.adjoint.nn.optim.ParameterGroup#l1} does.
   */
  public static Tensor l1Penalty(Collection<Parameter> parameters) {
    return penalty("l1Penalty", parameters, Tensor::abs);
  }

  /**
   * The sum of the squares of parameters, such as those of one layer. With a factor of half of it, the weight decay of an
   * optimizer without momentum is the same.
   */
  public static Tensor l2Penalty(Collection<Parameter> parameters) {
    return penalty("l2Penalty", parameters, Tensor::square);
  }

  private static Tensor penalty(
      String op, Collection<Parameter> parameters, UnaryOperator<Tensor> term) {
    return parameters.stream()
        .map(parameter -> term.apply(parameter).sum())
        .reduce((a, b) -> a.add(b.to(a.device())))
        .orElseThrow(() -> OpError.of(op, "needs at least one parameter"));
  }
}
