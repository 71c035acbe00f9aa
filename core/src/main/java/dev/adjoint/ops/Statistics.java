package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import dev.adjoint.graph.ReduceOp;
import java.util.function.UnaryOperator;

/** The reductions that are composed of others. */
public final class Statistics {
  private Statistics() {}

  /** A function of a float, or of the default float: f16 and bf16 are rounded only at its end, not on the way. */
  static Tensor wide(Tensor x, UnaryOperator<Tensor> f) {
    Tensor values = Operands.floating(x);
    return f.apply(values.to(values.dtype().register())).to(values.dtype());
  }

  public static Tensor mean(Tensor x, int[] axes, boolean keepDim) {
    int[] sorted = Reductions.axes("mean", x, axes);
    return wide(
        x,
        values ->
            Reductions.reduce(ReduceOp.SUM, values, sorted, keepDim)
                .div(Reductions.count(values, sorted)));
  }

  public static Tensor mean(Tensor x, int[] axes, boolean keepDim, DType dtype) {
    if (!dtype.isFloat()) {
      throw OpError.of("mean", "a mean has fractions, so it cannot be " + dtype);
    }
    return mean(x.to(dtype), axes, keepDim);
  }

  public static Tensor any(Tensor x, int[] axes, boolean keepDim) {
    int[] sorted = Reductions.axes("any", x, axes);
    // A maximum has no value for an empty axis.
    return Reductions.count(x, sorted) == 0
        ? x.toBool().sum(axes, keepDim).toBool()
        : Reductions.extreme(ReduceOp.MAX, x.toBool(), axes, keepDim);
  }

  public static Tensor all(Tensor x, int[] axes, boolean keepDim) {
    return any(x.toBool().logicalNot(), axes, keepDim).logicalNot();
  }

  public static Tensor var(Tensor x, double correction, int[] axes, boolean keepDim) {
    int[] sorted = Reductions.axes("var", x, axes);
    double divisor = Math.max(0, Reductions.count(x, sorted) - correction);
    return wide(
        x,
        values -> {
          Tensor squares = values.sub(mean(values, sorted, true)).square();
          return Reductions.reduce(ReduceOp.SUM, squares, sorted, keepDim).div(divisor);
        });
  }

  public static Tensor nansum(Tensor x, int[] axes, boolean keepDim) {
    return (x.dtype().isFloat() ? x.isNan().where(0, x) : x).sum(axes, keepDim);
  }

  public static Tensor nanmean(Tensor x, int[] axes, boolean keepDim) {
    return wide(
        x,
        values ->
            nansum(values, axes, keepDim).div(values.isNan().logicalNot().sum(axes, keepDim)));
  }

  public static Tensor logsumexp(Tensor x, int[] axes, boolean keepDim) {
    int[] sorted = Reductions.axes("logsumexp", x, axes);
    return wide(x, values -> logOfSum(values, sorted, keepDim));
  }

  private static Tensor logOfSum(Tensor values, int[] sorted, boolean keepDim) {
    if (Reductions.count(values, sorted) == 0) {
      // The logarithm of an empty sum, which has no largest element to be shifted by.
      return Reductions.reduce(ReduceOp.SUM, values, sorted, keepDim).log();
    }
    Tensor largest = Reductions.extreme(ReduceOp.MAX, values, sorted, true).detach();
    // Beside an infinite element others count as 0, and so does their gradient.
    double most = values.dtype().max();
    Tensor shift = largest.clamp(-most, most);
    Tensor sum =
        Reductions.reduce(ReduceOp.SUM, values.sub(shift).exp(), sorted, true).log().add(shift);
    return keepDim ? sum : sum.reshape(Reductions.without(sum.shape(), sorted));
  }

  public static Tensor norm(Tensor x, double p, int[] axes, boolean keepDim) {
    return wide(x, values -> length(values, p, axes, keepDim));
  }

  private static Tensor length(Tensor values, double p, int[] axes, boolean keepDim) {
    if (p == 2) {
      return root(values.square().sum(axes, keepDim), 2);
    } else if (p == 1) {
      return values.abs().sum(axes, keepDim);
    } else if (p == Double.POSITIVE_INFINITY) {
      return values.abs().amax(axes, keepDim);
    } else if (p == Double.NEGATIVE_INFINITY) {
      return values.abs().amin(axes, keepDim);
    } else if (p == 0) {
      return values.ne(0).to(values.dtype()).sum(axes, keepDim);
    }
    Tensor sum = power(values.abs(), p).sum(axes, keepDim);
    return p < 0 ? sum.pow(1 / p) : root(sum, p);
  }

  /** A power whose gradient at 0 is 0, where it would be infinite or, in a second one, undefined. */
  private static Tensor power(Tensor x, double p) {
    if (p > 2) {
      return x.pow(p);
    }
    Tensor zero = x.eq(0);
    return zero.where(p < 0 ? Double.POSITIVE_INFINITY : 0, zero.where(1, x).pow(p));
  }

  /** A root whose gradient at 0 is 0 and not infinite, as that of a length is taken to be. */
  public static Tensor root(Tensor x, double degree) {
    Tensor zero = x.eq(0);
    return zero.where(0, zero.where(1, x).pow(1 / degree));
  }

  public static Tensor softmax(Tensor x, int axis) {
    return wide(
        x,
        values -> {
          Tensor e = shifted("softmax", values, axis).exp();
          return e.div(e.sum(axis, true));
        });
  }

  public static Tensor logSoftmax(Tensor x, int axis) {
    return wide(
        x,
        values -> {
          Tensor shifted = shifted("logSoftmax", values, axis);
          return shifted.sub(shifted.exp().sum(axis, true).log());
        });
  }

  private static Tensor shifted(String op, Tensor values, int axis) {
    int[] sorted = Reductions.axes(op, values, axis);
    if (values.size() == 0) {
      return values;
    }
    return values.sub(Reductions.extreme(ReduceOp.MAX, values, sorted, true).detach());
  }
}
