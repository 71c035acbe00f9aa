package dev.adjoint;

import dev.adjoint.ops.Covariances;
import dev.adjoint.ops.Histograms;
import dev.adjoint.ops.Sorting;
import org.jspecify.annotations.Nullable;

/** What samples say: extremes, histograms, modes, covariances and integrals; and samples of given probabilities. */
public sealed interface SampleOps permits Tensor {
  /** The smallest and the largest of all elements. */
  default MinMax aminmax() {
    Tensor x = (Tensor) this;
    return new MinMax(x.min(), x.max());
  }

  /** The smallest and the largest value along an axis, which is dropped. */
  default MinMax aminmax(int axis) {
    return aminmax(axis, false);
  }

  /** The smallest and the largest value along an axis, which is kept with size 1 or dropped. */
  default MinMax aminmax(int axis, boolean keepDim) {
    Tensor x = (Tensor) this;
    return new MinMax(x.amin(axis, keepDim), x.amax(axis, keepDim));
  }

  /** The smallest and the largest of some values. */
  record MinMax(Tensor min, Tensor max) {}

  /** How many elements lie in each of 100 bins between the smallest and the largest, see {@link #histc(int, double, double)}. */
  default Tensor histc() {
    return histc(100);
  }

  /** How many elements lie in each bin between the smallest and the largest, see {@link #histc(int, double, double)}. */
  default Tensor histc(int bins) {
    return histc(bins, 0, 0);
  }

  /**
   * How many elements lie in each of a number of equal bins from min to max, in the type of the elements. What lies outside, or
   * is NaN, is not counted. Where min equals max, the range is that of the elements, or 2 wide around them if they are all equal.
   *
   * @throws IllegalArgumentException if there is no bin, or min or max is infinite or in the wrong order
   */
  default Tensor histc(int bins, double min, double max) {
    return Histograms.histc((Tensor) this, bins, min, max);
  }

  /** The histogram of equal bins between the smallest and the largest element, see the full form. */
  default Histogram histogram(int bins) {
    return histogram(bins, null, null, false);
  }

  /**
   * The histogram of equal bins, of which all but the last one lack their right edge. What lies outside, or is NaN, is not
   * counted.
   *
   * @param range the first and the last edge, or null for the smallest and the largest element; a range of width 0 is made 1 wide
   * @param weight what each element counts, or null for 1
   * @param density whether counts are divided by their sum and the widths of the bins, so that the integral is 1
   * @throws IllegalArgumentException if there is no bin, or range or weight does not fit
   */
  default Histogram histogram(
      int bins, double @Nullable [] range, @Nullable Tensor weight, boolean density) {
    return Histograms.histogram((Tensor) this, bins, range, weight, density);
  }

  /** The histogram of bins with given edges, see {@link #histogram(Tensor, Tensor, boolean)}. */
  default Histogram histogram(Tensor bins) {
    return histogram(bins, null, false);
  }

  /**
   * The histogram of bins between the edges of a vector, which ascend; all bins but the last one lack their right edge.
   *
   * @param weight what each element counts, or null for 1
   * @param density whether counts are divided by their sum and the widths of the bins, so that the integral is 1
   * @throws IllegalArgumentException if there are no two edges, or types, devices or the weight do not fit
   */
  default Histogram histogram(Tensor bins, @Nullable Tensor weight, boolean density) {
    return Histograms.histogram((Tensor) this, bins, weight, density);
  }

  /** The counts of bins and the edges between which they lie, one more than there are bins. */
  record Histogram(Tensor hist, Tensor binEdges) {}

  /** The most frequent value along the last axis, which is dropped, see {@link #mode(int, boolean)}. */
  default ValuesAndIndices mode() {
    return mode(-1);
  }

  /** The most frequent value along an axis, which is dropped, see {@link #mode(int, boolean)}. */
  default ValuesAndIndices mode(int axis) {
    return mode(axis, false);
  }

  /**
   * The most frequent value along an axis, which is kept with size 1 or dropped, and where it was last: the smallest of several
   * such values. NaN equals nothing.
   */
  default ValuesAndIndices mode(int axis, boolean keepDim) {
    return Sorting.mode((Tensor) this, axis, keepDim);
  }

  /** The covariances of the rows of a matrix with divisor n - 1, see {@link #cov(int, Tensor, Tensor)}. */
  default Tensor cov() {
    return cov(1);
  }

  /** The covariances of the rows of a matrix with divisor n - correction, see {@link #cov(int, Tensor, Tensor)}. */
  default Tensor cov(int correction) {
    return cov(correction, null, null);
  }

  /**
   * The covariances of variables, the rows of a matrix, of which each column is an observation; that of a vector or scalar is its
   * variance.
   *
   * @param correction what is subtracted from the number of observations
   * @param fweights how often each observation was made (integers), or null for once
   * @param aweights how much each observation counts (floats), or null for equally
   * @throws IllegalArgumentException if there are more than two axes, or weights do not fit
   */
  default Tensor cov(int correction, @Nullable Tensor fweights, @Nullable Tensor aweights) {
    return Covariances.cov((Tensor) this, correction, fweights, aweights);
  }

  /** The correlations of the rows of a matrix, in [-1, 1]; that of a vector or scalar is 1. */
  default Tensor corrcoef() {
    return Covariances.corrcoef((Tensor) this);
  }

  /** The integral along the last axis of points of distance 1, by the trapezoidal rule. */
  default Tensor trapezoid() {
    return trapezoid(1, -1);
  }

  /** The integral along the last axis of points of a distance, by the trapezoidal rule. */
  default Tensor trapezoid(double dx) {
    return trapezoid(dx, -1);
  }

  /** The integral along an axis of points of a distance, by the trapezoidal rule. */
  default Tensor trapezoid(double dx, int axis) {
    return Covariances.trapezoid((Tensor) this, dx, axis);
  }

  /** The integral along the last axis, by the trapezoidal rule, see {@link #trapezoid(Tensor, int)}. */
  default Tensor trapezoid(Tensor x) {
    return trapezoid(x, -1);
  }

  /**
   * The integral along an axis over the points x, by the trapezoidal rule: half the sum of {@code (x[i+1] - x[i]) (y[i+1] +
   * y[i])}. A vector of points lies along the axis; others are broadcast.
   */
  default Tensor trapezoid(Tensor x, int axis) {
    return Covariances.trapezoid((Tensor) this, x, axis);
  }

  /** Different positions of the last axis, drawn with its elements as probabilities, see {@link Random#multinomial}. */
  default Tensor multinomial(int count) {
    return multinomial(count, false);
  }

  /** Positions of the last axis, drawn with its elements as probabilities from the standard generator. */
  default Tensor multinomial(int count, boolean replacement) {
    return Random.standard().multinomial((Tensor) this, count, replacement);
  }
}
