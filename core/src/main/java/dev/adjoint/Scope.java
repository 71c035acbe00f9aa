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
 * Settings that hold inside a call and everything that it calls on its thread: whether gradients are recorded, the default device
 * and type of new tensors, the precision and the type of products, the path of the module that is running, whether results are
 * temporaries, and whether NaN is an error.
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

  /**
   * Computes a value with mixed precision, as {@code torch.autocast} does: for parameters and inputs of f32, products and
   * convolutions are of a type with 16 bits, and what needs more is of f32.
   *
   * <ul>
   *   <li>matmul and what is named after it (mm, mv, bmm, addmm, baddbmm, inner, tensordot, multiDot, einsum, linear),
   *       convolutions, transposed ones and attention convert their operands to the type, and have results of it.
   *   <li>Softmax, layer, group and RMS normalisations, norms, sums, products and running sums of elements, powers, exponentials,
   *       logarithms, 1 / x, and hyperbolic and inverse functions have results of f32 for operands of f16 and bf16.
   *   <li>All else has the type of its operands; of a narrow and an f32 operand it is f32.
   * </ul>
   *
   * <p>Operands of f64 stay as they are. Gradients have the types of what they are gradients of, so those of parameters are f32;
   * a backward pass is not changed by this scope. Those of f16 may be too small for it: {@code dev.adjoint.nn.optim.GradScaler}
   * multiplies the loss.
   *
   * @param dtype f16 or bf16, or f32 for no mixed precision
   * @throws IllegalArgumentException if it is another type
   */
  public static <T> T autocast(DType dtype, Supplier<T> action) {
    if (dtype != DType.F16 && dtype != DType.BF16 && dtype != DType.F32) {
      throw new IllegalArgumentException(
          "autocast: the type of products must be f16, bf16 or f32, not " + dtype);
    }
    return Recording.autocast(dtype, action);
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

  /** Runs an action in which NaN and infinite values are errors, see {@link #detectAnomaly(Supplier)}. */
  public static void detectAnomaly(Runnable action) {
    detectAnomaly(
        () -> {
          action.run();
          return true;
        });
  }

  /**
   * Computes something in which NaN and infinite values are errors, to find out where they are from. What is read, realized or
   * set into a variable inside is searched for them; if there is one, the operations below it are computed once more, one by one,
   * and an {@link ArithmeticException} names the first that made it: the operation, the line of the program, the module, and
   * whether it was in the backward pass. A NaN that is made of an infinite value names both. Variables keep their values then.
   *
   * <p>This is for debugging: recording a node takes a microsecond longer, and all that is computed is read. What was recorded
   * outside has no line, unless {@code ADJOINT_ORIGINS=all}.
   */
  public static <T> T detectAnomaly(Supplier<T> action) {
    return Origin.detecting(action);
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
