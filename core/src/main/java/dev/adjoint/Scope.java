package dev.adjoint;

import dev.adjoint.graph.Origin;
import dev.adjoint.graph.Recording;
import java.util.function.Supplier;

/**
 * Settings that hold inside a call and everything that it calls on its thread: whether gradients are recorded, the default
 * device and type of new tensors, the precision of products, and the path of the module that is running.
 */
public final class Scope {
  private static final ScopedValue<DType> DTYPE = ScopedValue.newInstance();

  private Scope() {}

  /** Runs an action whose tensors are not tracked for gradients. */
  public static void noGrad(Runnable action) {
    noGrad(
        () -> {
          action.run();
          return true;
        });
  }

  /** Computes a value from tensors that are not tracked for gradients. */
  public static <T> T noGrad(Supplier<T> action) {
    return Recording.tracked(false, action);
  }

  /** Computes a value with gradients recorded, also inside {@link #noGrad}. */
  public static <T> T withGrad(Supplier<T> action) {
    return Recording.tracked(true, action);
  }

  /** Computes a value with another default device for new tensors. */
  public static <T> T on(Device device, Supplier<T> action) {
    return ScopedValue.where(Devices.SCOPED, device).call(action::get);
  }

  /** Computes a value with another default type for new float tensors. */
  public static <T> T withDType(DType dtype, Supplier<T> action) {
    if (!dtype.isFloat()) {
      throw new IllegalArgumentException(
          "scope: the default type must be a float type, not " + dtype);
    }
    return ScopedValue.where(DTYPE, dtype).call(action::get);
  }

  /** Computes a value with products of f32 matrices that need not be more exact than a precision. */
  public static <T> T withPrecision(Precision precision, Supplier<T> action) {
    return Recording.withPrecision(precision, action);
  }

  /** Computes a value inside a module; errors name the path. */
  public static <T> T inModule(String name, Supplier<T> action) {
    return Origin.inModule(insideModule() ? modulePath() + "." + name : name, action);
  }

  /** Whether a module is running on this thread. */
  public static boolean insideModule() {
    return Origin.insideModule();
  }

  /** The path of the module that is running, or the empty string. */
  public static String modulePath() {
    return Origin.modulePath();
  }

  /** Whether gradients are recorded. */
  public static boolean gradEnabled() {
    return Recording.isTracked();
  }

  /** The type of new float tensors: F32 unless a scope says otherwise. */
  public static DType dtype() {
    return DTYPE.isBound() ? DTYPE.get() : DType.F32;
  }

  /** How exact products of f32 matrices must be: full F32 unless a scope says otherwise. */
  public static Precision precision() {
    return Recording.precision();
  }
}
