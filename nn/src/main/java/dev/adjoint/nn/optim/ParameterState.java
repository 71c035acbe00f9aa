package dev.adjoint.nn.optim;

import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an optimizer remembers about one parameter: tensors of its shape, by name, and the number of its updates. */
public final class ParameterState {
  private final Parameter parameter;
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<Variable, Tensor> recorded = new LinkedHashMap<>();
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

  /** The value of a state tensor; it is filled with a number when it is asked for the first time. */
  public Tensor get(String name, double initial) {
    return variable(name, initial).value();
  }

  /** The value of a state tensor that begins with zeros. */
  public Tensor get(String name) {
    return get(name, 0);
  }

  /** Records the next value of a state tensor; returns it. */
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

  // Checked here, so that nothing is set yet when an error is thrown.
  private void record(Variable variable, Tensor value) {
    if (!value.shape().equals(variable.shape()) || value.dtype() != variable.dtype()) {
      throw new IllegalArgumentException(
          "step: the new value of "
              + variable.name()
              + " would be "
              + value.dtype()
              + value.shape());
    }
    recorded.put(variable, new Tensor(value.node())); // what it is now, if it is a variable
  }

  void apply() {
    recorded.forEach(Variable::set);
    recorded.clear();
  }

  void discard() {
    recorded.clear();
  }

  long steps() {
    return steps;
  }

  void stepDone() {
    steps++;
  }
}
