package dev.adjoint.nn.train;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.nn.data.Batch;
import dev.adjoint.nn.optim.GradScaler;
import dev.adjoint.nn.optim.GradientAccumulation;
import dev.adjoint.nn.optim.LBFGS;
import dev.adjoint.nn.optim.Optimizer;
import dev.adjoint.schedule.Engine;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Forward pass, backward pass and update of one batch after the other. A batch whose loss is not finite changes nothing. */
final class TrainingStep {
  private final Optimizer optimizer;
  private final BinaryOperator<Tensor> loss;
  private final NonFiniteSearch finite;
  private Function<Batch, Tensor> forward;
  private DType mixed = DType.F32;
  private @Nullable GradScaler scaler;
  private @Nullable GradientAccumulation accumulation;
  private @Nullable UnaryOperator<Gradients> change;
  private boolean checkGradients;

  TrainingStep(
      Optimizer optimizer,
      BinaryOperator<Tensor> loss,
      Function<Batch, Tensor> forward,
      NonFiniteSearch finite) {
    this.optimizer = optimizer;
    this.loss = loss;
    this.forward = forward;
    this.finite = finite;
  }

  void forward(Function<Batch, Tensor> call) {
    forward = call;
  }

  void autocast(DType dtype) {
    mixed = dtype;
  }

  void scaler(GradScaler scaling) {
    scaler = scaling;
  }

  void accumulate(int batches) {
    accumulation = batches == 1 ? null : new GradientAccumulation(this::take, batches);
  }

  void gradients(UnaryOperator<Gradients> function) {
    change = function;
  }

  void checkGradients(boolean on) {
    checkGradients = on;
  }

  /** What a forward pass gives. */
  record Passed(Tensor output, Tensor loss) {}

  /** A forward pass and its loss. */
  Passed pass(Batch batch, Tensor target) {
    return Scope.autocast(
        mixed,
        () -> {
          Tensor output = forward.apply(batch);
          return new Passed(output, loss.apply(output, target));
        });
  }

  /** Refuses what does not go together. */
  void check() {
    if (optimizer instanceof LBFGS
        && (scaler != null || accumulation != null || change != null || checkGradients)) {
      throw new IllegalStateException(
          "fit: LBFGS evaluates the loss several times a step: it takes no scaler, accumulate, gradients or checkGradients");
    }
  }

  /**
   * Takes a step.
   *
   * @throws NonFiniteException if the loss is NaN or infinite; no variable has changed then
   */
  Passed run(Batch batch, Tensor target, int epoch, int step) {
    // What was recorded before is no part of the step, which may be given up.
    Tensor.realize(List.of());
    if (optimizer instanceof LBFGS lbfgs) {
      return closure(lbfgs, batch, target, epoch, step);
    }
    Passed passed = pass(batch, target);
    Tensor value = passed.loss;
    Tensor isFinite = guarded(value);
    Gradients gradients = (scaler == null ? value : scaler.scale(value)).backward();
    if (scaler == null && accumulation == null && !checkGradients) {
      optimizer.stepIf(isFinite, changed(gradients));
      requireFinite(batch, value, epoch, step);
      return passed;
    }
    if (checkGradients && scaler == null) {
      gradients = finite.requireFinite(batch, value, gradients, epoch, step);
    } else {
      gradients = NonFiniteSearch.compute(value, gradients);
      requireFinite(batch, value, epoch, step);
    }
    if (accumulation == null) {
      take(gradients);
    } else {
      accumulation.add(gradients);
    }
    return passed;
  }

  /** Whether a loss is finite; what the forward pass has set, such as running statistics, is so only then. */
  private static Tensor guarded(Tensor loss) {
    Tensor isFinite = loss.detach().isFinite().reshape();
    Engine.onlyIf(isFinite.node());
    return isFinite;
  }

  private void requireFinite(Batch batch, Tensor value, int epoch, int step) {
    double number = value.item();
    if (!Double.isFinite(number)) {
      throw finite.diverged(batch, number, epoch, step);
    }
  }

  private Gradients changed(Gradients gradients) {
    return change == null ? gradients : change.apply(gradients);
  }

  private void take(Gradients gradients) {
    if (scaler == null) {
      optimizer.step(changed(gradients));
    } else {
      scaler.step(optimizer, gradients, this::changed);
      scaler.update();
    }
  }

  /** Takes the step that is left of an accumulation. */
  void endEpoch() {
    if (accumulation != null) {
      accumulation.step();
    }
  }

  private Passed closure(LBFGS lbfgs, Batch batch, Tensor target, int epoch, int step) {
    var first = new Passed[1];
    lbfgs.step(
        () -> {
          Passed passed = pass(batch, target);
          guarded(passed.loss);
          if (first[0] == null) {
            Tensor.realize(List.of(passed.output, passed.loss));
            requireFinite(batch, passed.loss, epoch, step);
            first[0] = passed;
          }
          return passed.loss;
        });
    return first[0];
  }
}
