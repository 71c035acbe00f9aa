package dev.adjoint.nn;

import dev.adjoint.Tensor;
import java.util.function.UnaryOperator;

/** A function without parameters as a module, so that it has a name, hooks and a row in the summary. */
public final class Lambda extends Module {
  private final String label;
  private final UnaryOperator<Tensor> function;

  /** A module that applies a function; modules that only the function knows are not found. */
  public Lambda(String label, UnaryOperator<Tensor> function) {
    this.label = label;
    this.function = function;
  }

  /** The operator itself if it is a module, else a module that applies it. */
  static Module of(UnaryOperator<Tensor> operator) {
    return switch (operator) {
      case Module module -> module;
      case Activation activation -> new Lambda(activation.toString(), activation);
      default -> new Lambda("Lambda", operator);
    };
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
