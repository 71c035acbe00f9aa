package dev.adjoint.nn.optim;

import dev.adjoint.DType;
import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Shape;
import dev.adjoint.SparseGradient;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.graph.Node;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rule that improves parameters by gradients: {@code optimizer.step(loss.backward())}.
 *
 * <p>A step computes the loss, the gradients and the new values of parameters and state as one plan. A step that fails leaves
 * everything as it was. A CUDA device tells of a position that is out of range, and that it has computed itself, at the next
 * call: that throws the error instead of doing its work, and everything is as it was before the step.
 */
public abstract class Optimizer implements Stateful {
  private final List<ParameterGroup> groups;
  private final List<ParameterState> states = new ArrayList<>();
  private final Map<Parameter, ParameterState> byParameter = new IdentityHashMap<>();

  /**
   * An optimizer of groups of parameters.
   *
   * @throws IllegalArgumentException if there is no group, or a parameter is in it twice
   */
  protected Optimizer(List<ParameterGroup> groups) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("optimizer: needs at least one group of parameters");
    }
    this.groups = List.copyOf(groups);
    for (ParameterGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        var state = new ParameterState(parameter);
        if (byParameter.put(parameter, state) != null) {
          throw new IllegalArgumentException(
              "optimizer: parameter " + parameter.name() + " is given twice");
        }
        states.add(state);
      }
    }
  }

  /** One group with all parameters. */
  static List<ParameterGroup> single(Collection<Parameter> parameters, double learningRate) {
    return List.of(new ParameterGroup(parameters, learningRate));
  }

  /**
   * The new value of a parameter, as elementwise operations, so that all of an update is one kernel. Numbers that
   * change from step to step enter as numbers, so that nothing is compiled again.
   *
   * @param parameter the present value
   * @param gradient of the parameter's shape
   * @param state what is remembered about this parameter; new values of it are recorded here
   * @param group holds the learning rate and the weight decay
   */
  protected abstract Tensor update(
      Tensor parameter, Tensor gradient, ParameterState state, ParameterGroup group);

  /**
   * Updates all parameters that have a gradient. Parameters that are frozen or that the loss does not depend on stay as
   * they are, with their state.
   *
   * <p>What can be read afterwards: the loss, the scalars that it was computed from (see {@link Tensor#backward()}), the outputs
   * of outermost module calls, and what was {@linkplain Tensor#keep kept}. Any other tensor that needs an old value of a
   * parameter throws a {@link dev.adjoint.StaleTensorException}.
   *
   * @throws IllegalArgumentException if no parameter of this optimizer has a gradient
   */
  public final void step(Gradients gradients) {
    step(gradients, null);
  }

  /**
   * Takes a step if a condition, which is computed with it, turns out true; else parameters and state stay as they are. {@code
   * optimizer.stepIf(loss.isFinite(), loss.backward())} takes no step by a loss that is NaN or infinite, and costs little, as
   * forward pass, backward pass and update are still one plan.
   *
   * @param condition one element, bool
   * @return whether the step was taken
   * @throws IllegalArgumentException if the condition is of another shape or type, or no parameter of this optimizer has a
   *     gradient
   */
  public final boolean stepIf(Tensor condition, Gradients gradients) {
    if (condition.size() != 1 || condition.dtype() != DType.BOOL) {
      throw new IllegalArgumentException(
          "stepIf: the condition must be one bool, not " + condition.dtype() + condition.shape());
    }
    Tensor scalar = condition.detach().reshape();
    List<ParameterState> updated = step(gradients, scalar);
    boolean taken = scalar.itemBoolean();
    if (!taken) {
      updated.forEach(ParameterState::stepUndone);
    }
    return taken;
  }

  private List<ParameterState> step(Gradients gradients, @Nullable Tensor condition) {
    var updated = new ArrayList<ParameterState>();
    try {
      Scope.noGrad(() -> record(gradients, condition, updated));
      if (updated.isEmpty()) {
        throw new IllegalArgumentException(
            "step: none of the "
                + states.size()
                + " parameters, such as "
                + states.getFirst().parameter().name()
                + ", has a gradient here: the loss does not depend on them (were they frozen when it was recorded?)");
      }
    } catch (RuntimeException | Error e) {
      states.forEach(ParameterState::discard);
      throw e;
    }
    List<Node> roots =
        Stream.of(gradients.output(), condition)
            .filter(Objects::nonNull)
            .map(Tensor::node)
            .toList();
    Engine.updating(
        () -> {
          updated.forEach(ParameterState::apply);
          Engine.step(roots);
        });
    updated.forEach(ParameterState::stepDone);
    Engine.ifFailed(() -> updated.forEach(ParameterState::stepUndone));
    return updated;
  }

  private void record(
      Gradients gradients, @Nullable Tensor condition, List<ParameterState> updated) {
    for (ParameterGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        Tensor gradient = parameter.trainable() ? gradients.find(parameter) : null;
        if (gradient != null) {
          ParameterState state = Objects.requireNonNull(byParameter.get(parameter));
          state.onlyIf(condition);
          if (parameter.sparse()) {
            recordRows(sparse(parameter, gradient, group), state, group);
          } else {
            Tensor down = group.directed(gradient);
            state.parameterBecomes(group.shrunk(update(parameter, down, state, group)));
          }
          updated.add(state);
        }
      }
    }
  }

  /** The gradient of a sparse parameter by rows. */
  private SparseGradient sparse(Parameter parameter, Tensor gradient, ParameterGroup group) {
    requireTakes(parameter);
    String refusal = "step: parameter " + parameter.name() + " is sparse, ";
    if (group.weightDecay() != 0 || group.l1() != 0) {
      throw new IllegalArgumentException(
          refusal
              + "but weight decay "
              + group.weightDecay()
              + " and l1 "
              + group.l1()
              + " change all rows: they must be 0 in its group");
    }
    SparseGradient rows = SparseGradient.of(gradient);
    if (rows == null) {
      throw new IllegalArgumentException(
          refusal
              + "but its gradient is no sum of look-ups of rows: if it is used in any other way, it needs sparse(false)");
    }
    return rows;
  }

  /** Refuses a sparse parameter if this takes none. */
  final void requireTakes(Parameter parameter) {
    if (parameter.sparse() && !takesSparse()) {
      throw new IllegalArgumentException(
          "step: parameter "
              + parameter.name()
              + " is sparse, which "
              + getClass().getSimpleName()
              + (this instanceof SGD ? " with momentum" : "")
              + " does not take: use SparseAdam, Adagrad or SGD without momentum, or sparse(false) of the Embedding");
    }
  }

  private void recordRows(SparseGradient gradient, ParameterState state, ParameterGroup group) {
    if (gradient.indices().dim(0) == 0) {
      return;
    }
    SparseGradient sums = gradient.coalesce();
    TouchedRows rows = state.touch(sums);
    Tensor down = group.directed(sums.values());
    state.parameterBecomes(update(rows.of(state.parameter()), down, state, group));
  }

  /**
   * Whether this takes sparse gradients: it leaves rows without a gradient, and what it remembers about them, as they are. An
   * update of a {@linkplain Parameter#sparse(boolean) sparse} parameter then gets the rows alone that the gradient is about, of
   * the parameter as well as of the state. By default it does not.
   */
  protected boolean takesSparse() {
    return false;
  }

  /** Sets the momentum, or what has its place, at the time of a schedule. */
  void scheduledMomentum(double factor) {
    throw new IllegalArgumentException(
        "scheduler: " + getClass().getSimpleName() + " has no momentum that varies");
  }

  /** What is remembered about a parameter. */
  final ParameterState stateOf(Parameter parameter) {
    return Objects.requireNonNull(byParameter.get(parameter));
  }

  /** Numbers that a checkpoint needs too, by name, after what is kept elsewhere is in the state tensors. */
  Map<String, Double> numbers() {
    return Map.of();
  }

  /** Takes over what {@link #numbers} gave and what is now in the state tensors. */
  void numbers(Map<String, Double> saved) {}

  /** The groups of parameters. */
  public final List<ParameterGroup> groups() {
    return groups;
  }

  /** The learning rate of the first group. */
  public final double learningRate() {
    return groups.getFirst().learningRate();
  }

  /** Sets the learning rate of all groups. */
  public final void learningRate(double rate) {
    groups.forEach(group -> group.learningRate(rate));
  }

  /** The number of steps taken: that of the parameter that was updated most often. */
  public final long steps() {
    return states.stream().mapToLong(ParameterState::steps).max().orElse(0);
  }

  /**
   * The variables of the state: for each parameter those that exist, under {@code <number of the parameter>.<name>}.
   */
  public final Map<String, Variable> variables() {
    numbers();
    return collect(
        (prefix, state) -> {
          var named = new LinkedHashMap<String, Variable>();
          state.variables().forEach((name, variable) -> named.put(prefix + name, variable));
          return named;
        });
  }

  /**
   * All that a checkpoint needs besides the parameters: state tensors and {@code steps} (i64 scalars) for each
   * parameter, and {@code group.<number>.learningRate} and other numbers (f64 scalars).
   */
  @Override
  public final Map<String, Tensor> state() {
    Map<String, Double> numbers = numbers();
    Map<String, Tensor> all =
        collect(
            (prefix, state) -> {
              var named = new LinkedHashMap<String, Tensor>();
              named.put(prefix + "steps", Tensors.of(state.steps()));
              state
                  .variables()
                  .forEach((name, variable) -> named.put(prefix + name, variable.value()));
              return named;
            });
    for (int i = 0; i < groups.size(); i++) {
      all.put("group." + i + ".learningRate", number(groups.get(i).learningRate()));
    }
    numbers.forEach((name, value) -> all.put(name, number(value)));
    return all;
  }

  private static Tensor number(double value) {
    return Tensors.full(Shape.SCALAR, value, DType.F64);
  }

  private <V> Map<String, V> collect(
      BiFunction<String, ParameterState, Map<String, V>> perParameter) {
    var all = new LinkedHashMap<String, V>();
    for (int i = 0; i < states.size(); i++) {
      all.putAll(perParameter.apply(i + ".", states.get(i)));
    }
    return all;
  }

  /**
   * Takes over what {@link #state} of an equal optimizer gave.
   *
   * @throws IllegalArgumentException if a name or a shape does not fit; nothing has changed then
   */
  @Override
  public final void load(Map<String, Tensor> saved) {
    OptimizerState.load(this, states, saved);
  }
}
