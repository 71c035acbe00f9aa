package dev.adjoint.nn;

import dev.adjoint.Variable;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Goes through a module and all inside it. */
final class ModuleTree {
  private ModuleTree() {}

  /**
   * Calls the visitor with the dotted path and each {@link Module} and {@link Variable}, outer ones first and each
   * once, and tells each inner module its name.
   */
  static void walk(Module root, BiConsumer<String, Object> visitor) {
    Set<Object> seen = identitySet();
    seen.add(root);
    visitor.accept("", root);
    walk(root, "", seen, visitor);
  }

  private static void walk(
      Module module, String prefix, Set<Object> seen, BiConsumer<String, Object> visitor) {
    module.allMembers(
        (name, member) -> {
          if (seen.add(member)) {
            visitor.accept(prefix + name, member);
            if (member instanceof Module inner) {
              inner.named(name);
              walk(inner, prefix + name + ".", seen, visitor);
            }
          }
        });
  }

  /** As PyTorch prints it: {@code (name): label(...)} in a line, indented by depth; a module inside itself is left out. */
  static String print(Module root) {
    var text = new StringBuilder();
    print(root, text, "", identitySet());
    return text.toString();
  }

  private static void print(Module module, StringBuilder text, String indent, Set<Object> above) {
    String label = module.label();
    text.append(label);
    above.add(module);
    Map<String, Module> children = new LinkedHashMap<>();
    module.allMembers(
        (name, member) -> {
          if (member instanceof Module inner && !above.contains(inner)) {
            children.put(name, inner);
          }
        });
    if (children.isEmpty()) {
      text.append(label.endsWith(")") ? "" : "()");
    } else {
      text.append("(\n");
      children.forEach(
          (name, inner) -> {
            text.append(indent).append("  (").append(name).append("): ");
            print(inner, text, indent + "  ", above);
            text.append('\n');
          });
      text.append(indent).append(')');
    }
    above.remove(module);
  }

  private static Set<Object> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }
}
