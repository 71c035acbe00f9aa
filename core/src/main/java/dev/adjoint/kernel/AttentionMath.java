package dev.adjoint.kernel;

import dev.adjoint.DType;
import dev.adjoint.graph.UnaryOp;
import org.jspecify.annotations.Nullable;

/**
 * What an attention computes of single numbers, in {@linkplain ScalarOp scalar instructions}, so that every device gives the same
 * bits, see {@link Kernel.Attention}.
 *
 * @param causal whether a key may be above its query
 * @param mask the type of the mask, null if there is none
 */
public record AttentionMath(DType dtype, boolean causal, @Nullable DType mask) {
  /**
   * The score of a query and a key.
   *
   * @param chain the chain of their products
   * @param behind the number of the query less that of the key, an I32; not used where no key is above a query
   * @param seen the element of the mask; not used without one
   */
  public int score(BodyBuilder body, int chain, int scale, int behind, int seen) {
    int score = body.apply(ScalarOp.MUL, chain, scale);
    int none = body.literal(dtype, Double.NEGATIVE_INFINITY);
    if (mask == DType.BOOL) {
      score = body.select(seen, score, none);
    } else if (mask != null) {
      score = body.apply(ScalarOp.ADD, score, seen);
    }
    if (causal) {
      int reached = body.apply(ScalarOp.LE, body.literal(DType.I32, 0), behind);
      score = body.select(reached, score, none);
    }
    return score;
  }

  /** {@code exp(score - shift)}, with 0 in place of a shift of minus infinity. */
  public int weight(BodyBuilder body, int score, int shift) {
    return exp(body, body.apply(ScalarOp.SUB, score, finite(body, shift)));
  }

  /** A mean: a sum over that of the exponentials, or 0 where this is. */
  public int mean(BodyBuilder body, int sum, int divisor) {
    int zero = body.literal(dtype, 0);
    int quotient = body.apply(ScalarOp.DIV, sum, divisor);
    return body.select(body.apply(ScalarOp.EQ, divisor, zero), zero, quotient);
  }

  /** The logarithm of the sum of exponentials, of the largest score and the sum that was shifted by it. */
  public int logSum(BodyBuilder body, int largest, int sum) {
    int log = ScalarMath.unary(body, UnaryOp.LOG, sum, dtype);
    return body.apply(ScalarOp.ADD, finite(body, largest), log);
  }

  /** A number, or 0 if it is minus infinity. */
  private int finite(BodyBuilder body, int x) {
    int none = body.apply(ScalarOp.EQ, x, body.literal(dtype, Double.NEGATIVE_INFINITY));
    return body.select(none, body.literal(dtype, 0), x);
  }

  private int exp(BodyBuilder body, int x) {
    return ScalarMath.unary(body, UnaryOp.EXP, x, dtype);
  }
}
