package dev.adjoint.ops;

import dev.adjoint.Tensor;
import dev.adjoint.Tensors;

/**
 * The inverse of the error function: an approximation with three digits, then two steps of Halley, each of which
 * triples the digits.
 */
public final class ErfInverse {
  private static final double SLOPE = 2 / Math.sqrt(Math.PI);

  private ErfInverse() {}

  public static Tensor of(Tensor x) {
    // Unlike sign and abs, this has a slope at 0.
    Tensor sign = x.lt(0).where(Tensors.fullLike(x, -1), Tensors.onesLike(x));
    Tensor size = x.mul(sign);
    Tensor rest = size.rsub(1);
    // The approximation has no finite slope at 0, and the steps have the right one without it.
    Tensor y = step(step(approximation(size.detach()), size, rest), size, rest);
    return size.eq(1).where(Double.POSITIVE_INFINITY, y).mul(sign);
  }

  /** By S. Winitzki, "A handy approximation for the error function and its inverse", 2008. */
  private static Tensor approximation(Tensor size) {
    double a = 0.147;
    Tensor log = size.square().neg().log1p();
    Tensor half = log.mul(0.5).add(2 / (Math.PI * a));
    Tensor y = half.square().sub(log.div(a)).sqrt().sub(half).sqrt();
    return size.lt(1e-3).where(size.div(SLOPE), size.eq(1).where(1, y));
  }

  private static Tensor step(Tensor y, Tensor size, Tensor rest) {
    // Near 1 only the complement has digits left.
    Tensor error = size.lt(0.5).where(y.erf().sub(size), rest.sub(y.erfc()));
    Tensor newton = error.div(y.square().neg().exp().mul(SLOPE));
    return y.sub(newton.div(newton.mul(y).add(1)));
  }
}
