package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.graph.OpError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters that are computed from others in each call of their module, as in {@code torch.nn.utils.parametrizations}: {@code
 * final Linear fc = Parametrizations.weightNorm(new Linear(20, 40));}.
 *
 * <p>In the state, what a parameter {@code weight} is computed from has the names of PyTorch, such as {@code
 * parametrizations.weight.original0}, in place of {@code weight}. Optimizers made before still hold the parameters of before.
 */
public final class Parametrizations {
  private Parametrizations() {}

  /** {@link #weightNorm(Module, String, Integer)} of the parameter {@code weight}, with a length for each slice of axis 0. */
  public static <M extends Module> M weightNorm(M module) {
    return weightNorm(module, "weight", 0);
  }

  /**
   * Has a parameter w computed from lengths g and directions v: {@code w = g v / |v|} (Salimans and Kingma, 2016).
   *
   * <p>The lengths are {@code parametrizations.weight.original0}, the directions {@code parametrizations.weight.original1}; they
   * begin so that w is what it was.
   *
   * @param name the name of a parameter of the module itself
   * @param dim the axis along which each slice has its own length, or null for one length
   * @return the module
   * @throws IllegalArgumentException if there is no such parameter or axis, or the parameter is computed from others already
   * @throws IllegalStateException if the layer has no sizes yet
   */
  public static <M extends Module> M weightNorm(M module, String name, @Nullable Integer dim) {
    return add(module, new WeightNorm(name, parameter("weightNorm", module, name), dim));
  }

  /** {@link #spectralNorm(Module, String, int, double, Integer)} of {@code weight} by one iteration a call, with eps 1e-12. */
  public static <M extends Module> M spectralNorm(M module) {
    return spectralNorm(module, "weight", 1, 1e-12, null);
  }

  /**
   * Has a parameter divided by the largest singular value of it as a matrix (Miyato et al., 2018).
   *
   * <p>The value is {@code u^T W v} for the vectors u and v of a power iteration, which goes on in each call while training, and
   * has done 15 steps at first; no gradients flow to them. The parameter is {@code parametrizations.weight.original}, the vectors
   * are {@code parametrizations.weight.0._u} and {@code ..._v}.
   *
   * @param name the name of a parameter of the module itself
   * @param nPowerIterations the steps of each call while training
   * @param eps the least length by which vectors are divided
   * @param dim the axis of the rows of the matrix; null for 1 of a transposed convolution, and 0 of others
   * @return the module
   * @throws IllegalArgumentException if there is no such parameter or axis, it is computed from others already, or the iterations
   *     are not positive
   * @throws IllegalStateException if the layer has no sizes yet
   */
  public static <M extends Module> M spectralNorm(
      M module, String name, int nPowerIterations, double eps, @Nullable Integer dim) {
    Parameter parameter = parameter("spectralNorm", module, name);
    int axis = dim != null ? dim : module instanceof ConvTransposeLayer ? 1 : 0;
    return add(module, new SpectralNorm(name, parameter, nPowerIterations, eps, axis));
  }

  /**
   * Ends a parametrization: the parameter keeps the value that is computed now.
   *
   * @return the module
   * @throws IllegalArgumentException if the parameter is not computed from others
   */
  public static <M extends Module> M remove(M module, String name) {
    List<Parametrization> left = new ArrayList<>(module.parametrizations());
    Parametrization found =
        left.stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow(
                () -> OpError.of("remove", module.label() + " has '" + name + "' not computed"));
    found.parameter().set(found.value(false).detach());
    found.parameter().realize();
    found.parameter().rename(name);
    left.remove(found);
    module.parametrize(left);
    return module;
  }

  private static Parameter parameter(String op, Module module, String name) {
    Map<String, Parameter> own = new LinkedHashMap<>();
    module.requireSized(op, "the layer");
    module.allMembers(
        (member, value) -> {
          if (value instanceof Parameter parameter) {
            own.put(member, parameter);
          }
        });
    Parameter parameter = own.get(name);
    if (parameter == null) {
      throw OpError.of(
          op, module.label() + " has no parameter '" + name + "' of its own, but " + own.keySet());
    }
    return parameter;
  }

  private static <M extends Module> M add(M module, Parametrization parametrization) {
    List<Parametrization> all = new ArrayList<>(module.parametrizations());
    all.add(parametrization);
    module.parametrize(all);
    return module;
  }
}
