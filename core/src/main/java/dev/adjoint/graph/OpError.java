package dev.adjoint.graph;

import dev.adjoint.Scope;
import java.util.Locale;

/** Builds the errors of operations, which name the op, the values, the rule and the module that is running. */
public final class OpError {
  private OpError() {}

  /** An error of an op: {@code op: message}, followed by the module path if a module is running. */
  public static IllegalArgumentException of(String op, String message) {
    String path = Scope.modulePath();
    return new IllegalArgumentException(op + ": " + message + (path.isEmpty() ? "" : " (in " + path + ")"));
  }

  /** The method name of an enum constant: {@code floorDiv} for {@code FLOOR_DIV}. */
  public static String name(Enum<?> constant) {
    var name = new StringBuilder();
    for (String word : constant.name().toLowerCase(Locale.ROOT).split("_")) {
      name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return name.toString();
  }
}
