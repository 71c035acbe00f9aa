package dev.adjoint.nn;

import dev.adjoint.Device;
import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;
import dev.adjoint.schedule.Engine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A function of tensors with parameters: a layer, or a network made of layers.
 *
 * <p>Authors write {@link #forward}; callers call {@link #apply}. A module with several inputs has methods of its own in their
 * place, see {@link #call}. Parameters and sub-modules are the values of the
 * fields, in declaration order, also those in lists, arrays, maps, records and optionals; their names are the dotted
 * field names, as in {@code fc1.weight}. A module that is reached twice counts once, under its first name. What only a
 * lambda holds is not found.
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
   * What {@link #apply} does, for a module that does not have exactly one input:
   *
   * {@snippet :
   * public Tensor apply(Tensor queries, Tensor memory) {
   *   return call(List.of(queries, memory), () -> forward(queries, memory));
   * }
   * }
   *
   * @param inputs what hooks are told
   * @param forward computes the output
   */
  protected final Tensor call(List<Tensor> inputs, Supplier<Tensor> forward) {
    boolean outermost = !Scope.insideModule();
    Tensor y = within(() -> observed(inputs, forward.get()));
    return outermost ? y.keep() : y;
  }

  /**
   * Runs code inside the path of this module; for methods whose result is not one tensor, which no hook observes.
   *
   * @param body what to run; errors inside it name this module
   */
  protected final <T> T within(Supplier<T> body) {
    if (!named && !Scope.insideModule()) {
      ModuleTree.walk(this, (path, member) -> {});
      named = true;
    }
    String name = field;
    return Scope.inModule(name == null ? typeName() : name, body);
  }

  private Tensor observed(List<Tensor> inputs, @Nullable Tensor y) {
    if (y == null) {
      throw new IllegalStateException("forward: " + getClass().getName() + " returned null");
    }
    for (ForwardHook hook : hooks) {
      hook.after(this, inputs, y);
    }
    if (OBSERVER.isBound()) {
      OBSERVER.get().after(this, inputs, y);
    }
    return y;
  }

  /**
   * The output for an input in evaluation mode, computed, without gradients. Any number of threads may predict with one
   * model at once, also while another one trains it: each sees all of a training step or nothing of it. The mode of
   * {@link #train} and {@link #eval} is not changed.
   */
  public final Tensor predict(Tensor x) {
    // What this thread has recorded must take effect before, as nothing may change inside.
    Engine.realize(List.of());
    return Engine.reading(() -> evaluating(() -> apply(x).realize()));
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

  /** All parameters and buffers by name: what a checkpoint of this module holds. */
  public final Map<String, Variable> state() {
    var all = new LinkedHashMap<String, Variable>();
    ModuleTree.walk(
        this,
        (path, member) -> {
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

  /** The number of elements of all parameters. */
  public final long parameterCount() {
    return parameters().stream().mapToLong(variable -> variable.shape().size()).sum();
  }

  /** Freezes all parameters: from now on no gradients are computed for them, and optimizers leave them alone. */
  public final void freeze() {
    parameters().forEach(variable -> variable.freeze(true));
  }

  /** Ends {@link #freeze}. */
  public final void unfreeze() {
    parameters().forEach(variable -> variable.freeze(false));
  }

  /** Moves all variables to a device; to be called before an optimizer takes its first step. Returns this module. */
  public Module to(Device device) {
    state().values().forEach(variable -> variable.moveTo(device));
    return this;
  }

  /**
   * A table of all modules with their output shapes and numbers of parameters. The forward pass is recorded for an f32
   * input, not computed.
   *
   * @param inputShape the shape of the input with the batch axis
   */
  public final String summary(int... inputShape) {
    return summary(Tensors.zeros(inputShape));
  }

  /** A table of all modules with their output shapes and numbers of parameters, for an example of an input. */
  public final String summary(Tensor input) {
    return Summary.of(this, input);
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

  /** Notes the name that the module around this one has for it. */
  void named(String name) {
    field = name;
  }

  private String typeName() {
    String name = getClass().getSimpleName();
    return name.isEmpty() ? "Module" : name;
  }
}
