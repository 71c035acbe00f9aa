package dev.adjoint.nn.train;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.SparseGradient;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.nn.Module;
import dev.adjoint.nn.data.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds out where a training became NaN or infinite. */
final class NonFiniteSearch {
  private final Module model;

  NonFiniteSearch(Module model) {
    this.model = model;
  }

  /**
   * The gradients with their parts computed, and the loss with them; those of sparse parameters stay rows. What several look-ups
   * add up to is one list of rows from here on.
   */
  static Gradients compute(Tensor loss, Gradients gradients) {
    Gradients joined = gradients.map(gradient -> gradient);
    var all = new ArrayList<>(joined.parts());
    all.add(loss);
    Tensor.realize(all);
    return joined;
  }

  /**
   * Checks a step before the parameters change: what goes in, the loss, then the gradients in the order of the backward pass.
   * Returns the gradients, {@linkplain #compute computed}.
   */
  Gradients requireFinite(Batch batch, Tensor loss, Gradients gradients, int epoch, int step) {
    Gradients joined = compute(loss, gradients);
    requireFinite(batch.x(), "input", epoch, step);
    for (Map.Entry<String, Variable> named : model.state().entrySet()) {
      requireFinite(named.getValue(), "parameter " + named.getKey(), epoch, step);
    }
    requireFinite(loss, "loss", epoch, step);
    List<Map.Entry<String, Parameter>> parameters =
        new ArrayList<>(model.namedParameters().entrySet());
    for (Map.Entry<String, Parameter> named : parameters.reversed()) {
      Tensor gradient = joined.find(named.getValue());
      SparseGradient rows = named.getValue().sparse() ? joined.sparse(named.getValue()) : null;
      if (gradient != null) {
        Tensor elements = rows == null ? gradient : rows.values();
        requireFinite(elements, "gradient of " + named.getKey(), epoch, step);
      }
    }
    return joined;
  }

  private static void requireFinite(Tensor x, String what, int epoch, int step) {
    if (x.dtype().isFloat() && !allFinite(x)) {
      throw new NonFiniteException(
          epoch,
          step,
          what,
          "epoch "
              + epoch
              + ", step "
              + step
              + ": the "
              + what
              + " is the first that is not finite; this step has not changed the parameters");
    }
  }

  private static boolean allFinite(Tensor x) {
    return x.detach().isFinite().all().itemBoolean();
  }

  /** Checks all variables after an epoch. */
  void requireFiniteParameters(int epoch, int steps) {
    List<String> damaged = damaged();
    if (!damaged.isEmpty()) {
      throw new NonFiniteException(
          epoch,
          steps - 1,
          "parameter " + damaged.getFirst(),
          "epoch "
              + epoch
              + ", step "
              + (steps - 1)
              + ": the parameter "
              + damaged.getFirst()
              + " is not finite after the step; checkGradients(true) finds the gradient that is the first");
    }
  }

  /** The error for a step that was not taken, as its loss is not finite. */
  NonFiniteException diverged(Batch batch, double loss, int epoch, int step) {
    String where = "loss";
    String cause = "the input and all parameters are finite";
    if (batch.x().dtype().isFloat() && !allFinite(batch.x())) {
      where = "input";
      cause = "the input of the model is not finite";
    } else {
      List<String> damaged = damaged();
      if (!damaged.isEmpty()) {
        where = "parameter " + damaged.getFirst();
        cause =
            "not finite before the step, in the order of the model: " + String.join(", ", damaged);
      }
    }
    return new NonFiniteException(
        epoch,
        step,
        where,
        "epoch "
            + epoch
            + ", step "
            + step
            + ": the loss is "
            + loss
            + "; "
            + cause
            + "; this step has not changed the parameters; checkGradients(true) finds the gradient that is the first,"
            + " a smaller learning rate or Clipping often helps");
  }

  private List<String> damaged() {
    List<String> damaged = new ArrayList<>();
    model
        .state()
        .forEach(
            (name, variable) -> {
              if (variable.dtype().isFloat() && !allFinite(variable)) {
                damaged.add(name);
              }
            });
    return damaged;
  }
}
