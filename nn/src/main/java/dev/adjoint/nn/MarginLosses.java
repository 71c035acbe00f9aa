package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.RangeCheck;
import org.jspecify.annotations.Nullable;

/** Losses that want scores to be on the right side by a margin. */
abstract sealed class MarginLosses extends ClassificationLosses permits EmbeddingLosses {
  /** Only {@link Losses} is called. */
  MarginLosses() {}

  /** The mean of {@code max(0, 1 - t y)} for scores y and targets t of -1 or 1. */
  public static Tensor hinge(Tensor scores, Tensor target) {
    return hinge(scores, target, 1, Reduction.MEAN);
  }

  /** {@code max(0, 1 - t y)}, reduced. */
  public static Tensor hinge(Tensor scores, Tensor target, Reduction reduction) {
    return hinge(scores, target, 1, reduction);
  }

  /** {@code max(0, margin - t y)} for scores y and targets t of -1 or 1; reduced. */
  public static Tensor hinge(Tensor scores, Tensor target, double margin, Reduction reduction) {
    Tensor t = Checks.target("hinge", scores, target);
    return reduction.apply(t.mul(scores).rsub(margin).relu());
  }

  /** The mean of x where the target is 1 and of {@code max(0, 1 - x)} where it is -1. */
  public static Tensor hingeEmbedding(Tensor input, Tensor target) {
    return hingeEmbedding(input, target, 1, Reduction.MEAN);
  }

  /** The input, a distance, where the target is 1, {@code max(0, margin - input)} where it is -1; reduced. */
  public static Tensor hingeEmbedding(
      Tensor input, Tensor target, double margin, Reduction reduction) {
    Tensor t = Checks.target("hingeEmbedding", input, target);
    // As in PyTorch, a target that is neither counts as both.
    Tensor far = t.eq(1).where(0, input.rsub(margin).relu());
    return reduction.apply(far.add(t.eq(-1).where(0, input)));
  }

  /** The mean of {@code max(0, -t (input1 - input2))}. */
  public static Tensor marginRanking(Tensor input1, Tensor input2, Tensor target) {
    return marginRanking(input1, input2, target, 0, Reduction.MEAN);
  }

  /** {@code max(0, margin - t (input1 - input2))}: the first is wanted above if t is 1, below if it is -1; reduced. */
  public static Tensor marginRanking(
      Tensor input1, Tensor input2, Tensor target, double margin, Reduction reduction) {
    Tensor t = Checks.target("marginRanking", input1, target);
    Tensor second = Checks.target("marginRanking", input1, input2);
    return reduction.apply(t.mul(input1.sub(second)).rsub(margin).relu());
  }

  /** The mean of {@code log(1 + exp(-t y))}. */
  public static Tensor softMargin(Tensor scores, Tensor target) {
    return softMargin(scores, target, Reduction.MEAN);
  }

  /** {@code log(1 + exp(-t y))} for scores y and targets t of -1 or 1, without overflow; reduced. */
  public static Tensor softMargin(Tensor scores, Tensor target, Reduction reduction) {
    return reduction.apply(
        Checks.target("softMargin", scores, target).mul(scores).neg().softplus());
  }

  /** The mean over samples of the multi-class margin loss with p = 1 and a margin of 1. */
  public static Tensor multiMargin(Tensor scores, Tensor target) {
    return multiMargin(scores, target, 1, 1, null, Reduction.MEAN);
  }

  /**
   * {@code sum max(0, margin - x[t] + x[i])^p * w[t] / c} over the classes i other than the target t; reduced.
   *
   * @param scores [n, c] or [c]
   * @param target class indices (i32 or i64) [n], or a scalar
   * @param p 1 or 2
   * @param weight a factor per class [c], or null for 1; the mean does not divide by it
   * @throws IndexOutOfBoundsException if an index is known to be no class; others throw it when the loss is computed
   */
  public static Tensor multiMargin(
      Tensor scores,
      Tensor target,
      int p,
      double margin,
      @Nullable Tensor weight,
      Reduction reduction) {
    String op = "multiMargin";
    requireScores(op, scores);
    if (p != 1 && p != 2) {
      throw OpError.of(op, "p must be 1 or 2, not " + p);
    }
    requireIndices(op, target, scores.select(-1, 0).shape());
    int classes = scores.dim(-1);
    Tensor isLabel = isClass(op, target.unsqueeze(-1), classes);
    Tensor own = isLabel.where(scores, 0).sum(-1, true);
    Tensor slack = scores.sub(own).add(margin).relu();
    Tensor terms = isLabel.where(0, p == 1 ? slack : slack.square());
    if (weight != null) {
      if (!weight.shape().equals(Shape.of(classes))) {
        throw OpError.of(op, "weight " + weight.shape() + " does not fit " + classes + " classes");
      }
      terms = terms.mul(isLabel.where(weight.to(scores.dtype()), 0).sum(-1, true));
    }
    return reduction.apply(terms.sum(-1).div(classes));
  }

