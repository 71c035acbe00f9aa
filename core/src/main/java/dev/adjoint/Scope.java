package dev.adjoint;

import dev.adjoint.graph.Node;
import dev.adjoint.graph.Origin;
import dev.adjoint.graph.Recording;
import dev.adjoint.schedule.Engine;
import dev.adjoint.schedule.Storages;
import dev.adjoint.schedule.Temporaries;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Settings that hold inside a call and everything that it calls on its thread: whether gradients are recorded, the default
 * device and type of new tensors, the precision of products, the path of the module that is running, and whether results are
 * temporaries.
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

  /** Runs an action whose values are temporaries, see {@link #temporaries(Supplier)}. */
  public static void temporaries(Runnable action) {
    temporaries(
        () -> {
          action.run();
          return true;
        });
  }

  /**
   * Computes something whose values are temporaries: at the end, all memory that this thread took for what it recorded and
   * computed inside is free at once. Without this it is free when a garbage collection has found that nobody can reach the
   * tensors, which costs time where large results follow each other.
   *
   * <p>These are no temporaries: values of variables, of tensors that are {@link Tensor#keep() kept} or were recorded before, and
   * what the action returns, which is computed then: a tensor, a complex one, gradients, or a collection or map of such. The use
   * of any other value after the end is a {@link StaleTensorException}; so is that by another thread before it.
   */
  public static <T> T temporaries(Supplier<T> action) {
    var region = new Temporaries();
    var results = new ArrayList<Node>();
    try {
      return region.call(
          () -> {
            T result = action.get();
            addNodes(result, results);
            Engine.step(results);
            return result;
          });
    } catch (RuntimeException | Error e) {
      settle(region, e);
      throw e;
    } finally {
      Storages.end(region, results);
    }
  }

  private static void addNodes(@Nullable Object result, List<Node> nodes) {
    if (result instanceof Tensor tensor) {
      nodes.add(tensor.node());
    } else if (result instanceof ComplexTensor complex) {
      addNodes(List.of(complex.real(), complex.imag()), nodes);
    } else if (result instanceof Gradients gradients) {
      addNodes(gradients.byLeaf(), nodes);
    } else if (result instanceof Map<?, ?> map) {
      addNodes(map.values(), nodes);
    } else if (result instanceof Collection<?> collection) {
      collection.forEach(element -> addNodes(element, nodes));
    }
  }

  /** Computes what was recorded for variables before an error, while the values that it needs are there. */
  private static void settle(Temporaries region, Throwable error) {
    try {
      region.call(
          () -> {
            Engine.step(List.of());
            return true;
          });
    } catch (RuntimeException e) {
      error.addSuppressed(e);
    }
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
