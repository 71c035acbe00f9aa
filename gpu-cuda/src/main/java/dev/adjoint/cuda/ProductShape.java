package dev.adjoint.cuda;

import dev.adjoint.Precision;
import org.jspecify.annotations.Nullable;

/**
 * Products of one size, or convolutions, as a library describes them.
 *
 * @param <S> this kind of description
 */
interface ProductShape<S> {
  /** How exact products of f32 must be at least. */
  Precision precision();

  /** Multiplications. */
  double work();

  /** The same in full precision. */
  S inFull();

  /** The same with a bias that begins at an element of its memory; null if there is no such thing. */
  @Nullable S withBias(long offset);
}
