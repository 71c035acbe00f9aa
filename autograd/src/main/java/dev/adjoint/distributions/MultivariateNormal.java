package dev.adjoint.distributions;

import dev.adjoint.Random;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;

/**
 * The normal distribution of vectors, by their mean and a lower triangular matrix L with a positive diagonal, of which {@code L
 * L^T} is the covariance. The elements of a vector lie along the last axis.
 */
public final class MultivariateNormal implements Distribution {
  private final Tensor loc;
  private final Tensor scaleTril;

  /** The distributions with these means [..., n] and covariances [..., n, n], which are positive definite. */
  public MultivariateNormal(Tensor loc, Tensor covarianceMatrix) {
    this(loc, covarianceMatrix, true);
  }

  private MultivariateNormal(Tensor loc, Tensor matrix, boolean isCovariance) {
    Checks.parameter("MultivariateNormal", loc, 1);
    Checks.parameter("MultivariateNormal", matrix, 2);
    int n = loc.dim(-1);
    if (matrix.dim(-1) != n || matrix.dim(-2) != n || matrix.dtype() != loc.dtype()) {
      throw OpError.of(
          "MultivariateNormal",
          "matrices "
              + matrix.dtype()
              + matrix.shape()
              + " do not fit means "
              + loc.dtype()
              + loc.shape());
    }
    Shape batch =
        Shape.broadcast(
            Checks.without(loc.shape(), 1),
            Checks.without(matrix.shape(), 2),
            "MultivariateNormal");
    this.loc = loc.broadcastTo(Checks.joined(batch, Shape.of(n)));
    Tensor all = matrix.broadcastTo(Checks.joined(batch, Shape.of(n, n)));
    this.scaleTril = isCovariance ? all.cholesky() : lower(all);
  }

  private static Tensor lower(Tensor matrix) {
    Tensor diagonal = matrix.diagonal(0, -2, -1).gt(0).unsqueeze(-1);
    Tensor fits = diagonal.logicalAnd(matrix.triu(1).eq(0)).all(new int[] {-2, -1}, true);
    return Checks.require(
        "MultivariateNormal: scaleTril must be lower triangular with a positive diagonal",
        fits,
        matrix);
  }

  /** The distributions with these means [..., n] and matrices L [..., n, n]. */
  public static MultivariateNormal ofScaleTril(Tensor loc, Tensor scaleTril) {
    return new MultivariateNormal(loc, scaleTril, false);
  }

  /** The means. */
  public Tensor loc() {
    return loc;
  }

  /** The matrices L. */
  public Tensor scaleTril() {
    return scaleTril;
  }

  /** The covariances {@code L L^T}. */
  public Tensor covarianceMatrix() {
    return scaleTril.matmul(scaleTril.transpose(-2, -1));
  }

  @Override
  public Shape batchShape() {
    return Checks.without(loc.shape(), 1);
  }

  @Override
  public Shape eventShape() {
    return Shape.of(loc.dim(-1));
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor distance = squares(Checks.value(this, loc.dtype(), value).sub(loc));
    double constant = loc.dim(-1) * Normal.HALF_LOG_2_PI;
    return distance.mul(-0.5).sub(logDeterminant()).sub(constant);
  }

  /** The squared length of {@code L^-1 x}: each system has the axes of x before those of the batch as its columns. */
  private Tensor squares(Tensor x) {
    int n = loc.dim(-1);
    Shape rows = Checks.without(x.shape(), 1);
    Shape batch = Checks.last(rows, batchShape().rank());
    int count = Math.toIntExact(Checks.without(rows, batch.rank()).size());
    Tensor columns = x.reshape(Checks.joined(Shape.of(count), Checks.joined(batch, Shape.of(n))));
    Tensor solved = scaleTril.solveTriangular(columns.movedim(0, -1), false);
    return solved.square().sum(-2).movedim(-1, 0).reshape(rows);
  }

  /** The logarithm of the determinant of L. */
  private Tensor logDeterminant() {
    return scaleTril.diagonal(0, -2, -1).log().sum(-1);
  }

  @Override
  public Tensor mean() {
    return loc;
  }

  @Override
  public Tensor variance() {
    return scaleTril.square().sum(-1);
  }

  @Override
  public Tensor entropy() {
    return logDeterminant().add(loc.dim(-1) * (0.5 + Normal.HALF_LOG_2_PI));
  }

  @Override
  public boolean hasRsample() {
    return true;
  }

  @Override
  public Tensor draw(Random random, Shape shape) {
    Tensor standard = random.normal(shape, loc.dtype(), loc.device());
    return scaleTril.matmul(standard.unsqueeze(-1)).squeeze(-1).add(loc);
  }

  /** The divergence from this to another. */
  Tensor kl(MultivariateNormal q) {
    Tensor spread = q.scaleTril.solveTriangular(scaleTril, false).square().sum(-2, -1);
    Tensor distance = q.squares(loc.sub(q.loc));
    Tensor half = spread.add(distance).sub(loc.dim(-1)).mul(0.5);
    return half.add(q.logDeterminant()).sub(logDeterminant());
  }
}
