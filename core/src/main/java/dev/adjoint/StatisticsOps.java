package dev.adjoint;

import dev.adjoint.ops.Autocast;
import dev.adjoint.ops.Statistics;

/**
 * Statistics and counts over all elements or along axes; negative axes count from the end, and no axes means all.
 *
 * <p>Integers are converted to {@link Scope#dtype()} where the result has fractions.
 */
public sealed interface StatisticsOps permits Tensor {
  /** Whether any value is true or not zero of all elements. */
  default Tensor any() {
    return Statistics.any((Tensor) this, new int[0], false);
  }

  /** Whether any value is true or not zero along axes, which are dropped; no axes means all. */
  default Tensor any(int... axes) {
    return Statistics.any((Tensor) this, axes, false);
  }

  /** Whether any value is true or not zero along an axis, which is kept with size 1 or dropped. */
  default Tensor any(int axis, boolean keepDim) {
    return Statistics.any((Tensor) this, new int[] {axis}, keepDim);
  }

  /** Whether any value is true or not zero along axes, which are kept with size 1 or dropped. */
  default Tensor any(int[] axes, boolean keepDim) {
    return Statistics.any((Tensor) this, axes, keepDim);
  }

  /** Whether every value is true or not zero of all elements. */
  default Tensor all() {
    return Statistics.all((Tensor) this, new int[0], false);
  }

  /** Whether every value is true or not zero along axes, which are dropped; no axes means all. */
  default Tensor all(int... axes) {
    return Statistics.all((Tensor) this, axes, false);
  }

  /** Whether every value is true or not zero along an axis, which is kept with size 1 or dropped. */
  default Tensor all(int axis, boolean keepDim) {
    return Statistics.all((Tensor) this, new int[] {axis}, keepDim);
  }

  /** Whether every value is true or not zero along axes, which are kept with size 1 or dropped. */
  default Tensor all(int[] axes, boolean keepDim) {
    return Statistics.all((Tensor) this, axes, keepDim);
  }

  /** The number (i64) of values that are not zero along axes, which are dropped; no axes means all. */
  default Tensor countNonzero(int... axes) {
    return ((Tensor) this).toBool().sum(axes, false);
  }

  /** The number (i64) of values that are not zero along axes, which are kept with size 1 or dropped. */
  default Tensor countNonzero(int[] axes, boolean keepDim) {
    return ((Tensor) this).toBool().sum(axes, keepDim);
  }

  /** The variance with divisor n - 1 of all elements. */
  default Tensor var() {
    return Statistics.var((Tensor) this, 1, new int[0], false);
  }

  /** The variance with divisor n - 1 along axes, which are dropped; no axes means all. */
  default Tensor var(int... axes) {
    return Statistics.var((Tensor) this, 1, axes, false);
  }

  /** The variance with divisor n - 1 along an axis, which is kept with size 1 or dropped. */
  default Tensor var(int axis, boolean keepDim) {
    return Statistics.var((Tensor) this, 1, new int[] {axis}, keepDim);
  }

  /** The variance with divisor n - 1 along axes, which are kept with size 1 or dropped. */
  default Tensor var(int[] axes, boolean keepDim) {
    return Statistics.var((Tensor) this, 1, axes, keepDim);
  }

  /** The variance with divisor n - correction along an axis, which is kept with size 1 or dropped. */
  default Tensor var(int axis, double correction, boolean keepDim) {
    return var(new int[] {axis}, correction, keepDim);
  }

  /** The variance with divisor n - correction along axes, which are kept with size 1 or dropped; no axes means all. */
  default Tensor var(int[] axes, double correction, boolean keepDim) {
    return Statistics.var((Tensor) this, correction, axes, keepDim);
  }

  /** The standard deviation with divisor n - 1 of all elements. */
  default Tensor std() {
    return Statistics.root(var(new int[0], false), 2);
  }

  /** The standard deviation with divisor n - 1 along axes, which are dropped; no axes means all. */
  default Tensor std(int... axes) {
    return Statistics.root(var(axes, false), 2);
  }

  /** The standard deviation with divisor n - 1 along an axis, which is kept with size 1 or dropped. */
  default Tensor std(int axis, boolean keepDim) {
    return Statistics.root(var(new int[] {axis}, keepDim), 2);
  }

  /** The standard deviation with divisor n - 1 along axes, which are kept with size 1 or dropped. */
  default Tensor std(int[] axes, boolean keepDim) {
    return Statistics.root(var(axes, keepDim), 2);
  }

  /** The standard deviation with divisor n - correction along an axis, which is kept with size 1 or dropped. */
  default Tensor std(int axis, double correction, boolean keepDim) {
    return std(new int[] {axis}, correction, keepDim);
  }

  /** The standard deviation with divisor n - correction along axes, which are kept with size 1 or dropped; no axes means all. */
  default Tensor std(int[] axes, double correction, boolean keepDim) {
    return Statistics.root(var(axes, correction, keepDim), 2);
  }

  /** The variance with divisor n - 1 and the mean along axes, which are dropped; no axes means all. */
  default VarMean varMean(int... axes) {
    return varMean(axes, 1, false);
  }

  /** The variance with divisor n - 1 and the mean along an axis, which is kept with size 1 or dropped. */
  default VarMean varMean(int axis, boolean keepDim) {
    return varMean(new int[] {axis}, 1, keepDim);
  }

