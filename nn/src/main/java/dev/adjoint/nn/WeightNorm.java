package dev.adjoint.nn;

import dev.adjoint.Parameter;
import dev.adjoint.Scope;
import dev.adjoint.Tensor;
import dev.adjoint.Variable;
import dev.adjoint.graph.OpError;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A parameter as lengths times directions. */
final class WeightNorm extends Parametrization {
  private final @Nullable Integer dim;
  private final Parameter lengths;

  WeightNorm(String name, Parameter directions, @Nullable Integer dim) {
    super(name, directions);
    if (dim != null && (dim < 0 || dim >= directions.rank())) {
      throw OpError.of("weightNorm", "axis " + dim + " is not in shape " + directions.shape());
    }
    this.dim = dim;
    this.lengths = new Parameter(name, Scope.noGrad(this::norms));
  }

  /** The 2-norms of the directions: of each slice along the axis, with all axes, or of all elements. */
  private Tensor norms() {
    Parameter directions = parameter();
    if (dim == null) {
      return directions.vectorNorm();
    }
    int[] others = IntStream.range(0, directions.rank()).filter(axis -> axis != dim).toArray();
    return others.length == 0 ? directions.abs() : directions.vectorNorm(2, others, true);
  }

  @Override
  Tensor value(boolean training) {
    return parameter().mul(lengths.div(norms()));
  }

  @Override
  void variables(BiConsumer<String, Variable> visitor) {
    visitor.accept("original0", lengths);
    visitor.accept("original1", parameter());
  }
}
