package dev.adjoint.ops;

import dev.adjoint.DType;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/** Covariances of variables, and integrals of samples. */
public final class Covariances {
  private Covariances() {}

  public static Tensor cov(
      Tensor x, int correction, @Nullable Tensor fweights, @Nullable Tensor aweights) {
    DType dtype = Operands.floating(x).dtype();
    return wide(x, correction, fweights, aweights).to(dtype);
  }

  /** The covariances in f32 or f64. */
  private static Tensor wide(
      Tensor x, int correction, @Nullable Tensor fweights, @Nullable Tensor aweights) {
    Tensor rows = Operands.floating(x);
    if (x.rank() > 2) {
      throw OpError.of("cov", "needs at most two axes, not shape " + x.shape());
    }
    rows = rows.to(rows.dtype().register());
    rows = rows.rank() == 2 ? rows : rows.reshape(1, (int) rows.size());
    int n = rows.dim(1);
    check("fweights", rows, fweights, false);
    check("aweights", rows, aweights, true);
    Tensor weights = product(rows.dtype(), fweights, aweights);
    Tensor centered;
    Tensor products;
    if (weights == null) {
      centered = rows.sub(rows.mean(1, true));
      products = MatrixProducts.matmul(centered, centered.t()).div(Math.max(0, n - correction));
    } else {
      Tensor sum = weights.sum();
      centered = rows.sub(rows.mul(weights).sum(1, true).div(sum));
      Tensor divisor =
          aweights == null
              ? sum.sub(correction)
              : sum.sub(weights.mul(aweights.to(rows.dtype())).sum().div(sum).mul(correction));
      products =
          MatrixProducts.matmul(centered, centered.mul(weights).t()).div(divisor.clampMin(0));
    }
    return products.squeeze();
  }

  private static @Nullable Tensor product(DType dtype, @Nullable Tensor f, @Nullable Tensor a) {
    if (f == null) {
      return a == null ? null : a.to(dtype);
    }
    return a == null ? f.to(dtype) : f.to(dtype).mul(a.to(dtype));
  }

  private static void check(String name, Tensor rows, @Nullable Tensor weights, boolean floats) {
    if (weights == null) {
      return;
    }
    Graph.sameDevice("cov", rows.node(), weights.node());
    if (weights.rank() != 1
        || weights.dim(0) != rows.dim(1)
        || weights.dtype().isFloat() != floats) {
      throw OpError.of(
          "cov",
          name
              + " of type "
              + weights.dtype()
              + " and shape "
              + weights.shape()
              + ": must be a vector of "
              + (floats ? "floats" : "integers")
              + " with one for each of "
              + rows.dim(1)
              + " observations");
    }
  }

  public static Tensor corrcoef(Tensor x) {
    if (x.rank() > 2) {
      throw OpError.of("corrcoef", "needs at most two axes, not shape " + x.shape());
    }
    DType dtype = Operands.floating(x).dtype();
    Tensor c = wide(x, 1, null, null);
    if (c.rank() == 0) {
      return c.div(c).to(dtype);
    }
    Tensor deviation = c.diagonal().sqrt();
    return c.div(deviation.unsqueeze(1)).div(deviation).clamp(-1, 1).to(dtype);
  }

  public static Tensor trapezoid(Tensor y, double dx, int axis) {
    int a = y.shape().axis(axis, "trapezoid");
    return integral(Operands.floating(y), null, dx, a);
  }

  public static Tensor trapezoid(Tensor y, Tensor x, int axis) {
    Graph.sameDevice("trapezoid", y.node(), x.node());
    int a = y.shape().axis(axis, "trapezoid");
    Tensor points = x;
    if (x.rank() == 1) {
      points = x.reshape(Graph.ones(y.rank()).with(a, x.dim(0)));
    } else if (x.rank() < y.rank()) {
      points = x.broadcastTo(ranked(x.shape(), y.rank()));
    }
    int of = a + points.rank() - y.rank();
    if (points.rank() == 0 || points.dim(of) != y.dim(a)) {
      throw Products.mismatch("trapezoid", "x", x, "axis " + axis + " of y", y);
    }
    Tensor wide = Operands.floating(points);
    Tensor steps = y.dim(a) == 0 ? wide : wide.diff(1, of);
    return integral(Operands.floating(y), steps, 1, a);
  }

  private static Shape ranked(Shape shape, int rank) {
    Shape all = shape;
    while (all.rank() < rank) {
      all = ShapeMath.insert(all, 0, 1);
    }
    return all;
  }

  private static Tensor integral(Tensor y, @Nullable Tensor steps, double dx, int axis) {
    int n = y.dim(axis);
    if (n == 0) {
      return y.sum(axis);
    }
    DType dtype = y.dtype();
    Tensor wide = y.to(dtype.register());
    Tensor sums = wide.narrow(axis, 1, n - 1).add(wide.narrow(axis, 0, n - 1));
    if (steps != null) {
      Tensor products = sums.mul(steps.to(sums.dtype()));
      return products.sum(axis + products.rank() - y.rank()).mul(0.5).to(dtype);
    }
    return sums.sum(axis).mul(dx / 2).to(dtype);
  }
}
