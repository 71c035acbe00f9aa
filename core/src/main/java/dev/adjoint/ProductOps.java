package dev.adjoint;

import dev.adjoint.ops.Products;
import org.jspecify.annotations.Nullable;

/** Products of tensors beside the matrix product, and powers of matrices. */
public sealed interface ProductOps permits Tensor {
  /**
   * The Kronecker product: axis by axis, each element of this becomes a block of its products with all of another, so {@code
   * out[i * m + j] = a[i] b[j]} for m elements of b. Missing axes in front have size 1.
   */
  default Tensor kron(Tensor other) {
    return Products.kron((Tensor) this, other);
  }

  /** The cross product of vectors that lie along the first axis of size 3, see {@link #cross(Tensor, int)}. */
  default Tensor cross(Tensor other) {
    return Products.cross((Tensor) this, other);
  }

  /**
   * The cross product of vectors of 3 elements along an axis; the other axes are broadcast.
   *
   * @throws IllegalArgumentException if ranks differ, or an axis has other than 3 elements
   */
  default Tensor cross(Tensor other, int axis) {
    return Products.cross((Tensor) this, other, axis);
  }

  /**
   * The product of n times the same square matrix, for all matrices [..., m, m]; the unit matrix for n = 0, and powers of the
   * inverse for a negative n.
   *
   * <p>When an inverse is computed, an {@link ArithmeticException} tells that a matrix is singular.
   *
   * @throws IllegalArgumentException if the matrices are not square, or the type is no float type, or for a negative n neither
   *     f32 nor f64
   */
  default Tensor matrixPower(int n) {
    return Products.matrixPower((Tensor) this, n);
  }

  /** The bilinear form {@code out[..., o] = sum_ij x[..., i] W[o, i, j] y[..., j]} for weights [out, in1, in2]. */
  default Tensor bilinear(Tensor input2, Tensor weight) {
    return Products.bilinear((Tensor) this, input2, weight);
  }

  /**
   * The bilinear form for weights [out, in1, in2], plus a bias [out].
   *
   * @throws IllegalArgumentException if shapes, types or devices do not fit, or the type is no float type
   */
  default Tensor bilinear(Tensor input2, Tensor weight, @Nullable Tensor bias) {
    if (bias == null) {
      return bilinear(input2, weight);
    }
    if (bias.rank() != 1 || weight.rank() == 0 || bias.dim(0) != weight.dim(0)) {
      throw Products.mismatch("bilinear", "bias", bias, "weights", weight);
    }
    return bilinear(input2, weight).add(bias);
  }

  /** The Vandermonde matrix of a vector: the powers of each element, from the highest, as many as there are elements. */
  default Tensor vander() {
    Tensor x = (Tensor) this;
    return vander(x.rank() == 0 ? 0 : x.dim(0), false);
  }

  /** The Vandermonde matrix of a vector: the powers of each element from n - 1 to 0. */
  default Tensor vander(int n) {
    return vander(n, false);
  }

  /**
   * The Vandermonde matrix of a vector: in each row the powers of an element from 0 to n - 1, in this order or from the highest.
   * Those of integers are i64.
   *
   * @throws IllegalArgumentException if this is no vector, or n is negative
   */
  default Tensor vander(int n, boolean increasing) {
    return Products.vander((Tensor) this, n, increasing);
  }
}
