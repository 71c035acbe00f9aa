package dev.adjoint;

/**
 * How exact products of f32 matrices must be at least: what a program gives up where a device has a faster unit for less.
 *
 * <p>It goes for the products inside of an attention too, whose probabilities then are rounded like any factor.
 *
 * <p>{@link Scope#withPrecision} chooses it, and {@link #F32} holds everywhere else. Each product takes what is in scope where it
 * is recorded, wherever it is computed later. That goes for the products of gradients too: they take what is in scope where
 * {@code backward} is called, and so does a checkpointed function that is recorded there again. Products of f64, and products
 * with a vector, which are sums, are never affected.
 *
 * <p>Where the factors were converted from a type of 16 or 8 bits, a product may always use a unit that has all their values, as
 * rounding to those changes nothing.
 *
 * <p>A precision is a permission. A device without a faster unit for it computes in full f32, as OpenCL devices do always; the
 * CPU for all but BF16 on processors with AVX512_BF16, and there too for products with a size below 32, convolutions and
 * attention; and CUDA devices for products with a size below 32 and attention with vectors longer than 128. {@link
 * dev.adjoint.device.Backend#hasUnitFor} tells whether there is one.
 *
 * <p>A unit rounds the factors, multiplies them exactly and adds in f32. If rounding a factor changes it by a relative u at most,
 * a sum c of n products {@code a[i] b[i]} comes out with an error of at most
 * {@code (2u + u^2 + n 2^-23) (|a[0] b[0]| + ... + |a[n-1] b[n-1]|)}, but for terms of higher order. Below, u is given for
 * rounding to nearest; it is twice that on a unit that cuts bits off. The range of f32 stays, since no exponent has fewer bits,
 * but numbers below the smallest normal one, 2^-126, may count as zeros.
 */
public enum Precision {
  /** Full f32: factors are not rounded, u = 0. */
  F32("f32"),
  /** Factors with 10 bits after the point, TensorFloat-32: u = 2^-11. PyTorch calls it "high", JAX "tensorfloat32". */
  TF32("tf32"),
  /** Factors with 7 bits after the point, bfloat16: u = 2^-8. PyTorch calls it "medium", JAX "bfloat16". */
  BF16("bf16");

  private final String label;

  Precision(String label) {
    this.label = label;
  }

  /** The short name, as in {@code tf32}. */
  @Override
  public String toString() {
    return label;
  }
}
