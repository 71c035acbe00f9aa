package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.SparseGradient;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an optimizer remembers about one parameter: tensors of its shape, by name, and the number of its updates. */
public final class ParameterState {
  private final Parameter parameter;
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<Variable, Tensor> recorded = new LinkedHashMap<>();
  private @Nullable TouchedRows rows;
  private @Nullable Tensor condition;
  private long steps;

  ParameterState(Parameter parameter) {
    this.parameter = parameter;
  }

  /** The parameter. */
  public Parameter parameter() {
    return parameter;
  }

  /** The number of the update that is being recorded, from 1 on. */
  public long step() {
    return steps + 1;
  }

  /**
   * The value of a state tensor; it is filled with a number when it is asked for the first time. While rows of a sparse parameter
   * are updated, these rows of it.
   */
  public Tensor get(String name, double initial) {
    Variable variable = variable(name, initial);
    return rows == null ? variable.value() : rows.of(variable);
  }

  /** The value of a state tensor that begins with zeros. */
  public Tensor get(String name) {
    return get(name, 0);
  }

  /** Records the next value of a state tensor, or of the rows of it that are updated; returns it. */
  public Tensor set(String name, Tensor value) {
    record(variable(name, 0), value);
    return value;
  }

  Map<String, Variable> variables() {
    return Collections.unmodifiableMap(variables);
  }

  void restore(long steps, Map<String, Tensor> values) {
    this.steps = steps;
    variables.keySet().retainAll(values.keySet());
    values.forEach((name, value) -> variable(name, 0).set(value));
  }

  Variable variable(String name, double initial) {
    Variable variable = variables.get(name);
    if (variable == null) {
      Tensor filled = Tensors.fullLike(parameter, initial);
      variable = new Variable(parameter.name() + "/" + name, filled);
      variables.put(name, variable);
    }
    return variable;
  }

  void parameterBecomes(Tensor value) {
    record(parameter, value);
  }

  /** Has the update that is being recorded read and write the rows of a gradient alone. */
  TouchedRows touch(SparseGradient gradient) {
    var touched = new TouchedRows(gradient);
    rows = touched;
    return touched;
  }

  /** Has the update that is being recorded keep all values where a scalar of bools is false. */
  void onlyIf(@Nullable Tensor scalar) {
    condition = scalar;
  }

  // Checked here, so that nothing is set yet when an error is thrown.
  private void record(Variable variable, Tensor next) {
    Tensor before = rows == null ? variable.value() : rows.of(variable);
    if (!next.shape().equals(before.shape()) || next.dtype() != before.dtype()) {
      throw new IllegalArgumentException(
          "step: the new value of " + variable.name() + " would be " + next.dtype() + next.shape());
    }
    Tensor chosen = condition == null ? next : condition.to(next.device()).where(next, before);
    Tensor value = rows == null ? chosen : rows.put(variable, chosen);
    recorded.put(variable, new Tensor(value.node())); // what it is now, if it is a variable
  }

  void apply() {
    recorded.forEach(Variable::set);
    discard();
  }

  void discard() {
    recorded.clear();
    rows = null;
    condition = null;
  }

  long steps() {
    return steps;
  }

  void stepDone() {
    steps++;
  }

  void stepUndone() {
    steps--;
  }
}
