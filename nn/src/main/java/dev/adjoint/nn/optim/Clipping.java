package dev.adjoint.nn.optim;

import dev.adjoint.Gradients;
import dev.adjoint.Parameter;
import dev.adjoint.Tensor;
import dev.adjoint.Tensors;
import dev.adjoint.graph.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Limits on gradients: {@code optimizer.step(Clipping.byGlobalNorm(loss.backward(), 1))}. */
public final class Clipping {
  private Clipping() {}

  /** Each element moved into [-limit, limit]. */
  public static Gradients byValue(Gradients gradients, double limit) {
    Hyper.positive("the limit of the gradients", limit);
    return gradients.coalesce().map(gradient -> gradient.clamp(-limit, limit));
  }

  /**
   * All gradients times {@code min(1, limit / (norm + 1e-6))}, where norm is {@link #globalNorm}. If that is NaN or
   * infinite, so are the results.
   */
  public static Gradients byGlobalNorm(Gradients gradients, double limit) {
    Gradients coalesced = gradients.coalesce();
    return byNorm(coalesced, limit, norm(coalesced));
  }

  /** All gradients times {@code min(1, limit / (norm + 1e-6))}, where norm is a {@linkplain #globalNorm p-norm}. */
  public static Gradients byGlobalNorm(Gradients gradients, double limit, double normType) {
    Gradients coalesced = gradients.coalesce();
    return byNorm(coalesced, limit, norm(coalesced, normType));
  }

  private static Gradients byNorm(Gradients gradients, double limit, Tensor norm) {
    Hyper.positive("the limit of the norm", limit);
    Tensor factor = norm.add(1e-6).reciprocal().mul(limit).minimum(1);
    return gradients.map(
        gradient -> gradient.mul(factor.to(gradient.dtype()).to(gradient.device())));
  }

  /** The root of the sum of the squares of all elements of all gradients, a scalar. */
  public static Tensor globalNorm(Gradients gradients) {
    return norm(gradients.coalesce());
  }

  private static Tensor norm(Gradients gradients) {
    Tensor sum = null;
    for (Tensor gradient : elements(gradients)) {
      Tensor squares = gradient.square().sum();
      sum = sum == null ? squares : sum.add(squares.to(sum.device()));
    }
    if (sum == null) {
      throw new IllegalArgumentException("globalNorm: there are no gradients");
    }
    return sum.sqrt();
  }

  /**
   * The p-norm of all elements of all gradients as one vector, a scalar.
   *
   * @param normType p, above 0; infinity gives the largest absolute value
   */
  public static Tensor globalNorm(Gradients gradients, double normType) {
    return norm(gradients.coalesce(), normType);
  }

  private static Tensor norm(Gradients gradients, double normType) {
    if (!(normType > 0)) {
      throw new IllegalArgumentException("globalNorm: the norm must be above 0, not " + normType);
    }
    var norms = new ArrayList<Tensor>();
    for (Tensor gradient : elements(gradients)) {
      Tensor norm = gradient.vectorNorm(normType);
      norms.add(norms.isEmpty() ? norm : norm.to(norms.getFirst().device()));
    }
    if (norms.isEmpty()) {
      throw new IllegalArgumentException("globalNorm: there are no gradients");
    }
    return Tensors.stack(norms, 0).vectorNorm(normType);
  }

  /** The gradients of some parameters alone, as for the norm of one of two networks under one loss. */
  public static Gradients only(Gradients gradients, Collection<Parameter> parameters) {
    Map<Node, Tensor> chosen = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      Tensor gradient = gradients.find(parameter);
      if (gradient != null) {
        chosen.put(parameter.node(), gradient);
      }
    }
    return new Gradients(chosen, gradients.output());
  }

  /** All elements that may be other than zero. */
  private static List<Tensor> elements(Gradients gradients) {
    return gradients.parts().stream().filter(part -> part.dtype().isFloat()).toList();
  }
}