  /** The variance with divisor n - correction and the mean along an axis, which is kept with size 1 or dropped. */
  default VarMean varMean(int axis, double correction, boolean keepDim) {
    return varMean(new int[] {axis}, correction, keepDim);
  }

  /** The variance with divisor n - correction and the mean along axes, which are kept with size 1 or dropped. */
  default VarMean varMean(int[] axes, double correction, boolean keepDim) {
    return new VarMean(var(axes, correction, keepDim), ((Tensor) this).mean(axes, keepDim));
  }

  /** The sum of the values that are no NaN along axes, which are dropped; no axes means all. */
  default Tensor nansum(int... axes) {
    return Statistics.nansum((Tensor) this, axes, false);
  }

  /** The sum of the values that are no NaN along an axis, which is kept with size 1 or dropped. */
  default Tensor nansum(int axis, boolean keepDim) {
    return Statistics.nansum((Tensor) this, new int[] {axis}, keepDim);
  }

  /** The sum of the values that are no NaN along axes, which are kept with size 1 or dropped. */
  default Tensor nansum(int[] axes, boolean keepDim) {
    return Statistics.nansum((Tensor) this, axes, keepDim);
  }

  /** The mean of the values that are no NaN along axes, which are dropped; no axes means all. */
  default Tensor nanmean(int... axes) {
    return Statistics.nanmean((Tensor) this, axes, false);
  }

  /** The mean of the values that are no NaN along an axis, which is kept with size 1 or dropped. */
  default Tensor nanmean(int axis, boolean keepDim) {
    return Statistics.nanmean((Tensor) this, new int[] {axis}, keepDim);
  }

  /** The mean of the values that are no NaN along axes, which are kept with size 1 or dropped. */
  default Tensor nanmean(int[] axes, boolean keepDim) {
    return Statistics.nanmean((Tensor) this, axes, keepDim);
  }

  /** The logarithm of the sum of exponentials, without overflow, of all elements. */
  default Tensor logsumexp() {
    return Statistics.logsumexp((Tensor) this, new int[0], false);
  }

  /** The logarithm of the sum of exponentials, without overflow, along axes, which are dropped; no axes means all. */
  default Tensor logsumexp(int... axes) {
    return Statistics.logsumexp((Tensor) this, axes, false);
  }

  /**
   * The logarithm of the sum of exponentials, without overflow, along an axis, which is kept with size 1 or dropped.
   */
  default Tensor logsumexp(int axis, boolean keepDim) {
    return Statistics.logsumexp((Tensor) this, new int[] {axis}, keepDim);
  }

  /** The logarithm of the sum of exponentials, without overflow, along axes, which are kept with size 1 or dropped. */
  default Tensor logsumexp(int[] axes, boolean keepDim) {
    return Statistics.logsumexp((Tensor) this, axes, keepDim);
  }

  /** The square root of the sum of all squares. */
  default Tensor norm() {
    return Statistics.norm(Autocast.wide((Tensor) this), 2, new int[0], false);
  }

  /** The p-norm of all elements; p may be infinite. */
  default Tensor norm(double p) {
    return Statistics.norm(Autocast.wide((Tensor) this), p, new int[0], false);
  }

  /** The p-norm along axes, which are dropped. */
  default Tensor norm(double p, int... axes) {
    return Statistics.norm(Autocast.wide((Tensor) this), p, axes, false);
  }

  /** The p-norm along an axis, which is kept with size 1 or dropped. */
  default Tensor norm(double p, int axis, boolean keepDim) {
    return Statistics.norm(Autocast.wide((Tensor) this), p, new int[] {axis}, keepDim);
  }

  /** The p-norm along axes, which are kept with size 1 or dropped; p may be infinite, 0 counts the non-zero values. */
  default Tensor norm(double p, int[] axes, boolean keepDim) {
    return Statistics.norm(Autocast.wide((Tensor) this), p, axes, keepDim);
  }

  /** The exponentials along an axis divided by their sum. */
  default Tensor softmax(int axis) {
    return Statistics.softmax(Autocast.wide((Tensor) this), axis);
  }

  /** The {@link #softmax(int)} in a type, to which elements are converted first. */
  default Tensor softmax(int axis, DType dtype) {
    return Statistics.softmax(((Tensor) this).to(dtype), axis);
  }

  /** The logarithm of {@link #softmax(int)}, without underflow. */
  default Tensor logSoftmax(int axis) {
    return Statistics.logSoftmax(Autocast.wide((Tensor) this), axis);
  }

  /** The {@link #logSoftmax(int)} in a type, to which elements are converted first. */
  default Tensor logSoftmax(int axis, DType dtype) {
    return Statistics.logSoftmax(((Tensor) this).to(dtype), axis);
  }

  /** This divided by its 2-norm along axis 1, or by 1e-12 if that is larger. */
  default Tensor normalize() {
    return normalize(2, 1);
  }

  /** This divided by its p-norm along an axis, or by 1e-12 if that is larger. */
  default Tensor normalize(double p, int axis) {
    return normalize(p, axis, 1e-12);
  }

  /** This divided by its p-norm along an axis, or by {@code eps} if that is larger. */
  default Tensor normalize(double p, int axis, double eps) {
    Tensor x = (Tensor) this;
    return x.div(x.norm(p, new int[] {axis}, true).clampMin(eps));
  }

  /** A variance and the mean that it is taken around. */
  record VarMean(Tensor var, Tensor mean) {}
}
