package dev.adjoint.nn;

import dev.adjoint.graph.OpError;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Modules by name, of which the module around it calls those that it wants: a field {@code heads} gives {@code
 * heads.left.weight}. They keep their order.
 *
 * @param <M> the type of the modules
 */
public final class ModuleDict<M extends Module> extends Module {
  private final Map<String, M> modules = new LinkedHashMap<>();

  /** No modules yet. */
  public ModuleDict() {}

  /** Modules by name, in the order of the map. */
  public ModuleDict(Map<String, ? extends M> modules) {
    modules.forEach(this::put);
  }

  /**
   * Adds a module, or puts it in the place of one; returns this.
   *
   * @throws IllegalArgumentException if the name is empty or has a dot
   */
  public ModuleDict<M> put(String name, M module) {
    if (name.isEmpty() || name.contains(".")) {
      throw OpError.of("moduleDict", "name '" + name + "' must not be empty or have a dot");
    }
    modules.put(name, module);
    return this;
  }

  /**
   * The module of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public M get(String name) {
    M module = modules.get(name);
    if (module == null) {
      throw OpError.of("moduleDict", "no module '" + name + "', there are " + modules.keySet());
    }
    return module;
  }

  /** The names, in their order. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(modules.keySet());
  }

  /** The number of modules. */
  public int size() {
    return modules.size();
  }

  @Override
  void members(BiConsumer<String, Object> visitor) {
    modules.forEach(visitor::accept);
  }
}
