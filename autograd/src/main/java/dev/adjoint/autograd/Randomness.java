package dev.adjoint.autograd;

/** What {@link Vmap} makes of random numbers that a mapped function draws. */
public enum Randomness {
  /** An error. */
  ERROR,
  /** Every element of the batch has random numbers of its own. */
  DIFFERENT,
  /** All elements of the batch have the same random numbers. */
  SAME
}
