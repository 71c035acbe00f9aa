package dev.adjoint.nn;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.graph.OpError;
import org.jspecify.annotations.Nullable;

/**
 * A layer whose variables are made with it, or by its first call, which tells the size that was left out.
 *
 * <p>Those of a first call have the type and the device of its input.
 */
abstract class LazyModule extends Module {
  private final String op;
  private volatile int features;

  /** A layer without variables so far; messages begin with {@code op}. */
  LazyModule(String op) {
    this.op = op;
  }

  /** Makes the variables for a number of features, in the type and on the device of the scope. */
  abstract void create(int features);

  /** Makes the variables now. */
  final void size(String what, int features) {
    create(Checks.positive(op, what, features));
    sized(features);
  }

  /** Notes that the variables are there. */
  final void sized(int features) {
    this.features = features;
  }

  /** The number of features, or 0 if it is not known yet. */
  final int features() {
    return features;
  }

  /** Makes the variables if this is the first call. */
  final void size(String what, int features, Tensor x) {
    if (this.features == 0) {
      synchronized (this) {
        if (this.features == 0) {
          if (!x.dtype().isFloat()) {
            throw OpError.of(op, "needs an input of floats, not of " + x.dtype());
          }
          Scope.on(
              x.device(),
              () ->
                  Scope.withDType(
                      x.dtype(),
                      () -> {
                        size(what, features);
                        return this;
                      }));
        }
      }
    }
  }

  /** A variable, which a layer without sizes does not have yet. */
  final <T> T made(@Nullable T variable) {
    requireSized(op, "the layer");
    if (variable == null) {
      throw new IllegalStateException(op + ": " + label() + " has no such variable");
    }
    return variable;
  }

  @Override
  final void requireSized(String what, String path) {
    if (features == 0) {
      throw new IllegalStateException(
          what
              + ": "
              + path
              + ", "
              + label()
              + ", has no sizes yet: call the model once, or its summary(...), which makes the parameters");
    }
  }

  /** The name of the operation, with which messages begin. */
  final String op() {
    return op;
  }

  /** A size in a label, where {@code ?} is one that is not known yet. */
  static String size(int size) {
    return size == 0 ? "?" : Integer.toString(size);
  }
}
