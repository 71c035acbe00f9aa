package dev.adjoint.autograd;

import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import java.util.List;
import java.util.function.Function;

/**
 * The derivative of a function at a place, as a linear function of a direction.
 *
 * <p>{@code v^T J} is linear in {@code v}, so its own gradient with respect to {@code v} is {@code J}, and the value of {@code v}
 * does not matter. That takes the rules of reverse mode alone, and no more than the product in the end is computed.
 */
final class Linearization {
  private final Tensor dual;
  private final List<Tensor> pulled;

  /** The derivative of a function at tracked tensors. */
  Linearization(Function<List<Tensor>, Tensor> f, List<Tensor> at) {
    Tensor y = Scope.withGrad(() -> f.apply(at));
    dual = Tensors.zerosLike(y).requiresGrad();
    pulled = Scope.withGrad(() -> Autograd.gradient(y, dual, at));
  }

  /** How the value changes in directions, one for each argument. */
  Tensor along(List<Tensor> directions) {
    Tensor sum = null;
    for (int i = 0; i < directions.size(); i++) {
      Tensor part = Autograd.gradient(pulled.get(i), directions.get(i), List.of(dual)).getFirst();
      sum = sum == null ? part : sum.add(part);
    }
    return sum == null ? Tensors.zerosLike(dual) : sum;
  }
}
