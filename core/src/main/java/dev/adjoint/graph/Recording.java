package dev.adjoint.graph;

import dev.adjoint.DType;
import dev.adjoint.Precision;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the nodes that a thread records: whether gradients flow through them, how exact products are and of which type,
 * and whether they must be one kernel.
 */
public final class Recording {
  private static final ScopedValue<Boolean> TRACKED = ScopedValue.newInstance();
  private static final ScopedValue<Precision> PRECISION = ScopedValue.newInstance();
  private static final ScopedValue<DType> AUTOCAST = ScopedValue.newInstance();
  private static final ScopedValue<Boolean> DEFERRED = ScopedValue.newInstance();
  private static final ScopedValue<String> KERNEL = ScopedValue.newInstance();

  private Recording() {}

  /** Computes a value from nodes through which gradients flow, or do not. */
  public static <T> T tracked(boolean tracked, Supplier<T> action) {
    return ScopedValue.where(TRACKED, tracked).call(action::get);
  }

  /** Computes a value with products of f32 matrices that need not be more exact than a precision. */
  public static <T> T withPrecision(Precision precision, Supplier<T> action) {
    return ScopedValue.where(PRECISION, precision).call(action::get);
  }

  /** Computes a value with mixed precision: products are of a type of 16 bits; f32 turns it off. */
  public static <T> T autocast(DType dtype, Supplier<T> action) {
    return ScopedValue.where(AUTOCAST, dtype).call(action::get);
  }

  /** The type of the products that are recorded now, where there is mixed precision. */
  public static @Nullable DType autocast() {
    return AUTOCAST.isBound() && AUTOCAST.get() != DType.F32 ? AUTOCAST.get() : null;
  }

  /** Records nodes of which none is computed, however deep they get, because they depend on values that are not known. */
  public static <T> T deferred(Supplier<T> action) {
    return ScopedValue.where(DEFERRED, true).call(action::get);
  }

  /** Whether what is recorded now is computed later and otherwise, such as for each element of a batch. */
  public static boolean isDeferred() {
    return DEFERRED.isBound();
  }

  /** Computes a value from nodes of a function that is one kernel, see {@link Op.CustomRule#call}. */
  public static <T> T asKernel(String name, Supplier<T> action) {
    return ScopedValue.where(KERNEL, name).call(action::get);
  }

  /** The name of the function whose nodes are recorded now if it is one kernel; null for other nodes. */
  static @Nullable String kernel() {
    return KERNEL.isBound() ? KERNEL.get() : null;
  }

  /** Whether gradients flow through what is recorded now. */
  public static boolean isTracked() {
    return !TRACKED.isBound() || TRACKED.get();
  }

  /** How exact products of f32 matrices that are recorded now must be: full F32 unless something else was asked for. */
  public static Precision precision() {
    return PRECISION.isBound() ? PRECISION.get() : Precision.F32;
  }
}
