package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.nn.Module;
import dev.adjoint.schedule.Engine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * An average of the parameters that a model has at several times, which often predicts better than the model: their mean
 * (stochastic weight averaging, Izmailov et al. 2018) or an exponential moving average.
 *
 * {@snippet :
 * var average = new AveragedModel(model, AveragedModel.ema(0.999));
 * optimizer.step(loss.backward());
 * average.update();
 * double accuracy = average.inPlace(() -> trainer.evaluate(test).get("accuracy"));
 * }
 *
 * <p>Batch norms have other statistics with averaged parameters, see {@link dev.adjoint.nn.RunningStatistics}. The first update
 * takes the parameters as they are. Buffers are those of the last update, unless they are averaged too.
 */
public final class AveragedModel implements Stateful {
  private static final String UPDATES = "updates";

  private final Module model;
  private final AveragingFunction function;
  private final Map<String, Variable> averages = new LinkedHashMap<>();
  private boolean useBuffers;
  private long updates;

  /** How a new value enters an average. */
  public interface AveragingFunction {
    /**
     * The next average.
     *
     * @param updates the number of updates that are in the average, from 1 on
     */
    Tensor next(Tensor average, Tensor value, long updates);
  }

  /** The mean of the parameters at all updates. */
  public AveragedModel(Module model) {
    this(model, swa());
  }

  /** An average of another kind. */
  public AveragedModel(Module model, AveragingFunction function) {
    this.model = model;
    this.function = function;
    model
        .state()
        .forEach((name, variable) -> averages.put(name, new Variable("average " + name, variable)));
  }

  /** The mean: {@code a + (w - a) / (updates + 1)}. */
  public static AveragingFunction swa() {
    return (average, value, updates) -> average.add(value.sub(average).div(updates + 1));
  }

  /** The exponential moving average, {@code a + (1 - decay) (w - a)}, with a decay in [0, 1). */
  public static AveragingFunction ema(double decay) {
    double part = 1 - Hyper.fraction("decay", decay);
    return (average, value, updates) -> average.lerp(value, part);
  }

  /** Chooses whether buffers of float types are averaged too; returns this. */
  public AveragedModel useBuffers(boolean on) {
    useBuffers = on;
    return this;
  }

  /** The number of updates so far. */
  public long updates() {
    return updates;
  }

  /** Takes the present values of the model into the average. */
  public void update() {
    Scope.noGrad(
        () ->
            set(
                averages,
                (name, average) -> {
                  Variable variable = Objects.requireNonNull(present().get(name));
                  boolean isAveraged =
                      variable instanceof Parameter || (useBuffers && variable.dtype().isFloat());
                  return updates == 0 || !isAveraged
                      ? variable.value().detach()
                      : function.next(average.value(), variable.value(), updates);
                }));
    updates++;
  }

  private Map<String, Variable> present() {
    Map<String, Variable> state = model.state();
    if (!state.keySet().equals(averages.keySet())) {
      throw new IllegalStateException(
          "averagedModel: the model has other variables than when the average was made");
    }
    return state;
  }

  /** A value by name for each variable. */
  private interface Values {
    Tensor of(String name, Variable variable);
  }

  /** Sets variables in one step, or none of them if a value is refused. */
  private static void set(Map<String, Variable> variables, Values values) {
    var next = new LinkedHashMap<Variable, Tensor>();
    variables.forEach((name, variable) -> next.put(variable, values.of(name, variable)));
    Engine.updating(
        () -> {
          next.forEach(Variable::copyFrom);
          Engine.step(List.of());
        });
  }

  /** Sets the variables of another model, or of this one for good, to the average. */
  public void copyTo(Module target) {
    Map<String, Variable> variables = target.state();
    if (!variables.keySet().equals(averages.keySet())) {
      throw new IllegalArgumentException(
          "averagedModel: the variables of the target are "
              + variables.keySet()
              + ", not "
              + averages.keySet());
    }
    variables.forEach(
        (name, variable) -> {
          Shape shape = average(name).shape();
          if (!variable.shape().equals(shape)) {
            throw new IllegalArgumentException(
                "averagedModel: "
                    + name
                    + " is "
                    + variable.shape()
                    + " in the target, not "
                    + shape);
          }
        });
    Scope.noGrad(() -> set(variables, (name, variable) -> average(name).value()));
  }

  private Variable average(String name) {
    return Objects.requireNonNull(averages.get(name));
  }

  /**
   * Computes a value while the averages stand in for the variables of the model on this thread, such as an evaluation. Variables
   * cannot be set inside.
   */
  public <T> T inPlace(Supplier<T> body) {
    return model.functionalCall(averages, body);
  }

  /** The averages by the names of the variables, and the number of updates. */
  @Override
  public Map<String, Tensor> state() {
    var state = new LinkedHashMap<String, Tensor>();
    averages.forEach((name, average) -> state.put(name, average.value()));
    state.put(UPDATES, Tensors.of(updates));
    return state;
  }

  @Override
  public void load(Map<String, Tensor> saved) {
    Map<String, Tensor> present = state();
    if (!saved.keySet().equals(present.keySet())) {
      throw new IllegalArgumentException(
          "averagedModel: the saved state has " + saved.keySet() + ", not " + present.keySet());
    }
    present.forEach(
        (name, value) -> {
          Tensor given = Objects.requireNonNull(saved.get(name));
          if (!given.shape().equals(value.shape()) || given.dtype() != value.dtype()) {
            throw new IllegalArgumentException(
                "averagedModel: the saved " + name + " is " + given.dtype() + given.shape());
          }
        });
    long count = (long) Objects.requireNonNull(saved.get(UPDATES)).item();
    Scope.noGrad(() -> set(averages, (name, average) -> Objects.requireNonNull(saved.get(name))));
    updates = count;
  }
}
