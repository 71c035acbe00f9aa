package dev.adjoint.nn;

import dev.adjoint.DType;
import dev.adjoint.Device;
import dev.adjoint.Devices;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A function of tensors with parameters: a layer, or a network made of layers.
 *
 * <p>Authors write {@link #forward}; callers call {@link #apply}. A module with several inputs or outputs has methods of its own
 * in their place, see {@link #call}. Parameters and sub-modules are the values of the fields, in declaration order, also those in
 * lists, arrays, maps, records and optionals. Their names are the dotted names of the fields with underscores, as PyTorch has
 * them: {@code fc1.weight}, and {@code norm.running_mean} for a field {@code runningMean}. A module that is reached twice counts
 * once, under its first name. A module in a field of a lambda or of another kind of object is not found, which is logged as a
 * warning.
 *
 * <p>The name is also that of a class of {@code java.lang}: write {@code import dev.adjoint.nn.Module;}, an import with
 * a star does not suffice.
 */
public abstract class Module implements UnaryOperator<Tensor> {
  private static final ScopedValue<Boolean> EVALUATING = ScopedValue.newInstance();
  private static final ScopedValue<ForwardHook> OBSERVER = ScopedValue.newInstance();

  private volatile @Nullable String field;
  private volatile boolean named;
  private volatile boolean training = true;
  private volatile List<ForwardHook> hooks = List.of();
  private volatile List<Parametrization> parametrizations = List.of();

  /** A module in training mode. */
  protected Module() {}

  /**
   * The function of this module, written with tensor operations and calls of {@link #apply} of its sub-modules. A module that
   * does not have exactly one input leaves this out.
   *
   * @throws IllegalArgumentException if this module is no function of one input
   */
  protected Tensor forward(Tensor x) {
    throw OpError.of(
        "forward", typeName() + " has no forward(Tensor): call its method with other inputs");
  }

  /**
   * The output for an input. Errors inside name the path of the module, hooks are called, and the output of an
   * outermost call is kept, so that it can be read after a training step without being computed again.
   */
  @Override
  public final Tensor apply(Tensor x) {
    return call(List.of(x), () -> forward(x));
  }

  /**
   * What {@link #apply} does, for a module that does not have exactly one input or output:
   *
   * {@snippet :
   * public Tensor apply(Tensor queries, Tensor memory) {
   *   return call(List.of(queries, memory), () -> forward(queries, memory));
   * }
   * }
   *
   * @param inputs what hooks are told
   * @param forward computes the output: a tensor, or a record, collection, array or map of tensors
   */
  protected final <T> T call(List<Tensor> inputs, Supplier<T> forward) {
    boolean outermost = !Scope.insideModule();
    return within(
        () -> {
          T y = Parametrization.computed(parametrizations, training(), forward);
          List<Tensor> outputs = outputs(y);
          observe(inputs, outputs);
          if (outermost) {
            outputs.forEach(Tensor::keep);
          }
          return y;
        });
  }

  private <T> T within(Supplier<T> body) {
    if (!named && !Scope.insideModule()) {
      ModuleTree.walk(this, (path, member) -> {});
      named = true;
    }
    String name = field;
    return Scope.inModule(name == null ? typeName() : name, body);
  }

  private List<Tensor> outputs(@Nullable Object y) {
    List<Tensor> outputs = Outputs.of(y);
    if (outputs.isEmpty()) {
      throw new IllegalStateException(
          "forward: "
              + getClass().getName()
              + " returned "
              + (y == null ? "null" : "no tensor, but a " + y.getClass().getName()));
    }
    return outputs;
  }

  private void observe(List<Tensor> inputs, List<Tensor> outputs) {
    for (ForwardHook hook : hooks) {
      hook.after(this, inputs, outputs);
    }
    if (OBSERVER.isBound()) {
      OBSERVER.get().after(this, inputs, outputs);
    }
  }

  /**
   * The output for an input in evaluation mode, computed, without gradients. Any number of threads may predict with one
   * model at once, also while another one trains it: each sees all of a training step or nothing of it. The mode of
   * {@link #train} and {@link #eval} is not changed.
   */
  public final Tensor predict(Tensor x) {
    return predict(() -> apply(x));
  }

  /**
   * What a call of this module gives, as {@link #predict(Tensor)} does it, for one that does not have exactly one input and
   * output: {@code net.predict(() -> net.apply(queries, memory))}.
   */
  public final <T> T predict(Supplier<T> call) {
    // What this thread has recorded must take effect before, as nothing may change inside.
    Engine.realize(List.of());
    return Engine.reading(
        () ->
            evaluating(
                () -> {
                  T y = call.get();
                  Tensor.realize(outputs(y));
                  return y;
                }));
  }

  /** Computes a value with all modules in evaluation mode and without gradients, on this thread only. */
  public static <T> T evaluating(Supplier<T> body) {
    return ScopedValue.where(EVALUATING, true).call(() -> Scope.noGrad(body));
  }

  /** Computes a value while a hook observes every call of every module on this thread. */
  public static <T> T observing(ForwardHook hook, Supplier<T> body) {
    return ScopedValue.where(OBSERVER, hook).call(body::get);
  }

  /** Adds an observer of the calls of this module; the returned action removes it. */
  public final synchronized Runnable onForward(ForwardHook hook) {
    var more = new ArrayList<>(hooks);
    more.add(hook);
    hooks = List.copyOf(more);
    return () -> removeHook(hook);
  }

  private synchronized void removeHook(ForwardHook hook) {
    hooks = hooks.stream().filter(h -> !h.equals(hook)).toList();
  }

  /**
   * Sets this and all sub-modules to training mode: dropout drops, batch norm uses and updates the batch statistics.
   */
  public final void train() {
    modules().forEach(m -> m.training = true);
  }

  /** Sets this and all sub-modules to evaluation mode. */
  public final void eval() {
    modules().forEach(m -> m.training = false);
  }

  /** Whether this module is in training mode on this thread. */
  public final boolean training() {
    return training && !EVALUATING.isBound();
  }

  /** All parameters, also frozen ones. */
  public final List<Parameter> parameters() {
    return List.copyOf(namedParameters().values());
  }

  /** All parameters by name, also frozen ones. */
  public final Map<String, Parameter> namedParameters() {
    var parameters = new LinkedHashMap<String, Parameter>();
    state()
        .forEach(
            (name, variable) -> {
              if (variable instanceof Parameter parameter) {
                parameters.put(name, parameter);
              }
            });
    return Collections.unmodifiableMap(parameters);
  }

  /** The variables that are no parameters, such as running statistics, by name. */
  public final Map<String, Variable> buffers() {
    var buffers = new LinkedHashMap<>(state());
    buffers.values().removeIf(Parameter.class::isInstance);
    return Collections.unmodifiableMap(buffers);
  }

  /**
   * All parameters and buffers by name: what a checkpoint of this module holds.
   *
   * @throws IllegalStateException if a layer takes its sizes from its first call, and has had none
   */
  public final Map<String, Variable> state() {
    var all = new LinkedHashMap<String, Variable>();
    ModuleTree.walk(
        this,
        (path, member) -> {
          if (member instanceof Module module) {
            module.requireSized("state", path.isEmpty() ? "the layer" : "layer '" + path + "'");
          }
          if (member instanceof Variable variable) {
            all.put(path, variable);
            if (path.length() > variable.name().length()) {
              variable.rename(path);
            }
          }
        });
    return Collections.unmodifiableMap(all);
  }

  /** This module and all modules inside it, outer ones first. */
  public final List<Module> modules() {
    return List.copyOf(namedModules().values());
  }

  /** This module, under the empty name, and all modules inside it by name, outer ones first. */
  public final Map<String, Module> namedModules() {
    var all = new LinkedHashMap<String, Module>();
    ModuleTree.walk(
        this,
        (path, member) -> {
          if (member instanceof Module module) {
            all.put(path, module);
          }
        });
    return Collections.unmodifiableMap(all);
  }

  /**
   * Gives the parameters and buffers the values of their names, in their own types and on their own devices.
   *
   * @throws IllegalArgumentException if a name is missing or unexpected, or a shape or type does not fit, where f16 and bf16 may
   *     stand for f32; the message lists what differs, and nothing has changed
   */
  public final void load(Map<String, ? extends Tensor> values) {
    load(values, true);
  }

  /**
   * Gives the parameters and buffers the values of their names, in their own types and on their own devices.
   *
   * @param strict whether missing and unexpected names are errors; if not, what has a value takes it
   * @return what was missing or unexpected
   * @throws IllegalArgumentException if a shape or type does not fit, or a name if that must be; nothing has changed
   */
  public final StateReport load(Map<String, ? extends Tensor> values, boolean strict) {
    StateReport report = StateReport.of(this, values);
    if (strict) {
      report.requireExact("the state");
    }
    report.requireFit("the state");
    state()
        .forEach(
            (name, variable) -> {
              Tensor value = values.get(name);
              if (value != null) {
                variable.set(value.detach().to(variable.dtype()).to(variable.device()));
              }
            });
    Engine.realize(List.of());
    return report;
  }

  /**
   * Gives a module of the same structure what this one has: values, types, devices, modes and what is frozen. The two share
   * nothing. This is what {@code copy.deepcopy(net)} is in PyTorch; Java makes no object without its constructor, so the copy is
   * made first:
   *
   * {@snippet :
   * Net target = net.copyTo(new Net());
   * }
   *
   * <p>Layers of the target that take their sizes from their first call get those of this module. Hooks are not copied.
   *
   * @return the target
   * @throws IllegalArgumentException if the target has other modules, names or shapes; it has changed in nothing else then than
   *     the sizes of such layers
   * @throws IllegalStateException if a layer of this module takes its sizes from its first call, and has had none
   */
  public final <M extends Module> M copyTo(M target) {
    ModuleCopy.copy(this, target);
    return target;
  }

  /** Sets the mode of this module itself, not of those inside it. */
  final void mode(boolean training) {
    this.training = training;
  }

  /** The mode that {@link #train} or {@link #eval} has set last. */
  final boolean mode() {
    return training;
  }

  /**
   * What a call of this module gives when tensors stand in for parameters or buffers of these names, to which gradients flow:
   * {@code net.functionalCall(faster, () -> net.apply(x))}.
   *
   * @throws IllegalArgumentException if there is no variable of a name, or a shape, type or device differs
   */
  public final <T> T functionalCall(Map<String, ? extends Tensor> values, Supplier<T> call) {
    Map<String, Variable> variables = state();
    var standIns = new LinkedHashMap<Variable, Tensor>();
    values.forEach(
        (name, value) -> {
          Variable variable = variables.get(name);
          if (variable == null) {
            throw OpError.of(
                "functionalCall", typeName() + " has no '" + name + "', but " + variables.keySet());
          }
          standIns.put(variable, value);
        });
    return Variable.standingIn(standIns, call);
  }

  /** Where the first variable of this module lives, or the device of the scope if there is none. */
  public final Device device() {
    return state().values().stream().findFirst().map(Tensor::device).orElseGet(Devices::current);
  }

  /** The number of elements of all parameters. */
  public final long parameterCount() {
    return parameters().stream().mapToLong(variable -> variable.shape().size()).sum();
  }

  /** Freezes all parameters: from now on no gradients are computed for them, and optimizers leave them alone. */
  public final void freeze() {
    parameters().forEach(variable -> variable.freeze(true));
  }

  /**
   * Freezes the parameters whose names match a pattern, in which {@code *} stands for any characters, as in {@code "layer1.*"} or
   * {@code "*.bias"}.
   *
   * @throws IllegalArgumentException if no name does
   */
  public final void freeze(String pattern) {
    matching("freeze", pattern).forEach(parameter -> parameter.freeze(true));
  }

  /** Ends {@link #freeze()} for all parameters. */
  public final void unfreeze() {
    parameters().forEach(parameter -> parameter.freeze(false));
  }

  /**
   * Ends {@link #freeze(String)} for the parameters whose names match a pattern.
   *
   * @throws IllegalArgumentException if no name does
   */
  public final void unfreeze(String pattern) {
    matching("unfreeze", pattern).forEach(parameter -> parameter.freeze(false));
  }

  private List<Parameter> matching(String op, String pattern) {
    Pattern names =
        Pattern.compile(
            Arrays.stream(pattern.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")));
    var found = new ArrayList<Parameter>();
    namedParameters()
        .forEach(
            (name, parameter) -> {
              if (names.matcher(name).matches()) {
                found.add(parameter);
              }
            });
    if (found.isEmpty()) {
      throw OpError.of(
          op, "no parameter matches '" + pattern + "', there are " + namedParameters().keySet());
    }
    return found;
  }

  /**
   * Moves all variables to a device; to be called before an optimizer takes its first step. {@code Scope.on(device, Net::new)}
   * makes a module where it is to live.
   *
   * @return this module
   */
  public final Module to(Device device) {
    state().values().forEach(variable -> variable.moveTo(device));
    return this;
  }

  /**
   * Converts all variables of floats to another float type; to be called before an optimizer takes its first step. Returns this
   * module.
   *
   * @throws IllegalArgumentException if the type is none of floats
   */
  public final Module to(DType dtype) {
    if (!dtype.isFloat()) {
      throw OpError.of("to", "a module has a type of floats, not " + dtype);
    }
    state().values().stream()
        .filter(variable -> variable.dtype().isFloat())
        .forEach(variable -> variable.convertTo(dtype));
    return this;
  }

  /**
   * A table of all modules with their output shapes, numbers of parameters and multiply-adds. The forward pass is recorded for an
   * f32 input, not computed.
   *
   * @param inputShape the shape of the input with the batch axis
   */
  public final String summary(int... inputShape) {
    return summary(Tensors.zeros(inputShape));
  }

  /** The table of {@link #summary(int...)} for an example of an input. */
  public final String summary(Tensor input) {
    return summary(() -> apply(input));
  }

  /**
   * The table of {@link #summary(int...)} for a call of this module with other inputs, as in {@code net.summary(() ->
   * net.apply(queries, memory))}.
   */
  public final String summary(Supplier<?> call) {
    return Summary.of(this, call);
  }

  /** What {@link #toString} and {@link #summary} call this module: the type, with what distinguishes it from others. */
  public String label() {
    return typeName();
  }

  /** The tree of this module: one line per module, with names and labels. */
  @Override
  public final String toString() {
    return ModuleTree.print(this);
  }

  /** Calls the visitor with a name and a {@link Variable} or {@link Module} for each direct member. */
  void members(BiConsumer<String, Object> visitor) {
    Members.visit(this, visitor);
  }

  /** Calls the visitor for each direct member, and in place of parametrized parameters for what they are computed from. */
  final void allMembers(BiConsumer<String, Object> visitor) {
    List<Parametrization> present = parametrizations;
    members(
        (name, member) -> {
          if (present.stream().noneMatch(p -> p.parameter() == member)) {
            visitor.accept(name, member);
          }
        });
    present.forEach(p -> p.visit(visitor));
  }

  /** The parameters that are computed from others. */
  final List<Parametrization> parametrizations() {
    return parametrizations;
  }

  /** Has these parameters computed from others. */
  final void parametrize(List<Parametrization> all) {
    parametrizations = List.copyOf(all);
  }

  /** Requires that the sizes of all variables of this module itself are known. */
  void requireSized(String what, String path) {}

  /** Notes the name that the module around this one has for it. */
  void named(String name) {
    field = name;
  }

  private String typeName() {
    String name = getClass().getSimpleName();
    return name.isEmpty() ? "Module" : name;
  }
}
