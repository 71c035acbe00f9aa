package dev.adjoint.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Modules in a list, of which the module around it calls those that it wants. Their names are their positions: a field {@code
 * layers} gives {@code layers.0.weight}.
 *
 * @param <M> the type of the modules
 */
public final class ModuleList<M extends Module> extends Module implements Iterable<M> {
  private final List<M> modules;

  /** A list of modules. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public ModuleList(M... modules) {
    this(Arrays.asList(modules));
  }

  /** A list of modules. */
  public ModuleList(List<? extends M> modules) {
    this.modules = new ArrayList<>(modules);
  }

  /** Adds a module at the end; returns this. */
  public ModuleList<M> append(M module) {
    modules.add(module);
    return this;
  }

  /** Adds modules at the end; returns this. */
  public ModuleList<M> extend(Iterable<? extends M> more) {
    more.forEach(modules::add);
    return this;
  }

  /** Adds a module at a position; returns this. */
  public ModuleList<M> insert(int index, M module) {
    modules.add(index, module);
    return this;
  }

  /** The module at a position. */
  public M get(int index) {
    return modules.get(index);
  }

  /** The number of modules. */
  public int size() {
    return modules.size();
  }

  @Override
  public Iterator<M> iterator() {
    return List.copyOf(modules).iterator();
  }

  @Override
  void members(BiConsumer<String, Object> visitor) {
    for (int i = 0; i < modules.size(); i++) {
      visitor.accept(Integer.toString(i), modules.get(i));
    }
  }
}
