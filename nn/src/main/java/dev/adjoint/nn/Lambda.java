package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.function.UnaryOperator;

/** A function without parameters as a module, so that it has a name, hooks and a row in the summary. */
public final class Lambda extends Module {
  private final String label;
  private final UnaryOperator<Tensor> function;

  /**
   * A module that applies a function; modules that only the function knows are not found.
   *
   * @param label its name in {@link Module#toString} and {@link Module#summary}
   */
  public Lambda(String label, UnaryOperator<Tensor> function) {
    this.label = label;
    this.function = function;
  }

  /**
   * The operator itself if it is a module, else a module that applies it, with the name of the operator's class. A lambda or a
   * method reference does not know what it is called.
   */
  static Module of(UnaryOperator<Tensor> operator) {
    return switch (operator) {
      case Module module -> module;
      case Activation activation -> new Lambda(activation.toString(), activation);
      default -> new Lambda(name(operator.getClass()), operator);
    };
  }

  private static String name(Class<?> type) {
    return type.isHidden() || type.isAnonymousClass() ? "Lambda" : type.getSimpleName();
  }

  @Override
  protected Tensor forward(Tensor x) {
    return function.apply(x);
  }

  @Override
  public String label() {
    return label;
  }
}