  /** The mean over samples of the multi-label margin loss. */
  public static Tensor multiLabelMargin(Tensor scores, Tensor target) {
    return multiLabelMargin(scores, target, Reduction.MEAN);
  }

  /**
   * {@code sum max(0, 1 - (x[t] - x[i])) / c} over all labels t of a sample and all classes i that are none of them; reduced.
   *
   * @param scores [n, c] or [c]
   * @param target of the same shape (i32 or i64): the labels of a sample, and -1 after the last one
   * @throws IndexOutOfBoundsException if a label is known to be no class; others throw it when the loss is computed
   */
  public static Tensor multiLabelMargin(Tensor scores, Tensor target, Reduction reduction) {
    String op = "multiLabelMargin";
    requireScores(op, scores);
    requireIndices(op, target, scores.shape());
    int classes = scores.dim(-1);
    Tensor counts = target.eq(-1).to(DType.I32).cumsum(-1).eq(0).unsqueeze(-1);
    Tensor labels = counts.where(target.unsqueeze(-1), 0);
    Tensor isLabel = isClass(op, labels, classes).logicalAnd(counts);
    Tensor each = scores.unsqueeze(-2);
    Tensor own = isLabel.where(each, 0).sum(-1, true);
    Tensor slack = each.sub(own).add(1).relu();
    Tensor wrong = isLabel.any(-2, true).logicalNot().logicalAnd(counts);
    return reduction.apply(wrong.where(slack, 0).sum(-1, -2).div(classes));
  }

  /** The mean over samples of the multi-label soft margin loss without weights. */
  public static Tensor multiLabelSoftMargin(Tensor scores, Tensor target) {
    return multiLabelSoftMargin(scores, target, null, Reduction.MEAN);
  }

  /**
   * The mean over the classes, which are the last axis, of {@code w (-t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)))};
   * reduced.
   *
   * @param target of the shape of the scores, 0 or 1
   * @param weight w, broadcast to the shape of the scores, or null for 1
   */
  public static Tensor multiLabelSoftMargin(
      Tensor scores, Tensor target, @Nullable Tensor weight, Reduction reduction) {
    requireScores("multiLabelSoftMargin", scores);
    Tensor t = Checks.target("multiLabelSoftMargin", scores, target);
    Tensor values = binaryCrossEntropyWithLogits(scores, t, weight, null, Reduction.NONE);
    return reduction.apply(values.mean(-1));
  }

  private static void requireScores(String op, Tensor scores) {
    if (scores.rank() == 0 || scores.dim(-1) == 0 || !scores.dtype().isFloat()) {
      throw OpError.of(
          op, "needs float scores of shape [n, c] or [c], not " + scores.dtype() + scores.shape());
    }
  }

  private static void requireIndices(String op, Tensor target, Shape expected) {
    if (!target.dtype().isInteger() || !target.shape().equals(expected)) {
      throw OpError.of(
          op,
          "class indices are i32 or i64 of shape "
              + expected
              + ", not "
              + target.dtype()
              + target.shape());
    }
  }

  /** Whether an index [..., 1] is each of the classes [..., c]. */
  private static Tensor isClass(String op, Tensor index, int classes) {
    String rule = op + ": class %d is out of range for %d classes";
    Tensor checked = new Tensor(RangeCheck.checked(rule, index.node(), classes));
    return checked.eq(Tensors.arange(classes).to(index.dtype()).to(index.device()));
  }
}
