package dev.adjoint;

import dev.adjoint.graph.OpError;
import dev.adjoint.ops.Autocast;
import dev.adjoint.ops.MatrixProducts;
import dev.adjoint.ops.ShapeMath;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Products of vectors and matrices of numbers. {@link Precision} says how exact those of f32 are; those of integers wrap around.
 *
 * <p>Elements of i8 and u8 have products of their own type, as in PyTorch. {@code a.toInt().matmul(b.toInt())} is their product
 * in i32, and as fast: it takes no more than the conversions.
 */
public sealed interface LinearOps permits Tensor {
  /**
   * The matrix product, as in PyTorch: the last two axes are matrices, the others are broadcast. A vector on the left
   * is a row, one on the right a column, and their axis is dropped.
   *
   * @throws IllegalArgumentException if types or devices differ, the type is bool, or inner sizes differ
   */
  default Tensor matmul(Tensor other) {
    return MatrixProducts.matmul(Autocast.narrow((Tensor) this), Autocast.narrow(other));
  }

  /** The batched product of [b, m, k] and [b, k, n]. */
  default Tensor bmm(Tensor other) {
    return MatrixProducts.batches("bmm", Autocast.narrow((Tensor) this), Autocast.narrow(other));
  }

  /** The sum of the products of two vectors of equal size. */
  default Tensor dot(Tensor other) {
    Tensor x = (Tensor) this;
    if (x.rank() != 1 || !x.shape().equals(other.shape())) {
      throw OpError.of(
          "dot", "needs two vectors of equal size, not " + x.shape() + " and " + other.shape());
    }
    Tensor products = x.mul(other);
    return products.dtype().isInteger() ? products.sum(products.dtype()) : products.sum();
  }

  /** The sums of products over the last axes of both: {@code out[i, j] = sum_k a[i, k] b[j, k]}. */
  default Tensor inner(Tensor other) {
    Tensor x = (Tensor) this;
    if (x.rank() == 0 || other.rank() == 0) {
      return x.mul(other);
    }
    if (x.dim(-1) != other.dim(-1)) {
      throw OpError.of("inner", "last sizes differ: " + x.shape() + " and " + other.shape());
    }
    if (x.rank() == 1 && other.rank() == 1) {
      return x.dot(other);
    }
    int[] dims =
        IntStream.concat(
                Arrays.stream(x.shape().dims()).limit(x.rank() - 1L),
                Arrays.stream(other.shape().dims()).limit(other.rank() - 1L))
            .toArray();
    return MatrixProducts.rows(x).matmul(MatrixProducts.rows(other).t()).reshape(dims);
  }

  /** The sums of products over the last two axes of this and the first two of another, see {@link #tensordot(Tensor, int)}. */
  default Tensor tensordot(Tensor other) {
    return tensordot(other, 2);
  }

  /**
   * The sums of products over the last {@code count} axes of this and the first ones of another; the other axes of this come
   * first in the result.
   *
   * @throws IllegalArgumentException if types or devices differ, the type is bool, or sizes differ
   */
  default Tensor tensordot(Tensor other, int count) {
    Tensor x = (Tensor) this;
    if (count < 0 || count > Math.min(x.rank(), other.rank())) {
      throw OpError.of(
          "tensordot",
          x.shape() + " and " + other.shape() + " do not both have " + count + " axes");
    }
    int[] first = ShapeMath.order(count);
    return tensordot(other, Arrays.stream(first).map(i -> i + x.rank() - count).toArray(), first);
  }

  /**
   * The sums of products over pairs of axes, {@code axes[i]} of this and {@code others[i]} of another; the other axes of this
   * come first in the result, and both keep their order.
   *
   * @throws IllegalArgumentException if types or devices differ, the type is bool, or sizes differ
   */
  default Tensor tensordot(Tensor other, int[] axes, int[] others) {
    return MatrixProducts.tensordot(
        Autocast.narrow((Tensor) this), Autocast.narrow(other), axes, others);
  }

  /** All products of the elements of two vectors: {@code out[i, j] = a[i] b[j]}. */
  default Tensor outer(Tensor other) {
    Tensor x = (Tensor) this;
    if (x.rank() != 1 || other.rank() != 1) {
      throw OpError.of("outer", "needs two vectors, not " + x.shape() + " and " + other.shape());
    }
    return x.unsqueeze(1).mul(other.unsqueeze(0));
  }

  /** {@code x + a b}, where x broadcasts to the product. */
  default Tensor addmm(Tensor a, Tensor b) {
    return addmm(a, b, 1, 1);
  }

  /** {@code beta * x + alpha * a b}, where x broadcasts to the product; with beta 0, the values of x do not matter. */
  default Tensor addmm(Tensor a, Tensor b, Number beta, Number alpha) {
    Tensor product = MatrixProducts.matrices("addmm", Autocast.narrow(a), Autocast.narrow(b));
    return MatrixProducts.plus("addmm", product, Autocast.narrow((Tensor) this), beta, alpha);
  }

  /** {@code x + a b} of batches of matrices [b, m, k] and [b, k, n], where x broadcasts to the products. */
  default Tensor baddbmm(Tensor batch1, Tensor batch2) {
    return baddbmm(batch1, batch2, 1, 1);
  }

  /**
   * {@code beta * x + alpha * a b} of batches of matrices [b, m, k] and [b, k, n], where x broadcasts to the products; with beta
   * 0, the values of x do not matter.
   *
   * @throws IllegalArgumentException if shapes, types or devices do not fit, or the type is bool
   */
  default Tensor baddbmm(Tensor batch1, Tensor batch2, Number beta, Number alpha) {
    Tensor product =
        MatrixProducts.batches("baddbmm", Autocast.narrow(batch1), Autocast.narrow(batch2));
    return MatrixProducts.plus("baddbmm", product, Autocast.narrow((Tensor) this), beta, alpha);
  }

  /** {@code x W^T} for weights [out, in]. */
  default Tensor linear(Tensor weight) {
    Tensor x = (Tensor) this;
    if (weight.rank() != 2 || x.rank() == 0 || x.dim(-1) != weight.dim(1)) {
      throw OpError.of(
          "linear",
          "input " + x.shape() + " does not fit weights " + weight.shape() + " of [out, in]");
    }
    return x.matmul(weight.t());
  }

  /** {@code x W^T + b} for weights [out, in] and a bias [out], or null for none. */
  default Tensor linear(Tensor weight, @Nullable Tensor bias) {
    return bias == null ? linear(weight) : linear(weight).add(Autocast.narrow(bias));
  }
}
